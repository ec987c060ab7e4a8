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
from service.operations.assignments import put_on_list
from service.operations.holding import Held, held
from service.operations.steering import keep, require_reason
from service.operations.tallying import tally
from service.operations.telling import tell
from service.problems import Conflict, Invalid
from service.store.database import Row, execute, rows, value


class Reassign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`release`: assignments that end now, a review already given then counts no longer; `experts`: accounts that are
    asked before everybody else on the list."""

    reason: str
    release: tuple[UUID, ...] = ()
    experts: tuple[UUID, ...] = ()


class Reassigned(msgspec.Struct, frozen=True):
    """The assignments of the round that stand, in the order of invitation."""

    assignments: tuple[UUID, ...]


@operation
async def reassign(actor: Actor, proposal_id: UUID, act: Reassign, *, now: datetime) -> Reassigned:
    """Release experts and put others in their place. Access ends with this commit; the process invites the next ones.

    Raises Invalid where nothing is asked for or an assignment is not of this round, Conflict once the reviews are over,
    and what `propose_experts` raises for whoever cannot be asked.
    """
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.PROPOSAL_STEER)
    require_reason(act.reason)
    if not act.release and not act.experts:
        said = "Choisissez qui est dessaisi, ou qui est appelé."
        raise Invalid([FieldError("release", "required", said, "Say who is released, or who is asked.")])
    await proposal.require(Action.ASSIGNMENT_PROPOSE)
    leaving = await _leaving(proposal, act.release)
    kept = await keep(proposal, "reassign", act.reason)
    for line in leaving:
        await execute(
            "UPDATE assignment SET status = 'released', ended_at = {}, asked_again = NULL, reason = {} WHERE id = {}",
            *(proposal.now, act.reason.strip(), line["id"]),
        )
        await joint.leave(proposal, line, tainted=False)
        await proposal.append("expert_replaced", assignment=line["id"], seat=line["seat"], **kept)
        if line["status"] != "proposed":
            await tell(proposal, line["expert"], Mail.EXPERT_REPLACED, f"replaced-{line['id']}")
    if any(line["status"] == "done" for line in leaving):
        await tally(proposal)
    if act.experts:
        await _ask_first(proposal, act.experts, kept)
    standing = await rows(
        "SELECT id FROM assignment WHERE proposal = {} AND round = {} AND status NOT IN ('declined', 'released')"
        " ORDER BY rank",
        *(proposal.id, proposal.round),
    )
    return Reassigned(tuple(line["id"] for line in standing))


async def _leaving(proposal: Held, wanted: tuple[UUID, ...]) -> list[Row]:
    found = await rows(
        "SELECT id, expert, seat, status, review FROM assignment WHERE proposal = {} AND round = {} AND id = ANY({})"
        " ORDER BY rank",
        *(proposal.id, proposal.round, list(wanted)),
    )
    if len(found) != len(set(wanted)):
        said = "Cette affectation n’est pas de cette candidature, ou d’un tour précédent."
        raise Invalid([FieldError("release", "unknown_assignment", said, "Not an assignment of this round.")])
    if any(line["status"] in ("declined", "released") for line in found):
        raise Conflict("Cette personne n’a plus la candidature.", code="already_left")
    return found


async def _ask_first(proposal: Held, experts: tuple[UUID, ...], kept: dict[str, object]) -> None:
    """Put them on the list, and whoever waited there behind them."""
    before = await rows(
        "SELECT id FROM assignment WHERE proposal = {} AND round = {} AND status = 'proposed' AND expert <> ALL({})",
        *(proposal.id, proposal.round, list(experts)),
    )
    added = await put_on_list(proposal, experts)
    if added:
        await proposal.append("experts_proposed", assignments=added, **kept)
    last = await value("SELECT max(rank) FROM assignment WHERE proposal = {}", proposal.id)
    await execute("UPDATE assignment SET rank = rank + {} WHERE id = ANY({})", last, [line["id"] for line in before])
