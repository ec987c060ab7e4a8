"""Reminding experts by hand, beside the reminders of the process: rarely enough to be read."""

from datetime import datetime
from uuid import UUID

import msgspec
from babel.dates import format_datetime

from forms.clocks import PARIS
from service.domain.actor import Actor
from service.domain.chasing import MOST, may_remind_at, nobody
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations import stages
from service.operations.acting import operation
from service.operations.holding import Held, held, held_by
from service.operations.snapshots import awaited, rungs
from service.operations.telling import tell
from service.problems import Conflict, Invalid, NotFound, Problem
from service.store.database import Row, execute, rows

MANY = 100
HOLDERS = ("invited", "accepted", "done")


class Reminded(msgspec.Struct, frozen=True):
    """An assignment whose expert was reminded by hand for the `number`-th time."""

    id: UUID
    number: int
    at: datetime


class Reminders(msgspec.Struct, frozen=True):
    """Those who were reminded, and why the others were not: code by assignment."""

    sent: tuple[UUID, ...]
    refused: dict[UUID, str]


@operation
async def remind_expert(actor: Actor, assignment_id: UUID, *, now: datetime) -> Reminded:
    """Remind one expert of an invitation or a review. Conflict where nothing is awaited, the clock stands still, a
    reminder went less than a day ago, or five went by hand already: somebody else should be asked then."""
    proposal, line = await held_by(actor, "assignment", assignment_id, now)
    return await _remind(proposal, line)


async def _remind(proposal: Held, line: Row) -> Reminded:
    if line["round"] != proposal.round:
        raise NotFound
    await proposal.require(Action.ASSIGNMENT_REMIND)
    if line["status"] not in HOLDERS or not awaited(line):
        raise Conflict("Cette personne n’a plus d’évaluation à remettre pour cette candidature.", code="not_awaited")
    if await stages.stands_still(proposal):
        said = "Le candidat doit d’abord répondre\u00a0: le délai est suspendu, et personne n’est relancé entre-temps."
        raise Conflict(said, code="clock_stopped")
    stage = proposal.stage
    again = may_remind_at(rungs(line), line["chased_at"], proposal.now, stage.escalates if stage else nobody)
    if again > proposal.now:
        at = format_datetime(again.astimezone(PARIS), "d MMMM 'à' H 'h' mm", locale="fr")
        raise Conflict(
            f"Un rappel est parti il y a moins d’un jour. Le prochain sera possible le {at}.", code="reminded_lately"
        )
    if line["chased"] >= MOST:
        raise Conflict(
            f"{MOST} rappels sont déjà partis à la main : confiez plutôt l’évaluation à une autre personne.",
            code="reminded_enough",
        )
    number = line["chased"] + 1
    await execute("UPDATE assignment SET chased = {}, chased_at = {} WHERE id = {}", number, proposal.now, line["id"])
    await proposal.append("expert_chased", assignment=line["id"], seat=line["seat"], number=number)
    key = f"chased-{line['id']}-{proposal.line['visit']}-{number}"
    await tell(proposal, line["expert"], Mail.EXPERT_REMINDED, key, assignment=str(line["id"]), pressing=True)
    return Reminded(line["id"], number, proposal.now)


@operation
async def remind_experts(actor: Actor, assignments: tuple[UUID, ...], *, now: datetime) -> Reminders:
    """Remind many at once, a hundred at most: whoever can't be reminded is left out, and told with the reason's code.
    An assignment that the actor may not know of is `not_found`. Invalid for too many."""
    if len(assignments) > MANY:
        raise Invalid([], f"Choisissez {MANY} évaluations au plus.")
    found = {
        line["id"]: line
        for line in await rows("SELECT id, proposal FROM assignment WHERE id = ANY({})", list(assignments))
    }
    sent: list[UUID] = []
    refused: dict[UUID, str] = {one: "not_found" for one in assignments if one not in found}
    # Proposals are locked by id, each for the rest of the transaction.
    for line in sorted(found.values(), key=lambda one: (one["proposal"], one["id"])):
        try:
            proposal = await held(actor, line["proposal"], now)
            fresh = await rows("SELECT * FROM assignment WHERE id = {}", line["id"])
            sent.append((await _remind(proposal, fresh[0])).id)
        except Problem as problem:
            refused[line["id"]] = problem.code
    return Reminders(tuple(sent), refused)
