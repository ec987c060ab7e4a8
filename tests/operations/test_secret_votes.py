"""A secret vote: while it is open nobody votes twice, and nothing says what; once it is over nothing says who."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import msgspec
import pytest
import structlog
from asyncpg import PostgresError
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from service import clock
from service.domain.actor import Actor
from service.domain.sitting import CHOICES, Choice
from service.identity import urns as sealing
from service.identity.urns import UnreadableError, seal, unseal
from service.invariants import PROMISES, broken
from service.operations import conducting, urns, votes, voting
from service.operations.conducting import Attendance, There
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.problems import Conflict, NotFound
from service.store.database import execute, row, rows, transaction, value
from service.store.migrate import statements
from tests.api.people import client, token_of
from tests.operations.sitting_case import SITS, Committee, entries

pytestmark = pytest.mark.usefixtures("database")

MIGRATION = Path(__file__).parents[2] / "service/store/migrations/alliance_2026_11_28_untold.sql"


async def begun(proposals: int = 1, case: Committee | None = None) -> tuple[Committee, UUID]:
    """A sitting under way: four members in the room, the last one represented by the second."""
    case = case or await Committee.gather(proposals, 'vote = "secret"')
    kept = await case.convened(max(SITS, case.at + timedelta(days=30)))
    await conducting.begin_sitting(case.officer, kept.id, now=case.now)
    holder, absent = case.members[1].person, case.members[4].person
    there = (*(There(one.person, "room") for one in case.members[:4]), There(absent, "proxy", holder))
    await conducting.keep_attendance(case.officer, kept.id, Attendance(there), now=case.now)
    return case, kept.id


async def put(case: Committee, sitting: UUID, item: UUID) -> UUID:
    """Open a vote, by the officer, who has none."""
    return (await votes.open_vote(case.officer, sitting, NewVote("retained", (item,)), now=case.now)).id


async def give(case: Committee, vote: UUID, whose: Actor, choice: Choice) -> None:
    """Somebody's vote, by whoever gives it."""
    proxy = whose is case.members[4]
    ballot = Ballot(choice, whose.person if proxy else None)
    await voting.cast_ballot(case.members[1] if proxy else whose, vote, ballot, now=case.now)


