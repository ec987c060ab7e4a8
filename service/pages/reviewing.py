"""The review screen: a proposal beside its grid, saved by parts, and from one to the next of a list."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from forms import Edition, FieldError, Grid, weighted_total
from forms.identifying import identifying
from service import clock
from service.domain.policy import Action
from service.domain.reviewing import CONFIDENCE, GENERAL, RECOMMENDATION, ReviewContent
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import conciliations, reviews
from service.pages.door import once, sent_form
from service.pages.faults import Fault
from service.pages.fields import Wrong, anchor
from service.pages.french import typography
from service.pages.grids import inputs_of, scored
from service.pages.inputs import Inputs
from service.pages.judging import NOTE, Clashes, Kept, keep
from service.pages.render import page, see
from service.problems import Invalid, Stale
from service.store.editions import edition as edition_of
from service.views import reviews as views
from service.views.opinions import ReviewOf
from service.views.reviews import ReviewView, Writable
from service.views.walks import Show, Walk, walk

Answer = Response[Any]
LISTS: dict[str, tuple[Show, str]] = {
    "a-faire": ("todo", "À faire"),
    "en-doute": ("doubt", "En doute"),
    "terminees": ("done", "Terminées"),
    "toutes": ("all", "Toutes"),
}
SCREEN, AHEAD = "screen", "screen-ahead"
"""What the script asks for in `Alliance-Part`: the screen without the page around it; AHEAD: to show it later."""


class Filter(msgspec.Struct, frozen=True):
    """One list of reviews: how many it has, and where it leads from here, "" nowhere."""

    show: Show
    label: str
    count: int
    address: str
    here: bool


def show_of(request: AnyRequest) -> Show:
    """The list that the address asks for; what it does not know is what is to do."""
    return LISTS.get(request.query_params.get("liste", ""), LISTS["a-faire"])[0]


def address_of(review: UUID, show: Show) -> str:
    """A review, on the way through that list."""
    name = next(name for name, (one, _) in LISTS.items() if one == show)
    return f"/evaluations/{review}" + ("" if show == "todo" else f"?liste={name}")


def filters(walk: Walk) -> list[Filter]:
    """The lists that one may change to."""
    made = []
    for show, label in LISTS.values():
        leads = walk.leads.get(show)
        made.append(
            Filter(show, label, getattr(walk, show), address_of(leads, show) if leads else "", show == walk.show)
        )
    return made


def stored(found: ReviewView) -> Inputs:
    """The inputs that show the review, and what its expert keeps for themselves, as they are kept."""
    content = ReviewContent(found.scores, found.comments, found.confidential, found.confidence, found.recommendation)
    return inputs_of(content, [("note", found.own.note), *([("doubt", "oui")] if found.own.doubt else [])])


def own_review(found: ReviewView) -> ReviewOf:
    """One's own review as it reads once it can't be changed any more."""
    return ReviewOf(
        id=found.id,
        round=found.round,
        label="",
        expert="Votre évaluation",
        mine=False,
        scores=found.scores,
        comments=found.comments,
        total=weighted_total(found.grid, found.scores),
        submitted_at=found.submitted_at or found.due_at,
        confidential=found.confidential,
        confidence=found.confidence,
        recommendation=found.recommendation,
    )


def review_context(
    found: ReviewView,
    edition: Edition,
    typed: Inputs | None,
    errors: tuple[FieldError, ...],
    clashes: Clashes | None = None,
) -> dict[str, Any]:
    """What the screen of a review shows, from it and the edition that its answers were given on."""
    shown = typed or stored(found)
    form = edition.form_at(found.part)
    hidden = [one.id for one in form.fields if found.blind and identifying(one, form)]
    return {
        "found": found,
        "walk": found.walk,
        "filters": filters(found.walk),
        "address_of": address_of,
        "edition": edition,
        "form": form,
        "hidden": hidden,
        "sent": shown,
        "scored": scored(found.grid, shown),
        "wrong": Wrong(errors),
        "clashes": clashes or {},
        "writable": Action.REVIEW_SAVE in found.may,
        "own": own_review(found),
        "ahead": False,
    }


NAMES = {
    "confidence": "Degré de certitude",
    "recommendation": "Recommandation",
    "note": "Note pour vous",
    "comments": "Avis général",
    "confidential": "Avis général",
}
WHOLE = {"confidence": CONFIDENCE, "recommendation": RECOMMENDATION, "note": NOTE}


def review_faults(grid: Grid, errors: tuple[FieldError, ...], clashes: Clashes | None = None) -> list[Fault]:
    """The summary above a review."""
    names = {criterion.id: criterion.name.fr for criterion in grid.criteria}
    changed = "A été modifié dans une autre fenêtre ou par une autre personne : choisissez ce qui reste."
    asked = [
        Fault(changed, names.get(part) or NAMES.get(part.removeprefix("@"), NAMES["comments"]), f"choix-{part}")
        for part in clashes or ()
    ]
    return asked + [
        Fault(error.fr, names.get(_part(error)) or NAMES[_whole(error)], anchor(error.path)) for error in errors
    ]


def _whole(error: FieldError) -> str:
    return error.path.partition("/")[0]


def _part(error: FieldError) -> str:
    """The part of the review that an error is about."""
    return WHOLE.get(_whole(error)) or error.path.partition("/")[2] or GENERAL


async def _review_page(
    request: AnyRequest,
    found: ReviewView,
    *,
    typed: Inputs | None = None,
    errors: tuple[FieldError, ...] = (),
    clashes: Clashes | None = None,
    status: int = 200,
) -> Answer:
    context = review_context(found, await edition_of(found.edition), typed, errors, clashes)
    part = request.headers.get("alliance-part")
    context["ahead"] = part == AHEAD
    template = "review/screen.html" if part in (SCREEN, AHEAD) else "review/review.html"
    return page(request, template, context, status=status, errors=review_faults(found.grid, errors, clashes))


@get("/evaluations/{review_id:uuid}", opt={"action": Action.REVIEW_READ_OWN})
async def review(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """A proposal beside its grid."""
    ahead = request.headers.get("alliance-part") == AHEAD
    return await _review_page(request, await views.review(actor_of(request), review_id, show_of(request), ahead=ahead))


@post("/evaluations/{review_id:uuid}", opt={"action": Action.REVIEW_SAVE})
async def save(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """Save what was changed, by the button or in the background; submit it where the button says so."""
    actor, sent, show = actor_of(request), await sent_form(request), show_of(request)
    found = await views.writable(actor, review_id)
    submitting = sent.one("_suite") == "remettre"
    kept = await keep(actor, found, sent, clock.now())
    if submitting and kept.clean:
        kept = await _submit(request, found, sent, kept)
    way = (await walk(actor, review_id, show))[0] if kept.submitted else None
    following = address_of(way.following, show) if way and way.following else ""
    if "application/json" in request.headers.get("accept", ""):
        return Response(_told(kept, following), media_type="application/json", status_code=200)
    if not kept.clean:
        again = await views.review(actor, review_id, show)
        status = 409 if kept.clashes else 422
        return await _review_page(
            request, again, typed=sent, errors=tuple(kept.errors), clashes=kept.clashes, status=status
        )
    if not submitting:
        return see(address_of(review_id, show), "evaluation")
    await caught_up(found.proposal)  # a script goes on to another proposal, and need not wait
    return see(following, "evaluation-suivante") if following else see("/evaluations", "evaluation-remise")


@post("/evaluations/{review_id:uuid}/confirmer", opt={"action": Action.REVIEW_SUBMIT})
async def confirm(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """Keep a review that is asked for again, as it was given."""
    actor, sent = actor_of(request), await sent_form(request)
    found = await views.writable(actor, review_id)
    with once(sent, "confirm"):
        await conciliations.confirm_review(actor, review_id, now=clock.now())
    await caught_up(found.proposal)
    return see("/evaluations", "evaluation-maintenue")


async def _submit(request: AnyRequest, found: Writable, sent: Inputs, kept: Kept) -> Kept:
    try:
        with once(sent, "submit"):
            await reviews.submit_review(actor_of(request), found.id, kept.version, now=clock.now())
    except Invalid as problem:
        said = typography("Ce que vous avez saisi est enregistré, et l’évaluation n’est pas encore complète.")
        return msgspec.structs.replace(kept, errors=list(problem.errors), message=said)
    except Stale:
        said = typography("Une autre fenêtre vient d’enregistrer cette évaluation. Relisez-la, puis remettez-la.")
        return msgspec.structs.replace(kept, message=said)
    return msgspec.structs.replace(kept, submitted=True)


def _told(kept: Kept, following: str) -> bytes:
    """The answer to a script that saves in the background, or submits."""
    errors: dict[str, str] = {}
    for error in kept.errors:
        errors.setdefault(_part(error), typography(error.fr))
    clash = "Une partie a été modifiée dans une autre fenêtre : enregistrez la page pour choisir laquelle garder."
    wrong = "Une partie ne peut pas être enregistrée telle quelle."
    message = kept.message or (clash if kept.clashes else wrong if errors else "")
    clashes = {name: {"mine": mine, "theirs": theirs} for name, (mine, theirs) in kept.clashes.items()}
    return msgspec.json.encode(
        {
            "marks": kept.marks,
            "errors": errors,
            "clashes": clashes,
            "message": typography(message),
            "submitted": kept.submitted,
            "following": following,
        }
    )


routes = [review, save, confirm]
