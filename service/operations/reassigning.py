"""Other experts in the place of those who were asked: by an officer, with a reason."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations import joint
from service.operations.acting import operation
from service.operations.assignments import put_on_list, require_possible
from service.operations.holding import Held, held
from service.operations.inviting import invite, lock_accounts
from service.operations.steering import keep, require_reason
from service.operations.tallying import tally
from service.operations.teams import members_of
from service.operations.telling import tell
from service.problems import Conflict, Invalid
from service.store.database import Row, execute, row, rows, value
from service.store.seats import HOLDING, loads


class Reassign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`release`: assignments that end now, a review already given then counts no longer; `experts` (accounts) and
    `teams` are asked before everybody else on the list. An expert first completes a team that goes on without one of
    its members, and is invited at once."""

    reason: str
    release: tuple[UUID, ...] = ()
    experts: tuple[UUID, ...] = ()
    teams: tuple[UUID, ...] = ()


class Reassigned(msgspec.Struct, frozen=True):
    """The assignments of the round that stand, in the order of invitation."""

    assignments: tuple[UUID, ...]


@operation
async def reassign(actor: Actor, proposal_id: UUID, act: Reassign, *, now: datetime) -> Reassigned:
    """Release experts and put others in their place. Access ends with this commit; the process invites the next ones,
    and whoever takes a place in a team that holds its seat still is invited here.

    Raises Invalid where nothing is asked for or an assignment is not of this round, Conflict once the reviews are over
    or for whoever has no time for a place in a team, and what `propose_experts` raises for whoever cannot be asked.
    """
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.PROPOSAL_STEER)
    require_reason(act.reason)
    if not act.release and not act.experts and not act.teams:
        said = "Choisissez qui est dessaisi, ou qui est appelé."
        raise Invalid([FieldError("release", "required", said, "Say who is released, or who is asked.")])
    await proposal.require(Action.ASSIGNMENT_PROPOSE)
    leaving = await _leaving(proposal, act.release)
    kept = await keep(proposal, "reassign", act.reason)
    for line in leaving:
        await execute(
            "UPDATE assignment SET status = 'released', ended_at = {}, released_at = NULL, asked_again = NULL,"
            " reason = {} WHERE id = {}",
            *(proposal.now, act.reason.strip(), line["id"]),
        )
        await joint.leave(proposal, line, tainted=False)
        await proposal.append("expert_replaced", assignment=line["id"], seat=line["seat"], **kept)
        if line["status"] != "proposed":
            await tell(proposal, line["expert"], Mail.EXPERT_REPLACED, f"replaced-{line['id']}")
    if any(line["status"] == "done" for line in leaving):
        await tally(proposal)
    if act.experts or act.teams:
        await _ask_first(proposal, act, kept)
        await _complete_teams(proposal, act.experts)
    standing = await rows(
        "SELECT id FROM assignment WHERE proposal = {} AND round = {} AND status NOT IN ('declined', 'released')"
        " ORDER BY rank",
        *(proposal.id, proposal.round),
    )
    return Reassigned(tuple(line["id"] for line in standing))


async def _leaving(proposal: Held, wanted: tuple[UUID, ...]) -> list[Row]:
    found = await rows(
        "SELECT id, expert, seat, status, released_at, review FROM assignment"
        " WHERE proposal = {} AND round = {} AND id = ANY({})"
        " ORDER BY rank",
        *(proposal.id, proposal.round, list(wanted)),
    )
    if len(found) != len(set(wanted)):
        said = "Cette affectation n’est pas de cette candidature, ou d’un tour précédent."
        raise Invalid([FieldError("release", "unknown_assignment", said, "Not an assignment of this round.")])
    # Whoever was released because their time was over may still write, until an officer ends that too.
    writing = [line for line in found if line["status"] == "released" and line["released_at"] is not None]
    if any(line["status"] in ("declined", "released") for line in found if line not in writing):
        raise Conflict("Cette personne n’a plus la candidature.", code="already_left")
    return found


async def _ask_first(proposal: Held, act: Reassign, kept: dict[str, object]) -> None:
    """Put them on the list, and whoever waited there behind them."""
    called = list(act.experts)
    for team in act.teams:
        called += await members_of(proposal.line["call"], team)
    before = await rows(
        "SELECT id FROM assignment WHERE proposal = {} AND round = {} AND status = 'proposed' AND expert <> ALL({})",
        *(proposal.id, proposal.round, called),
    )
    added = await put_on_list(proposal, act.experts, act.teams)
    if added:
        await proposal.append("experts_proposed", assignments=added, **kept)
    last = await value("SELECT max(rank) FROM assignment WHERE proposal = {}", proposal.id)
    await execute("UPDATE assignment SET rank = rank + {} WHERE id = ANY({})", last, [line["id"] for line in before])


# Seats of teams some of whose members have left, with how many: a team is whole with those who were invited first.
_LACKING = (
    "SELECT s.seat, s.team, s.whole - s.held AS lacking FROM (SELECT a.seat, a.team,"  # noqa: S608  our words
    f" count(*) FILTER (WHERE a.status IN {HOLDING}) AS held,"
    " count(*) FILTER (WHERE a.invited_at = f.first) AS whole"
    " FROM assignment a, LATERAL (SELECT min(o.invited_at) AS first FROM assignment o WHERE o.proposal = a.proposal"
    "  AND o.round = a.round AND o.seat = a.seat AND o.team = a.team) f"
    " WHERE a.proposal = {} AND a.round = {} AND a.team IS NOT NULL AND a.seat IS NOT NULL GROUP BY a.seat, a.team) s"
    " WHERE s.held > 0 AND s.whole > s.held ORDER BY s.seat"
)


async def _complete_teams(proposal: Held, experts: tuple[UUID, ...]) -> None:
    """Invite experts who are on the list to the places that a team lacks: its seat is held, so the process, which asks
    for seats that are vacant, would never come to them."""
    found = await rows(_LACKING, proposal.id, proposal.round)
    places = [line for line in found for _ in range(line["lacking"])]
    taking = list(zip(places, dict.fromkeys(experts), strict=False))
    await lock_accounts([expert for _, expert in taking])
    free = await loads(proposal.line["call"], [expert for _, expert in taking], proposal.today)
    for place, expert in taking:
        await require_possible(proposal, expert)
        line = await row(
            "SELECT id, expert, status FROM assignment WHERE proposal = {} AND round = {} AND expert = {}",
            *(proposal.id, proposal.round, expert),
        )
        if line is None or line["status"] != "proposed":
            raise Conflict("Cette personne a déjà cette candidature.", code="already_asked")
        if free[expert].hindrance is not None:
            raise Conflict(
                "Cette personne est absente, ou a atteint sa limite d’évaluations\u00a0: choisissez-en une autre.",
                code="no_time",
            )
        await execute("UPDATE assignment SET team = {} WHERE id = {}", place["team"], line["id"])
        await invite(proposal, [line], place["seat"])