async def everything() -> set[tuple[str, str]]:
    """Every row of every table as text, with the transactions that wrote and locked it, and where it lies."""
    tables = await rows("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
    found = set()
    for table in tables:
        name = table["name"]
        sql = f"SELECT t.xmin || ' ' || t.xmax || ' ' || t.ctid || ' ' || t::text AS line FROM \"{name}\" t"  # noqa: S608
        found |= {(name, line["line"]) for line in await rows(sql)}
    return found


def naming(found: Iterable[tuple[str, str]], people: Iterable[Actor]) -> list[tuple[str, str]]:
    """Those rows that name one of these, by id however it is written, or by name."""
    marks = [mark for one in people for mark in (str(one.person), one.person.hex, one.name)]
    return [(table, line) for table, line in found if any(mark in line for mark in marks)]


@pytest.mark.parametrize("end", ["close", "annul"])
async def test_no_row_that_a_secret_vote_left_names_a_voter(end: str) -> None:
    """Neither what it wrote nor what it marked in rows that were there: who voted is as if nobody had."""
    case, sitting = await begun()
    before = await everything()
    vote = await put(case, sitting, case.proposals[0])
    for whose, choice in zip((0, 2, 4, 1), ("for", "against", "for", "abstain"), strict=True):
        await give(case, vote, case.members[whose], choice)  # type: ignore[arg-type]
    await (votes.close_vote if end == "close" else votes.annul_vote)(case.officer, vote, now=case.now)
    left = await everything() - before
    assert naming(left, case.members) == []
    # Rows of their own, and those that whoever led it has locked.
    written = {"vote", "vote_item", "sitting", "stream", "entry", *(["sitting_item"] if end == "close" else [])}
    assert {table for table, _ in left} == written | {"account", "call", "proposal"}
    told = await value("SELECT data FROM entry WHERE stream = {} AND kind = 'vote_opened'", f"sitting:{sitting}")
    assert msgspec.json.decode(told)["voters"] == 5
    wanted = {
        "close": ["vote_opened", "item_begun", "vote_closed"],
        "annul": ["vote_opened", "item_begun", "vote_annulled"],
    }
    assert sorted((await entries(sitting))[-3:]) == sorted(wanted[end])
    assert await broken(*PROMISES, of=[str(sitting)]) == {}


async def test_while_it_is_open_its_rows_say_who_and_never_what() -> None:
    """Be it of the first vote alone, and with every state of the urn at hand."""
    case, sitting = await begun()
    vote = await put(case, sitting, case.proposals[0])
    states = [await row("SELECT * FROM urn WHERE vote = {}", vote)]
    for whose, choice in enumerate(("for", "for", "against")):
        await give(case, vote, case.members[whose], choice)  # type: ignore[arg-type]
        states.append(await row("SELECT * FROM urn WHERE vote = {}", vote))
    assert all(line is not None for line in states)
    sealed = [bytes(line.pop("sealed")) for line in states if line]
    assert states == [{"vote": vote, "votes_for": 0, "against": 0, "abstained": 0}] * 4
    assert ({len(one) for one in sealed}, len(set(sealed))) == ({40}, 4)
    assert await urns.counts(vote) == {"for": 2, "against": 1, "abstain": 0}
    # Samples that the planner takes are copies too.
    await execute("ANALYZE voter, vote, urn")
    kept = await rows("SELECT tablename, attname FROM pg_stats WHERE tablename IN ('vote', 'voter')")
    assert not {("voter", "vote"), ("voter", "account"), ("vote", "voters")} & {tuple(one.values()) for one in kept}
    # Another installation's secret opens nothing: it is annulled.
    await execute("UPDATE urn SET sealed = {} WHERE vote = {}", seal(uuid4(), (9, 9, 9)), vote)
    for act in (give(case, vote, case.members[3], "for"), votes.close_vote(case.officer, vote, now=case.now)):
        with pytest.raises(Conflict) as found:
            await act
        assert found.value.code == "urn_unreadable"
    assert await value("SELECT count(*) FROM voter WHERE vote = {}", vote) == 3
    await votes.annul_vote(case.officer, vote, now=case.now)


COUNT = st.integers(0, 2**32 - 1)


@given(st.uuids(), st.uuids(), st.tuples(COUNT, COUNT, COUNT), st.integers(0, 39), st.integers(1, 255))
def test_what_is_sealed_opens_for_its_vote_alone_and_whole(
    vote: UUID, other: UUID, counts: sealing.Counts, place: int, change: int
) -> None:
    sealed = seal(vote, counts)
    assert unseal(vote, sealed) == counts
    altered = bytearray(sealed)
    altered[place] ^= change
    wrong = [(vote, bytes(altered)), (vote, sealed[:-1]), (vote, sealed + b"\0"), (vote, b"")]
    for of, content in [*wrong, *([(other, sealed)] if other != vote else [])]:
        with pytest.raises(UnreadableError):
            unseal(of, content)


@pytest.mark.parametrize("seed", range(3))
async def test_its_counts_are_what_was_given_and_what_was_not(seed: int) -> None:
    """Whoever votes, in whatever order, and tries again."""
    chance = Random(seed)  # noqa: S311  a case
    case, sitting = await begun(5)
    for item in case.proposals:
        vote = await put(case, sitting, item)
        choices = {one: chance.choice(CHOICES) for one in chance.sample(range(5), chance.randint(0, 5))}
        for whose, choice in choices.items():
            await give(case, vote, case.members[whose], choice)
            with pytest.raises(Conflict, match="déjà exprimée"):
                await give(case, vote, case.members[whose], chance.choice(CHOICES))
        assert await value("SELECT count(*) FROM voter WHERE vote = {}", vote) == len(choices)
        closed = await votes.close_vote(case.officer, vote, now=case.now)
        given = [*choices.values()]
        told = msgspec.json.decode(await value("SELECT figures FROM vote WHERE id = {}", vote))
        assert told == {
            "votes_for": given.count("for"),
            "against": given.count("against"),
            "abstained": given.count("abstain"),
            "silent": 5 - len(given),
            "voters": 5,  # of attendance, whoever voted
            "members": 5,
            "needed": 3,
            "carried": given.count("for") > given.count("against"),
            "casting": False,
            "vote": str(vote),
        }
        assert closed.carried == told["carried"]
    assert await broken(*PROMISES, of=[str(sitting)]) == {}


@pytest.mark.parametrize("end", ["close", "annul"])
async def test_nobody_votes_twice_nor_after_the_end_however_many_try_at_once(end: str) -> None:
    case, sitting = await begun(4)
    for item in case.proposals:
        vote = await put(case, sitting, item)
        many = [give(case, vote, one, "for") for one in (*case.members, *case.members)]
        over = (votes.close_vote if end == "close" else votes.annul_vote)(case.officer, vote, now=case.now)
        Random(str(item)).shuffle(many)  # noqa: S311  a case
        *acts, ended = await asyncio.gather(*many[:7], over, *many[7:], return_exceptions=True)
        answers = [*acts, ended]
        assert {one.code for one in answers if isinstance(one, Conflict)} <= {"voted", "vote_over"}
        assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, Conflict)]
        given = sum(one is None for one in answers)
        figures = await value("SELECT figures FROM vote WHERE id = {}", vote)
        if end == "close":
            told = msgspec.json.decode(figures)
            assert (told["votes_for"], told["silent"]) == (given, 5 - given)
        else:
            assert figures is None
        # Now neither those who have voted nor those who have not, nor anybody by the database itself.
        for one in case.members:
            with pytest.raises(Conflict) as found:
                await give(case, vote, one, "against")
            assert found.value.code == "vote_over"
        with pytest.raises(PostgresError, match="the vote is over"):
            await execute("INSERT INTO voter (vote, account) VALUES ({}, {})", vote, case.members[0].person)
        assert await value("SELECT count(*) FROM voter WHERE vote = {}", vote) == 0


