"""Sittings in SQL: what could be on an agenda, what is, and who is recused from it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from service.domain.agenda import ordered
from service.domain.sitting import Member
from service.store.conflicts import conflicted
from service.store.database import Row, rows
from service.store.editions import edition
from service.store.tallied import tallied

# Of a proposal `p`: another sitting that was convened has it on its agenda still, or has given its opinion.
_TAKEN = (
    "EXISTS (SELECT FROM sitting_item i JOIN sitting s ON s.id = i.sitting WHERE i.proposal = p.id"
    " AND i.rank IS NOT NULL AND s.round = p.round AND s.id <> {} AND s.convened_at IS NOT NULL"
    " AND s.cancelled_at IS NULL AND (s.closed_at IS NULL OR i.opinion IN ('retained', 'not_retained')))"
)
RECUSED = (
    f"({conflicted('p.id', 'm.account')} OR p.owner = m.account"
    " OR EXISTS (SELECT FROM collaborator c WHERE c.proposal = p.id AND c.account = m.account))"
)


async def candidates(sitting: Row) -> list[UUID]:
    """The proposals that wait for the committee and for no other sitting, the highest total first."""
    found = await rows(
        "SELECT p.id, p.edition, p.reference, t.content FROM proposal p"  # noqa: S608  our words
        " LEFT JOIN tally t ON t.proposal = p.id AND t.round = p.round"
        f" WHERE p.call = {{}} AND p.round = {{}} AND p.phase = 'committee' AND NOT {_TAKEN}",
        *(sitting["call"], sitting["round"], sitting["id"]),
    )
    ranked = []
    for line in found:
        grid = (await edition(line["edition"])).grid_of(sitting["round"])
        total = tallied(line["content"], grid).summary.total
        ranked.append((total is None, -(total or 0.0), line["reference"], line["id"]))
    return [one for *_, one in sorted(ranked)]


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


async def members(sitting: UUID) -> tuple[Member, ...]:
    """Who is called to it, by id."""
    found = await rows(
        "SELECT account AS id, capacity, presence, holder FROM sitting_member WHERE sitting = {} ORDER BY account",
        sitting,
    )
    return tuple(Member(**line) for line in found)


async def agenda(sitting: Row) -> tuple[UUID, ...]:
    """The items in their order. Once convened, or cancelled, as it was then; until then it follows what waits for the
    committee: in the order that lets recused members go out least, or after what an officer has put in order."""
    kept = await rows(
        "SELECT proposal, rank FROM sitting_item WHERE sitting = {} ORDER BY rank, proposal", sitting["id"]
    )
    placed = [line["proposal"] for line in kept if line["rank"] is not None]
    if sitting["convened_at"] is not None or sitting["cancelled_at"] is not None or sitting["second_of"] is not None:
        return tuple(placed)
    waiting = await candidates(sitting)
    out = {line["proposal"] for line in kept if line["rank"] is None}
    first = [one for one in placed if one in waiting] if sitting["ordered"] else []
    rest = [one for one in waiting if one not in out and one not in first]
    return (*first, *await in_order(rest, await members(sitting["id"])))


async def left_out(sitting: UUID) -> frozenset[UUID]:
    """What an officer has left for another sitting."""
    found = await rows("SELECT proposal FROM sitting_item WHERE sitting = {} AND rank IS NULL", sitting)
    return frozenset(line["proposal"] for line in found)


async def in_order(proposals: Iterable[UUID], called: Iterable[Member]) -> tuple[UUID, ...]:
    """In the order in which the members who vote go out least."""
    ranked = list(proposals)
    return ordered(ranked, await recusals(ranked, [one.id for one in called if one.votes]))
