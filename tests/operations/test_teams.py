"""Teams: one seat, a row each; every member writes a review, or they write one together, as the process says."""

from datetime import datetime, timedelta

import msgspec
import pytest

from service.domain.actor import Role
from service.operations import assignments, dismissals, extending, process, reassigning, reviews, teams
from service.operations.dismissals import DismissalContent
from service.operations.extending import ExtendExpert
from service.operations.reassigning import Reassign
from service.operations.teams import TeamContent
from service.problems import Conflict, Forbidden, Invalid, NotFound, Stale
from service.store.database import rows, value
from service.views.asof import state_of
from service.views.awaited import Wanted, awaited
from service.views.heat import heat
from service.views.lists import Filters, proposals
from service.views.proposals import proposal as proposal_view
from service.views.reviews import my_reviews
from tests.operations.pairs import DUE, HALF, SCORES, START, Pair, hint
from tests.operations.review_case import case, limit, starved
from tests.support.people import person
from workflows.messages import OfSeat, Remind

pytestmark = pytest.mark.usefixtures("database")


async def test_a_team_is_asked_whole_and_each_writes_a_review() -> None:
    pair = await Pair.begin("each")
    one, two, *_ = pair.trial.experts
    assert await pair.fill()
    assert await pair.fill()
    assert await pair.statuses() == ["invited", "invited", "proposed", "proposed"]
    await pair.trial.accept(pair.proposal, one, START)
    await pair.trial.accept(pair.proposal, two, START)
    assert await pair.review_of(one) != await pair.review_of(two)
    await pair.give(one, START)
    assert await pair.seats() == [(True, False), (False, False)]
    assert (await proposals(pair.trial.officer, Filters(call=pair.trial.slug))).items[0].reviews == 0
    assert await told(pair) == (0, "waits_for_officer", True)
    assert (await process.remind(Remind(await case(pair.proposal, HALF), 0, 1))).done
    assert await pair.each("reminded") == [0, 1, 0, 0]
    await process.release_seat(OfSeat(await case(pair.proposal, DUE), 0))
    assert await pair.statuses() == ["done", "released", "proposed", "proposed"]
    assert await pair.seats(DUE) == [(False, True), (False, False)]
    await pair.give(two, DUE)  # the place is the team's: nobody else can have taken it
    assert await pair.statuses() == ["done", "done", "proposed", "proposed"]
    assert (await proposals(pair.trial.officer, Filters(call=pair.trial.slug))).items[0].reviews == 1
    assert await told(pair) == (1, "goes_on", True)
    assert len((await proposal_view(pair.trial.officer, pair.proposal)).reviews) == 2


async def told(pair: Pair) -> tuple[int, str, bool]:
    """What the board says: how many seats have their reviews, what follows, whether a review is missing."""
    [line] = (await awaited(pair.trial.officer, pair.trial.slug, Wanted())).items
    lacking = (await heat(pair.trial.officer, pair.trial.slug, incomplete=True)).items
    return line.given, line.then, [one.id for one in lacking] == [pair.proposal]


async def test_a_team_writes_one_review_that_any_member_saves_and_submits_once() -> None:
    pair = await Pair.begin("joint")
    one, two, three, _ = pair.trial.experts
    assert await pair.fill(0)
    assert await pair.fill(1)
    await pair.trial.accept(pair.proposal, one, START)
    await pair.trial.accept(pair.proposal, two, START)
    review = await pair.review_of(one)
    assert review == await pair.review_of(two)
    assert [task.review for task in (await my_reviews(two)).items] == [review]
    saved = await reviews.save_review(two, review, SCORES, 0, now=START)
    with pytest.raises(Stale):
        await reviews.save_review(one, review, SCORES, 0, now=START)
    await pair.trial.accept(pair.proposal, three, START)
    with pytest.raises(NotFound):
        await reviews.save_review(three, review, SCORES, saved.version, now=START)
    await reviews.submit_review(one, review, saved.version, now=START)
    await pair.give(three, START)
    assert await pair.statuses() == ["done", "done", "done", "released"]
    assert await pair.seats() == [(False, True), (False, True)]
    shown = (await proposal_view(pair.trial.officer, pair.proposal)).reviews
    names = [(await value("SELECT name FROM account WHERE id = {}", one.account)) for one in pair.trial.experts[:3]]
    assert [set(found.expert.split(", ")) for found in shown] == [set(names[:2]), {names[2]}]
    assert [found.mine for found in (await proposal_view(two, pair.proposal)).reviews] == [True, False]


