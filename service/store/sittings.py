"""Sittings in SQL: what could be on an agenda, what is, and who is recused from it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.agenda import ordered_by_call
from service.domain.sitting import OPEN_TO, Capacity, Member, Presence
from service.store.conflicts import conflicted
from service.store.database import Row, rows, value
from service.store.editions import edition
from service.store.moves import MOVING
from service.store.tallied import tallied

# Of an item `i` and its proposal `p`: the committee has given its opinion since it came before it this time.
OPINION = "i.opinion IN ('retained', 'not_retained') AND i.visit = p.visit"
# Of a proposal `p`: another sitting that was convened, or is the second one of another, has it on its agenda still, or
# has given its opinion.
_TAKEN = (
    "EXISTS (SELECT FROM sitting_item i JOIN sitting s ON s.id = i.sitting WHERE i.proposal = p.id"
    " AND i.rank IS NOT NULL AND s.id <> {} AND (s.convened_at IS NOT NULL OR s.second_of IS NOT NULL)"
    f" AND s.cancelled_at IS NULL AND (s.closed_at IS NULL OR {OPINION}))"
)
# Of a proposal `p`: the sitting named has left it for want of quorum, and it has not been elsewhere since. A second
# sitting is on such items alone (R133-10).
_LEFT = (
    "({}::uuid IS NULL OR EXISTS (SELECT FROM sitting_item f WHERE f.sitting = {} AND f.proposal = p.id"
    " AND f.rank IS NOT NULL AND f.lacked AND f.visit = p.visit))"
)
# Of a sitting `s`: the calls that it is of.
CALLS = "(SELECT s.call UNION ALL SELECT c.call FROM sitting_call c WHERE c.sitting = s.id)"
_HOLDS = (
    "EXISTS (SELECT FROM role r JOIN account x ON x.id = r.account AND x.disabled_at IS NULL"
    " WHERE r.account = m.account AND r.call IN {calls} AND (m.capacity, r.role) IN ("
    + ", ".join(f"('{capacity}', '{role.value}')" for capacity, roles in OPEN_TO.items() for role in roles)
    + "))"
)
# Of a member `m` of a sitting `s`: they hold a role that their capacity asks for, in an account that is not closed; of
# a sitting that is over, they did when it ended.
SITS = f"(CASE WHEN s.closed_at IS NOT NULL THEN NOT m.gone ELSE {_HOLDS.format(calls=CALLS)} END)"
# The same for the call `k`, one of the sitting's: whoever has no part in its committee takes none in its items.
_SITS_FOR = (
    "(CASE WHEN s.closed_at IS NOT NULL THEN NOT m.gone AND (m.sat IS NULL OR m.sat ? k.call::text)"
    f" ELSE {_HOLDS.format(calls='(k.call)')} END)"
)
SAT = f"(SELECT jsonb_agg(k.call) FROM {CALLS} AS k (call) WHERE {_SITS_FOR})"  # noqa: S608  our words
RECUSED = (
    f"({conflicted('p.id', 'm.account')} OR p.owner = m.account"
    " OR EXISTS (SELECT FROM collaborator c WHERE c.proposal = p.id AND c.account = m.account))"
)
# Of a call: since when something has waited for its committee, or the last sitting is over that left it to another.
# None where a sitting is ahead, under way or was cancelled: then officers have it in hand, as they have what was left
# for want of quorum, which they may convene again. None where nobody could sit.
_UNPLANNED = (
    "SELECT min(greatest((SELECT max(e.at) FROM entry e WHERE e.stream = 'proposal:' || p.id::text"  # noqa: S608
    f" AND e.kind IN {MOVING}), (SELECT max(s.closed_at) FROM sitting s WHERE p.call IN {CALLS})))"
    " FROM agenda g JOIN proposal p ON p.id = g.proposal WHERE g.call = {} AND g.whom = 'committee'"
    f" AND NOT EXISTS (SELECT FROM sitting s WHERE g.call IN {CALLS} AND s.closed_at IS NULL)"
    f" AND NOT EXISTS (SELECT FROM sitting_item i WHERE i.proposal = p.id AND ({OPINION} OR i.lacked)"
    "  AND i.visit = p.visit)"
    " AND EXISTS (SELECT FROM role r JOIN account a ON a.id = r.account AND a.disabled_at IS NULL"
    "  WHERE r.call = g.call AND r.role IN ('chair', 'committee'))"
)


class Called(msgspec.Struct, frozen=True):
    """Who is called, in which capacity, and how they are there; `holder`: the name of who holds their proxy. `calls`:
    those of the sitting's for which they sit."""

    id: UUID
    name: str
    organisation: str
    capacity: Capacity
    presence: Presence
    holder: str
    holder_id: UUID | None
    calls: tuple[UUID, ...] = ()