async def test_the_database_itself_takes_no_vote_of_whoever_has_none() -> None:
    case, sitting = await begun()
    vote = await put(case, sitting, case.proposals[0])
    with pytest.raises(PostgresError, match="no vote in it"):
        await execute("INSERT INTO voter (vote, account) VALUES ({}, {})", vote, case.officer.person)
    with pytest.raises(PostgresError, match="vote_secret"):
        await execute("UPDATE vote SET annulled_at = opened_at WHERE id = {}", vote)
    with pytest.raises(NotFound):
        await voting.cast_ballot(case.members[0], vote, Ballot("for", case.members[1].person), now=case.now)


async def test_the_log_of_requests_does_not_say_who_voted(web: str) -> None:
    """Nor who came back to the page of the sitting just then."""
    case = await Committee.gather(1, 'vote = "secret"', now=clock.now() - timedelta(days=1))
    case, sitting = await begun(case=case)
    vote = await put(case, sitting, case.proposals[0])
    home = f"/comite/{case.trial.slug}/seances/{sitting}"
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as told:
        for place, member in enumerate(case.members[:4]):
            async with client(web, await token_of(member)) as http:
                for _ in range(2):  # the second time it is refused
                    if place % 2:
                        await http.post(
                            f"{home}/vote", data={"vote": str(vote), "member": str(member.person), "choice": "for"}
                        )
                    else:
                        await http.post(f"/api/votes/{vote}/ballots", json={"choice": "against"})
                assert (await http.get(home)).status_code == 200
                assert (await http.get(f"{home}/suite?version=0")).status_code == 200
    assert await urns.counts(vote) == {"for": 2, "against": 2, "abstain": 0}
    lines = [msgspec.json.encode(line).decode() for line in told]
    assert len([line for line in lines if '"request"' in line]) >= 8
    assert [line for line in lines if any(str(one.person) in line for one in case.members)] == []
    assert [line for line in lines if "ballots" in line or "/vote" in line] == []


async def test_of_secret_votes_that_were_over_before_the_rolls_go() -> None:
    case, sitting = await begun(2)
    first, second = case.proposals
    closed = await put(case, sitting, first)
    await votes.close_vote(case.officer, closed, now=case.now)
    going = await put(case, sitting, second)
    async with undone():
        await _as_before(closed, going, [one.person for one in case.members])
        for statement in statements(MIGRATION.read_text(encoding="utf-8")):
            if statement.startswith(("UPDATE", "DELETE")) or "vote_secret" in statement:
                await execute(statement.replace("{}", "{{}}"))
        line = await row("SELECT voters, figures FROM vote WHERE id = {}", closed)
        assert line is not None
        told = msgspec.json.decode(line["figures"])
        assert (line["voters"], told["voters"], told["silent"]) == ("{}", 5, 2)
        left = await rows("SELECT vote FROM voter WHERE vote = ANY({})", [closed, going])
        assert [one["vote"] for one in left] == [going] * 3
        assert await rows("SELECT vote FROM urn WHERE vote = {}", closed) == []
        # What was counted in the clear goes on, sealed with the next vote.
        assert await urns.counts(going) == {"for": 2, "against": 1, "abstain": 0}
        await urns.count(going, "for")
        assert await urns.counts(going) == {"for": 3, "against": 1, "abstain": 0}
        assert await value("SELECT votes_for + against FROM urn WHERE vote = {}", going) == 0


class _UndoneError(Exception):
    """To leave nothing behind."""


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """A transaction that is taken back."""
    with suppress(_UndoneError):
        async with transaction():
            yield
            raise _UndoneError


async def _as_before(closed: UUID, going: UUID, people: list[UUID]) -> None:
    """What these votes were in the version before: three of five have voted, 2 for and 1 against."""
    for statement in (
        "ALTER TABLE vote DROP CONSTRAINT vote_secret",
        "ALTER TABLE voter DISABLE TRIGGER voter_has_voice",
        "UPDATE vote SET figures = figures - 'silent' - 'voters' || '{{\"votes_for\": 2, \"against\": 1}}'",
    ):
        await execute(statement)
    voices = msgspec.json.encode({str(one): str(one) for one in people}).decode()
    await execute("UPDATE vote SET voters = {} WHERE id = {}", voices, closed)
    for vote in (closed, going):
        await execute("INSERT INTO voter (vote, account) SELECT {}, unnest({}::uuid[])", vote, people[:3])
    await execute("UPDATE urn SET votes_for = 2, against = 1, sealed = '' WHERE vote = {}", going)
    await execute("INSERT INTO urn (vote, votes_for, against, sealed) VALUES ({}, 2, 1, '')", closed)