async def test_whoever_replaces_one_of_a_team_is_asked_at_once_beside_the_others() -> None:
    """The seat is held, so the process would ask nobody; and not whoever has no time, or is a whole team."""
    pair = await Pair.begin("joint")
    trial = pair.trial
    one, two, *_ = trial.experts
    spare = await person((Role.EXPERT, trial.call))
    trial.experts.append(spare)
    assert await pair.fill()
    await trial.accept(pair.proposal, two, START)
    out = await trial.assignment(pair.proposal, one)
    await limit(trial, 4, most=0)
    with pytest.raises(Conflict) as refused:
        await reassigning.reassign(trial.officer, pair.proposal, Reassign("Absent.", (out,), (spare.person,)), now=HALF)
    assert (refused.value.code, await pair.statuses()) == ("no_time", ["invited", "accepted", "proposed", "proposed"])
    await limit(trial, 4, most=1)
    await reassigning.reassign(trial.officer, pair.proposal, Reassign("Absent.", (out,), (spare.person,)), now=HALF)
    assert await pair.statuses() == ["released", "accepted", "proposed", "proposed", "invited"]
    assert await pair.seats(HALF) == [(True, False), (False, False)]
    await trial.accept(pair.proposal, spare, HALF)
    assert await pair.review_of(spare) == await pair.review_of(two)
    told = await rows("SELECT template FROM outbox WHERE account = {}", spare.account)
    assert [mail["template"] for mail in told] == ["expert_invited"]
    # Both are replaced by a team: the seat is vacant, and the process asks those who were called before anybody else.
    both = tuple([await trial.assignment(pair.proposal, expert) for expert in (spare, two)])
    act = Reassign("Absents.", both, (), (pair.teams[1],))
    await reassigning.reassign(trial.officer, pair.proposal, act, now=HALF)
    assert await pair.fill(0, HALF)
    assert await pair.statuses() == ["released", "released", "invited", "invited", "released"]
    assert await pair.seats(HALF) == [(True, False), (False, False)]


async def test_a_joint_review_of_somebody_in_conflict_is_given_again_by_the_others() -> None:
    pair = await Pair.begin("joint")
    one, two, *_ = pair.trial.experts
    assert await pair.fill()
    for expert in (one, two):
        await pair.trial.accept(pair.proposal, expert, START)
    await pair.give(one, HALF)
    await pair.trial.declare(pair.proposal, one, HALF)
    assert await pair.seats(HALF) == [(True, False), (False, False)]
    seat = await pair.seat()
    assert seat.due_at == HALF + timedelta(days=20)
    told = await rows("SELECT template FROM outbox WHERE account = {} ORDER BY created_at, id", two.account)
    assert [mail["template"] for mail in told] == ["expert_invited", "expert_joint"]
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", pair.proposal)
    assert (await state_of(pair.proposal, position)).reviews() == []
    with pytest.raises(NotFound):
        await pair.give(one, HALF)
    await pair.give(two, HALF)
    assert await pair.seats(HALF) == [(False, True), (False, False)]
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", pair.proposal)
    assert len((await state_of(pair.proposal, position)).reviews()) == 1
    assert len((await proposal_view(pair.trial.officer, pair.proposal)).reviews) == 1


