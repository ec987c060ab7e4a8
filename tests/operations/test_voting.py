"""A sitting while it lasts: quorum by item, who is told what, votes of each kind, many items at once, its end."""

import io
import json
import zipfile
from uuid import UUID

import msgspec
import pytest
from asyncpg import PostgresError

from forms.process import Ballots
from service.domain.actor import Actor
from service.invariants import PROMISES, broken
from service.operations import conducting, recusals, sittings, urns, votes, voting
from service.operations.acting import idempotency
from service.operations.conducting import Attendance, Notes, OfItem, Point, There
from service.operations.recusals import Recusal
from service.operations.seating import SittingContent
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.problems import Conflict, Forbidden, Invalid, NotFound, Stale
from service.store import journal
from service.store.database import execute, row, rows
from service.views import sittings as views
from service.views.personal import personal_data
from tests.operations.sitting_case import DAY, SITS, Committee, entries

pytestmark = pytest.mark.usefixtures("database")


async def begun(proposals: int = 2, rules: str = "", away: int = 0) -> tuple[Committee, UUID]:
    """A sitting under way, where all members but the last `away` are in the room."""
    case = await Committee.gather(proposals, rules)
    kept = await case.convened()
    await conducting.begin_sitting(case.officer, kept.id, now=case.now)
    there = case.members[: 5 - away]
    content = Attendance(tuple(There(one.person, "room") for one in there))
    await conducting.keep_attendance(case.officer, kept.id, content, now=case.now)
    return case, kept.id


async def put(
    case: Committee, sitting: UUID, *items: UUID, outcome: str = "retained", kind: Ballots | None = None
) -> UUID:
    """Open a vote."""
    content = NewVote(outcome, items, kind)
    return (await votes.open_vote(case.chair, sitting, content, now=case.now)).id


async def seen(actor: Actor, sitting: UUID, number: int = 0) -> views.VoteView:
    """A vote as somebody reads it."""
    return (await views.sitting(actor, sitting)).votes[number]


async def test_an_open_vote_with_a_proxy_and_the_casting_vote() -> None:
    case, sitting = await begun(away=1)
    chair, one, two, three, absent = case.members
    first, second = case.proposals
    proxy = Attendance((There(absent.person, "proxy", one.person),))
    await conducting.keep_attendance(case.officer, sitting, proxy, now=case.now)
    more = Attendance((There(three.person, "proxy", one.person, based_on="room"),))
    with pytest.raises(Invalid):  # one proxy each
        await conducting.keep_attendance(case.officer, sitting, more, now=case.now)
    # The third is recused from the first item: the screen tells them to leave, and shows nothing of it.
    await recusals.recuse(three, first, Recusal(), now=case.now)
    order = [item.proposal for item in (await views.sitting(case.officer, sitting)).items]
    await conducting.go_to_item(case.officer, sitting, Point(2 - order.index(first)), now=case.now)
    agenda = (await views.sitting(three, sitting)).items
    hidden = agenda[order.index(first)]
    assert msgspec.structs.replace(hidden, number=0) == views.Item(0, None, "", "", "", "", recused=True, away=())
    vote = await put(case, sitting, first)
    # A single item that is voted on is the one that every screen shows, wherever one was before.
    assert (await views.sitting(three, sitting)).current == order.index(first) + 1
    assert (await views.sitting(three, sitting)).votes == ()
    mine = [(voice.own, voice.given) for voice in (await seen(one, sitting)).mine]
    assert sorted(mine) == [(False, False), (True, False)]
    for refused, refusal in ((three, NotFound), (absent, NotFound), (case.officer, Forbidden)):
        with pytest.raises(refusal):
            await voting.cast_ballot(refused, vote, Ballot("for"), now=case.now)
    await voting.cast_ballot(chair, vote, Ballot("for"), now=case.now)
    await voting.cast_ballot(one, vote, Ballot("for"), now=case.now)
    await voting.cast_ballot(one, vote, Ballot("against", absent.person), now=case.now)
    await voting.cast_ballot(two, vote, Ballot("for"), now=case.now)
    await voting.cast_ballot(two, vote, Ballot("against"), now=case.now)  # they think again
    read = {given.name: given.choice for given in (await seen(case.members[2], sitting)).given}
    assert read == {chair.name: "for", "Membre 1": "for", "Membre 2": "against", "Membre 4": "against"}
    with pytest.raises(Conflict):
        await put(case, sitting, second)
    closed = await votes.close_vote(case.officer, vote, now=case.now)
    assert (closed.carried, closed) == (True, await votes.close_vote(case.officer, vote, now=case.now))
    with pytest.raises(Conflict):
        await voting.cast_ballot(two, vote, Ballot("for"), now=case.now)
    item = next(item for item in (await views.sitting(chair, sitting)).items if item.proposal == first)
    figures = {"votes_for": 2, "against": 2, "abstained": 0, "carried": True, "casting": True}
    assert item.figures is not None
    assert figures.items() <= item.figures.items()
    assert (item.opinion, item.outcome_name) == ("retained", "Retenue")
    await conducting.close_sitting(case.officer, sitting, now=case.now)
    assert await journal.verify(f"sitting:{sitting}") == []
    other = await case.prepared(SITS + 30 * DAY)
    waiting = [item.proposal for item in (await views.sitting(case.officer, other.id)).items]
    assert waiting == [second]  # the first has its opinion


