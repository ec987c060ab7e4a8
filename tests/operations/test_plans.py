"""Plans: asked for, looked at, applied to the lists; what officers fix, what experts would like."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from service.domain.actor import Role
from service.domain.plans import Wanted
from service.operations import bids, listing, plans, process, teams
from service.operations.bids import BidContent, KeptBid
from service.operations.eligibility import Verdict
from service.operations.listing import BANNED
from service.operations.plans import AskedPlan, KeptPin, PinContent
from service.operations.teams import TeamContent
from service.planning import Planning
from service.problems import Conflict, Forbidden, NotFound
from service.store.database import execute, row, rows, transaction, value
from service.views import bids as bid_views
from service.views import planned as planned_views
from service.views import plans as views
from service.views.planned import Which
from tests.operations.plan_case import START, applied, conflict, entries, here, kept, lists, planned
from tests.operations.review_case import case, fill, in_review, limit
from tests.process.call import Trial
from tests.support.people import person
from workflows.messages import Close, OfSeat

__all__ = ["here"]  # fixture
pytestmark = pytest.mark.usefixtures("database")


async def test_a_plan_goes_from_the_answers_to_the_lists_and_the_process_invites_from_there() -> None:
    trial = await Trial.publish(START, experts=4)
    one, two, three, four = [expert.person for expert in trial.experts]
    first, second = [await trial.submit(START, title) for title in ("Le sol vivant", "Des arbres en ville")]
    async with transaction():
        await execute(
            "INSERT INTO profile (account, biography, saved_at) VALUES ({}, 'Agronome : les sols, la terre.', {})",
            *(three, START),
        )
    await conflict(first, trial.experts[0])
    await kept(trial, second, two, "pin")
    await kept(trial, second, four, "ban")
    await limit(trial, 0, in_call=0)
    number = await planned(trial, Wanted(reserves=1))

    shown = await views.plan(trial.officer, trial.slug)
    assert (shown.number, shown.state, shown.outdated, shown.proposals, shown.seats) == (number, "done", False, 2, 4)
    assert (shown.missing, shown.bottlenecks, shown.refused) == ((), (), ())
    assert {load.taker.id: (load.planned, load.most) for load in shown.loads} == {
        one: (0, 0),
        two: (1, None),
        three: (2, None),
        four: (1, None),
    }
    listed = (await planned_views.planned(trial.officer, trial.slug, Which())).items
    by_proposal = {item.proposal.id: item for item in listed}
    assert {pair.taker.id for pair in by_proposal[first].seats} == {three, four}
    assert by_proposal[first].seats[0].reasons.terms == ("sol",)
    assert [(pair.taker.id, pair.pinned, pair.kept) for pair in by_proposal[second].seats] == [
        (two, True, "pin"),
        (three, False, "free"),
    ]
    assert [taker.id for taker in by_proposal[second].banned] == [four]
    only = (await planned_views.planned(trial.officer, trial.slug, Which(only="pinned", q="ARBRES"))).items
    assert [item.proposal.id for item in only] == [second]

    await applied(trial, number)
    order = {item.proposal.id: [*item.seats, *item.reserves] for item in listed}
    assert await lists(trial) == {proposal: [pair.taker.id for pair in pairs] for proposal, pairs in order.items()}
    (said,) = await entries(first, "experts_listed")
    assert (len(said["assignments"]), said["listed"], said["removed"]) == (3, 3, 0)
    after = await views.plan(trial.officer, trial.slug)
    assert (after.state, after.looked_at, after.listed, after.skipped) == ("applied", 2, 6, 0)
    assert await plans.apply_plan(trial.officer, trial.slug, number, now=START) == AskedPlan(
        await value("SELECT id FROM plan WHERE call = {}", trial.call), number, "applied"
    )

    await trial.check(first, Verdict.ELIGIBLE, START)
    await process.close_stage(Close(await case(first), "eligible"))
    assert (await process.fill_seat(OfSeat(await case(first), 0))).done
    invited = await value("SELECT expert FROM assignment WHERE proposal = {} AND status = 'invited'", first)
    assert invited == order[first][0].taker.id


async def test_whoever_reads_none_of_the_languages_of_the_call_is_asked_last() -> None:
    trial = await Trial.publish(START, experts=3)
    german, french, unknown = [expert.person for expert in trial.experts]
    proposal = await trial.submit(START, "Un projet")
    for expert, languages in ((german, ["de"]), (french, ["en", "fr"])):
        await execute(
            "INSERT INTO profile (account, languages, saved_at) VALUES ({}, {}, {})",
            *(expert, msgspec.json.encode(languages).decode(), START),
        )
    await planned(trial, Wanted(reserves=1))
    (item,) = (await planned_views.planned(trial.officer, trial.slug, Which())).items
    assert (item.proposal.id, {pair.taker.id for pair in item.seats}) == (proposal, {french, unknown})
    assert [pair.taker.id for pair in item.reserves] == [german]


async def test_a_second_plan_puts_its_own_at_the_head_and_takes_banned_ones_off() -> None:
    trial = await Trial.publish(START, experts=4)
    one, two, three, four = [expert.person for expert in trial.experts]
    proposal = await trial.submit(START)
    await trial.propose(proposal, [trial.experts[0], trial.experts[3]], START)
    await kept(trial, proposal, two, "pin")
    await kept(trial, proposal, three, "pin")
    await kept(trial, proposal, four, "ban")
    await applied(trial, await planned(trial, Wanted(reserves=0)))
    before = (await lists(trial))[proposal]
    assert (set(before[:2]), before[2:]) == ({two, three}, [one])
    between, again = [await planned(trial, Wanted(reserves=0)) for _ in range(2)]
    await applied(trial, again)
    for days, left in ((29, [1, between, again]), (31, [1, again])):
        await plans.forget_superseded(START + timedelta(days=days))
        lines = await rows(
            "SELECT DISTINCT p.number FROM plan_line l JOIN plan p ON p.id = l.plan WHERE p.call = {} ORDER BY 1",
            trial.call,
        )
        assert [line["number"] for line in lines] == left
    assert await lists(trial) == {proposal: before}
    assert len(await entries(proposal, "experts_listed")) == 1  # nothing changed the second time


async def test_a_banned_expert_who_had_begun_a_review_is_released_and_holds_up_no_plan() -> None:
    """They had accepted, then the applicant withdrew and came back: on the list again, and what they wrote is kept."""
    trial = await Trial.publish(START, experts=2)
    banned, other = trial.experts
    (proposal,) = await in_review(trial, 1, [banned], START)
    assert await fill(proposal, 0, START)
    await trial.accept(proposal, banned, START)
    await trial.withdraw(proposal, START)
    await trial.undo(proposal, START)
    mine = await trial.assignment(proposal, banned)
    assert await row("SELECT status, review IS NOT NULL AS begun FROM assignment WHERE id = {}", mine) == {
        "status": "proposed", "begun": True,
    }  # fmt: skip
    await kept(trial, proposal, banned.person, "ban")
    await applied(trial, await planned(trial, Wanted(reserves=0)))
    assert await value("SELECT status FROM plan WHERE call = {} ORDER BY number DESC LIMIT 1", trial.call) == "applied"
    found = await rows("SELECT expert, status, reason FROM assignment WHERE proposal = {}", proposal)
    assert {line["expert"]: (line["status"], line["reason"]) for line in found} == {
        banned.person: ("released", BANNED),
        other.person: ("proposed", ""),
    }


async def test_what_changed_since_refuses_a_plan_and_what_changes_meanwhile_is_left_out() -> None:
    trial = await Trial.publish(START, experts=3)
    first, second = await trial.submit(START), await trial.submit(START)
    number = await planned(trial)
    await kept(trial, first, trial.experts[0].person, "pin")
    assert (await views.plan(trial.officer, trial.slug)).outdated
    with pytest.raises(Conflict) as refused:
        await applied(trial, number)
    assert refused.value.code == "plan_outdated"

    number = await planned(trial)
    asked = await plans.apply_plan(trial.officer, trial.slug, number, now=START)
    assert (await plans.make_plan(trial.officer, trial.slug, Wanted(), now=START)) == asked
    await listing.list_planned(asked.id, first, now=START)
    await conflict(second, trial.experts[1])  # while a worker was on its way
    await trial.withdraw(first, START)
    while await Planning().apply():
        pass
    assert (await views.plan(trial.officer, trial.slug)).skipped == 1
    assert trial.experts[1].person not in (await lists(trial))[second]
    assert len(await entries(first, "experts_listed")) == 1

    queued = await plans.make_plan(trial.officer, trial.slug, Wanted(), now=START)
    with pytest.raises(Conflict) as early:
        await plans.apply_plan(trial.officer, trial.slug, queued.number, now=START)
    assert early.value.code == "plan_not_made"


async def test_what_is_impossible_is_told_by_name() -> None:
    """Two proposals for two each: the first expert takes one, the second is in conflict with the second proposal."""
    trial = await Trial.publish(START, experts=2)
    free, stuck = [await trial.submit(START, f"Projet {number}") for number in range(2)]
    await limit(trial, 0, in_call=1)
    await conflict(stuck, trial.experts[1])
    await planned(trial, Wanted(reserves=0))
    shown = await views.plan(trial.officer, trial.slug)
    assert {one.proposal.id: one.counts.missing for one in shown.missing} == {free: 1, stuck: 1}
    # Whichever gets the first expert, one place of theirs more is the most that limits can do for both.
    assert [(one.taker.id, one.number) for one in shown.places] == [(trial.experts[0].person, 1)]
    assert [(one.proposal.id, one.number, one.banned) for one in shown.recruits] == [(stuck, 1, 0)]
    lacking = await planned_views.planned(trial.officer, trial.slug, Which(only="missing"))
    assert {item.proposal.id: item.missing for item in lacking.items} == {free: 1, stuck: 1}


async def test_what_officers_set_aside_themselves_is_told_as_what_they_can_take_back() -> None:
    """Where bans, and no conflict, leave too few."""
    trial = await Trial.publish(START, experts=3)
    proposal = await trial.submit(START)
    await conflict(proposal, trial.experts[2])
    for number in (0, 2):
        await kept(trial, proposal, trial.experts[number].person, "ban")
    await planned(trial, Wanted(reserves=0))
    shown = await views.plan(trial.officer, trial.slug)
    assert [(one.proposal.id, one.number, one.banned) for one in shown.recruits] == [(proposal, 1, 1)]


async def test_a_call_read_by_pairs_is_planned_with_pairs_alone() -> None:
    """Whoever is in no team is asked by an officer's hand, or where an officer wants experts one by one."""
    trial = await Trial.publish(START, experts=5, edits=[("process.toml", "seats = 2", "seats = 1\nteam = 2")])
    people = [expert.person for expert in trial.experts]
    pairs = {
        (await teams.form_team(trial.officer, trial.slug, TeamContent(name, tuple(members)), now=START)).id
        for name, members in (("Un", people[:2]), ("Deux", people[2:4]))
    }
    proposal = await trial.submit(START)
    await planned(trial)
    shown = await views.plan(trial.officer, trial.slug)
    assert ({load.taker.id for load in shown.loads}, shown.seats, shown.missing) == (pairs, 1, ())
    await planned(trial, Wanted("experts"))
    alone = await views.plan(trial.officer, trial.slug)
    assert {load.taker.id for load in alone.loads} == set(people)
    await applied(trial, await planned(trial))
    assert set((await lists(trial))[proposal]) == set(people[:4])


