"""The officer's hand: leave a stage, go back, reopen, extend, reassign, stop."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.evaluation import EVALUATION
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import extending, reassigning, steering
from service.operations.extending import Extend, Extended, ExtendExpert
from service.operations.reassigning import Reassign, Reassigned
from service.operations.steering import GoBack, Reopen, Skip, Steered, Stop
from service.views import steering as views
from service.views.steering import SteeringView

PROBLEMS = (403, 404, 409, 422)
WHY = "Demande de la direction."


@get(
    "/api/proposals/{proposal_id:uuid}/steering",
    opt=tell(
        Action.JOURNAL_READ,
        "What an officer may do to the course of a proposal now, and what was done, with reasons",
        EVALUATION,
        answer=SteeringView,
        problems=(404,),
    ),
)
async def show_steering(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Acts name the stage that this shows."""
    return answer(await views.steering(actor_of(request), proposal_id))


async def _told(proposal_id: UUID, act: Awaitable[Any]) -> Answer:
    done = await act
    await caught_up(proposal_id)
    return answer(done)


@post(
    "/api/proposals/{proposal_id:uuid}/steering/skip",
    opt=tell(
        Action.PROPOSAL_STEER,
        "Leave the present stage by one of its outcomes, before its time",
        EVALUATION,
        body=Skip,
        answer=Steered,
        problems=PROBLEMS,
        example={"stage": "evaluation", "outcome": "partial", "reason": WHY},
    ),
)
async def skip(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Not by an outcome that accepts or refuses: that is a decision's."""
    content = await reading.body(request, Skip)
    return await _told(proposal_id, steering.skip_stage(actor_of(request), proposal_id, content, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/steering/back",
    opt=tell(
        Action.PROPOSAL_STEER,
        "Go back to an earlier stage, or to the beginning of the present one",
        EVALUATION,
        body=GoBack,
        answer=Steered,
        problems=PROBLEMS,
        example={"stage": "comite", "to": "evaluation", "reason": WHY},
    ),
)
async def go_back(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Not behind a published decision."""
    content = await reading.body(request, GoBack)
    return await _told(proposal_id, steering.go_back(actor_of(request), proposal_id, content, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/steering/reopen",
    opt=tell(
        Action.PROPOSAL_STEER,
        "Examine a closed proposal again, from a stage on; its applicant is told",
        EVALUATION,
        body=Reopen,
        answer=Steered,
        problems=PROBLEMS,
        example={"to": "recevabilite", "reason": "Recours gracieux accueilli."},
    ),
)
async def reopen(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Not one that was withdrawn, nor behind a published decision."""
    content = await reading.body(request, Reopen)
    return await _told(proposal_id, steering.reopen(actor_of(request), proposal_id, content, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/steering/stop",
    opt=tell(
        Action.PROPOSAL_STEER,
        "End the process; the letter to the applicant gives the reason",
        EVALUATION,
        body=Stop,
        answer=Steered,
        problems=PROBLEMS,
        example={"stage": "evaluation", "status": "ineligible", "reason": "L’organisme a été dissous."},
    ),
)
async def stop(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Declined or ineligible; a pilot is completed."""
    content = await reading.body(request, Stop)
    return await _told(proposal_id, steering.stop(actor_of(request), proposal_id, content, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/steering/extend",
    opt=tell(
        Action.PROPOSAL_STEER,
        "Give the present stage, or the applicant's completion, more time",
        EVALUATION,
        body=Extend,
        answer=Extended,
        problems=PROBLEMS,
        example={"stage": "evaluation", "until": "2030-12-18T17:00:00Z", "reason": WHY, "clock": "stage"},
    ),
)
async def extend(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Where the time is the applicant's, they are told by mail and read the reason."""
    content = await reading.body(request, Extend)
    return await _told(proposal_id, extending.extend_stage(actor_of(request), proposal_id, content, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/steering/reassign",
    opt=tell(
        Action.PROPOSAL_STEER,
        "Release experts and put others in their place",
        EVALUATION,
        body=Reassign,
        answer=Reassigned,
        problems=PROBLEMS,
        example={
            "reason": "Absence prolongée.",
            "release": ["018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"],
            "experts": [],
            "teams": [],
        },
    ),
)
async def reassign(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Those who are called are asked before everybody else on the list, and at once in a team that lacks a member."""
    content = await reading.body(request, Reassign)
    return await _told(proposal_id, reassigning.reassign(actor_of(request), proposal_id, content, now=clock.now()))


@post(
    "/api/assignments/{assignment_id:uuid}/extend",
    opt=tell(
        Action.PROPOSAL_STEER,
        "Give one expert more time for their review",
        EVALUATION,
        body=ExtendExpert,
        answer=Extended,
        problems=PROBLEMS,
        example={"until": "2030-12-18T17:00:00Z", "reason": WHY},
    ),
)
async def extend_expert(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """They are told by mail."""
    content = await reading.body(request, ExtendExpert)
    extended = await extending.extend_expert(actor_of(request), assignment_id, content, now=clock.now())
    await caught_up(extended.id)
    return answer(extended)


routes = (show_steering, skip, go_back, reopen, stop, extend, reassign, extend_expert)