async def test_a_sealed_vote_is_told_once_it_is_closed() -> None:
    case, sitting = await begun(1)
    chair, one, *_ = case.members
    vote = await put(case, sitting, case.proposals[0], kind="sealed")
    await voting.cast_ballot(one, vote, Ballot("for"), now=case.now)
    assert [(given.name, given.choice) for given in (await seen(chair, sitting)).given] == [("Membre 1", "")]
    assert [voice.choice for voice in (await seen(one, sitting)).mine] == ["for"]
    await votes.close_vote(case.officer, vote, now=case.now)
    assert [(given.name, given.choice) for given in (await seen(chair, sitting)).given] == [("Membre 1", "for")]


async def test_a_secret_vote_leads_nowhere() -> None:
    """Counted, and no row, entry or stored result holds a choice beside whoever made it (the whole database, row by
    row: test_secret_votes.py)."""
    case, sitting = await begun(1, 'vote = "secret"')
    vote = await put(case, sitting, case.proposals[0])
    choices = ("for", "for", "for", "against", "abstain")
    for number, (member, choice) in enumerate(zip(case.members, choices, strict=True)):
        token = idempotency.set(f"vote-{vote}-{number}")
        try:
            await voting.cast_ballot(member, vote, Ballot(choice), now=case.now)  # type: ignore[arg-type]
        finally:
            idempotency.reset(token)
    with pytest.raises(Conflict):
        await voting.cast_ballot(case.members[0], vote, Ballot("against"), now=case.now)
    assert {given.name for given in (await seen(case.chair, sitting)).given} == {""}
    with pytest.raises(PostgresError, match="no ballots"):
        await execute("INSERT INTO ballot SELECT vote, account, 'for' FROM voter WHERE vote = {}", vote)
    assert await urns.counts(vote) == {"for": 3, "against": 1, "abstain": 1}
    assert await rows("SELECT key FROM idempotency WHERE key LIKE {}", f"vote-{vote}-%") == []
    await votes.close_vote(case.officer, vote, now=case.now)
    assert "ballot_cast" not in await entries(sitting)
    assert [(given.name, given.choice) for given in (await seen(case.chair, sitting)).given] == [("", "")] * 5
    assert ((await seen(case.chair, sitting)).mine, (await seen(case.chair, sitting)).voters) == ((), 5)