async def test_teams_are_planned_whole() -> None:
    trial = await Trial.publish(START, experts=4)
    people = [expert.person for expert in trial.experts]
    formed = [
        (await teams.form_team(trial.officer, trial.slug, TeamContent(name, tuple(members)), now=START)).id
        for name, members in (("Un", people[:2]), ("Deux", people[2:]))
    ]
    proposal = await trial.submit(START)
    await conflict(proposal, trial.experts[0])
    await planned(trial)
    shown = await views.plan(trial.officer, trial.slug)
    assert (shown.teams, shown.seats, [one.counts.missing for one in shown.missing]) == (True, 1, [1])
    await planned(trial, Wanted("experts"))
    alone = await views.plan(trial.officer, trial.slug)
    assert (alone.teams, alone.seats, alone.missing) == (False, 2, ())
    with pytest.raises(Forbidden):
        await kept(trial, proposal, formed[0], "pin")
    await kept(trial, proposal, formed[1], "pin")
    await applied(trial, await planned(trial))
    assert set((await lists(trial))[proposal]) == set(people[2:])
    assert {line["team"] for line in await rows("SELECT team FROM assignment WHERE proposal = {}", proposal)} == {
        formed[1]
    }


async def test_whoever_may_not_learns_nothing() -> None:
    trial, other = await Trial.publish(START, experts=1), await Trial.publish(START, experts=1)
    proposal, foreign = await trial.submit(START), await other.submit(START)
    expert = trial.experts[0].person
    tries = [
        (plans.make_plan(trial.chair, trial.slug, Wanted(), now=START), Forbidden),
        (plans.apply_plan(other.officer, trial.slug, 1, now=START), Forbidden),
        (plans.apply_plan(trial.officer, trial.slug, 9, now=START), NotFound),
        (plans.keep_pin(trial.officer, trial.slug, PinContent(foreign, expert, "pin"), now=START), NotFound),
        (plans.keep_pin(trial.officer, other.slug, PinContent(proposal, expert, "pin"), now=START), NotFound),
        (plans.keep_pin(trial.officer, trial.slug, PinContent(proposal, uuid4(), "pin"), now=START), NotFound),
        (plans.keep_pin(trial.chair, trial.slug, PinContent(proposal, expert, "pin"), now=START), NotFound),
        (views.plan(trial.chair, trial.slug), NotFound),
        (planned_views.planned(trial.experts[0], trial.slug, Which()), NotFound),
        (bid_views.bids(trial.experts[0], trial.slug), NotFound),  # its process asks nobody
        (bids.keep_bid(trial.experts[0], trial.slug, proposal, BidContent("want"), now=START), NotFound),
    ]
    for attempt, refusal in tries:
        with pytest.raises(refusal):
            await attempt
    assert await views.plan(trial.officer, trial.slug) == views.PlanView(trial.slug)
    free = PinContent(proposal, expert, "free")
    assert await plans.keep_pin(trial.officer, trial.slug, free, now=START) == KeptPin(proposal, expert, "free")

    # An officer who may not read a proposal finds it nowhere in a plan.
    await planned(trial, Wanted(reserves=0))
    partial = await person((Role.OFFICER, trial.call))
    await conflict(proposal, partial)
    found = await views.plan(partial, trial.slug)
    assert (found.proposals, found.seats, found.mean, found.worst, found.missing) == (0, 0, None, (), ())
    assert (await planned_views.planned(partial, trial.slug, Which())).items == ()


