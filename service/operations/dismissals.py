"""What officers do with a conflict of interest that was found: dismiss it with a reason, take that back, or confirm
what a text gives but a hint of."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import Held, held
from service.operations.rechecking import resettle
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.store.database import Row, execute, row

LONGEST_REASON = 2000


class DismissalContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why what was found is no obstacle: a namesake, say, or a body of thousands."""

    reason: str


class JudgedConflict(msgspec.Struct, frozen=True):
    """Whether the conflict is dismissed, or confirmed, now."""

    id: UUID
    dismissed: bool
    confirmed: bool = False


@operation
async def dismiss_conflict(
    actor: Actor, proposal_id: UUID, conflict_id: UUID, content: DismissalContent, *, now: datetime
) -> JudgedConflict:
    """It stops its expert no more; whoever lost their seat by it alone has it again, or is on the list again.

    Raises NotFound; Invalid without a reason; Conflict for what was declared, or is beyond doubt; Forbidden for one's
    own.
    """
    proposal, line = await _found(actor, proposal_id, conflict_id, now)
    reason = content.reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        fr = f"Dites pourquoi ce lien ne fait pas obstacle, en {LONGEST_REASON} caractères au plus."
        raise Invalid([FieldError("reason", "required", fr, "Say why it is no obstacle.")])
    if line["strength"] == "certain":
        raise Conflict("Ce conflit est déclaré ou certain : il ne peut pas être écarté.", code="conflict_beyond_doubt")
    if line["dismissed_at"] is None:
        await execute(
            "UPDATE conflict SET dismissed_at = {}, dismissed_by = {}, dismissal = {}, confirmed_at = NULL,"
            " confirmed_by = NULL WHERE id = {}",
            *(proposal.now, actor.person, reason, conflict_id),
        )
        await proposal.append("conflict_dismissed", conflict=conflict_id, rule=line["rule"])
        await resettle(proposal, line["expert"], conflict_id)
    return JudgedConflict(conflict_id, dismissed=True)


@operation
async def reinstate_conflict(actor: Actor, proposal_id: UUID, conflict_id: UUID, *, now: datetime) -> JudgedConflict:
    """The dismissal is taken back: the expert's access ends with this commit. Raises NotFound, Forbidden."""
    proposal, line = await _found(actor, proposal_id, conflict_id, now)
    if line["dismissed_at"] is not None:
        await execute(
            "UPDATE conflict SET dismissed_at = NULL, dismissed_by = NULL, dismissal = '' WHERE id = {}", conflict_id
        )
        await proposal.append("conflict_reinstated", conflict=conflict_id, rule=line["rule"])
        await resettle(proposal, line["expert"], conflict_id)
    return JudgedConflict(conflict_id, dismissed=False)


@operation
async def confirm_conflict(actor: Actor, proposal_id: UUID, conflict_id: UUID, *, now: datetime) -> JudgedConflict:
    """What was found stops its expert: their access ends with this commit. What does so already is left as it is.
    Raises NotFound, Forbidden."""
    proposal, line = await _found(actor, proposal_id, conflict_id, now)
    if line["confirmed_at"] is None and line["strength"] != "certain":
        await execute(
            "UPDATE conflict SET confirmed_at = {}, confirmed_by = {}, dismissed_at = NULL, dismissed_by = NULL,"
            " dismissal = '' WHERE id = {}",
            *(proposal.now, actor.person, conflict_id),
        )
        await proposal.append("conflict_confirmed", conflict=conflict_id, rule=line["rule"])
        await resettle(proposal, line["expert"], conflict_id)
    return JudgedConflict(conflict_id, dismissed=False, confirmed=line["strength"] != "certain")


async def _found(actor: Actor, proposal_id: UUID, conflict_id: UUID, now: datetime) -> tuple[Held, Row]:
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.CONFLICT_DISMISS)
    line = await row(
        "SELECT * FROM conflict WHERE id = {} AND proposal = {} AND closed_at IS NULL", conflict_id, proposal_id
    )
    if line is None:
        raise NotFound("Ce conflit d’intérêts n’existe pas, ou n’a plus d’objet.")
    if line["expert"] == actor.account:
        raise Forbidden("Ce lien est le vôtre : une autre personne doit en juger.", code="own_conflict")
    return proposal, line
