"""What a sitting keeps: who is there and what is apart while it changes; what it left, for a second one; who sits."""

from uuid import UUID

import pytest

from service.domain.actor import Actor, Role
from service.invariants import PROMISES, broken
from service.operations import assignments, conducting, decisions, minutes, recusals, sittings, steering, votes, voting
from service.operations.conducting import Attendance, OfItem, There
from service.operations.decisions import DecisionContent
from service.operations.recusals import Recusal
from service.operations.seating import Seat, SittingContent
from service.operations.sittings import AgendaContent, Cancelling, Convening
from service.operations.steering import GoBack
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.problems import Conflict, Invalid, Stale
from service.store.database import execute, row, rows, value
from service.views import minutes as read
from service.views import sittings as views
from tests.operations.sitting_case import DAY, SITS, Committee
from tests.process.call import TWO_ROUNDS
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")


async def there(sitting: UUID) -> dict[UUID, tuple[str, str, UUID | None]]:
    found = await rows("SELECT account, capacity, presence, holder FROM sitting_member WHERE sitting = {}", sitting)
    return {line["account"]: (line["capacity"], line["presence"], line["holder"]) for line in found}


async def test_an_agenda_in_another_order_keeps_what_is_examined_apart() -> None:
    case = await Committee.gather(3)
    kept = await case.convened()
    a, b, c = case.proposals
    await voting.take_apart(case.members[1], kept.id, OfItem(b), now=case.now)
    [line] = await rows("SELECT version FROM sitting WHERE id = {}", kept.id)
    content = AgendaContent((c, b), (a,))
    await sittings.order_agenda(case.officer, kept.id, content, line["version"], now=case.now)
    found = await rows("SELECT proposal, rank, apart FROM sitting_item WHERE sitting = {}", kept.id)
    assert {one["proposal"]: (one["rank"], one["apart"]) for one in found} == {
        c: (1, False),
        b: (2, True),
        a: (None, False),
    }


async def test_whoever_stays_in_their_capacity_stays_as_they_were_said_to_be() -> None:
    case = await Committee.gather(1)
    kept = await case.convened()
    chair, one, two, three, leaving = (member.person for member in case.members)
    said = (There(one, "video"), There(two, "proxy", one), There(three, "proxy", leaving), There(leaving, "room"))
    await conducting.keep_attendance(case.officer, kept.id, Attendance((There(chair, "room"), *said)), now=case.now)
    [line] = await rows("SELECT version FROM sitting WHERE id = {}", kept.id)
    seats = (Seat(chair, "chair"), *(Seat(member, "member") for member in (one, two, three)))
    moved = SittingContent(SITS + DAY, 90, "Salle 5", "", seats)
    await sittings.change_sitting(case.officer, kept.id, moved, line["version"], now=case.now)
    assert await there(kept.id) == {
        chair: ("chair", "room", None),
        one: ("member", "video", None),
        two: ("member", "proxy", one),
        three: ("member", "", None),  # who represented them is not called any more
    }


async def gather(case: Committee, sitting: UUID, there: int) -> None:
    """So many members are in the room, the others are not."""
    lines = tuple(There(one.person, "room" if n < there else "absent") for n, one in enumerate(case.members))
    await conducting.keep_attendance(case.officer, sitting, Attendance(lines), now=case.now)


async def retain(case: Committee, sitting: UUID, proposal: UUID, outcome: str = "retained") -> None:
    """The chair alone votes, which carries it."""
    vote = await votes.open_vote(case.chair, sitting, NewVote(outcome, (proposal,)), now=case.now)
    await voting.cast_ballot(case.chair, vote.id, Ballot("for"), now=case.now)
    assert (await votes.close_vote(case.chair, vote.id, now=case.now)).carried


async def waiting(case: Committee, sitting: UUID) -> list[UUID | None]:
    """The agenda as the officer reads it."""
    return [one.proposal for one in (await views.sitting(case.officer, sitting)).items]


