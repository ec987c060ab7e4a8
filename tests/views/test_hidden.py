"""What a condition hides stays in the draft of whoever typed it, and is in nothing that leaves it."""

from datetime import UTC, datetime

import msgspec
import pytest

from service.identity import secrets
from service.operations import drafts, submissions
from service.operations.documents import ask_document
from service.settings import Settings
from service.store import objects
from service.store.database import rows
from service.views import bundles, proposals
from service.views.answered import answers_given
from service.views.archives import archive_of
from tests.process.call import Trial
from tests.views.test_bundles import taken

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "Zqmasqué"
ORGANISATION = 'id = "organisation"\nkind = "short_text"\nlabel = { fr = "Organisme", en = "Organisation" }\n'
QUESTIONS = """
[[sections.fields]]
id = "funded"
kind = "yes_no"
label = { fr = "Financé", en = "Funded" }

[[sections.fields]]
id = "funding"
kind = "long_text"
label = { fr = "Par qui", en = "By whom" }
shown_if = { op = "equals", field = "funded", value = true }

[[sections.fields]]
id = "aids"
kind = "table"
label = { fr = "Aides", en = "Aids" }
columns = [
    { id = "sum", kind = "money", label = { fr = "Somme", en = "Sum" } },
    { id = "given_by", kind = "short_text", label = { fr = "Par qui", en = "By whom" }, shown_if = @SUM@ },
]

[[sections.fields]]
id = "kind"
kind = "one_of"
label = { fr = "Genre", en = "Kind" }
options = [
    { id = "zqmasque", label = { fr = "Caché", en = "Hidden" }, shown_if = @FUNDED@ },
    { id = "plain", label = { fr = "Simple", en = "Plain" } },
]
"""
QUESTIONS = QUESTIONS.replace("@SUM@", '{ op = "at_least", field = "sum", value = 1 }')
QUESTIONS = QUESTIONS.replace("@FUNDED@", '{ op = "equals", field = "funded", value = true }')
pytestmark = pytest.mark.usefixtures("database")


async def test_a_hidden_answer_is_kept_in_the_draft_alone(settings: Settings) -> None:
    secrets.configure(settings.secret)
    objects.configure(settings)
    trial = await Trial.publish(NOW, experts=0, edits=[("form.toml", ORGANISATION, ORGANISATION + QUESTIONS)])
    proposal = await trial.draft(NOW)
    typed = {
        "funded": drafts.Change(True),
        "funding": drafts.Change(SECRET),
        "aids": drafts.Change({"rows": [{"sum": 0, "given_by": SECRET}]}),
        "kind": drafts.Change("zqmasque"),
    }
    await drafts.save_answers(trial.applicant, proposal, typed, now=NOW)
    await drafts.save_answers(trial.applicant, proposal, {"funded": drafts.Change(False, 1)}, now=NOW)
    answers = (await proposals.proposal(trial.applicant, proposal)).answers
    kept = [answers[name].value for name in ("funding", "aids", "kind")]
    assert kept == [SECRET, {"rows": [{"sum": 0, "given_by": SECRET}]}, "zqmasque"]
    await submissions.submit_proposal(trial.applicant, proposal, now=NOW)
    job = await ask_document(trial.officer, proposal, "archive", now=NOW)
    archive = await archive_of(job, "https://alliance.test")
    bundle = await taken(await bundles.proposal_bundle(trial.officer, proposal, NOW))
    places = {
        "draft": kept,
        "revision": await rows("SELECT content FROM revision WHERE subject_id = {}", proposal),
        "journal": await rows("SELECT data FROM entry WHERE stream = {}", f"proposal:{proposal}"),
        "its author": await proposals.proposal(trial.applicant, proposal),
        "officer": await proposals.proposal(trial.officer, proposal),
        "table": (await answers_given(trial.officer, [proposal]))[proposal].answers,
        "dossier": archive.dossier,
        "archive": archive.answers.decode(),
        "bundle": b"".join(bundle.values()).decode(errors="replace"),
    }
    assert [place for place, held in places.items() if SECRET in msgspec.json.encode(held).decode()] == ["draft"]
    said = {"title": "Un projet", "organisation": "Un organisme", "funded": False}
    assert places["table"] == {**said, "aids": {"rows": [{"sum": 0}]}}
