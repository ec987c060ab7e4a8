"""The form of a preview, tried out: answers are held as long as the preview runs, judged as the service would."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

import forms
from forms import Edition, FieldError
from service import clock
from service.doors.people import PUBLIC, AnyRequest
from service.pages import drafting, writing
from service.pages.door import sent_form
from service.pages.drafting import DEPOSIT, Saving
from service.pages.inputs import Inputs, from_inputs
from service.pages.render import see
from service.pages.rows import rearranged
from service.preview.showing import FORM, Answer, draft, show, study_of
from service.preview.study import Study


@get("/candidatures/{proposal_id:uuid}", opt={"action": PUBLIC})
async def form(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:  # noqa: ARG001  the only one there is
    """A section, or the check before submitting."""
    edition = study_of(request).edition()
    wanted = request.query_params.get("section", "")
    found = draft(request, edition)
    if wanted == DEPOSIT:
        return show(request, "proposal/deposit.html", writing.deposit(edition, found))
    return show(
        request,
        "proposal/section.html",
        writing.section(edition, found, wanted, more=request.query_params.get("plus", "")),
    )


def section_with(
    request: AnyRequest, edition: Edition, wanted: str, errors: tuple[FieldError, ...], typed: Inputs | None = None
) -> Answer:
    """A section with what is wrong in it."""
    context = writing.section(edition, draft(request, edition), wanted, typed=typed, errors=errors)
    faults = writing.section_faults(edition.form, errors)
    return show(request, "proposal/section.html", context, errors=faults, status=422)


@post("/candidatures/{proposal_id:uuid}", opt={"action": PUBLIC})
async def save(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:  # noqa: ARG001
    """Try answers out: what a draft may not hold is told at once; « Enregistrer » judges the section as a submission
    would."""
    study, sent = study_of(request), await sent_form(request)
    edition, wanted = study.edition(), request.query_params.get("section", "")
    sent, place = rearranged(sent)
    errors = tried(study, edition, sent)
    if "application/json" in request.headers.get("accept", ""):
        told = drafting.as_json(Saving({}, tuple(errors), (), clock.now()))
        return Response(told, media_type="application/json", status_code=200)
    if errors:
        return section_with(request, edition, wanted, tuple(errors), sent)
    return see(f"{FORM}?section={wanted}{place}") if place else led(request, edition, sent.one("_suite"), wanted)


def tried(study: Study, edition: Edition, sent: Inputs) -> list[FieldError]:
    """Hold the answers of a page that a draft may hold, and tell what is wrong with the others."""
    errors: list[FieldError] = []
    for name in sent.below("v:"):
        field = edition.form.field(name)
        if field is None or not field.answered:
            continue
        value = from_inputs(field, sent)
        faults = forms.check_draft(edition.form, name, value)
        errors += faults
        if not faults:
            study.answers[name] = value
    return errors


def led(request: AnyRequest, edition: Edition, suite: str, wanted: str) -> Answer:
    """Where the button leads: a file, the next section, the one before; else the same one with all that is wrong."""
    study, (act, _, what) = study_of(request), suite.partition(":")
    found = draft(request, edition)
    ids = [section.id for section in drafting.sections_of(edition.form, found)]
    here = ids.index(wanted) if wanted in ids else 0
    match act:
        case "joindre":
            study.attach(edition, what)
            return see(f"{FORM}?section={ids[here]}&apercu=fichier")
        case "remplacer":
            return see(f"{FORM}?section={ids[here]}&apercu=fichier")
        case "retirer" | "monter" | "descendre":
            study.rearrange(act, what)
            return see(f"{FORM}?section={ids[here]}")
        case "suite":
            return see(f"{FORM}?section={ids[here + 1] if here + 1 < len(ids) else DEPOSIT}")
        case "retour" if here:
            return see(f"{FORM}?section={ids[here - 1]}")
    own = {field.id for section in edition.form.sections if section.id == ids[here] for field in section.fields}
    wrong = drafting.still_wrong(edition.form, found)
    errors = tuple(error for error in wrong if error.path.partition("/")[0] in own)
    return section_with(request, edition, ids[here], errors) if errors else see(
        f"{FORM}?section={ids[here]}&apercu=section"
    )  # fmt: skip


@post("/candidatures/{proposal_id:uuid}/depot", opt={"action": PUBLIC})
async def deposit(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:  # noqa: ARG001
    """What submitting would say."""
    edition = study_of(request).edition()
    found = draft(request, edition)
    errors = tuple(drafting.still_wrong(edition.form, found))
    if not errors:
        return see("/etapes?apercu=depose")
    context = writing.deposit(edition, found, errors=errors)
    return show(request, "proposal/deposit.html", context, errors=context["missing"], status=422)
