"""A sitting of several calls: who may convene it, what is on its agenda, who deliberates on what."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
import pytest

from reports.committee import Convocation
from service.domain.actor import Actor, Role
from service.invariants import PROMISES, broken
from service.notify.samples import convocation_sample
from service.operations import conducting, deciding, minutes, recusals, sittings, votes, voting
from service.operations.conducting import Attendance, There
from service.operations.decisions import DecisionContent
from service.operations.further import further_calls
from service.operations.minutes import Disagreement
from service.operations.recusals import Recusal
from service.operations.seating import Seat, SittingContent
from service.operations.sittings import AgendaContent, Cancelling, Convening
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.settings import Settings
from service.store.database import execute, rows, transaction
from service.views import called, packs, papers, transparency
from service.views import minutes as said
from service.views import sittings as views
from tests.operations.shared_case import Shared
from tests.operations.sitting_case import DAY, SITS, Committee
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")


async def items(actor: Actor, sitting: UUID) -> list[UUID | None]:
    return [one.proposal for one in (await views.sitting(actor, sitting)).items]


async def numbers(actor: Actor, slug: str) -> list[int]:
    return sorted(one.number for one in (await views.sittings(actor, slug)).items)


async def test_only_whoever_is_an_officer_of_each_call_prepares_leads_and_closes_it() -> None:
    case = await Shared.gather(1)
    for officer in (case.one.officer, case.other.officer):
        with pytest.raises(Forbidden):
            await sittings.open_sitting(officer, case.slugs[0], case.content(), now=case.now)
    own = await case.one.prepared(SITS + DAY)
    with pytest.raises(Forbidden):  # nor do they add one afterwards
        await sittings.change_sitting(case.one.officer, own.id, case.content(SITS + DAY), own.version, now=case.now)
    kept = await case.prepared()
    acts: list[Callable[[Actor], Awaitable[object]]] = [
        lambda who: sittings.change_sitting(who, kept.id, case.content(further=()), kept.version, now=case.now),
        lambda who: sittings.order_agenda(who, kept.id, AgendaContent(), kept.version, now=case.now),
        lambda who: sittings.convene_sitting(who, kept.id, Convening(), kept.version, now=case.now),
        lambda who: sittings.cancel_sitting(who, kept.id, Cancelling("Non."), now=case.now),
    ]
    for act in acts:
        for officer in (case.one.officer, case.other.officer):
            with pytest.raises(Forbidden):
                await act(officer)
        with pytest.raises(NotFound):
            await act(await person())
    await sittings.convene_sitting(case.officer, kept.id, Convening(), kept.version, now=case.now)
    for chair in (case.one.chair, case.other.chair):
        with pytest.raises(Forbidden):
            await conducting.begin_sitting(chair, kept.id, now=case.now)
    await conducting.begin_sitting(case.chair, kept.id, now=case.now)
    await conducting.close_sitting(case.chair, kept.id, now=case.now)
    for chair in (case.one.chair, case.other.chair):
        with pytest.raises(Forbidden):
            await minutes.approve_minutes(chair, kept.id, 1, now=case.now)


async def test_it_has_a_number_in_each_call_and_further_calls_until_it_is_convened() -> None:
    case = await Shared.gather(1)
    await case.other.prepared(SITS + DAY)
    kept = await case.prepared()
    [first], [second] = case.one.proposals, case.other.proposals
    assert kept.number == 1
    assert (await numbers(case.officer, case.slugs[0]), await numbers(case.officer, case.slugs[1])) == ([1], [1, 2])
    found = await views.sitting(case.officer, kept.id)
    assert [(one.slug, one.number) for one in found.calls] == [(case.slugs[0], 1), (case.slugs[1], 2)]
    assert (await views.sitting(case.officer, kept.id, case.slugs[1])).number == 2
    assert await items(case.officer, kept.id) == [first, second]

    # What is ordered by hand, or left out, of a call that it is of no more is neither.
    ordered = AgendaContent((second,), (first,))
    kept = await sittings.order_agenda(case.officer, kept.id, ordered, kept.version, now=case.now)
    alone = case.content(further=())
    kept = await sittings.change_sitting(case.officer, kept.id, alone, kept.version, now=case.now)
    assert await items(case.officer, kept.id) == []
    assert await numbers(case.officer, case.slugs[1]) == [1]
    with pytest.raises(NotFound):
        await views.sitting(case.other.officer, kept.id)
    kept = await sittings.change_sitting(case.officer, kept.id, case.content(), kept.version, now=case.now)
    same = SittingContent(SITS, 90, "Salle 5")  # nothing is said of calls
    kept = await sittings.change_sitting(case.officer, kept.id, same, kept.version, now=case.now)
    assert [one.slug for one in (await views.sitting(case.officer, kept.id)).calls] == list(case.slugs)
    kept = await sittings.convene_sitting(case.officer, kept.id, Convening(), kept.version, now=case.now)
    with pytest.raises(Conflict) as refused:
        await sittings.change_sitting(case.officer, kept.id, alone, kept.version, now=case.now)
    assert refused.value.code == "same_calls"
    assert await broken(*(one for one in PROMISES if one.id in ("shared", "one_call"))) == {}


async def test_calls_that_make_no_sense_are_refused() -> None:
    case = await Shared.gather(0)
    own, _ = case.slugs
    for further, code in (((own,), "twice"), ((case.slugs[1],) * 2, "twice"), (("inconnu",), "")):
        kind: type[Exception] = Invalid if code else NotFound
        with pytest.raises(kind) as refused:
            await sittings.open_sitting(case.officer, own, case.content(further=further), now=case.now)
        if isinstance(refused.value, Invalid):
            assert [(one.path, one.code) for one in refused.value.errors] == [("further", code)]
    seats = (Seat(case.one.chair.person, "chair"),)
    content = SittingContent(SITS, 60, "Salle 4", members=seats, further=case.slugs[1:])
    with pytest.raises(Invalid) as chair:  # who chairs one committee alone does not preside over both
        await sittings.open_sitting(case.officer, own, content, now=case.now)
    assert [(one.path, one.code) for one in chair.value.errors] == [("members", "chair_of_all")]


async def test_each_call_is_deliberated_on_by_its_own_committee() -> None:
    case = await Shared.gather(2, "quorum = 0.5")
    sitting = await case.begun()
    (first, kept), (second, other) = case.one.proposals, case.other.proposals
    found = await views.sitting(case.officer, sitting)
    assert [one.proposal for one in found.items] == [first, kept, second, other]
    # Six of each committee, and two who sit in both.
    assert [(one.voters, one.needed) for one in found.calls] == [(8, 4), (8, 4)]
    assert {one.present for one in found.items} == {8}

    for wrong, code in (
        (NewVote("retained", (first, second)), "several_calls"),
        (NewVote("declined", (first, second)), "several_calls"),
        (NewVote("retained", (second,)), "unknown_outcome"),
        (NewVote("selected", (first,)), "unknown_outcome"),
    ):
        with pytest.raises(Invalid) as refused:
            await votes.open_vote(case.chair, sitting, wrong, now=case.now)
        assert [one.code for one in refused.value.errors] == [code]
    vote = await votes.open_vote(case.chair, sitting, NewVote("retained", (first,)), now=case.now)
    with pytest.raises(NotFound):
        await voting.cast_ballot(case.second, vote.id, Ballot("against"), now=case.now)
    for one in (case.chair, case.first):
        await voting.cast_ballot(one, vote.id, Ballot("for"), now=case.now)
    with pytest.raises(NotFound):
        await voting.take_apart(case.first, sitting, conducting.OfItem(second), now=case.now)
    assert (await votes.close_vote(case.chair, vote.id, now=case.now)).carried
    assert (await case.voted(sitting, "selected", second, by=(case.second,))).carried
    assert (await case.voted(sitting, "declined", other)).carried
    with pytest.raises(NotFound):
        await minutes.mention_dissent(case.first, sitting, Disagreement(second), now=case.now)

    # Whoever has no part in a call's committee is told a number of its items, and no vote.
    mine = await views.sitting(case.first, sitting)
    assert [(one.proposal, one.elsewhere, one.opinion) for one in mine.items] == [
        (first, False, "retained"), (kept, False, ""), (None, True, ""), (None, True, "")
    ]  # fmt: skip
    assert [vote.outcome_name for vote in mine.votes] == ["Retenue"]
    assert [one.name for one in mine.outcomes] == ["Retenue", "Non retenue"]
    theirs = await views.sitting(case.second, sitting)
    assert (theirs.call, [one.outcome_name for one in theirs.items]) == (case.slugs[1], ["", "", "Lauréate", "Écartée"])

    # The quorum is that of each call's committee: those of the other do not count.
    left = tuple(There(one.person, "absent", based_on="room") for one in case.one.members)
    await conducting.keep_attendance(case.officer, sitting, Attendance(left), now=case.now)
    with pytest.raises(Invalid) as refused:
        await votes.open_vote(case.chair, sitting, NewVote("retained", (kept,)), now=case.now)
    assert [one.code for one in refused.value.errors] == ["no_quorum"]
    await conducting.close_sitting(case.chair, sitting, now=case.now)
    lacked = await rows("SELECT proposal FROM sitting_item WHERE sitting = {} AND lacked", sitting)
    assert [line["proposal"] for line in lacked] == [kept]

    # The second sitting is of the same calls, on what the first one left.
    again = SittingContent(SITS + 30 * DAY, 60, "Salle 4", second_of=sitting)
    with pytest.raises(Forbidden):
        await sittings.open_sitting(case.one.officer, case.slugs[0], again, now=case.now)
    second_time = await sittings.open_sitting(case.officer, case.slugs[0], again, now=case.now)
    told = await views.sitting(case.officer, second_time.id)
    assert ([one.proposal for one in told.items], [one.slug for one in told.calls]) == ([kept], list(case.slugs))
    assert [one.needed for one in told.calls] == [0, 0]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUTHORITY, Role.AUDITOR])
async def test_who_reads_an_item_without_sitting_for_its_call_writes_nothing_into_its_minutes(role: Role) -> None:
    """A member of the first call's committee who has another part in the second one: they read its items and minutes,
    and neither have an item examined apart nor their disagreement mentioned."""
    case = await Shared.gather(1)
    [first], [second] = case.one.proposals, case.other.proposals
    where = None if role is Role.AUDITOR else case.other.trial.call
    guest = await person((Role.COMMITTEE, case.one.trial.call), (role, where), name="Membre invité")
    sitting = await case.begun()
    seen = await views.sitting(guest, sitting)
    assert ([one.proposal for one in seen.items], seen.seats) == ([first, second], case.slugs[:1])
    assert (await views.sitting(case.member, sitting)).seats == case.slugs
    with pytest.raises((NotFound, Forbidden)):
        await voting.take_apart(guest, sitting, conducting.OfItem(second), now=case.now)
    await case.voted(sitting, "retained", first)
    await case.voted(sitting, "selected", second)
    await conducting.close_sitting(case.chair, sitting, now=case.now)
    read = await said.minutes(guest, sitting)
    assert ([one.proposal for one in read.said.items], read.seats) == ([first, second], case.slugs[:1])
    assert (await said.minutes(case.officer, sitting)).seats == ()
    with pytest.raises(NotFound):
        await minutes.mention_dissent(guest, sitting, Disagreement(second, "Non."), now=case.now)
    await minutes.mention_dissent(guest, sitting, Disagreement(first, "Trop tôt."), now=case.now)
    found = await rows("SELECT proposal, account FROM dissent WHERE sitting = {}", sitting)
    assert [tuple(line.values()) for line in found] == [(first, guest.account)]


async def test_a_proxy_counts_where_who_holds_it_sits() -> None:
    case = await Shared.gather(1)
    sitting = await case.begun()
    [first], [second] = case.one.proposals, case.other.proposals
    away = There(case.member.person, "proxy", case.first.person, "room")
    await conducting.keep_attendance(case.officer, sitting, Attendance((away,)), now=case.now)
    for item, outcome, holders in ((first, "retained", {case.first.person}), (second, "selected", set[UUID]())):
        vote = await votes.open_vote(case.chair, sitting, NewVote(outcome, (item,)), now=case.now)
        [line] = await rows("SELECT voters -> {} AS holder FROM vote WHERE id = {}", str(case.member.person), vote.id)
        assert {UUID(line["holder"].strip('"'))} if line["holder"] else set() == holders
        await votes.annul_vote(case.chair, vote.id, now=case.now)
    await conducting.close_sitting(case.chair, sitting, now=case.now)
    draft = await said.minutes(case.chair, sitting)
    await minutes.approve_minutes(case.chair, sitting, draft.version, now=case.now)
    for n, told in enumerate([("proxy", case.first.name), ("absent", "")]):
        export = await transparency.disclosure(case.officer, case.slugs[n], case.now)
        [held] = export.sittings
        assert (held.number, held.shared, held.minutes is not None) == (1, True, True)
        assert held.minutes is not None
        there = {one.name: (one.presence, one.holder) for one in held.minutes.members}
        assert (there[case.member.name], case.first.name in there) == (told, n == 0)
        assert (case.first.name in {one.name for one in export.members}) == (n == 0)


async def test_what_is_on_a_shared_agenda_is_on_no_other_and_recusals_hold_in_their_call() -> None:
    case = await Shared.gather(2)
    (a, b), (c, d) = case.one.proposals, case.other.proposals
    own = await case.other.prepared(SITS + 2 * DAY)
    assert await items(case.officer, own.id) == [c, d]
    await recusals.recuse(case.member, a, Recusal(), now=case.now)
    await recusals.recuse(case.second, c, Recusal(), now=case.now)
    kept = await case.convened()
    assert await items(case.officer, kept.id) == [b, a, d, c]  # those that nobody is recused from first, in each call
    assert await items(case.officer, own.id) == []
    found = await views.sitting(case.officer, kept.id)
    assert ([one.away for one in found.items], found.goings) == (
        [(), (case.member.name,), (), (case.second.name,)],
        2,
    )
    empty = await views.sitting(case.officer, own.id)
    with pytest.raises(Invalid) as refused:
        await sittings.convene_sitting(case.officer, own.id, Convening(), empty.version, now=case.now)
    assert [one.code for one in refused.value.errors] == ["empty"]
    await sittings.cancel_sitting(case.officer, kept.id, Cancelling("Reportée."), now=case.now)
    assert await items(case.officer, own.id) == [d, c]


async def test_decisions_are_taken_call_by_call_by_who_decides_there() -> None:
    case = await Shared.gather(1)
    sitting = await case.begun()
    [first], [second] = case.one.proposals, case.other.proposals
    await case.voted(sitting, "declined", first)
    await case.voted(sitting, "declined", second)
    await conducting.close_sitting(case.chair, sitting, now=case.now)
    said = DecisionContent("declined", "Trop tôt.", "Présidente")
    for who, slug, kind in (
        (case.one.chair, case.slugs[1], Forbidden),
        (case.first, "", Forbidden),
        (await person(), "", NotFound),
    ):
        with pytest.raises(kind):
            await deciding.take_decisions(who, sitting, said, slug, now=case.now)
    other = await Committee.gather(0)
    with pytest.raises(NotFound):
        await deciding.take_decisions(case.chair, sitting, said, other.trial.slug, now=case.now)
    taken = await deciding.take_decisions(case.other.chair, sitting, said, now=case.now)
    assert (taken.count, taken.recused) == (1, 0)
    decided = "SELECT proposal FROM decision WHERE proposal = ANY({})"
    assert [line["proposal"] for line in await rows(decided, [first, second])] == [second]
    taken = await deciding.take_decisions(case.chair, sitting, said, case.slugs[0], now=case.now)
    assert (taken.count, taken.decided) == (1, 0)


async def test_two_officers_who_share_in_both_directions_do_not_wait_for_each_other() -> None:
    """Calls are locked by id, whichever is named first."""
    case = await Shared.gather(1)
    one, other = case.slugs
    opened = await asyncio.gather(
        *(
            sittings.open_sitting(case.officer, own, case.content(SITS + n * DAY, (further,)), now=case.now)
            for n, (own, further) in enumerate([(one, other), (other, one)] * 4, 1)
        )
    )
    assert len({kept.id for kept in opened}) == 8
    for slug in case.slugs:
        assert await numbers(case.officer, slug) == list(range(1, 9))
    assert await further_calls(case.officer, case.one.trial.call, (other,)) == (case.other.trial.call,)


async def test_its_notice_names_every_call_and_each_member_is_told_the_quorum_of_theirs(settings: Settings) -> None:
    case = await Shared.gather(1)
    kept = await case.convened()
    said = await convocation_sample(settings, kept.id, case.now)
    assert said is not None
    assert "du comité des appels «\u00a0Appel d’essai\u00a0» et «\u00a0Appel voisin\u00a0»." in said.body
    event = await called.event(case.second, kept.id, settings)
    assert "Comité : Appel d’essai et Appel voisin\\, séance n°\u00a01" in event.replace("\r\n ", "")
    for who, calls, own in ((case.second, 1, "Projet voisin 1"), (case.member, 2, "Projet 1")):
        paper, about = await papers.convocation_paper(who, kept.id)
        told = msgspec.json.decode(paper.told, type=Convocation)
        assert (about.slugs, told.calls, told.call_title) == (case.slugs, 2, "Appel d’essai et Appel voisin")
        assert sum("délibère valablement" in text for text in told.rules) == calls
        known = [one.title for one in told.items if one.proposal]
        assert (own in known, len(known)) == (True, calls)
    content, _ = await packs.contents(case.second, kept.id)
    assert [one.proposal for one in content.items] == [None, case.other.proposals[0]]


async def test_two_sittings_that_are_convened_at_once_share_no_item() -> None:
    case = await Shared.gather(3)
    shared, own = await case.prepared(), await case.other.prepared(SITS + DAY)

    async def convened(officer: Actor, sitting: UUID) -> set[UUID | None]:
        with contextlib.suppress(Invalid):  # nothing is left for it
            await sittings.convene_sitting(officer, sitting, Convening(), 1, now=case.now)
        kept = await views.sitting(officer, sitting)
        return {one.proposal for one in kept.items} if kept.state == "convened" else set()

    one, other = await asyncio.gather(convened(case.officer, shared.id), convened(case.other.officer, own.id))
    assert one & other == set()
    assert one | other == {*case.one.proposals, *case.other.proposals}


class Undone(Exception):  # noqa: N818  how a change ends that is not to stay
    """Take the change back."""


@pytest.mark.parametrize(
    ("damage", "promise", "what"),
    [
        (
            "INSERT INTO sitting_call (sitting, call, place, number) VALUES (:sitting, :one, 2, 9)",
            "shared",
            "is of its own call twice",
        ),
        (
            "UPDATE sitting_call SET number = 2 WHERE sitting = :sitting",
            "shared",
            "has the number of another one in a call of both",
        ),
        (
            "DELETE FROM sitting_call WHERE sitting = :sitting",
            "shared",
            "has an item of a call that it is not of: :item",
        ),
        (
            "INSERT INTO vote_item (vote, proposal) SELECT id, :proposal FROM vote WHERE sitting = :sitting",
            "one_call",
            "vote 1 is on proposals of several calls",
        ),
    ],
)
async def test_a_shared_sitting_that_lost_its_sense_is_found(damage: str, promise: str, what: str) -> None:
    case = await Shared.gather(1)
    sitting = await case.begun()
    await case.other.prepared(SITS + DAY)
    [first], [second] = case.one.proposals, case.other.proposals
    await case.voted(sitting, "retained", first)
    [line] = await rows("SELECT reference FROM proposal WHERE id = {}", second)
    kept = [one for one in PROMISES if one.id in ("shared", "one_call")]
    assert await broken(*kept, of=[str(sitting)]) == {}
    for name, id_ in (("sitting", sitting), ("one", case.one.trial.call), ("proposal", second)):
        damage = damage.replace(f":{name}", f"'{id_}'")
    with contextlib.suppress(Undone):
        async with transaction():
            await execute(damage)
            found = await broken(*kept, of=[str(sitting)])
            raise Undone
    assert {name: [fault.what for fault in faults] for name, faults in found.items()} == {
        promise: [what.replace(":item", line["reference"])]
    }
