"""Moving proposals onto another edition: every answer is kept, what no longer fits is told, the process goes on."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from service.domain.actor import PROCESS, Role
from service.operations import calls, drafts, process, submissions
from service.operations.drafts import Change
from service.operations.eligibility import Verdict
from service.operations.migration import Migrated, migrate_proposal
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.store.database import execute, row, rows, value
from service.views import bids, documents, histories, migration, proposals
from tests.process.call import EDITION, Trial, kinds, standing
from tests.support.people import person
from workflows.messages import Answer, Case, Close, Look, OfSeat

NOW = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("database")

MORE = """
[[sections.fields]]
id = "size"
kind = "short_text"
label = { fr = "Taille", en = "Size" }
required = %s
"""


async def publish(trial: Trial, *, replace: tuple[tuple[str, str], ...] = (), form: str = "") -> int:
    """Another edition of the trial's call: texts replaced in any file, lines added to its form."""
    prefix = await value("SELECT prefix FROM call WHERE slug = {}", trial.slug)
    files = {path.name: path.read_text() for path in EDITION.glob("*.toml")}
    files["call.toml"] = files["call.toml"].replace("@slug@", trial.slug).replace("@prefix@", prefix)
    files["form.toml"] += form
    for old, new in replace:
        assert any(old in text for text in files.values()), old
        files = {name: text.replace(old, new) for name, text in files.items()}
    made = await calls.publish_edition(PROCESS, {name: text.encode() for name, text in files.items()}, now=NOW)
    return made.number


async def move(trial: Trial, proposal: UUID, to: int) -> Migrated:
    return await migrate_proposal(PROCESS, trial.slug, proposal, to, now=LATER)


async def opened(trial: Trial, **answers: str) -> UUID:
    """A draft with answers."""
    draft = await drafts.open_draft(trial.applicant, trial.slug, now=NOW)
    changes = {field: Change(said) for field, said in answers.items()}
    await drafts.save_answers(trial.applicant, draft.id, changes, now=NOW)
    return draft.id


async def stored(proposal: UUID) -> dict[str, object]:
    found = await rows("SELECT field, value FROM answer WHERE proposal = {} ORDER BY field", proposal)
    return {line["field"]: msgspec.json.decode(line["value"]) for line in found}


async def edition_of(proposal: UUID) -> int:
    found: int = await value(
        "SELECT e.number FROM proposal p JOIN edition e ON e.id = p.edition WHERE p.id = {}", proposal
    )
    return found


async def test_a_draft_keeps_the_answers_that_are_asked_no_longer() -> None:
    trial = await Trial.publish(NOW, experts=0)
    assert await publish(trial, form=MORE % "false") == 2
    draft = await opened(trial, title="Un projet", organisation="Un organisme", size="grande")
    assert await publish(trial, replace=(('id = "title"', 'id = "title"\ncharacters = 5'),)) == 3
    done = await move(trial, draft, 3)
    assert (done.moved, done.number, done.gone) == (True, 3, ("size",))
    assert [(error.path, error.code) for error in done.errors] == [("title", "too_long")]
    assert await stored(draft) == {"title": "Un projet", "organisation": "Un organisme", "size": "grande"}
    shown = await proposals.proposal(trial.applicant, draft)
    assert {name: answer.asked for name, answer in shown.answers.items()} == {
        "title": True, "organisation": True, "size": False,
    }  # fmt: skip
    # Saving goes on, and what is asked no longer is no part of what is submitted.
    await drafts.save_answers(trial.applicant, draft, {"title": Change("Court", 1)}, now=LATER)
    with pytest.raises(Invalid) as refused:
        await drafts.save_answers(trial.applicant, draft, {"size": Change("petite", 1)}, now=LATER)
    assert [error.code for error in refused.value.errors] == ["unknown_field"]
    await submissions.submit_proposal(trial.applicant, draft, now=LATER)
    content = msgspec.json.decode(await value("SELECT content FROM revision WHERE proposal = {}", draft))
    assert content["answers"] == {"title": "Court", "organisation": "Un organisme"}
    assert (await stored(draft))["size"] == "grande"
    assert await kinds(draft) == ["draft_opened", "edition_changed", "proposal_submitted"]


async def test_files_of_no_form_are_no_part_of_a_move() -> None:
    """Those of the thread, or of a pilot, were asked by no edition: none asks them no longer."""
    trial = await Trial.publish(NOW, experts=0)
    proposal = await trial.submit(NOW)
    for field in ("@thread", f"@{uuid4()}"):
        await execute(
            "INSERT INTO attachment (id, proposal, field, name, size, sha256, media_type, added_at, added_by)"
            " VALUES ({}, {}, {}, 'a.txt', 1, '', 'text/plain', {}, {})",
            *(uuid4(), proposal, field, NOW, trial.applicant.account),
        )
    assert await publish(trial, form=MORE % "false") == 2
    done = await move(trial, proposal, 2)
    assert (done.moved, done.gone, done.errors) == (True, (), ())


