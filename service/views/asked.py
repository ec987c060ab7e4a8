"""Who was asked to review a proposal, and whom they named in their place: for those who run the call."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.policy import Relation
from service.store.database import rows
from service.views.readable import OFFICIALS, Readable


class AssignmentView(msgspec.Struct, frozen=True):
    """An expert of the proposal, in the order of invitation, the present round's first; for officers and auditors
    alone. `team`: its name, where they were put on the list with it."""

    id: UUID
    round: int
    expert: UUID
    name: str
    rank: int
    status: str
    due_at: datetime | None
    reminded: int
    reason: str
    team: str = ""


class SuggestionView(msgspec.Struct, frozen=True):
    """Somebody whom an expert of the proposal named in their place; for officers alone. `by`: that expert's name;
    `taken_at`: since when they are on the list."""

    id: UUID
    name: str
    email: str
    by: str
    at: datetime
    taken_at: datetime | None


async def assignments_of(found: Readable) -> tuple[AssignmentView, ...]:
    """For officers and auditors; none for everybody else."""
    if not found.relations & OFFICIALS:
        return ()
    return tuple(
        AssignmentView(**line)
        for line in await rows(
            "SELECT a.id, a.round, a.expert, p.name, a.rank, a.status, a.due_at, a.reminded, a.reason,"
            " coalesce(t.name, '') AS team FROM assignment a JOIN account p ON p.id = a.expert"
            " LEFT JOIN team t ON t.id = a.team WHERE a.proposal = {}"
            " ORDER BY a.round DESC, a.rank",
            found.line["id"],
        )
    )


async def suggestions_of(found: Readable) -> tuple[SuggestionView, ...]:
    """For officers; none for everybody else."""
    if Relation.OFFICER not in found.relations:
        return ()
    return tuple(
        SuggestionView(**line)
        for line in await rows(
            "SELECT s.id, s.name, s.email, k.name AS by, s.at, s.taken_at FROM suggestion s"
            " JOIN assignment a ON a.id = s.assignment JOIN account k ON k.id = a.expert"
            " WHERE s.proposal = {} AND (s.name <> '' OR s.email <> '') ORDER BY s.at",
            found.line["id"],
        )
    )
