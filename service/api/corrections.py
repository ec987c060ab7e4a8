"""Corrections of published decisions, and every decision of a proposal."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, etag
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import corrections
from service.operations.corrections import CorrectionContent, DroppedCorrection, TakenCorrection
from service.views import proposals as views
from service.views.chain import ChainView, chain
from service.views.opinions import DecisionView

EVALUATION = "Evaluation"
EXAMPLE = {
    "cites": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d",
    "ground": "request",
    "changes": "Le recours a montré que le projet était prêt.",
    "outcome": "pilot",
    "reasons": "Le projet est mûr.",
    "capacity": "Présidente du comité",
}


class DecisionsView(msgspec.Struct, frozen=True):
    """Every decision that one may read, the last one first."""

    items: tuple[DecisionView, ...]


@get(
    "/api/proposals/{proposal_id:uuid}/decisions",
    opt=tell(
        Action.PROPOSAL_READ,
        "Every decision on a proposal that one may read, with those that were replaced",
        EVALUATION,
        answer=DecisionsView,
        problems=(404,),
    ),
)
async def list_decisions(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """A correction that waits for its publication is among them for those who may read it, with its version."""
    return answer(DecisionsView((await views.proposal(actor_of(request), proposal_id)).decisions))


class ChainQuery(msgspec.Struct, frozen=True):
    """`decision`: its id; none for the last one that one may know."""

    decision: UUID | None = None


@get(
    "/api/proposals/{proposal_id:uuid}/chain",
    opt=tell(
        Action.PROPOSAL_READ,
        "What a decision rests on, each link with its place in a journal",
        EVALUATION,
        query=ChainQuery,
        answer=ChainView,
        problems=(404, 422),
    ),
)
async def show_chain(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """From the rules to the publication, as far as one may know each."""
    wanted = reading.query(request, ChainQuery)
    return answer(await chain(actor_of(request), proposal_id, wanted.decision))


@post(
    "/api/proposals/{proposal_id:uuid}/correction",
    opt=tell(
        Action.DECISION_CORRECT,
        "Take another decision in place of a published one, or change it while it is pending",
        EVALUATION,
        body=CorrectionContent,
        answer=TakenCorrection,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
        example=EXAMPLE,
    ),
)
async def take_correction(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """It cites the decision in force, which stays in force until this one is published."""
    version = reading.version(request)
    content = await reading.body(request, CorrectionContent)
    taken = await corrections.take_correction(actor_of(request), proposal_id, content, version, now=clock.now())
    return answer(taken, headers=etag(taken.version))


@post(
    "/api/proposals/{proposal_id:uuid}/correction/abandonment",
    opt=tell(
        Action.DECISION_CORRECT,
        "Give up a correction that is not published yet",
        EVALUATION,
        answer=DroppedCorrection,
        problems=(403, 404, 409),
        versioned=True,
    ),
)
async def drop_correction(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The published decision stands."""
    version = reading.version(request)
    await reading.nothing(request)
    return answer(await corrections.drop_correction(actor_of(request), proposal_id, version, now=clock.now()))


routes = (list_decisions, show_chain, take_correction, drop_correction)