async def test_experts_say_what_they_would_like_where_the_process_asks() -> None:
    trial = await Trial.publish(START, experts=3, edits=[("process.toml", "[[stages]]", "bids = true\n\n[[stages]]")])
    proposals = [await trial.submit(START, f"Projet {number}") for number in range(3)]
    expert = trial.experts[0]
    await conflict(proposals[2], expert)
    for proposal, bid in zip(proposals, ("not_for_me", "want"), strict=False):
        content = BidContent(bid)  # type: ignore[arg-type]
        assert await bids.keep_bid(expert, trial.slug, proposal, content, now=START) == KeptBid(proposal, bid)
    with pytest.raises(NotFound):
        await bids.keep_bid(expert, trial.slug, proposals[2], BidContent("want"), now=START)
    shown = (await bid_views.bids(expert, trial.slug)).items
    assert [(line.id, line.bid) for line in shown] == [(proposals[0], "not_for_me"), (proposals[1], "want")]
    await planned(trial, Wanted(reserves=0))
    listed = (await planned_views.planned(trial.officer, trial.slug, Which())).items
    paired = {item.proposal.id: {pair.taker.id: pair for pair in item.seats} for item in listed}
    assert expert.person not in paired[proposals[0]]
    assert paired[proposals[1]][expert.person].reasons.bid == "want"
    await bids.keep_bid(expert, trial.slug, proposals[1], BidContent("neutral"), now=START)
    assert [line.bid for line in (await bid_views.bids(expert, trial.slug)).items] == ["not_for_me", "neutral"]
