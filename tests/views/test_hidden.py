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
"""
pytestmark = pytest.mark.usefixtures("database")


async def test_a_hidden_answer_is_kept_in_the_draft_alone(settings: Settings) -> None:
    secrets.configure(settings.secret)
    objects.configure(settings)
    trial = await Trial.publish(NOW, experts=0, edits=[("form.toml", ORGANISATION, ORGANISATION + QUESTIONS)])
    proposal = await trial.draft(NOW)
    typed = {"funded": drafts.Change(True), "funding": drafts.Change(SECRET)}
    await drafts.save_answers(trial.applicant, proposal, typed, now=NOW)
    await drafts.save_answers(trial.applicant, proposal, {"funded": drafts.Change(False, 1)}, now=NOW)
    kept = (await proposals.proposal(trial.applicant, proposal)).answers["funding"]
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
