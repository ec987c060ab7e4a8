"""The web application of a preview: the service's own templates, on what a folder says at this moment."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

import forms
from forms import Edition, EditionError, FieldError
from service import clock
from service.domain.actor import Actor
from service.doors.failures import explain
from service.doors.people import PUBLIC, SAFE, AnyRequest, Connection, require_own_origin
from service.doors.shield import Shield
from service.pages import drafting, static, writing
from service.pages.door import sent_form
from service.pages.drafting import DEPOSIT, Saving
from service.pages.evaluations import review_context, review_faults
from service.pages.faults import Said
from service.pages.french import typography
from service.pages.grids import content_of
from service.pages.inputs import Inputs, from_inputs
from service.pages.presenting import PAGES
from service.pages.render import MenuEntry, Page, page, see
from service.pages.rows import rearranged
from service.preview.course import course
from service.preview.study import PROPOSAL, REVIEW, Study, call_view, proposal_view, review_view
from service.problems import Forbidden, NotFound
from service.settings import Settings
from service.views.proposals import ProposalView

Answer = Response[Any]
FORM = f"/candidatures/{PROPOSAL}"
GRID = f"/evaluations/{REVIEW}"
SOMEBODY = Actor(account=UUID(int=6), name="Candidat d’exemple")
MOST = 30_000_000  # bytes of a request: a file that is tried out passes through memory
NOTICES = {
    "depose": "La candidature serait déposée : rien n’y manque. Elle entrerait dans la première étape ci-dessous.",
    "remise": "L’évaluation serait remise : rien n’y manque.",
    "section": "Rien n’est à corriger dans cette section.",
    "fichier": "Un fichier d’exemple tient lieu de pièce jointe.",
}


def study_of(request: AnyRequest) -> Study:
    """The folder under study."""
    found: Study = request.app.state.study
    return found


def show(request: AnyRequest, template: str, context: dict[str, Any], **more: Any) -> Page:
    """A page of the service, under the banner of the preview."""
    path, slug = request.url.path, context.get("slug", "")
    entries = (
        ("Page de l’appel", f"/appels/{slug}" if slug else "/", path == f"/appels/{slug}"),
        ("Formulaire", FORM, path == FORM),
        ("Grille", GRID, path == GRID),
        ("Étapes", "/etapes", path == "/etapes"),
        ("Textes", "/textes", path == "/textes"),
    )
    said = NOTICES.get(request.query_params.get("apercu", ""))
    own = {"preview": True, "actor": SOMEBODY, "menu": tuple(MenuEntry(*entry) for entry in entries), **context}
    return page(request, template, own, said=Said("success", typography(said)) if said else None, **more)


def draft(request: AnyRequest, edition: Edition) -> ProposalView:
    """What is tried out."""
    study = study_of(request)
    return proposal_view(edition, study.answers, study.files, clock.now())


@get("/", opt={"action": PUBLIC})
async def home(request: AnyRequest) -> Redirect:
    """The call's page."""
    return see(f"/appels/{study_of(request).edition().call.slug}")


