"""Pages of an expert: what was asked, a proposal beside its grid, accepting and leaving."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from forms import Edition, FieldError, Grid, weighted_total
from forms.identifying import identifying
from service import clock
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import assignments, reviews
from service.operations.assignments import SuggestedExpert
from service.operations.reviews import ReviewContent
from service.pages.door import faults, once, sent_form, sentences
from service.pages.faults import Fault
from service.pages.fields import Wrong, anchor
from service.pages.french import typography
from service.pages.grids import content_of, inputs_of, scored
from service.pages.inputs import Inputs, version_of
from service.pages.render import page, see
from service.pages.wording import Figure
from service.problems import Invalid, NotFound, Stale
from service.store.editions import edition as edition_of
from service.views import reviews as views
from service.views.colleagues import colleagues
from service.views.opinions import ReviewOf
from service.views.reviews import ReviewView, Task

Answer = Response[Any]
SUGGESTED = {"suggestion/name": "Son nom", "suggestion/email": "Son adresse électronique"}


@get("/evaluations", opt={"action": SIGNED_IN})
async def mine(request: AnyRequest) -> Answer:
    """What waits for this expert: to answer, to write, done."""
    found = await views.my_reviews(actor_of(request))

    def having(status: str) -> list[Task]:
        return [task for task in found.items if task.status == status]

    invited, accepted, done = having("invited"), having("accepted"), having("done")
    figures = [
        Figure(len(invited), "À accepter ou décliner", "#invitations"),
        Figure(len(accepted), "À évaluer", "#a-evaluer"),
        Figure(len(done), "Remises", "#remises"),
    ]
    return page(
        request, "review/list.html", {"invited": invited, "accepted": accepted, "done": done, "figures": figures}
    )


@post("/evaluations/invitations/{assignment_id:uuid}/accepter", opt={"action": Action.ASSIGNMENT_ANSWER})
async def accept(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Take a proposal, and begin."""
    with once(await sent_form(request)):
        taken = await assignments.accept_assignment(actor_of(request), assignment_id, now=clock.now())
    return see(f"/evaluations/{taken.review}", "accepte")