def of_call(call: str) -> str:
    """That a sitting `s` is of this call, as SQL."""
    return f"(s.call = {call} OR EXISTS (SELECT FROM sitting_call c WHERE c.sitting = s.id AND c.call = {call}))"


def number_in(call: str) -> str:
    """The number of a sitting `s` among those of one of its calls, as SQL."""
    return f"coalesce((SELECT c.number FROM sitting_call c WHERE c.sitting = s.id AND c.call = {call}), s.number)"  # noqa: S608


async def calls_of(sitting: UUID) -> tuple[UUID, ...]:
    """The calls of a sitting: its own, then the further ones in their order. None of a sitting that does not exist."""
    found = await rows(
        "SELECT call, 0 AS place FROM sitting WHERE id = {}"
        " UNION ALL SELECT call, place FROM sitting_call WHERE sitting = {} ORDER BY place",
        *(sitting, sitting),
    )
    return tuple(line["call"] for line in found)


async def call_of(proposals: Collection[UUID]) -> dict[UUID, UUID]:
    """The call of each proposal, in their order."""
    found = await rows("SELECT id, call FROM proposal WHERE id = ANY({})", list(proposals))
    calls = {line["id"]: line["call"] for line in found}
    return {one: calls[one] for one in proposals if one in calls}


async def candidates(sitting: Row) -> list[UUID]:
    """The proposals that wait for the committee and for no other sitting, call by call, earlier rounds before later
    ones, the highest total first; for a second sitting, of those that the first one left for want of quorum."""
    calls = await calls_of(sitting["id"])
    found = await rows(
        "SELECT p.id, p.call, p.edition, p.round, p.reference, t.content FROM proposal p"  # noqa: S608  our words
        " LEFT JOIN tally t ON t.proposal = p.id AND t.round = p.round"
        f" WHERE p.call = ANY({{}}) AND p.phase = 'committee' AND NOT {_TAKEN} AND {_LEFT}",
        *(list(calls), sitting["id"], sitting["second_of"], sitting["second_of"]),
    )
    ranked = []
    for line in found:
        grid = (await edition(line["edition"])).grid_of(line["round"])
        total = tallied(line["content"], grid).summary.total
        place = calls.index(line["call"])
        ranked.append((place, line["round"], total is None, -(total or 0.0), line["reference"], line["id"]))
    return [one for *_, one in sorted(ranked)]


async def unplanned_since(call: UUID) -> datetime | None:
    """Since when something has waited for the committee of a call without a sitting, where the call is to plan one."""
    since: datetime | None = await value(_UNPLANNED, call)
    return since


