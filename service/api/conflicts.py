"""Conflicts of interest: those of a proposal, dismissed and taken up again; the interests that one declares oneself."""

from http import HTTPStatus
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import dismissals, interests
from service.operations.dismissals import DismissalContent, JudgedConflict
from service.operations.interests import DeclaredInterest, EndedInterest, InterestContent
from service.views import conflicts as views

CONFLICTS = "Conflicts of interest"


@get(
    "/api/proposals/{proposal_id:uuid}/conflicts",
    opt=tell(
        Action.CONFLICT_READ,
        "Conflicts of interest of a proposal's experts, each with its reason and strength",
        CONFLICTS,
        answer=views.Conflicts,
        problems=(404,),
    ),
)
async def list_conflicts(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Declared and found; what stands first."""
    return answer(await views.conflicts(actor_of(request), proposal_id))


@post(
    "/api/proposals/{proposal_id:uuid}/conflicts/{conflict_id:uuid}/dismiss",
    opt=tell(
        Action.CONFLICT_DISMISS,
        "Dismiss a conflict that was found, with a reason",
        CONFLICTS,
        body=DismissalContent,
        answer=JudgedConflict,
        problems=(403, 404, 409, 422),
        example={"reason": "Homonyme : les dates de naissance diffèrent."},
    ),
)
async def dismiss_conflict(request: AnyRequest, proposal_id: FromPath[UUID], conflict_id: FromPath[UUID]) -> Answer:
    """What is certain, or was declared, can't be dismissed."""
    content = await reading.body(request, DismissalContent)
    judged = await dismissals.dismiss_conflict(actor_of(request), proposal_id, conflict_id, content, now=clock.now())
    await caught_up(proposal_id)
    return answer(judged)


@post(
    "/api/proposals/{proposal_id:uuid}/conflicts/{conflict_id:uuid}/reinstate",
    opt=tell(
        Action.CONFLICT_DISMISS,
        "Take a dismissal back: the expert's access ends at once",
        CONFLICTS,
        answer=JudgedConflict,
        problems=(403, 404, 409),
    ),
)
async def reinstate_conflict(request: AnyRequest, proposal_id: FromPath[UUID], conflict_id: FromPath[UUID]) -> Answer:
    """Nothing to do where it was not dismissed."""
    await reading.nothing(request)
    judged = await dismissals.reinstate_conflict(actor_of(request), proposal_id, conflict_id, now=clock.now())
    await caught_up(proposal_id)
    return answer(judged)


@post(
    "/api/proposals/{proposal_id:uuid}/conflicts/{conflict_id:uuid}/confirm",
    opt=tell(
        Action.CONFLICT_DISMISS,
        "Confirm what was found: the expert's access ends at once",
        CONFLICTS,
        answer=JudgedConflict,
        problems=(403, 404, 409),
    ),
)
async def confirm_conflict(request: AnyRequest, proposal_id: FromPath[UUID], conflict_id: FromPath[UUID]) -> Answer:
    """What a text gives but a hint of (`weak`) stops nobody until then. Dismissing it takes that back."""
    await reading.nothing(request)
    judged = await dismissals.confirm_conflict(actor_of(request), proposal_id, conflict_id, now=clock.now())
    await caught_up(proposal_id)
    return answer(judged)


@get(
    "/api/interests",
    opt=tell(SIGNED_IN, "The interests that I declared", CONFLICTS, answer=views.Interests),
)
async def list_interests(request: AnyRequest) -> Answer:
    """Those that count first."""
    return answer(await views.interests(actor_of(request)))


@post(
    "/api/interests",
    opt=tell(
        SIGNED_IN,
        "Declare an organisation, a person or a proposal that I never judge, in any call, now or later",
        CONFLICTS,
        body=InterestContent,
        answer=DeclaredInterest,
        status=HTTPStatus.CREATED,
        problems=(409, 422),
        example={"kind": "organisation", "name": "Atelier Lisière", "reason": "J’y ai travaillé jusqu’en 2025."},
    ),
)
async def declare_interest(request: AnyRequest) -> Answer:
    """Access to every proposal that it concerns ends at once; which these are is not told."""
    content = await reading.body(request, InterestContent)
    declared = await interests.declare_interest(actor_of(request), content, now=clock.now())
    return answer(declared, HTTPStatus.CREATED)


@delete(
    "/api/interests/{interest_id:uuid}",
    status_code=HTTPStatus.OK,
    opt=tell(SIGNED_IN, "End an interest that I declared", CONFLICTS, answer=EndedInterest, problems=(404, 409)),
)
async def end_interest(request: AnyRequest, interest_id: FromPath[UUID]) -> Answer:
    """It counts no more."""
    await reading.nothing(request)
    return answer(await interests.end_interest(actor_of(request), interest_id, now=clock.now()))


routes = (
    *(list_conflicts, dismiss_conflict, reinstate_conflict, confirm_conflict),
    *(list_interests, declare_interest, end_interest),
)
