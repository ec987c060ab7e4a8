"""Many invitations taken by their expert at once."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.operations.acting import operation
from service.operations.assignments import AnsweredAssignment, take
from service.problems import Invalid, Problem
from service.store.database import rows, savepoint

MANY = 100


class AcceptedAssignments(msgspec.Struct, frozen=True):
    """Those that were taken, and why the others were not: code by assignment."""

    accepted: tuple[AnsweredAssignment, ...]
    refused: dict[UUID, str]


@operation
async def accept_assignments(actor: Actor, assignments: tuple[UUID, ...], *, now: datetime) -> AcceptedAssignments:
    """Take many at once, a hundred at most, each by its own rules: one that can't be taken keeps no other waiting, and
    is told with the reason's code; one that the actor may not know of is `not_found`. Invalid for too many."""
    if len(assignments) > MANY:
        raise Invalid([], f"Choisissez {MANY} invitations au plus.")
    found = await rows(
        "SELECT id FROM assignment WHERE id = ANY({}) ORDER BY proposal, id", list(assignments)
    )  # proposals are locked by id, each for the rest of the transaction
    accepted: list[AnsweredAssignment] = []
    refused: dict[UUID, str] = dict.fromkeys(assignments, "not_found")
    for line in found:
        try:
            async with savepoint():
                accepted.append(await take(actor, line["id"], now))
            del refused[line["id"]]
        except Problem as problem:
            refused[line["id"]] = problem.code
    return AcceptedAssignments(tuple(accepted), refused)