async def test_whoever_is_recused_leads_nothing_of_an_item_and_has_its_vote_annulled() -> None:
    case, sitting = await begun(2)
    first, second = case.proposals
    vote = await put(case, sitting, first)
    await voting.cast_ballot(case.members[1], vote, Ballot("for"), now=case.now)
    await recusals.recuse(case.chair, first, Recusal(), now=case.now)
    with pytest.raises(NotFound):
        await votes.close_vote(case.chair, vote, now=case.now)
    with pytest.raises(Conflict) as found:  # they had a vote, given or not
        await votes.close_vote(case.officer, vote, now=case.now)
    assert found.value.code == "recused_voter"
    await votes.annul_vote(case.chair, vote, now=case.now)
    with pytest.raises(NotFound):
        await put(case, sitting, first)
    with pytest.raises(NotFound):
        await conducting.keep_notes(case.chair, sitting, Notes(first, "Débattu.", 0), now=case.now)
    await conducting.keep_notes(case.chair, sitting, Notes(second, "Débattu.", 0), now=case.now)
    with pytest.raises(Invalid) as longer:
        await conducting.keep_notes(case.officer, sitting, Notes(first, "é" * 20_001, 0), now=case.now)
    assert [one.code for one in longer.value.errors] == ["too_long"]
    again = (await votes.open_vote(case.officer, sitting, NewVote("retained", (first,)), now=case.now)).id
    await voting.cast_ballot(case.members[1], again, Ballot("for"), now=case.now)
    assert (await votes.close_vote(case.officer, again, now=case.now)).carried
    assert await broken(*PROMISES, of=[str(sitting)]) == {}


async def test_a_leader_who_is_recused_learns_of_no_result() -> None:
    """The chair is not there, opens a vote all the same, and finds an interest: an officer closes it. Closing it again
    tells others what it came to; not the chair, neither so nor by what the service holds on them."""
    case, sitting = await begun(1)
    [proposal] = case.proposals
    gone = Attendance((There(case.chair.person, "absent", based_on="room"),))
    await conducting.keep_attendance(case.officer, sitting, gone, now=case.now)
    vote = await put(case, sitting, proposal)
    await recusals.recuse(case.chair, proposal, Recusal(), now=case.now)
    for one in case.members[1:]:
        await voting.cast_ballot(one, vote, Ballot("for"), now=case.now)
    closed = await votes.close_vote(case.officer, vote, now=case.now)
    assert (closed.closed, closed.carried) == (True, True)
    assert await votes.close_vote(case.officer, vote, now=case.now) == closed
    with pytest.raises(NotFound):
        await votes.close_vote(case.chair, vote, now=case.now)
    told = b"".join([part async for part in await personal_data(case.chair, case.chair.person, case.now)])
    with zipfile.ZipFile(io.BytesIO(told)) as archive:
        [line] = json.loads(archive.read("donnees/vote.json"))
    assert (line["id"], set(line)) == (
        str(vote),
        {"id", "sitting", "number", "kind", "outcome", "members", "needed", "author"}
        | {"opened_at", "closed_at", "annulled_at"},
    )


async def test_many_at_once_but_those_that_are_apart() -> None:
    case, sitting = await begun(5)
    a, b, c, d, e = case.proposals
    await recusals.recuse(case.members[1], d, Recusal(), now=case.now)
    await voting.take_apart(case.members[2], sitting, OfItem(e), now=case.now)
    for wrong in ((a, d), (a, e)):
        with pytest.raises(Invalid) as found:
            await put(case, sitting, *wrong, outcome="declined")
        assert [one.code for one in found.value.errors if one.path.endswith(str(wrong[1]))] == ["apart"]
    vote = await put(case, sitting, a, b, c, outcome="declined")
    for member in case.members[:3]:
        await voting.cast_ballot(member, vote, Ballot("for"), now=case.now)
    await votes.close_vote(case.officer, vote, now=case.now)
    given = {item.proposal: item.opinion for item in (await views.sitting(case.chair, sitting)).items}
    assert given == {a: "not_retained", b: "not_retained", c: "not_retained", d: "", e: ""}
    with pytest.raises(Invalid):
        await put(case, sitting, a)
    alone = await put(case, sitting, d)
    for member in (case.chair, *case.members[2:4]):
        await voting.cast_ballot(member, alone, Ballot("against"), now=case.now)
    assert (await votes.close_vote(case.officer, alone, now=case.now)).carried is False
    assert (await row("SELECT opinion FROM sitting_item WHERE proposal = {}", d)) == {"opinion": ""}