async def test_a_joint_review_goes_on_without_whoever_began_it() -> None:
    pair = await Pair.begin("joint")
    one, two, *_ = pair.trial.experts
    assert await pair.fill()
    await pair.trial.accept(pair.proposal, one, START)
    review = await pair.review_of(one)
    await pair.trial.decline(pair.proposal, one, START)
    await pair.trial.accept(pair.proposal, two, START)
    assert await pair.review_of(two) == review
    assert await value("SELECT expert FROM review WHERE id = {}", review) == two.account
    await pair.give(two, START)
    assert await pair.seats() == [(False, True), (False, False)]
    await pair.trial.decline(pair.proposal, pair.trial.experts[2], START) if await pair.fill(1) else None
    assert await pair.statuses() == ["declined", "done", "declined", "invited"]


@pytest.mark.parametrize("hindered", ["conflict", "load", "role"])
async def test_a_team_is_passed_over_for_one_of_its_members(hindered: str) -> None:
    pair = await Pair.begin("each")
    second = pair.trial.experts[1]
    if hindered == "load":
        await limit(pair.trial, 1, most=0)
    elif hindered == "role":
        await rows("DELETE FROM role WHERE account = {} RETURNING id", second.account)
    else:
        await rows(
            "INSERT INTO conflict (id, proposal, expert, origin, rule, reason, created_at)"
            " VALUES (gen_random_uuid(), {}, {}, 'declared', 'declared', '', {}) RETURNING id",
            *(pair.proposal, second.account, START),
        )
    assert await pair.fill(0)
    assert await pair.statuses() == ["proposed", "proposed", "invited", "invited"]
    assert not await pair.fill(1)
    assert (pair.proposal in await starved([pair.proposal])) is (hindered == "load")


async def test_who_forms_teams_and_of_whom() -> None:
    pair = await Pair.begin("each")
    officer, experts = pair.trial.officer, pair.trial.experts
    members = tuple(one.person for one in experts)
    stranger = pair.trial.applicant.person
    for name, wrong in (("", members), ("Trois", members[:1]), ("Trois", (stranger, *members))):
        content = TeamContent(name, wrong)
        with pytest.raises(Invalid):
            await teams.form_team(officer, pair.trial.slug, content, now=START)
    with pytest.raises(Conflict):
        await teams.form_team(officer, pair.trial.slug, TeamContent("UN", members), now=START)
    with pytest.raises(Forbidden):
        await teams.form_team(experts[0], pair.trial.slug, TeamContent("Trois", members), now=START)
    await teams.change_team(officer, pair.teams[0], TeamContent("Une", members[1:3]), now=START)
    assert await pair.fill()  # whoever was put on the list stays
    assert await pair.statuses() == ["invited", "invited", "proposed", "proposed"]
    await teams.end_team(officer, pair.teams[1], now=START)
    with pytest.raises(Conflict):
        await teams.change_team(officer, pair.teams[1], TeamContent("Deux", members), now=START)
    other = await pair.trial.submit(START)
    with pytest.raises(NotFound):
        await assignments.propose_experts(officer, other, (), (pair.teams[1],), now=START)
    found = await rows(
        "SELECT kind FROM entry WHERE stream = {} AND kind LIKE 'team%' ORDER BY seq", f"call:{pair.trial.call}"
    )
    assert [line["kind"] for line in found] == ["team_formed", "team_formed", "team_changed", "team_ended"]