async def test_a_later_edition_that_asks_again_shows_the_answer_again() -> None:
    trial = await Trial.publish(NOW, experts=0)
    await publish(trial, form=MORE % "false")
    draft = await opened(trial, title="Un projet", organisation="Un organisme", size="grande")
    await publish(trial)
    await move(trial, draft, 3)
    assert (await move(trial, draft, 2)).gone == ()
    shown = await proposals.proposal(trial.applicant, draft)
    assert shown.answers["size"].asked
    assert shown.answers["size"].value == "grande"


async def test_whoever_says_a_preference_is_told_organisations_by_the_edition_of_each_proposal() -> None:
    """Not by the call's latest one: neither where it is open and the proposal's is blind, nor the other way round."""
    blind = ("minimum = 1", 'minimum = 1\nblind = "applicant_hidden"')
    asks = ("[[stages]]", "bids = true\n\n[[stages]]")
    trial = await Trial.publish(NOW, experts=1, edits=[("process.toml", *blind), ("process.toml", *asks)])
    hidden = await trial.submit(NOW)
    first = ('[[stages]]\nid = "eligibility"', 'bids = true\n\n[[stages]]\nid = "eligibility"')
    assert await publish(trial, replace=(first,)) == 2
    told = await trial.submit(NOW)

    async def organisations() -> dict[UUID, str]:
        return {line.id: line.organisation for line in (await bids.bids(trial.experts[0], trial.slug)).items}

    assert await organisations() == {hidden: "", told: "Un organisme"}
    assert await publish(trial, replace=(first, blind)) == 3
    assert await organisations() == {hidden: "", told: "Un organisme"}
    await move(trial, hidden, 2)
    await move(trial, told, 3)
    assert await organisations() == {hidden: "Un organisme", told: ""}


async def test_moving_again_is_nothing_and_so_is_moving_at_the_same_time() -> None:
    trial = await Trial.publish(NOW, experts=0)
    draft = await opened(trial, title="Un projet")
    await publish(trial, form=MORE % "true")
    done = await asyncio.gather(*(move(trial, draft, 2) for _ in range(5)))
    assert sorted(one.moved for one in done) == [False] * 4 + [True]
    entry = await row("SELECT data FROM entry WHERE stream = {} AND kind = 'edition_changed'", f"proposal:{draft}")
    assert entry is not None
    numbers = await rows("SELECT id FROM edition WHERE call = {} ORDER BY number", trial.call)
    assert msgspec.json.decode(entry["data"]) == {"from": str(numbers[0]["id"]), "to": str(numbers[1]["id"])}
    assert await kinds(draft) == ["draft_opened", "edition_changed"]


async def test_the_applicant_is_told_once_what_changed() -> None:
    trial = await Trial.publish(NOW, experts=0)
    draft = await opened(trial, title="Un projet")
    await publish(trial, form=MORE % "true")
    await publish(trial, form=MORE % "false")
    began = (await proposals.proposal(trial.applicant, draft)).edition
    for number in (2, 3):
        await move(trial, draft, number)
    assert (await proposals.proposal(trial.applicant, draft)).told_edition == began
    await drafts.see_new_form(trial.applicant, draft, now=LATER)
    assert (await proposals.proposal(trial.applicant, draft)).told_edition is None
    await publish(trial, form=MORE % "false", replace=(("P60D", "P61D"),))  # the same form
    await move(trial, draft, 4)
    assert (await proposals.proposal(trial.applicant, draft)).told_edition is None


async def look(proposal: UUID) -> Answer:
    return await process.look(Look(str(proposal), LATER))


async def case(proposal: UUID) -> Case:
    seen = (await look(proposal)).snapshot
    return Case(str(proposal), seen.visit, seen.mark, LATER)