async def test_without_quorum_nothing_is_voted_but_at_a_second_sitting() -> None:
    case, sitting = await begun(1, away=3)
    with pytest.raises(Invalid) as found:
        await put(case, sitting, case.proposals[0])
    assert [one.code for one in found.value.errors] == ["no_quorum"]
    await conducting.postpone_item(case.officer, sitting, OfItem(case.proposals[0]), now=case.now)
    await conducting.close_sitting(case.officer, sitting, now=case.now)
    content = SittingContent(SITS + 30 * DAY, 60, "Salle 4", second_of=sitting)
    second = await sittings.open_sitting(case.officer, case.trial.slug, content, now=case.now)
    await case.waiting("Projet venu depuis")
    shown = await views.sitting(case.officer, second.id)
    assert ([item.proposal for item in shown.items], shown.needed) == ([case.proposals[0]], 0)
    await sittings.convene_sitting(case.officer, second.id, sittings.Convening(), second.version, now=case.now)
    await conducting.begin_sitting(case.chair, second.id, now=case.now)
    present = Attendance((There(case.chair.person, "room"),))
    await conducting.keep_attendance(case.officer, second.id, present, now=case.now)
    vote = await put(case, second.id, case.proposals[0])
    await voting.cast_ballot(case.chair, vote, Ballot("for"), now=case.now)
    assert (await votes.close_vote(case.officer, vote, now=case.now)).carried


async def test_an_interest_told_during_the_vote_annuls_it() -> None:
    case, sitting = await begun(1)
    [proposal] = case.proposals
    vote = await put(case, sitting, proposal, kind="secret")
    for member in case.members[:3]:
        await voting.cast_ballot(member, vote, Ballot("for"), now=case.now)
    await recusals.recuse(case.members[1], proposal, Recusal(), now=case.now)
    with pytest.raises(Conflict) as found:
        await votes.close_vote(case.officer, vote, now=case.now)
    assert found.value.code == "recused_voter"
    await votes.annul_vote(case.officer, vote, now=case.now)
    again = await put(case, sitting, proposal)
    assert (await seen(case.chair, sitting, 1)).voters == 4
    await votes.annul_vote(case.officer, again, now=case.now)
    assert await broken(*[one for one in PROMISES if one.id in ("ballots", "recused", "secret")]) == {}


async def test_who_leads_a_sitting_and_when() -> None:
    case = await Committee.gather(1)
    kept = await case.prepared()
    with pytest.raises(Conflict):
        await conducting.begin_sitting(case.officer, kept.id, now=case.now)
    await sittings.convene_sitting(case.officer, kept.id, sittings.Convening(), kept.version, now=case.now)
    for member in case.members[1:]:
        with pytest.raises(Forbidden):
            await conducting.begin_sitting(member, kept.id, now=case.now)
    with pytest.raises(Conflict):
        await put(case, kept.id, case.proposals[0])
    await conducting.begin_sitting(case.chair, kept.id, now=case.now)
    with pytest.raises(Conflict):
        await sittings.cancel_sitting(case.officer, kept.id, sittings.Cancelling("Trop tard."), now=case.now)
    notes = Notes(case.proposals[0], "Échange sur l’hébergement.", 0)
    await conducting.keep_notes(case.officer, kept.id, notes, now=case.now)
    with pytest.raises(Stale):
        await conducting.keep_notes(case.officer, kept.id, notes, now=case.now)
    noted = {who: (await views.sitting(who, kept.id)).items[0].notes for who in (case.officer, case.members[1])}
    assert noted == {case.officer: "Échange sur l’hébergement.", case.members[1]: ""}
    with pytest.raises(NotFound):
        await conducting.go_to_item(case.officer, kept.id, Point(2), now=case.now)
    await conducting.close_sitting(case.officer, kept.id, now=case.now)
    assert (await entries(kept.id))[-3:] == ["sitting_begun", "notes_kept", "sitting_closed"]
