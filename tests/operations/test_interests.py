"""An interest that somebody declares: what it ends, at once, and who reads of it."""

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest

from service import clock, invariants
from service.domain.actor import PROCESS
from service.operations import dismissals, interests
from service.operations.dismissals import DismissalContent
from service.operations.erasing import erase_person
from service.operations.interests import InterestContent
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.store import journal
from service.store.database import execute, row, rows, transaction, value
from service.views import conflicts as views
from service.views import histories, lists
from service.views.proposals import proposal as proposal_view
from tests.operations.conflict_case import invited, standing, statuses, trial_recheck
from tests.process.call import Trial, kinds
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")
CONFLICTS = ("conflict_found", "conflict_closed", "conflict_dismissed", "expert_excluded", "expert_restored")


async def test_an_interest_declared_ends_access_in_its_commit_and_ending_it_gives_the_place_back() -> None:
    trial = await Trial.publish(clock.now(), experts=3)
    proposal = await trial.submit(clock.now())
    first, second, third = trial.experts
    await invited(trial, proposal, [first, second, third])
    await trial.accept(proposal, first, clock.now())
    assert await statuses(proposal) == {first.person: "accepted", second.person: "invited", third.person: "proposed"}
    content = InterestContent("organisation", "Un Organisme SAS", reason="J’y ai travaillé.")
    declared = await interests.declare_interest(first, content, now=clock.now())
    assert await statuses(proposal) == {first.person: "released", second.person: "invited", third.person: "proposed"}
    assert await standing(proposal) == {(first.person, "interest", "certain")}
    assert (await kinds(proposal))[-2:] == ["conflict_found", "expert_excluded"]
    with pytest.raises(NotFound):
        await proposal_view(first, proposal)
    told = await rows(
        "SELECT template, account FROM outbox WHERE data ->> 'proposal' = {} AND template LIKE '%ex%cluded'"
        " OR data ->> 'proposal' = {} AND template = 'officer_conflict_found'",
        *(str(proposal), str(proposal)),
    )
    assert {(line["template"], line["account"]) for line in told} == {
        ("expert_excluded", first.account),
        ("officer_conflict_found", trial.officer.account),
    }
    [found] = (await views.conflicts(trial.officer, proposal)).items
    assert (found.reason, found.listed) == ("J’y ai travaillé.", "released")
    with pytest.raises(Conflict) as refused:
        await dismissals.dismiss_conflict(trial.officer, proposal, found.id, DismissalContent("Non."), now=clock.now())
    assert refused.value.code == "conflict_beyond_doubt"
    # One who is asked next, and a proposal that comes later, are stopped as well.
    later = await trial.submit(clock.now(), "Un autre projet")
    with pytest.raises(Forbidden):
        await trial.propose(later, [first], clock.now())
    await interests.end_interest(first, declared.id, now=clock.now())
    assert await statuses(proposal) == {first.person: "proposed", second.person: "invited", third.person: "proposed"}
    assert (await kinds(proposal))[-2:] == ["conflict_closed", "expert_restored"]
    assert await standing(proposal) == set()
    await trial.propose(later, [first], clock.now())


async def test_found_while_an_invitation_is_accepted_access_ends_whoever_is_first() -> None:
    trial = await Trial.publish(clock.now(), experts=2)
    proposals = [await trial.submit(clock.now(), f"Projet {number}") for number in range(3)]
    expert = trial.experts[0]
    for proposal in proposals:
        await invited(trial, proposal, trial.experts)

    async def accept(proposal: UUID) -> None:
        with suppress(NotFound, Conflict):
            await trial.accept(proposal, expert, clock.now())

    content = InterestContent("organisation", "Un organisme")
    await asyncio.gather(
        *(accept(proposal) for proposal in proposals), interests.declare_interest(expert, content, now=clock.now())
    )
    for proposal in proposals:
        assert (await statuses(proposal))[expert.person] == "released"
        assert (expert.person, "interest", "certain") in await standing(proposal)
        [promise] = [one for one in invariants.PROMISES if one.id == "conflicts"]
        reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
        assert await invariants.broken(promise, of=[reference]) == {}


async def test_a_conflict_is_nobodys_to_read_but_the_officers_and_changes_no_list_of_anybody_else() -> None:
    trial = await Trial.publish(clock.now(), experts=1)
    proposal, expert = await trial.submit(clock.now()), trial.experts[0]
    await invited(trial, proposal, [expert])
    await interests.declare_interest(expert, InterestContent("organisation", "Un organisme"), now=clock.now())
    for reader in (trial.applicant, expert, trial.chair):
        with pytest.raises(NotFound):
            await views.conflicts(reader, proposal)
    assert (await lists.proposals(expert, lists.Filters())).items == ()
    timeline = await histories.timeline(trial.applicant, proposal)
    assert {event.kind for event in timeline} & set(CONFLICTS) == set()
    assert [one.kind for one in (await views.interests(expert)).items] == ["organisation"]
    assert (await views.interests(trial.applicant)).items == ()


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (InterestContent("organisation", " "), "name"),
        (InterestContent("organisation", "Lune", "12"), "identifier"),
        (InterestContent("person", "Zoé"), "name"),
        (InterestContent("person", "Zoé Martin", "zoe@"), "identifier"),
        (InterestContent("proposal", ""), "name"),
        (InterestContent("person", "Zoé " * 200), "name"),
        (InterestContent("person", "Zoé Martin", reason="é" * 2001), "reason"),
    ],
)
async def test_what_is_declared_must_say_what(content: InterestContent, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        await interests.declare_interest(await person(), content, now=clock.now())
    assert [error.path for error in refused.value.errors] == [path]


async def test_erasing_a_person_keeps_the_chain_and_drops_names() -> None:
    trial = await Trial.publish(clock.now(), experts=2)
    proposal, expert = await trial.submit(clock.now()), trial.experts[0]
    await invited(trial, proposal, trial.experts)
    content = InterestContent("person", "Zoé Martin", "zoe.martin@lune.example", "Ma cousine.")
    await interests.declare_interest(expert, content, now=clock.now())
    await execute("UPDATE account SET organisation = 'Un organisme' WHERE id = {}", expert.account)
    await trial_recheck(proposal)
    async with transaction():
        await execute("DELETE FROM tie WHERE account = {}", expert.account)
    await trial_recheck(proposal)
    assert await standing(proposal) == {(expert.person, "same_organisation", "likely")}
    await erase_person(PROCESS, expert.person, now=clock.now())
    assert await value("SELECT count(*) FROM interest WHERE account = {}", expert.account) == 0
    assert await value("SELECT count(*) FROM tie WHERE account = {}", expert.account) == 0
    kept = await row("SELECT * FROM conflict WHERE proposal = {} AND expert = {}", proposal, expert.account)
    assert kept is not None
    assert "organisme" not in str(kept)
    assert await journal.verify(f"proposal:{proposal}") == []
    assert await journal.verify(f"account:{expert.account}") == []