async def test_a_second_sitting_is_on_what_lacked_its_quorum_and_on_nothing_else() -> None:
    case = await Committee.gather(4)
    given, postponed, lacked, withdrawn = case.proposals
    first = (await case.convened()).id
    content = SittingContent(SITS + 30 * DAY, 60, "Salle 4", second_of=first)
    with pytest.raises(Conflict):  # it is not over
        await sittings.open_sitting(case.officer, case.trial.slug, content, now=case.now)
    await conducting.begin_sitting(case.officer, first, now=case.now)
    await gather(case, first, 5)
    await retain(case, first, given)
    await conducting.postpone_item(case.officer, first, OfItem(postponed), now=case.now)
    for line in [There(one.person, "absent", based_on="room") for one in case.members[2:]]:
        await conducting.keep_attendance(case.officer, first, Attendance((line,)), now=case.now)
    await conducting.close_sitting(case.officer, first, now=case.now)
    await case.trial.withdraw(withdrawn, case.now)

    ordinary = (await case.prepared(SITS + 40 * DAY)).id
    assert await waiting(case, ordinary) == [postponed, lacked]
    second = await sittings.open_sitting(case.officer, case.trial.slug, content, now=case.now)
    await case.waiting("Projet venu depuis")
    assert await waiting(case, second.id) == [lacked]
    assert lacked not in await waiting(case, ordinary)
    with pytest.raises(Conflict):  # it is on a second one already
        await sittings.open_sitting(case.officer, case.trial.slug, content, now=case.now)
    with pytest.raises(Conflict):
        await sittings.order_agenda(case.officer, second.id, AgendaContent((postponed,)), second.version, now=case.now)
    kept = await views.sitting(case.officer, ordinary)
    convened = await sittings.convene_sitting(case.officer, ordinary, Convening(), kept.version, now=case.now)
    agenda = AgendaContent((lacked,))
    with pytest.raises(Invalid):
        await sittings.order_agenda(case.officer, ordinary, agenda, convened.version, now=case.now)

    # It votes without quorum; the ordinary one does not.
    await sittings.convene_sitting(case.officer, second.id, Convening(), second.version, now=case.now)
    for sitting in (second.id, ordinary):
        await conducting.begin_sitting(case.officer, sitting, now=case.now)
        await gather(case, sitting, 1)
    await retain(case, second.id, lacked)
    with pytest.raises(Invalid) as refused:
        await retain(case, ordinary, postponed)
    assert [one.code for one in refused.value.errors] == ["no_quorum"]
    await conducting.close_sitting(case.officer, second.id, now=case.now)
    again = SittingContent(SITS + 60 * DAY, 60, "Salle 4", second_of=second.id)
    with pytest.raises(Conflict):  # nothing lacked anything there
        await sittings.open_sitting(case.officer, case.trial.slug, again, now=case.now)


async def test_what_comes_before_the_committee_again_is_examined_again() -> None:
    case = await Committee.gather(1)
    [proposal] = case.proposals

    async def sit(at: int) -> UUID:
        sitting = (await case.convened(SITS + at * DAY)).id
        await conducting.begin_sitting(case.officer, sitting, now=case.now)
        await gather(case, sitting, 5)
        await retain(case, sitting, proposal)
        await conducting.close_sitting(case.officer, sitting, now=case.now)
        return sitting

    async def cited() -> UUID | None:
        version = await value("SELECT version FROM decision WHERE proposal = {}", proposal) or 0
        decision = DecisionContent("retained", "Un projet mûr.", "Présidente")
        await decisions.take_decision(case.chair, proposal, decision, version, now=case.now)
        found: UUID | None = await value("SELECT sitting FROM decision WHERE proposal = {}", proposal)
        return found

    first = await sit(0)
    other = (await case.prepared(SITS + 20 * DAY)).id
    assert (await waiting(case, other), await cited()) == ([], first)
    back = GoBack("committee", "committee", "Une pièce nouvelle.")
    await steering.go_back(case.officer, proposal, back, now=case.now)
    assert (await waiting(case, other), await cited()) == ([proposal], None)
    second = await sit(30)
    assert (await waiting(case, other), await cited()) == ([], second)