async def test_an_open_proposal_keeps_clocks_and_seats_and_takes_the_new_rules_at_its_next_stage() -> None:
    trial = await Trial.publish(NOW)
    proposal = await trial.submit(NOW)
    await trial.propose(proposal, trial.experts, NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await process.close_stage(Close(await case(proposal), "eligible"))
    await process.fill_seat(OfSeat(await case(proposal), 1))
    before = (await look(proposal)).snapshot
    rules = (("seats = 2", "seats = 1"), ("minimum = 1", "minimum = 1"), ("5wd", "7wd"), ("P60D", "P2D"))
    await publish(trial, replace=rules, form=MORE % "true")
    assert (await move(trial, proposal, 2)).moved
    after = (await look(proposal)).snapshot
    assert (after.seats, after.deadline, after.mark) == (before.seats, before.deadline, before.mark)
    assert after.seq == before.seq + 1  # its workflow is poked
    for number in (0, 1):
        await process.fill_seat(OfSeat(await case(proposal), number))
    for expert in trial.experts[:2]:
        await trial.accept(proposal, expert, LATER)
        await trial.review(proposal, expert, LATER)
    assert (await process.close_stage(Close(await case(proposal), "complete"))).done
    assert await standing(proposal) == ("in_progress", "synthesis")
    clock = await row("SELECT rule FROM deadline WHERE proposal = {} AND closed_at IS NULL", proposal)
    assert clock == {"rule": "7wd"}
    # What was submitted is read with the form that it was submitted on, before the committee and on paper.
    shown = await proposals.proposal(trial.officer, proposal)
    assert {name: answer.value for name, answer in shown.answers.items()} == {
        "title": "Un projet", "organisation": "Un organisme",
    }  # fmt: skip
    assert shown.form_edition != shown.edition
    last: int = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    moved_at = await value(
        "SELECT seq FROM entry WHERE stream = {} AND kind = 'edition_changed'", f"proposal:{proposal}"
    )
    assert (await documents.dossier(proposal, last)).edition.endswith("édition 2")
    assert (await documents.dossier(proposal, moved_at - 1)).edition.endswith("édition 1")


async def test_a_stage_that_the_edition_does_not_know_refuses() -> None:
    trial = await Trial.publish(NOW, experts=0)
    proposal, draft = await trial.submit(NOW), await opened(trial, title="Un projet")
    await publish(trial, replace=(('id = "eligibility"', 'id = "admission"'),))
    with pytest.raises(Conflict, match="n’a pas d’étape « eligibility »") as refused:
        await move(trial, proposal, 2)
    assert refused.value.code == "edition_does_not_fit"
    assert (await edition_of(proposal), await kinds(proposal)) == (1, ["draft_opened", "proposal_submitted"])
    plan = await migration.candidates(PROCESS, trial.slug, 2, open_too=True)
    assert {one.id: bool(one.refusal) for one in plan.items} == {proposal: True, draft: False}
    assert [one.id for one in (await migration.candidates(PROCESS, trial.slug, 2)).items] == [draft]
    assert (await move(trial, draft, 2)).moved


async def test_a_closed_proposal_keeps_its_edition() -> None:
    trial = await Trial.publish(NOW, experts=0)
    proposal = await trial.submit(NOW)
    await submissions.withdraw_proposal(trial.applicant, proposal, now=NOW)
    await publish(trial, form=MORE % "false")
    with pytest.raises(Conflict) as refused:
        await move(trial, proposal, 2)
    assert refused.value.code == "over"


async def test_a_returned_proposal_is_completed_on_the_new_form() -> None:
    trial = await Trial.publish(NOW, experts=0)
    proposal = await trial.submit(NOW)
    await trial.check(proposal, Verdict.RETURNED, NOW)
    await publish(trial, form=MORE % "true")
    await move(trial, proposal, 2)
    with pytest.raises(Invalid) as refused:
        await submissions.submit_proposal(trial.applicant, proposal, now=LATER)
    assert [(error.path, error.code) for error in refused.value.errors] == [("size", "required")]
    await drafts.save_answers(trial.applicant, proposal, {"size": Change("grande")}, now=LATER)
    await submissions.submit_proposal(trial.applicant, proposal, now=LATER)
    shown = await proposals.proposal(trial.officer, proposal)
    assert shown.answers["size"].value == "grande"
    assert shown.form_edition == shown.edition
    assert [event.kind for event in await histories.timeline(trial.applicant, proposal)] == [
        "draft_opened", "proposal_submitted", "eligibility_returned", "edition_changed", "proposal_completed",
    ]  # fmt: skip


async def test_who_may_and_which() -> None:
    trial, other = await Trial.publish(NOW, experts=0), await Trial.publish(NOW, experts=0)
    draft = await opened(trial, title="Un projet")
    await publish(trial, form=MORE % "false")
    await publish(other, form=MORE % "false")
    admin = await person((Role.ADMIN, None))
    for somebody in (trial.officer, trial.applicant):
        with pytest.raises(Forbidden):
            await migrate_proposal(somebody, trial.slug, draft, 2, now=LATER)
        with pytest.raises(NotFound):
            await migration.candidates(somebody, trial.slug, 2)
    for slug, proposal, to in ((trial.slug, uuid4(), 2), (other.slug, draft, 2), (trial.slug, draft, 9)):
        with pytest.raises(NotFound):
            await migrate_proposal(admin, slug, proposal, to, now=LATER)
    both = msgspec.structs.replace(trial.applicant, roles=frozenset({(Role.ADMIN, None)}))
    with pytest.raises(Forbidden, match="candidat"):
        await migrate_proposal(both, trial.slug, draft, 2, now=LATER)
    assert (await migrate_proposal(admin, trial.slug, draft, 2, now=LATER)).moved