async def test_each_of_a_team_is_reminded_and_released_by_their_own_clock() -> None:
    """One of two was given more time: the other's reminder and release come when they are due, and then theirs."""
    pair = await Pair.begin("each")
    two = pair.trial.experts[1]
    assert await pair.fill()
    later = DUE + timedelta(days=20)
    assignment = await pair.trial.assignment(pair.proposal, two)
    await extending.extend_expert(pair.trial.officer, assignment, ExtendExpert(later, "Un congé."), now=START)
    seat = await pair.seat()
    own = await pair.each("reminders")
    first, second = (msgspec.json.decode(found, type=tuple[datetime, ...]) for found in own[:2])
    assert (seat.due_at, seat.reminders) == (DUE, tuple(sorted({*first, *(at for at in second if at < DUE)})))
    for number, at in enumerate(seat.reminders, start=1):
        assert (await process.remind(Remind(await case(pair.proposal, at), 0, number))).done
        assert (await pair.each("reminded"))[:2] == [sum(rung <= at for rung in rungs) for rungs in (first, second)]
    assert (await process.release_seat(OfSeat(await case(pair.proposal, DUE), 0))).done
    assert (await pair.statuses())[:2] == ["released", "invited"]
    seat = await pair.seat()
    assert (seat.taken, seat.due_at, seat.reminders) == (True, later, second)
    assert not (await process.release_seat(OfSeat(await case(pair.proposal, DUE), 0))).done
    assert (await process.release_seat(OfSeat(await case(pair.proposal, later), 0))).done
    assert (await pair.statuses())[:2] == ["released", "released"]


async def test_whoever_is_given_more_time_gets_the_reminders_of_that_time_too() -> None:
    """Each clock has a first reminder of its own, which is told, not only written down."""
    pair = await Pair.begin("each")
    one = pair.trial.experts[0]
    assert await pair.fill()
    assignment = await pair.trial.assignment(pair.proposal, one)
    for days in (20, 40, 60):
        rung = msgspec.json.decode((await pair.each("reminders"))[0], type=tuple[datetime, ...])[0]
        assert (await process.remind(Remind(await case(pair.proposal, rung), 0, 1))).done
        more = ExtendExpert(DUE + timedelta(days=days), "Un congé.")
        await extending.extend_expert(pair.trial.officer, assignment, more, now=rung)
    told = "SELECT count(*) FROM outbox WHERE account = {} AND about = {} AND template = 'expert_reminded'"
    assert await value(told, one.person, pair.proposal) == 3


async def test_a_conflict_that_is_dismissed_gives_one_of_a_pair_their_review_or_the_list_back() -> None:
    """Of those who write one each: what was given counts again beside the other's; who gave none may be asked alone."""
    pair = await Pair.begin("each")
    one, two, *_ = pair.trial.experts
    assert await pair.fill()
    for expert in (one, two):
        await pair.trial.accept(pair.proposal, expert, START)
    await pair.give(one, START)
    hints = {expert.person: await hint(pair, expert) for expert in (one, two)}
    for found in hints.values():
        await dismissals.confirm_conflict(pair.trial.officer, pair.proposal, found, now=HALF)
    assert (await pair.statuses())[:2] == ["released", "released"]
    assert await value("SELECT n FROM tally WHERE proposal = {}", pair.proposal) == 0
    for found in hints.values():
        reason = DismissalContent("Un homonyme.")
        await dismissals.dismiss_conflict(pair.trial.officer, pair.proposal, found, reason, now=HALF)
    assert (await pair.statuses())[:2] == ["done", "released"]
    assert await value("SELECT n FROM tally WHERE proposal = {}", pair.proposal) == 1
    for _ in range(2):
        await assignments.propose_experts(pair.trial.officer, pair.proposal, (two.person,), now=HALF)
    assert await pair.statuses() == ["done", "proposed", "proposed", "proposed"]
    assert await pair.each("team") == [pair.teams[0], None, pair.teams[1], pair.teams[1]]
    ranks = await pair.each("rank")
    assert ranks[1] == max(ranks)


async def test_one_in_conflict_does_not_give_a_joint_review_with_the_others() -> None:
    """Their time was over, and a conflict came after it: the review that is given then is not theirs."""
    pair = await Pair.begin("joint")
    one, two, *_ = pair.trial.experts
    assert await pair.fill()
    for expert in (one, two):
        await pair.trial.accept(pair.proposal, expert, START)
    assert (await process.release_seat(OfSeat(await case(pair.proposal, DUE), 0))).done
    await dismissals.confirm_conflict(pair.trial.officer, pair.proposal, await hint(pair, one), now=DUE)
    await pair.give(two, DUE)
    assert (await pair.statuses())[:2] == ["released", "done"]