async def test_an_expert_who_recuses_themselves_from_the_committee_leaves_their_review() -> None:
    case = await Committee.gather(0)
    both = await person((Role.EXPERT, case.trial.call), (Role.COMMITTEE, case.trial.call))
    proposal = await case.trial.submit(case.now)

    await case.enter(proposal, "review", "review")
    await case.trial.propose(proposal, [both], case.now)
    await execute(
        "UPDATE assignment SET status = 'invited', seat = 1, invited_at = {}, due_at = {} WHERE proposal = {}",
        *(case.now, SITS, proposal),
    )
    await case.trial.accept(proposal, both, case.now)
    await case.trial.review(proposal, both, case.now)
    await case.enter(proposal, "committee", "committee")
    counted = "SELECT n FROM tally WHERE proposal = {}"
    assert await value(counted, proposal) == 1
    seat = await case.trial.assignment(proposal, both)
    for act in (assignments.declare_conflict, assignments.decline_assignment):
        with pytest.raises(Invalid):  # its end would be cut
            await act(both, seat, "é" * 2001, now=case.now)
    await recusals.recuse(both, proposal, Recusal("Un proche."), now=case.now)
    assert await value(counted, proposal) == 0
    assert await row("SELECT status, reason FROM assignment WHERE proposal = {}", proposal) == {
        "status": "declined",
        "reason": "Un proche.",
    }
    told = await rows("SELECT kind FROM entry WHERE stream = {} ORDER BY seq DESC LIMIT 2", f"proposal:{proposal}")
    assert [line["kind"] for line in told] == ["member_recused", "conflict_declared"]
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    assert await broken(*[one for one in PROMISES if one.id in ("conflicts", "tallies")], of=[reference]) == {}


@pytest.mark.parametrize(
    "ended",
    ["DELETE FROM role WHERE account = {}", "UPDATE account SET disabled_at = created_at WHERE id = {}"],
    ids=["no role", "closed account"],
)
async def test_whoever_has_no_part_in_the_committee_any_more_sits_no_more(ended: str) -> None:
    case = await Committee.gather(1)
    sitting = (await case.convened()).id
    chair, one, _, _, leaving = case.members
    proxy = Attendance((There(leaving.person, "room"), There(one.person, "proxy", leaving.person)))
    await conducting.keep_attendance(case.officer, sitting, proxy, now=case.now)

    async def stands() -> tuple[int, int, int, int]:
        found = await views.sitting(case.officer, sitting)
        return found.voters, found.needed, found.items[0].present, len(found.members)

    assert await stands() == (5, 3, 2, 6)
    await execute(ended, leaving.person)
    assert await stands() == (4, 2, 0, 5)
    kept = await views.sitting(case.officer, sitting)
    agenda = AgendaContent((), tuple(case.proposals))
    await sittings.order_agenda(case.officer, sitting, agenda, kept.version, now=case.now)
    told = await rows(
        "SELECT account FROM outbox WHERE template = 'sitting_changed' AND data ->> 'sitting' = {}", str(sitting)
    )
    assert {line["account"] for line in told} == {m.person for m in (*case.members[:4], case.officer)}

    # Once it is over, who sat is as it was then, whatever becomes of roles.
    await conducting.begin_sitting(chair, sitting, now=case.now)
    await conducting.close_sitting(chair, sitting, now=case.now)
    await execute("DELETE FROM role WHERE account = {}", one.person)
    said = (await read.minutes(chair, sitting)).said
    assert {told.name for told in said.members} == {m.name for m in (*case.members[:4], case.officer)}


async def test_minutes_tell_how_the_sitting_ended_and_are_approved_as_they_were_read() -> None:
    case = await Committee.gather(1)
    [proposal] = case.proposals
    sitting = (await case.convened()).id
    await conducting.begin_sitting(case.officer, sitting, now=case.now)
    await gather(case, sitting, 4)
    await retain(case, sitting, proposal)
    await conducting.close_sitting(case.officer, sitting, now=case.now)
    await recusals.recuse(case.members[1], proposal, Recusal("Depuis."), now=case.now)
    found = await read.minutes(case.chair, sitting)
    [item] = found.said.items
    assert (item.away, item.votes[0].silent) == ((), ("Membre 1", "Membre 2", "Membre 3"))
    noted = conducting.Notes(proposal, "Débattu.", 0)
    await conducting.keep_notes(case.officer, sitting, noted, now=case.now)
    with pytest.raises(Stale):
        await minutes.approve_minutes(case.chair, sitting, found.version, now=case.now)
    found = await read.minutes(case.chair, sitting)
    await minutes.approve_minutes(case.chair, sitting, found.version, now=case.now)
    assert (await read.minutes(case.chair, sitting)).said == found.said