@get("/evaluations/invitations/{assignment_id:uuid}/decliner", opt={"action": Action.ASSIGNMENT_ANSWER})
async def decline_page(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Say why one declines."""
    return await _leave_page(request, assignment_id, conflict=False)


@get("/evaluations/invitations/{assignment_id:uuid}/conflit", opt={"action": Action.CONFLICT_DECLARE})
async def conflict_page(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Say what the conflict of interest is."""
    return await _leave_page(request, assignment_id, conflict=True)


async def _leave_page(
    request: AnyRequest,
    assignment_id: UUID,
    *,
    conflict: bool,
    sent: Inputs | None = None,
    problem: Invalid | None = None,
) -> Answer:
    found = await views.my_reviews(actor_of(request))
    task = next((task for task in found.items if task.assignment == assignment_id), None)
    if task is None:
        raise NotFound
    others = () if conflict else (await colleagues(actor_of(request), assignment_id)).items
    context = {
        "task": task,
        "conflict": conflict,
        "colleagues": others,
        "sent": sent or Inputs(),
        "wrong": sentences(problem),
    }
    errors = faults(problem, SUGGESTED) if problem else []
    return page(request, "review/leave.html", context, status=422 if problem else 200, errors=errors)


@post("/evaluations/invitations/{assignment_id:uuid}/decliner", opt={"action": Action.ASSIGNMENT_ANSWER})
async def decline(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Not take it, or give it back."""
    sent = await sent_form(request)
    suggested = SuggestedExpert(sent.one("suggested_name"), sent.one("suggested_email"))
    try:
        with once(sent):
            await assignments.decline_assignment(
                *(actor_of(request), assignment_id, sent.one("reason").strip()), suggestion=suggested, now=clock.now()
            )
    except Invalid as problem:
        return await _leave_page(request, assignment_id, conflict=False, sent=sent, problem=problem)
    return see("/evaluations", "decline")


@post("/evaluations/invitations/{assignment_id:uuid}/conflit", opt={"action": Action.CONFLICT_DECLARE})
async def declare_conflict(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """Declare a conflict of interest: access ends at once."""
    sent = await sent_form(request)
    with once(sent):
        await assignments.declare_conflict(
            actor_of(request), assignment_id, sent.one("reason").strip(), now=clock.now()
        )
    return see("/evaluations", "conflit")


def stored(found: ReviewView) -> Inputs:
    """The inputs that show the review as it is kept."""
    return inputs_of(
        ReviewContent(found.scores, found.comments, found.confidential, found.confidence, found.recommendation)
    )


def own_review(found: ReviewView) -> ReviewOf:
    """One's own review as it reads once it can't be changed any more."""
    total = weighted_total(found.grid, found.scores)
    return ReviewOf(
        id=found.id,
        round=found.round,
        label="",
        expert="Votre évaluation",
        mine=False,
        scores=found.scores,
        comments=found.comments,
        total=total,
        submitted_at=found.submitted_at or found.due_at,
        confidential=found.confidential,
        confidence=found.confidence,
        recommendation=found.recommendation,
    )


async def _review_page(
    request: AnyRequest,
    found: ReviewView,
    *,
    typed: Inputs | None = None,
    errors: tuple[FieldError, ...] = (),
    stale: bool = False,
    status: int = 200,
) -> Answer:
    task = await views.my_reviews(actor_of(request))
    open_ones = [one for one in task.items if one.status != "invited"]
    context = review_context(found, await edition_of(found.edition), typed, errors)
    counts = {"done_count": sum(one.status == "done" for one in open_ones), "all_count": len(open_ones)}
    return page(
        request,
        "review/review.html",
        {**context, **counts, "stale": stale},
        status=status,
        errors=review_faults(found.grid, errors),
    )


def review_context(
    found: ReviewView, edition: Edition, typed: Inputs | None, errors: tuple[FieldError, ...]
) -> dict[str, Any]:
    """What the screen of a review shows, from it and the edition that its answers were given on."""
    shown = typed or stored(found)
    form = edition.form_at(found.part)
    return {
        "found": found,
        "edition": edition,
        "form": form,
        "hidden": [one.id for one in form.fields if found.blind and identifying(one, form)],
        "sent": shown,
        "scored": scored(found.grid, shown),
        "stored": stored(found),
        "wrong": Wrong(errors),
        "stale": False,
        "done_count": 0,
        "all_count": 1,
        "writable": Action.REVIEW_SAVE in found.may,
        "own": own_review(found),
    }


def review_faults(grid: Grid, errors: tuple[FieldError, ...]) -> list[Fault]:
    """The summary above a review."""
    names = {criterion.id: criterion.name.fr for criterion in grid.criteria}
    names |= {"confidence": "Degré de certitude", "recommendation": "Recommandation"}
    return [
        Fault(error.fr, names.get(error.path.partition("/")[2] or error.path, "Avis général"), anchor(error.path))
        for error in errors
    ]


@get("/evaluations/{review_id:uuid}", opt={"action": Action.REVIEW_READ_OWN})
async def review(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """A proposal beside its grid."""
    return await _review_page(request, await views.review(actor_of(request), review_id))


@post("/evaluations/{review_id:uuid}", opt={"action": Action.REVIEW_SAVE})
async def save(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """Save the draft, by the button or in the background; submit it where the button says so."""
    actor, sent = actor_of(request), await sent_form(request)
    found = await views.review(actor, review_id)
    version = version_of(sent.one("version"))
    if "application/json" in request.headers.get("accept", ""):
        return await _save_quietly(request, found, sent)
    try:
        content = content_of(found.grid, sent)
        with once(sent, "save"):
            saved = await reviews.save_review(actor, review_id, content, version, now=clock.now())
        if sent.one("_suite") != "remettre":
            return see(f"/evaluations/{review_id}", "evaluation")
        with once(sent, "submit"):
            await reviews.submit_review(actor, review_id, saved.version, now=clock.now())
    except (Invalid, Stale) as problem:
        again = await views.review(actor, review_id)
        return await _review_page(
            request,
            again,
            typed=sent,
            errors=tuple(problem.errors) if isinstance(problem, Invalid) else (),
            stale=isinstance(problem, Stale),
            status=422 if isinstance(problem, Invalid) else 409,
        )
    await caught_up(found.proposal)
    if found.following:
        return see(f"/evaluations/{found.following}", "evaluation-suivante")
    return see("/evaluations", "evaluation-remise")


async def _save_quietly(request: AnyRequest, found: ReviewView, sent: Inputs) -> Answer:
    """The same for the page's script, which is told the new version, or what stopped it."""
    told: dict[str, Any]
    try:
        content = content_of(found.grid, sent)
        with once(sent, "save"):
            saved = await reviews.save_review(
                actor_of(request), found.id, content, version_of(sent.one("version")), now=clock.now()
            )
        told = {"version": saved.version}
    except Invalid as problem:
        told = {"errors": {error.path: typography(error.fr) for error in problem.errors}}
    except Stale:
        told = {"stale": True, "message": typography("Modifiée dans une autre fenêtre : rechargez la page.")}
    return Response(msgspec.json.encode(told), media_type="application/json", status_code=200)


routes = [mine, accept, decline_page, conflict_page, decline, declare_conflict, review, save]