async def recusals(proposals: Collection[UUID], accounts: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Who of these persons takes no part in the examination of each: by a conflict of interest that stands, or as its
    applicant. Those that nobody is recused from are left out."""
    found: dict[UUID, set[UUID]] = {}
    for line in await rows(
        "SELECT p.id, m.account FROM proposal p, unnest({}::uuid[]) AS m (account)"  # noqa: S608
        f" WHERE p.id = ANY({{}}) AND {RECUSED}",
        *(list(accounts), list(proposals)),
    ):
        found.setdefault(line["id"], set()).add(line["account"])
    return {proposal: frozenset(who) for proposal, who in found.items()}


async def recused_of(proposals: Collection[UUID], called: Iterable[Member]) -> dict[UUID, frozenset[UUID]]:
    """The same of those who are called, each for the proposals of the calls for which they sit."""
    seats = [(one.id, call) for one in called for call in one.calls]
    found: dict[UUID, set[UUID]] = {}
    for line in await rows(
        "SELECT p.id, m.account FROM proposal p JOIN unnest({}::uuid[], {}::uuid[]) AS m (account, call)"  # noqa: S608
        f" ON m.call = p.call WHERE p.id = ANY({{}}) AND {RECUSED}",
        *([who for who, _ in seats], [call for _, call in seats], list(proposals)),
    ):
        found.setdefault(line["id"], set()).add(line["account"])
    return {proposal: frozenset(who) for proposal, who in found.items()}


async def called(sitting: UUID) -> tuple[Called, ...]:
    """Who is called to it and may sit, whoever presides first."""
    found = await rows(
        "SELECT m.account AS id, a.name, a.organisation, m.capacity, m.presence, coalesce(h.name, '') AS holder,"  # noqa: S608
        f" m.holder AS holder_id, ARRAY(SELECT k.call FROM {CALLS} AS k (call) WHERE {_SITS_FOR}) AS calls"
        " FROM sitting_member m JOIN sitting s ON s.id = m.sitting"
        " JOIN account a ON a.id = m.account LEFT JOIN account h ON h.id = m.holder"
        f" WHERE m.sitting = {{}} AND {SITS}"
        " ORDER BY array_position(ARRAY['chair', 'member', 'secretary', 'observer'], m.capacity::text), a.name, a.id",
        sitting,
    )
    return tuple(Called(**line | {"calls": tuple(line["calls"])}) for line in found)


async def members(sitting: UUID) -> tuple[Member, ...]:
    """The same persons, as the rules see them."""
    return as_members(await called(sitting))


def as_members(found: Iterable[Called]) -> tuple[Member, ...]:
    """Those who are called, as the rules see them."""
    return tuple(Member(one.id, one.capacity, one.presence, one.holder_id, one.calls) for one in found)


async def agenda(sitting: Row) -> tuple[UUID, ...]:
    """The items in their order. Once convened, or cancelled, as it was then; until then it follows what waits for the
    committee: in the order that lets recused members go out least, or after what an officer has put in order."""
    kept = await rows(
        "SELECT proposal, rank FROM sitting_item WHERE sitting = {} ORDER BY rank, proposal", sitting["id"]
    )
    placed = [line["proposal"] for line in kept if line["rank"] is not None]
    if sitting["convened_at"] is not None or sitting["cancelled_at"] is not None:
        return tuple(placed)
    waiting = await candidates(sitting)
    if sitting["second_of"] is not None:
        return tuple(one for one in placed if one in waiting)
    out = {line["proposal"] for line in kept if line["rank"] is None}
    first = [one for one in placed if one in waiting] if sitting["ordered"] else []
    rest = [one for one in waiting if one not in out and one not in first]
    return (*first, *await in_order(rest, await members(sitting["id"])))


async def left_out(sitting: UUID) -> frozenset[UUID]:
    """What an officer has left for another sitting."""
    found = await rows("SELECT proposal FROM sitting_item WHERE sitting = {} AND rank IS NULL", sitting)
    return frozenset(line["proposal"] for line in found)


async def in_order(proposals: Iterable[UUID], called: Iterable[Member]) -> tuple[UUID, ...]:
    """Call by call, each in the order in which the members who vote go out least."""
    ranked = list(proposals)
    recused = await recused_of(ranked, [one for one in called if one.votes])
    return ordered_by_call(ranked, await call_of(ranked), recused)