async def test_a_sitting_is_on_both_rounds_and_what_it_said_of_the_first_stays_readable() -> None:
    case = await Committee.gather(0, variant=TWO_ROUNDS)
    outline = await case.waiting("Esquisse", "outline_committee")
    whole = await case.waiting("Dossier complet", "committee", 2)
    sitting = (await case.convened()).id
    assert await waiting(case, sitting) == [outline, whole]
    found = await views.sitting(case.officer, sitting)
    assert [(one.round, one.id) for one in found.outcomes] == [
        (1, "invited"),
        (1, "set_aside"),
        (2, "retained"),
        (2, "declined"),
    ]
    await conducting.begin_sitting(case.officer, sitting, now=case.now)
    await gather(case, sitting, 5)
    for wrong in (NewVote("retained", (outline,)), NewVote("invited", (whole,)), NewVote("invited", (outline, whole))):
        with pytest.raises(Invalid) as refused:
            await votes.open_vote(case.chair, sitting, wrong, now=case.now)
        assert [one.code for one in refused.value.errors] == ["unknown_outcome"]
    await retain(case, sitting, outline, "invited")
    await conducting.close_sitting(case.officer, sitting, now=case.now)

    await case.enter(outline, "review", "review", 2)
    for member in case.members[:2]:
        told = (await views.sitting(member, sitting)).items[0]
        assert (told.title, told.opinion, told.open) == ("Esquisse", "retained", False)
        said = await read.minutes(member, sitting)
        assert ([one.proposal for one in said.said.items], said.left_out) == ([outline, whole], 0)
    assert await waiting(case, (await case.prepared(SITS + 30 * DAY)).id) == [whole]


async def test_what_is_too_long_is_refused_and_nothing_of_it_is_cut() -> None:
    case = await Committee.gather(1)
    kept, longer = await case.convened(), "é" * 5001
    late = Cancelling(longer)
    for act in (
        recusals.recuse(case.members[1], case.proposals[0], Recusal(longer), now=case.now),
        sittings.cancel_sitting(case.officer, kept.id, late, now=case.now),
    ):
        with pytest.raises(Invalid) as refused:
            await act
        assert [(one.path, one.code) for one in refused.value.errors] == [("reason", "too_long")]
    await conducting.begin_sitting(case.officer, kept.id, now=case.now)
    await gather(case, kept.id, 5)
    await retain(case, kept.id, case.proposals[0])
    disagreement = minutes.Disagreement(case.proposals[0], longer)
    with pytest.raises(Invalid) as refused:
        await minutes.mention_dissent(case.members[1], kept.id, disagreement, now=case.now)
    assert [(one.path, one.code) for one in refused.value.errors] == [("text", "too_long")]


async def test_a_sitting_tells_what_is_left_of_the_places() -> None:
    case = await Committee.gather(3, "places = 2")
    sitting = (await case.convened()).id
    await conducting.begin_sitting(case.officer, sitting, now=case.now)
    await gather(case, sitting, 5)

    async def left(reader: Actor) -> tuple[int | None, int]:
        [taken] = [one.taken for one in (await views.sitting(reader, sitting)).calls]
        assert taken is not None
        return taken.places, taken.taken

    first, second, _ = case.proposals
    assert await left(case.chair) == (2, 0)
    await recusals.recuse(case.members[1], first, Recusal(), now=case.now)
    await retain(case, sitting, first)
    assert [await left(one) for one in (case.chair, case.members[1])] == [(2, 1), (2, 0)]  # which would tell them
    await retain(case, sitting, second)
    decision = DecisionContent("declined", "Trop tard.", "Présidente")
    await decisions.take_decision(case.chair, second, decision, 0, now=case.now)
    assert await left(case.chair) == (2, 1)
