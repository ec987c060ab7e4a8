"""What an expert writes is read by whom the grid says; whom a process hides from experts is found by none of them."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from service.demo.advancing import advance
from service.domain.actor import Actor, Role
from service.notify.letters import compose
from service.operations import drafts, submissions
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.problems import NotFound
from service.settings import Settings
from service.store.database import row, value
from service.views import documents, lists, proposals, reviews
from service.views.lists import Filters
from tests.process.call import Trial
from tests.support.people import person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")

GENERAL = "general_comment = false"
STANCES = """
confidence = [{ id = "low", name = { fr = "Faible", en = "Low" } }, { id = "surest", name = { fr = "É", en = "H" } }]
recommendation = [{ id = "yes", name = { fr = "Oui", en = "Yes" } }, { id = "no", name = { fr = "Non", en = "No" } }]
"""
STAFF = {"officer", "auditor", "chair"}
# Whom the grid's comments are for -> who reads them before the decision is published. The applicant comes after it.
READ = {
    "panel": {*STAFF, "author", "other"},
    "applicant": {*STAFF, "author", "other"},
    "committee": {*STAFF, "author"},
}


async def a_trial(audience: str) -> Trial:
    grid = f'{GENERAL}\ncomments = "{audience}"\nconfidential = {str(audience != "committee").lower()}\n{STANCES}'
    return await Trial.publish(NOW, edits=[("grid.toml", GENERAL, grid)])


async def to_committee(trial: Trial, written: ReviewContent) -> UUID:
    """A proposal before the committee: the first expert wrote this, the second scores alone."""
    proposal = await trial.submit(NOW)
    await trial.propose(proposal, trial.experts[:2], NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await advance(proposal, NOW)
    bare = ReviewContent({"impact": 5}, {}, {}, "low", "no")
    for expert, content in zip(trial.experts, (written, bare), strict=False):
        await trial.accept(proposal, expert, NOW)
        await trial.review(proposal, expert, NOW, content)
    await advance(proposal, NOW)
    await trial.sum_up(proposal, NOW)
    await advance(proposal, NOW)
    return proposal


async def read_by(trial: Trial, proposal: UUID, word: str) -> set[str]:
    """Who finds a word on a view of the proposal."""
    readers = {
        "officer": trial.officer,
        "chair": trial.chair,
        "auditor": await person((Role.AUDITOR, None)),
        "applicant": trial.applicant,
        "author": trial.experts[0],
        "other": trial.experts[1],
    }
    found = set()
    for name, reader in readers.items():
        try:
            seen = [msgspec.json.encode(await proposals.proposal(reader, proposal))]
            if name in ("author", "other"):
                own = await value("SELECT id FROM review WHERE proposal = {} AND expert = {}", proposal, reader.account)
                mine = await reviews.review(reader, own)
                seen.append(msgspec.json.encode((mine.others, mine.comments, mine.confidential, mine.confidence)))
        except NotFound:
            continue
        if word.encode() in b"".join(seen):
            found.add(name)
    return found


@pytest.mark.parametrize("audience", READ)
async def test_comments_are_read_by_whom_the_grid_says(audience: str) -> None:
    trial = await a_trial(audience)
    private = {"impact": "SECRET"} if audience != "committee" else {}
    written = ReviewContent({"impact": 5}, {"": "OUVERT", "impact": "OUVERT"}, private, "surest", "yes")
    proposal = await to_committee(trial, written)
    secret = {*STAFF, "author"} if private else set()
    assert await read_by(trial, proposal, "OUVERT") == READ[audience]
    assert await read_by(trial, proposal, "SECRET") == secret
    assert await read_by(trial, proposal, "surest") == {*STAFF, "author"}

    await trial.decide(proposal, "retained", NOW)
    assert await read_by(trial, proposal, "OUVERT") == READ[audience]
    await trial.publish_decisions(NOW)
    published = await read_by(trial, proposal, "OUVERT")
    assert ("applicant" in published) is (audience == "applicant")
    assert "applicant" not in await read_by(trial, proposal, "SECRET") | await read_by(trial, proposal, "surest")

    await advance(proposal, NOW)
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    letter = msgspec.json.encode(await documents.letter(proposal, position)).decode()
    assert [word in letter for word in ("OUVERT", "SECRET", "surest")] == [audience == "applicant", False, False]
    dossier = msgspec.json.encode(await documents.dossier(proposal, position)).decode()
    assert ("OUVERT" in dossier, "SECRET" in dossier) == (True, bool(private))


async def test_what_the_grid_asks_for_is_needed_to_submit() -> None:
    trial = await a_trial("panel")
    proposal = await trial.submit(NOW)
    await trial.propose(proposal, trial.experts[:1], NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await advance(proposal, NOW)
    await trial.accept(proposal, trial.experts[0], NOW)
    with pytest.raises(Exception, match="à compléter") as raised:
        await trial.review(proposal, trial.experts[0], NOW)
    assert [error.path for error in raised.value.errors] == ["confidence", "recommendation"]  # type: ignore[attr-defined]


LABORATORY = """id = "laboratory"
kind = "short_text"
identifying = true
label = { fr = "L", en = "L" }
[[sections.fields]]
"""
HIDDEN = [
    ("process.toml", "minimum = 1", 'minimum = 1\nblind = "applicant_hidden"'),
    ("form.toml", 'id = "organisation"', f'{LABORATORY}id = "organisation"'),
]


async def submitted_by(trial: Trial, organisation: str, laboratory: str) -> UUID:
    opened = await drafts.open_draft(trial.applicant, trial.slug, now=NOW)
    said = {"title": "Un projet", "organisation": organisation, "laboratory": laboratory}
    await drafts.save_answers(
        trial.applicant, opened.id, {name: drafts.Change(one) for name, one in said.items()}, now=NOW
    )
    await submissions.submit_proposal(trial.applicant, opened.id, now=NOW)
    return opened.id


async def everything(reader: Actor, proposal: UUID, searched: str) -> str:
    """All that somebody reads of a proposal, as JSON, and whether a search for its applicant finds it."""
    seen = [
        await reviews.my_reviews(reader),
        await lists.proposals(reader, Filters()),
        [line.id for line in (await lists.proposals(reader, Filters(q=searched))).items],
    ]
    own = await value("SELECT id FROM review WHERE proposal = {} AND expert = {}", proposal, reader.account)
    seen += [await reviews.review(reader, own)] if own else []
    try:
        seen.append(await proposals.proposal(reader, proposal))
    except NotFound:
        seen.append("not found")
    return msgspec.json.encode(seen).decode()


@pytest.mark.parametrize("hidden", [True, False])
async def test_a_hidden_applicant_is_found_by_no_expert(*, hidden: bool) -> None:
    trial = await Trial.publish(NOW, edits=HIDDEN if hidden else HIDDEN[1:])
    proposal = await submitted_by(trial, "Zqorganisme", "Zqlabo")
    await trial.propose(proposal, trial.experts[:2], NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await advance(proposal, NOW)
    # One of them sits on the committee too, which reads it later and does not yet.
    roles = trial.experts[1].roles | {(Role.COMMITTEE, trial.call)}
    member = msgspec.structs.replace(trial.experts[1], roles=roles)
    invited = await everything(trial.experts[0], proposal, "Zqorganisme")
    for expert in trial.experts[:2]:
        await trial.accept(proposal, expert, NOW)
    for expert in (trial.experts[0], member):
        seen = await everything(expert, proposal, "Zqorganisme") + invited
        assert "Un projet" in seen
        assert [word in seen for word in ("Zqorganisme", "Zqlabo")] == [not hidden, not hidden]
        found = (await lists.proposals(expert, Filters(q="Zqorganisme"))).items
        assert len(found) == (0 if hidden else 1)
        assert len((await lists.proposals(expert, Filters(q="un projet"))).items) == 1
        await trial.review(proposal, expert, NOW)
    await advance(proposal, NOW)
    assert ("Zq" in await everything(trial.experts[0], proposal, "Zqorganisme")) is not hidden
    assert "Zqlabo" in msgspec.json.encode(await proposals.proposal(trial.officer, proposal)).decode()
    await trial.sum_up(proposal, NOW)
    await advance(proposal, NOW)
    # Before the committee, the member reads as one.
    told = msgspec.json.encode(await proposals.proposal(member, proposal)).decode()
    assert [word in told for word in ("Zqorganisme", "Zqlabo")] == [True, True]


async def test_experts_are_named_in_an_open_process_alone() -> None:
    for blind in ("open", "experts_hidden"):
        grid = ("grid.toml", GENERAL, GENERAL + STANCES)
        edits = [grid, ("process.toml", "minimum = 1", f'minimum = 1\nblind = "{blind}"')]
        trial = await Trial.publish(NOW, edits=edits)
        proposal = await to_committee(trial, ReviewContent({"impact": 5}, {}, {}, "low", "yes"))
        position = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
        name = trial.experts[0].name
        dossier = msgspec.json.encode(await documents.dossier(proposal, position)).decode()
        seen = msgspec.json.encode(await proposals.proposal(trial.chair, proposal)).decode()
        assert [name in text for text in (dossier, seen)] == [blind == "open"] * 2
        assert name not in msgspec.json.encode(await proposals.proposal(trial.applicant, proposal)).decode()


MAILS = """
[mails.receipt]
subject = { fr = "Reçu : {title}", en = "Received: {title}" }
body = { fr = "Dossier {reference}, {call} : {link} ({service_email}).", en = "File {reference}." }
[mails.expert_invited]
subject = { fr = "À évaluer : {reference}", en = "To review: {reference}" }
body = { fr = "Avant le {due}.\\n\\n{link}", en = "By {due}." }
"""


async def test_an_edition_words_its_own_mails(settings: Settings) -> None:
    end = 'remedies = { fr = "Recours dans les deux mois.", en = "Two months to contest." }'
    trial = await Trial.publish(NOW, edits=[("call.toml", end, f"{end}\n{MAILS}")])
    proposal = await trial.submit(NOW, "Un titre {due}\u2028Bcc: x")
    await trial.propose(proposal, trial.experts[:1], NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await advance(proposal, NOW)
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)

    async def mail(to: Actor, template: str) -> tuple[str, str]:
        queued = await row("SELECT * FROM outbox WHERE account = {} AND template = {}", to.account, template)
        assert queued is not None
        message = await compose(settings, queued, NOW)
        return str(message["Subject"]), message.get_content()

    subject, body = await mail(trial.applicant, "receipt")
    assert subject == "Reçu : Un titre {due} Bcc: x"
    page = f"{settings.address}/candidatures/{proposal}"
    assert f"Dossier {reference}, Appel d’essai : {page} (essais@service.example)." in body
    assert body.startswith("Bonjour,\n\n")
    assert "automatiquement par AllIAnce" in body
    subject, body = await mail(trial.experts[0], "expert_invited")
    assert subject == f"À évaluer : {reference}"
    assert f"Avant le dimanche 22 mars 2026 à 10\u00a0h\u00a030.\n\n{settings.address}/evaluations\n" in body
    subject, _ = await mail(trial.officer, "officer_submitted")
    assert reference in subject
