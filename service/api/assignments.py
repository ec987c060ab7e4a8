"""Invitations to review: accepted, declined, handed on, given back for a conflict of interest."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.reviews import REVIEWS
from service.api.routes import tell
from service.domain.policy import Action
from service.domain.reviewing import Decline
from service.doors.people import AnyRequest, actor_of
from service.operations import accepting, assignments, delegating
from service.operations.accepting import AcceptedAssignments
from service.operations.assignments import AnsweredAssignment, SuggestedExpert
from service.operations.delegating import DelegatedAssignment
from service.views.colleagues import Colleagues, colleagues


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why, for the officer; may be empty."""

    reason: str = ""


class Declining(Reason, frozen=True, forbid_unknown_fields=True):
    """The same, with one word for it: not_my_field, unavailable; and somebody who could take it, whom officers alone
    read."""

    code: Decline = ""
    suggestion: SuggestedExpert | None = None


class Accepting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The assignments to accept."""

    assignments: tuple[UUID, ...]


class Delegation(Reason, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The account of the member of one's team who takes the place."""

    member: UUID


@post(
    "/api/assignments/{assignment_id:uuid}/accept",
    opt=tell(
        Action.ASSIGNMENT_ANSWER,
        "Accept an invitation",
        REVIEWS,
        answer=AnsweredAssignment,
        problems=(403, 404, 409),
    ),
)
async def accept_assignment(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """`review` is the review to write."""
    await reading.nothing(request)
    return answer(await assignments.accept_assignment(actor_of(request), assignment_id, now=clock.now()))


@post(
    "/api/assignments/accept",
    opt=tell(
        Action.ASSIGNMENT_ANSWER,
        "Accept many invitations, a hundred at most",
        REVIEWS,
        body=Accepting,
        answer=AcceptedAssignments,
        problems=(422,),
        example={"assignments": ["018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"]},
    ),
)
async def accept_assignments(request: AnyRequest) -> Answer:
    """Each by its own rules; `refused` tells why one was not taken: the code of its problem."""
    content = await reading.body(request, Accepting)
    return answer(await accepting.accept_assignments(actor_of(request), content.assignments, now=clock.now()))


@post(
    "/api/assignments/{assignment_id:uuid}/decline",
    opt=tell(
        Action.ASSIGNMENT_ANSWER,
        "Decline an invitation, or give an assignment back",
        REVIEWS,
        body=Declining,
        answer=AnsweredAssignment,
        problems=(403, 404, 409, 422),
        example={
            "code": "unavailable",
            "reason": "Indisponible jusqu’en septembre.",
            "suggestion": {"name": "Alix Exemple", "email": "alix@institut.test"},
        },
    ),
)
async def decline_assignment(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """The process invites the next expert."""
    said = await reading.body_or(request, Declining())
    return answer(
        await assignments.decline_assignment(
            actor_of(request), assignment_id, said.reason, said.code, said.suggestion, now=clock.now()
        )
    )


@get(
    "/api/assignments/{assignment_id:uuid}/colleagues",
    opt=tell(
        Action.ASSIGNMENT_DELEGATE,
        "Who of one's team could take one's place",
        REVIEWS,
        answer=Colleagues,
        problems=(404,),
    ),
)
async def list_colleagues(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Without whoever was asked already."""
    return answer(await colleagues(actor_of(request), assignment_id))


@post(
    "/api/assignments/{assignment_id:uuid}/delegate",
    opt=tell(
        Action.ASSIGNMENT_DELEGATE,
        "Hand one's place to another member of one's team",
        REVIEWS,
        body=Delegation,
        answer=DelegatedAssignment,
        problems=(403, 404, 409, 422),
        example={"member": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d", "reason": "Ma collègue connaît mieux le sujet."},
    ),
)
async def delegate_assignment(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """They are invited at once."""
    said = await reading.body(request, Delegation)
    return answer(
        await delegating.delegate_assignment(
            actor_of(request), assignment_id, said.member, said.reason, now=clock.now()
        )
    )


@post(
    "/api/assignments/{assignment_id:uuid}/conflict",
    opt=tell(
        Action.CONFLICT_DECLARE,
        "Declare a conflict of interest: access ends at once",
        REVIEWS,
        body=Reason,
        answer=AnsweredAssignment,
        problems=(403, 404, 409, 422),
        example={"reason": "J’ai travaillé pour cet organisme en 2024."},
    ),
)
async def declare_conflict(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """A review already given no longer counts."""
    content = await reading.body_or(request, Reason())
    return answer(await assignments.declare_conflict(actor_of(request), assignment_id, content.reason, now=clock.now()))


routes = (
    accept_assignment,
    accept_assignments,
    decline_assignment,
    list_colleagues,
    delegate_assignment,
    declare_conflict,
)
