"""From eligibility to the decision: what officers, experts and the committee do with a proposal."""

from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, etag
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import assignments, decisions, eligibility, suggesting, syntheses
from service.operations.assignments import ProposedExperts
from service.operations.decisions import DecisionContent, TakenDecision
from service.operations.eligibility import AnsweredEligibility, EligibilityAnswer
from service.operations.suggesting import TakenSuggestion
from service.operations.syntheses import SavedSynthesis, SubmittedSynthesis, SynthesisContent
from service.problems import NotFound
from service.views import proposals as views
from service.views.opinions import DecisionView, SynthesisView

EVALUATION = "Evaluation"


class WantedExperts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accounts of experts of the call, then teams of it, in the order in which the process shall invite them."""

    experts: tuple[UUID, ...] = ()
    teams: tuple[UUID, ...] = ()


@post(
    "/api/proposals/{proposal_id:uuid}/eligibility",
    opt=tell(
        Action.ELIGIBILITY_ANSWER,
        "Answer the checklist: eligible, ineligible with reasons, or returned for completion",
        EVALUATION,
        body=EligibilityAnswer,
        answer=AnsweredEligibility,
        problems=(403, 404, 409, 422),
        example={"verdict": "returned", "remarks": {"description": "Précisez le nombre d’agents concernés."}},
    ),
)
async def answer_eligibility(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The officer's verdict."""
    content = await reading.body(request, EligibilityAnswer)
    answered = await eligibility.answer_eligibility(actor_of(request), proposal_id, content, now=clock.now())
    await caught_up(proposal_id)
    return answer(answered)


@post(
    "/api/proposals/{proposal_id:uuid}/assignments",
    opt=tell(
        Action.ASSIGNMENT_PROPOSE,
        "Put experts and teams on the list, in the order of invitation",
        EVALUATION,
        body=WantedExperts,
        answer=ProposedExperts,
        problems=(403, 404, 409, 422),
        example={"experts": ["018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"]},
    ),
)
async def propose_experts(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The process invites them one after the other."""
    content = await reading.body(request, WantedExperts)
    proposed = await assignments.propose_experts(
        actor_of(request), proposal_id, content.experts, content.teams, now=clock.now()
    )
    await caught_up(proposal_id)
    return answer(proposed)


@post(
    "/api/suggestions/{suggestion_id:uuid}/take",
    opt=tell(
        Action.ASSIGNMENT_PROPOSE,
        "Invite somebody whom an expert suggested, and put them on the proposal's list",
        EVALUATION,
        answer=TakenSuggestion,
        problems=(403, 404, 409),
    ),
)
async def take_suggestion(request: AnyRequest, suggestion_id: FromPath[UUID]) -> Answer:
    """Suggestions stand in the proposal, for its officers."""
    await reading.nothing(request)
    return answer(await suggesting.take_suggestion(actor_of(request), suggestion_id, now=clock.now()))


@get(
    "/api/proposals/{proposal_id:uuid}/synthesis",
    opt=tell(
        Action.SYNTHESIS_READ,
        "The synthesis, with its version",
        EVALUATION,
        answer=SynthesisView,
        problems=(404,),
        gives_version=True,
    ),
)
async def show_synthesis(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """404 where none was saved yet: the first save has `If-Match: "0"`."""
    found = (await views.proposal(actor_of(request), proposal_id)).synthesis
    if found is None:
        raise NotFound
    return answer(found, headers=etag(found.version))


@put(
    "/api/proposals/{proposal_id:uuid}/synthesis",
    opt=tell(
        Action.SYNTHESIS_SAVE,
        "Save the synthesis as a draft",
        EVALUATION,
        body=SynthesisContent,
        answer=SavedSynthesis,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
        example={"text": "Les deux avis concordent.", "recommendation": "pilot"},
    ),
)
async def save_synthesis(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Based on the version in If-Match."""
    version = reading.version(request)
    content = await reading.body(request, SynthesisContent)
    saved = await syntheses.save_synthesis(actor_of(request), proposal_id, content, version, now=clock.now())
    return answer(saved, headers=etag(saved.version))


@post(
    "/api/proposals/{proposal_id:uuid}/synthesis",
    opt=tell(
        Action.SYNTHESIS_SUBMIT,
        "Submit the synthesis: with a body it is saved first, without one what was saved is submitted",
        EVALUATION,
        body=SynthesisContent,
        answer=SubmittedSynthesis,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
        example={"text": "Les deux avis concordent.", "recommendation": "pilot"},
    ),
)
async def submit_synthesis(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The process goes on to the committee."""
    actor, version = actor_of(request), reading.version(request)
    sent = await reading.json_body(request)
    content = None if sent is None else reading.convert(sent, SynthesisContent)
    submitted = await syntheses.submit_synthesis(actor, proposal_id, version, content, now=clock.now())
    await caught_up(proposal_id)
    return answer(submitted, headers=etag(submitted.version))


@get(
    "/api/proposals/{proposal_id:uuid}/decision",
    opt=tell(
        Action.PROPOSAL_READ,
        "The decision, as far as one may see it, with its version",
        EVALUATION,
        answer=DecisionView,
        problems=(404,),
        gives_version=True,
    ),
)
async def show_decision(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """404 where there is none to be seen: the first decision has `If-Match: "0"`."""
    found = (await views.proposal(actor_of(request), proposal_id)).decision
    if found is None:
        raise NotFound
    return answer(found, headers=etag(found.version))


@post(
    "/api/proposals/{proposal_id:uuid}/decision",
    opt=tell(
        Action.DECISION_TAKE,
        "Decide, or change a decision that is not published yet",
        EVALUATION,
        body=DecisionContent,
        answer=TakenDecision,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
        example={"outcome": "pilot", "reasons": "Avis favorable du comité.", "capacity": "Présidente du comité"},
    ),
)
async def take_decision(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Pending until the call's decisions are published."""
    version = reading.version(request)
    content = await reading.body(request, DecisionContent)
    taken = await decisions.take_decision(actor_of(request), proposal_id, content, version, now=clock.now())
    return answer(taken, headers=etag(taken.version))


routes = (
    answer_eligibility,
    propose_experts,
    take_suggestion,
    show_synthesis,
    save_synthesis,
    submit_synthesis,
    show_decision,
    take_decision,
)