@get("/appels/{slug:str}", opt={"action": PUBLIC})
async def call(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The public page. An address of before the slug was changed leads to the present one."""
    edition = study_of(request).edition()
    if slug != edition.call.slug:
        return see(f"/appels/{edition.call.slug}")
    return _part(request, edition, "")


@get("/appels/{slug:str}/{part:str}", opt={"action": PUBLIC})
async def call_part(request: AnyRequest, slug: FromPath[str], part: FromPath[str]) -> Answer:  # noqa: ARG001  the only call
    """Its other public pages."""
    if part not in PAGES:
        raise NotFound
    return _part(request, study_of(request).edition(), part)


def _part(request: AnyRequest, edition: Edition, part: str) -> Answer:
    template, shown = PAGES[part]
    context = {"call": call_view(edition, clock.now()), "drafts": (), "slug": edition.call.slug}
    return show(request, template, {**context, **shown(edition)})


@post("/appels/{slug:str}/candidature", opt={"action": PUBLIC})
async def begin(request: AnyRequest, slug: FromPath[str]) -> Redirect:  # noqa: ARG001  the only call there is
    """To the form."""
    return see(FORM)


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


@get("/evaluations/{review_id:uuid}", opt={"action": PUBLIC})
async def review(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:  # noqa: ARG001
    """The grid as experts see it, beside an invented proposal."""
    study = study_of(request)
    edition = study.edition()
    context = review_context(review_view(edition, clock.now()), edition, study.review, ())
    return show(request, "review/review.html", context)


@post("/evaluations/{review_id:uuid}", opt={"action": PUBLIC})
async def judge(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:  # noqa: ARG001
    """What handing in a review would say."""
    study, sent = study_of(request), await sent_form(request)
    edition = study.edition()
    study.review = sent
    content = content_of(edition.grid_of(edition.process.rounds), sent)
    complete = sent.one("_suite") == "remettre"
    grid = edition.grid_of(edition.process.rounds)
    errors = tuple(content.faults(grid, complete=complete))
    if "application/json" in request.headers.get("accept", ""):
        told = {"version": 0} if not errors else {"errors": {error.path: typography(error.fr) for error in errors}}
        return Response(msgspec.json.encode(told), media_type="application/json", status_code=200)
    if errors:
        context = review_context(review_view(edition, clock.now()), edition, sent, errors)
        return show(request, "review/review.html", context, errors=review_faults(grid, errors), status=422)
    return see(f"{GRID}?apercu=remise" if complete else GRID)


@get("/etapes", opt={"action": PUBLIC})
async def stages(request: AnyRequest) -> Answer:
    """The process, with the dates of a proposal submitted now, or at the last moment."""
    edition, now = study_of(request).edition(), clock.now()
    submitted = max(now, edition.call.opens)
    if edition.call.closes is not None and request.query_params.get("depot") == "cloture":
        submitted = edition.call.closes
    context = {"edition": edition, "submitted": submitted, "course": course(edition, submitted)}
    return show(request, "preview/stages.html", context)


@get("/textes", opt={"action": PUBLIC})
async def texts(request: AnyRequest) -> Answer:
    """Everything that the call says in receipt, letters and notices."""
    return show(request, "preview/texts.html", {"edition": study_of(request).edition()})


@get("/donnees-personnelles", opt={"action": PUBLIC})
async def personal_data(request: AnyRequest) -> Answer:
    """What persons are told of their data."""
    return show(request, "legal/data.html", {"calls": [call_view(study_of(request).edition(), clock.now())]})


@post("/apercu/{what:str}", opt={"action": PUBLIC})
async def try_out(request: AnyRequest, what: FromPath[str]) -> Redirect:
    """Begin anew, with nothing or with an example."""
    study = study_of(request)
    study.empty()
    if what == "exemple":
        study.fill(study.edition())
    return see(FORM)


def only_here(connection: Connection, handler: BaseRouteHandler) -> None:  # noqa: ARG001  every route alike
    """Refuse what another site makes a browser send, and names that lead here from elsewhere."""
    host = connection.headers.get("host", "").rpartition(":")[0]
    if host not in ("127.0.0.1", "localhost"):
        raise Forbidden("L’aperçu ne s’ouvre que sur cette machine.")
    if connection.scope.get("method") not in SAFE:
        require_own_origin(connection)


def failed(request: Request[Any, Any, Any], error: Exception) -> Answer:
    """Faulty files are a page that lists them; what is no page of a preview says so."""
    if isinstance(error, EditionError):
        context = {"faults": error.faults, "folder": str(study_of(request).folder)}
        return show(request, "preview/faults.html", context, status=422)
    failure = explain(error)
    if failure.status >= 500:
        detail = "L’aperçu a rencontré une erreur, décrite dans le terminal."
    else:
        detail = "Cette page du service n’a pas d’aperçu : elle dépend de candidatures et de comptes réels."
    return show(request, "preview/elsewhere.html", {"detail": detail}, status=failure.status)


ROUTES = (
    static.static_file, home, call, call_part, begin, form, save, deposit, review, judge, stages, texts,
    personal_data, try_out,
)  # fmt: skip


def create_preview(study: Study, port: int) -> Shield:
    """The application, with the headers of the service around it."""
    address = f"http://127.0.0.1:{port}"
    settings = Settings(
        database_url="", s3_url="", s3_access_key="", s3_secret_key="", secret="", mail_from="", address=address
    )  # fmt: skip
    app = Litestar(
        route_handlers=ROUTES,
        guards=[only_here],
        exception_handlers={Exception: failed},
        state=State({"study": study, "settings": settings}),
        request_max_body_size=MOST,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    return Shield(app, settings)  # type: ignore[arg-type]  # its scopes are typed dictionaries
