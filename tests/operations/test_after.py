"""After submission: the same again, amendments, second thoughts, what the receipt says of silence, the thread."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from service import housekeeping
from service.domain.actor import Role
from service.domain.files import StoredFile
from service.domain.thread import FIELD, MOST_A_DAY
from service.operations import amendments, drafts, files, process, submissions, threads, withdrawals
from service.operations.drafts import Change
from service.operations.eligibility import Verdict
from service.operations.threads import MessageContent
from service.problems import Conflict, Invalid, NotFound, Problem
from service.store import journal
from service.store.database import execute, row, rows, value
from service.store.ids import uuid7
from service.views import attachments, changes, documents, proposals
from service.views.dossiers import dossier
from tests.process.call import Trial, kinds, standing
from tests.support.people import person
from workflows.messages import Case, Close, Look

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def trial() -> Trial:
    return await Trial.publish(NOW, experts=2)


async def write(trial: Trial, proposal: UUID, title: str, now: datetime, based_on: int = 1) -> None:
    await drafts.save_answers(trial.applicant, proposal, {"title": Change(title, based_on)}, now=now)


async def test_submitting_again_gives_the_same_receipt_once(trial: Trial) -> None:
    draft = await trial.draft(NOW)
    first = await submissions.submit_proposal(trial.applicant, draft, now=NOW)
    again = await submissions.submit_proposal(trial.applicant, draft, now=NOW + 30 * DAY)
    assert again == first
    assert await kinds(draft) == ["draft_opened", "proposal_submitted"]
    assert await value("SELECT count(*) FROM job WHERE proposal = {} AND kind = 'receipt'", draft) == 1
    for other in (trial.officer, trial.chair):
        with pytest.raises(Problem):
            await submissions.submit_proposal(other, draft, now=NOW)


async def test_an_amendment_is_read_by_nobody_until_it_is_submitted(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    with pytest.raises(Conflict):
        await write(trial, proposal, "Trop tôt", NOW)
    opened = await amendments.begin_amendment(trial.applicant, proposal, now=NOW + HOUR)
    assert await amendments.begin_amendment(trial.applicant, proposal, now=NOW + 2 * HOUR) == opened
    await write(trial, proposal, "Un projet plus grand", NOW + HOUR)
    seen = await proposals.proposal(trial.officer, proposal)
    assert (seen.title, seen.answers["title"].value, seen.amending_since) == ("Un projet", "Un projet", NOW + HOUR)
    mine = await changes.changes(trial.applicant, proposal, working=True)
    assert [(one.field, one.old, one.new) for one in mine.changes] == [("title", "Un projet", "Un projet plus grand")]
    with pytest.raises(NotFound):
        await changes.changes(trial.officer, proposal, working=True)
    second = await submissions.submit_proposal(trial.applicant, proposal, now=NOW + 2 * HOUR)
    assert (second.revision, await standing(proposal)) == (2, ("in_progress", "eligibility"))
    theirs = await changes.changes(trial.officer, proposal)
    assert (theirs.older, theirs.newer, theirs.changes) == (1, 2, mine.changes)
    assert (await proposals.proposal(trial.officer, proposal)).title == "Un projet plus grand"
    assert (await kinds(proposal))[2:] == ["amendment_opened", "proposal_amended"]
    with pytest.raises(Conflict):
        await write(trial, proposal, "Trop tard", NOW + DAY, 2)


async def test_an_amendment_that_changes_nothing_makes_no_version(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    await amendments.begin_amendment(trial.applicant, proposal, now=NOW)
    await write(trial, proposal, "Autre", NOW)
    await write(trial, proposal, "Un projet", NOW, 2)
    assert (await submissions.submit_proposal(trial.applicant, proposal, now=NOW + HOUR)).revision == 1
    assert (await kinds(proposal))[2:] == ["amendment_opened", "amendment_abandoned"]


async def test_abandoning_puts_everything_back(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    before = {field: content for field, (_, content) in (await drafts.kept_answers(proposal)).items()}
    await amendments.begin_amendment(trial.applicant, proposal, now=NOW)
    await write(trial, proposal, "Autre", NOW)
    await drafts.save_answers(trial.applicant, proposal, {"organisation": Change(None, 1)}, now=NOW)
    for _ in range(2):
        await amendments.abandon_amendment(trial.applicant, proposal, now=NOW + HOUR)
    assert {field: content for field, (_, content) in (await drafts.kept_answers(proposal)).items()} == before
    assert (await kinds(proposal))[2:] == ["amendment_opened", "amendment_abandoned"]


@pytest.mark.parametrize("title", ["Autre", "Un projet"])
async def test_what_is_returned_while_it_is_amended_is_completed(trial: Trial, title: str) -> None:
    """Also with the answers that were there before: the officer waits for it."""
    proposal = await trial.submit(NOW)
    await amendments.begin_amendment(trial.applicant, proposal, now=NOW)
    await write(trial, proposal, title, NOW)
    await trial.check(proposal, Verdict.RETURNED, NOW + HOUR)
    await trial.complete(proposal, NOW + 2 * HOUR)
    seen = await proposals.proposal(trial.officer, proposal)
    assert (seen.title, seen.phase, seen.amending_since) == (title, "eligibility", None)
    assert (await kinds(proposal))[-1] == "proposal_completed"
    assert await row("SELECT * FROM amendment WHERE proposal = {}", proposal) is None


async def test_what_the_end_of_a_stage_leaves_unsubmitted_still_leads_back(trial: Trial) -> None:
    """Nobody reads it, nothing of it is lost; amended again in the next stage, it can still be put back."""
    proposal = await trial.submit(NOW)
    await amendments.begin_amendment(trial.applicant, proposal, now=NOW)
    await write(trial, proposal, "Autre", NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW + HOUR)
    seen = (await process.look(Look(str(proposal), NOW + HOUR))).snapshot
    await process.close_stage(Close(Case(str(proposal), seen.visit, seen.mark, NOW + HOUR), "eligible"))
    shown = await proposals.proposal(trial.applicant, proposal)
    assert (shown.amending_since, shown.unsubmitted, shown.answers["title"].value) == (None, True, "Un projet")
    await amendments.begin_amendment(trial.applicant, proposal, now=NOW + DAY)
    assert (await proposals.proposal(trial.applicant, proposal)).answers["title"].value == "Autre"
    await amendments.abandon_amendment(trial.applicant, proposal, now=NOW + DAY)
    assert (await drafts.kept_answers(proposal))["title"][1] == "Un projet"


async def test_where_the_edition_does_not_allow_it(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    await trial.withdraw(proposal, NOW)
    with pytest.raises(Conflict):
        await amendments.begin_amendment(trial.applicant, proposal, now=NOW)
    found = await proposals.proposal(trial.applicant, proposal)
    assert "proposal:amend" not in found.may


async def test_the_reason_of_a_withdrawal_is_read_by_whom_it_is_written_for(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    auditor = await person((Role.AUDITOR, None))
    readers = (trial.applicant, trial.officer, auditor)
    await submissions.withdraw_proposal(trial.applicant, proposal, "Un partenaire se retire.", now=NOW)
    told = [(await proposals.proposal(reader, proposal)).withdrawal_reason for reader in readers]
    assert told == ["Un partenaire se retire."] * 3
    await withdrawals.undo_withdrawal(trial.applicant, proposal, now=NOW + HOUR)
    assert (await proposals.proposal(trial.officer, proposal)).withdrawal_reason == ""


async def test_a_draft_is_discarded_and_taken_back_with_its_files(trial: Trial) -> None:
    draft, file = await trial.draft(NOW), uuid7(NOW)
    await execute(
        "INSERT INTO attachment (id, proposal, field, name, size, sha256, media_type, added_at, added_by)"
        " VALUES ({}, {}, 'plan', 'plan.pdf', 1, '', 'application/pdf', {}, {})",
        *(file, draft, NOW, trial.applicant.account),
    )
    await withdrawals.discard_draft(trial.applicant, draft, now=NOW)
    assert (await withdrawals.discard_draft(trial.applicant, draft, now=NOW + DAY)).restorable_until == NOW + 14 * DAY
    for read in (trial.applicant, trial.officer):
        with pytest.raises(NotFound):
            await proposals.proposal(read, draft)
    await withdrawals.restore_draft(trial.applicant, draft, now=NOW + 14 * DAY)
    shown = await proposals.proposal(trial.applicant, draft)
    assert (shown.title, [kept.id for kept in shown.attachments]) == ("Un projet", [file])
    again = (await withdrawals.discard_draft(trial.applicant, draft, now=NOW + 15 * DAY)).restorable_until
    with pytest.raises(Conflict, match="quatorze jours"):
        await withdrawals.restore_draft(trial.applicant, draft, now=again + HOUR)
    await housekeeping.erase_discarded(NOW + 44 * DAY)
    assert await value("SELECT title FROM proposal WHERE id = {}", draft) == "Un projet"
    await housekeeping.erase_discarded(NOW + 46 * DAY)
    assert await value("SELECT count(*) FROM answer WHERE proposal = {}", draft) == 0
    assert await value("SELECT title FROM proposal WHERE id = {}", draft) == ""
    assert await journal.verify(f"proposal:{draft}") == []


@pytest.mark.parametrize(
    ("after", "published", "code"),
    [(14 * DAY, False, ""), (14 * DAY + HOUR, False, "undo_too_late"), (DAY, True, "decided_meanwhile")],
)
async def test_until_when_a_withdrawal_is_undone(after: timedelta, published: bool, code: str) -> None:  # noqa: FBT001
    trial = await Trial.publish(NOW, experts=2, about="closes = 2027-05-15")
    proposal = await trial.submit(NOW)
    await trial.withdraw(proposal, NOW)
    if published:
        await execute(
            "INSERT INTO publication (id, call, author, at) VALUES ({}, {}, {}, {})",
            *(uuid7(NOW), trial.call, trial.chair.account, NOW + HOUR),
        )
    try:
        await trial.undo(proposal, NOW + after)
        found = ""
    except Conflict as problem:
        found = problem.code
    assert found == code
    assert await standing(proposal) == (("withdrawn", "") if code else ("in_progress", "eligibility"))


async def test_a_verdict_given_before_the_withdrawal_still_counts(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await trial.withdraw(proposal, NOW + HOUR)
    await trial.undo(proposal, NOW + 2 * HOUR)
    assert (await process.look(Look(str(proposal), NOW + 2 * HOUR))).snapshot.outcome == "eligible"
    with pytest.raises(Conflict):
        await trial.undo(proposal, NOW + 3 * HOUR)
    await trial.withdraw(proposal, NOW + 4 * HOUR)
    assert await standing(proposal) == ("withdrawn", "")


async def test_a_returned_proposal_comes_back_returned(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    await trial.check(proposal, Verdict.RETURNED, NOW + DAY)
    await trial.withdraw(proposal, NOW + 2 * DAY)
    await trial.undo(proposal, NOW + 7 * DAY)
    found = await rows(
        "SELECT d.kind, d.due_at, d.paused_at FROM deadline d JOIN proposal p ON p.id = d.proposal"
        " WHERE p.id = {} AND d.visit = p.visit ORDER BY d.kind",
        proposal,
    )
    completion, stage = found
    # Fourteen days from the return, of which one had passed; the stage's clock still stands where it stood.
    assert completion["due_at"] == NOW + DAY + 14 * DAY + 5 * DAY
    assert stage["paused_at"] == NOW + DAY
    await trial.complete(proposal, NOW + 8 * DAY)
    assert await standing(proposal) == ("in_progress", "eligibility")


async def test_the_receipt_dates_the_silence_and_adds_the_days_that_were_waited_for() -> None:
    dated = await Trial.publish(NOW, experts=0)
    proposal = await dated.submit(NOW)
    assert (await documents.receipt(proposal, 2)).silence_on == date(2026, 5, 2)
    await dated.check(proposal, Verdict.RETURNED, NOW + DAY)
    await dated.complete(proposal, NOW + 6 * DAY)
    assert (await documents.receipt(proposal, 4)).silence_on == date(2026, 5, 7)
    assert (await documents.receipt(proposal, 2)).silence_on == date(2026, 5, 2), "as of then"


async def attach(trial: Trial, proposal: UUID, name: str, *, officer: bool = False) -> UUID:
    file = StoredFile(uuid7(NOW), FIELD, name, 12, "0" * 64, "application/pdf")
    await files.add_attachment(trial.officer if officer else trial.applicant, proposal, file, now=NOW)
    return file.id


async def test_files_of_the_thread_are_their_authors_until_they_are_sent(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    file = await attach(trial, proposal, "note.pdf", officer=True)
    assert (await attachments.attachment(trial.officer, file)).name == "note.pdf"
    with pytest.raises(NotFound):
        await attachments.attachment(trial.applicant, file)
    with pytest.raises(Invalid):
        await threads.send_message(trial.applicant, proposal, MessageContent("Le voici.", files=(file,)), now=NOW)
    with pytest.raises(NotFound):
        await files.remove_attachment(trial.applicant, file, now=NOW)
    await threads.send_message(trial.officer, proposal, MessageContent("Voici.", files=(file,)), now=NOW)
    assert (await attachments.attachment(trial.applicant, file)).name == "note.pdf"
    with pytest.raises(Invalid):
        await threads.send_message(trial.officer, proposal, MessageContent("Encore.", files=(file,)), now=NOW)
    with pytest.raises(NotFound):
        await files.remove_attachment(trial.officer, file, now=NOW)
    assert (await proposals.proposal(trial.applicant, proposal)).attachments == ()


async def test_the_committee_reads_questions_and_answers_and_nobodys_name(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    for author, message in (
        (trial.applicant, MessageContent("Mon téléphone est le 01 99 00 00 00.")),
        (trial.officer, MessageContent("Où sont les données ?", question=True)),
        (trial.applicant, MessageContent("En France.")),
    ):
        await threads.send_message(author, proposal, message, now=NOW)
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    told = (await dossier(proposal, position)).clarifications
    assert [(one.author, one.text) for one in told] == [
        ("Le service chargé de l’appel", "Où sont les données ?"),
        ("Le candidat", "En France."),
    ]
    assert len((await dossier(proposal, position, "officer")).clarifications) == 3


async def test_a_thread_has_limits_and_keeps_what_was_said(trial: Trial) -> None:
    proposal = await trial.submit(NOW)
    for text, code in (("", "required"), ("a" * 10_001, "too_long")):
        with pytest.raises(Invalid) as problem:
            await threads.send_message(trial.applicant, proposal, MessageContent(text), now=NOW)
        assert [error.code for error in problem.value.errors] == [code]
    with pytest.raises(Problem, match="rôle"):
        await threads.send_message(trial.applicant, proposal, MessageContent("?", question=True), now=NOW)
    for number in range(MOST_A_DAY):
        await threads.send_message(trial.applicant, proposal, MessageContent(f"Message {number}"), now=NOW)
    with pytest.raises(Conflict, match="demain"):
        await threads.send_message(trial.applicant, proposal, MessageContent("Un de trop"), now=NOW)
    await threads.send_message(trial.applicant, proposal, MessageContent("Demain"), now=NOW + DAY + HOUR)
    entries = await journal.entries(f"proposal:{proposal}")
    assert "Message" not in str([entry.data for entry in entries])
