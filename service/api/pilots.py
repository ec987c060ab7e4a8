"""Pilots: what they are, milestones, measures, go / no-go reviews, outcome."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, etag
from service.api.routes import tell
from service.domain.hindsight import Hindsight
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import pilots
from service.operations.pilots import (
    HeldReview,
    KeptPart,
    KeptPilot,
    MeasureContent,
    MilestoneContent,
    PilotContent,
    PilotEnd,
    PilotReviewContent,
)
from service.views import hindsight as hindsight_view
from service.views import pilots as views
from service.views.pilots import PilotsPage, PilotView

PILOTS = "Pilots"
PROBLEMS = (403, 404, 409, 422)
MILESTONE = {"title": "Ouverture à trois services", "due": "2030-06-30"}


class PilotsQuery(msgspec.Struct, frozen=True):
    """`call`: a slug, "" for all; `phase`: investigation, construction, acceleration, handover, stopped, or over;
    `cursor`: of the page, "" for the first one; `limit`: how many lines."""

    call: str = ""
    phase: str = ""
    cursor: str = ""
    limit: int = 50


@get(
    "/api/pilots",
    opt=tell(
        SIGNED_IN,
        "The pilots that one may read, the latest first",
        PILOTS,
        answer=PilotsPage,
        query=PilotsQuery,
        problems=(422,),
    ),
)
async def list_pilots(request: AnyRequest) -> Answer:
    """Officers and auditors see those of their calls, applicants their own."""
    asked = reading.query(request, PilotsQuery)
    found = await views.pilots(actor_of(request), asked.call, asked.phase, asked.cursor or None, asked.limit)
    return answer(found)


class HindsightQuery(msgspec.Struct, frozen=True):
    """`call`: a slug, "" for all; `year`: in which pilots ended, 0 for all."""

    call: str = ""
    year: int = 0


@get(
    "/api/pilots/hindsight",
    opt=tell(
        SIGNED_IN,
        "What experts thought of proposals beside what became of them as pilots: numbers alone",
        PILOTS,
        answer=Hindsight,
        query=HindsightQuery,
        problems=(422,),
    ),
)
async def show_hindsight(request: AnyRequest) -> Answer:
    """Over ended pilots whose reviews one may read too: those of officers and auditors."""
    asked = reading.query(request, HindsightQuery)
    return answer(await hindsight_view.hindsight(actor_of(request), asked.call, asked.year or None))


@get(
    "/api/proposals/{proposal_id:uuid}/pilot",
    opt=tell(
        Action.PILOT_READ,
        "A pilot with its milestones, measures and reviews",
        PILOTS,
        answer=PilotView,
        problems=(404,),
        gives_version=True,
    ),
)
async def show_pilot(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """404 where the proposal never became one."""
    found = await views.pilot(actor_of(request), proposal_id)
    return answer(found, headers=etag(found.version))


@put(
    "/api/proposals/{proposal_id:uuid}/pilot",
    opt=tell(
        Action.PILOT_LEAD,
        "Say what a pilot is: partner, team, indicator",
        PILOTS,
        body=PilotContent,
        answer=KeptPilot,
        problems=PROBLEMS,
        versioned=True,
        gives_version=True,
        example={"partner": "Mairie de Valmont", "indicator": "Délai de réponse", "unit": "jours", "baseline": 12},
    ),
)
async def describe_pilot(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Based on the version in If-Match."""
    version = reading.version(request)
    content = await reading.body(request, PilotContent)
    kept = await pilots.describe_pilot(actor_of(request), proposal_id, content, version, now=clock.now())
    return answer(kept, headers=etag(kept.version))


@post(
    "/api/proposals/{proposal_id:uuid}/pilot/milestones",
    opt=tell(
        Action.PILOT_REPORT,
        "Add a milestone",
        PILOTS,
        body=MilestoneContent,
        answer=KeptPart,
        status=HTTPStatus.CREATED,
        problems=PROBLEMS,
        example=MILESTONE,
    ),
)
async def plan_milestone(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Officers and the applicant's side."""
    content = await reading.body(request, MilestoneContent)
    kept = await pilots.plan_milestone(actor_of(request), proposal_id, content, now=clock.now())
    return answer(kept, HTTPStatus.CREATED)


@put(
    "/api/milestones/{milestone_id:uuid}",
    opt=tell(
        Action.PILOT_REPORT,
        "Say anew what a milestone is, or that it was reached",
        PILOTS,
        body=MilestoneContent,
        answer=KeptPart,
        problems=PROBLEMS,
        example={
            **MILESTONE,
            "reached": "2030-06-12",
            "evidence": "Compte rendu de la mise en service.",
            "link": "https://mairie.example/mise-en-service",
        },
    ),
)
async def report_milestone(request: AnyRequest, milestone_id: FromPath[UUID]) -> Answer:
    """What was said before stays in the journal. Files that show it are attached to the field `@` and its id."""
    content = await reading.body(request, MilestoneContent)
    return answer(await pilots.report_milestone(actor_of(request), milestone_id, content, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/pilot/measures",
    opt=tell(
        Action.PILOT_REPORT,
        "Measure the indicator",
        PILOTS,
        body=MeasureContent,
        answer=KeptPart,
        status=HTTPStatus.CREATED,
        problems=PROBLEMS,
        example={"day": "2026-01-31", "value": 9.5, "source": "Tableau de bord du guichet"},
    ),
)
async def add_measure(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Append-only: of one day, the last measure counts."""
    content = await reading.body(request, MeasureContent)
    kept = await pilots.add_measure(actor_of(request), proposal_id, content, now=clock.now())
    return answer(kept, HTTPStatus.CREATED)


@post(
    "/api/proposals/{proposal_id:uuid}/pilot/reviews",
    opt=tell(
        Action.PILOT_LEAD,
        "Record what a go / no-go review decided",
        PILOTS,
        body=PilotReviewContent,
        answer=HeldReview,
        status=HTTPStatus.CREATED,
        problems=PROBLEMS,
        example={"phase": "investigation", "verdict": "go", "reasons": "Le problème est confirmé par les agents."},
    ),
)
async def hold_review(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """go: the next phase; stay: the same one again; stop."""
    content = await reading.body(request, PilotReviewContent)
    kept = await pilots.hold_review(actor_of(request), proposal_id, content, now=clock.now())
    await caught_up(proposal_id)
    return answer(kept, HTTPStatus.CREATED)


@post(
    "/api/proposals/{proposal_id:uuid}/pilot/outcome",
    opt=tell(
        Action.PILOT_LEAD,
        "Record the outcome of a pilot; its process then ends",
        PILOTS,
        body=PilotEnd,
        answer=KeptPilot,
        problems=PROBLEMS,
        example={"outcome": "completed", "lessons": "Le délai de réponse est passé de douze à quatre jours."},
    ),
)
async def end_pilot(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Once it is handed over, or was stopped by a review."""
    content = await reading.body(request, PilotEnd)
    kept = await pilots.end_pilot(actor_of(request), proposal_id, content, now=clock.now())
    await caught_up(proposal_id)
    return answer(kept)


routes = (
    *(list_pilots, show_hindsight, show_pilot, describe_pilot, plan_milestone),
    *(report_milestone, add_measure, hold_review, end_pilot),
)
