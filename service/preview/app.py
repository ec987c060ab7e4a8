"""The web application of a preview: the service's own templates, on what a folder says at this moment."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from forms import Edition, EditionError
from service import clock
from service.doors.failures import explain
from service.doors.people import PUBLIC, SAFE, AnyRequest, Connection, require_own_origin
from service.doors.shield import Shield
from service.pages import static
from service.pages.door import sent_form
from service.pages.french import typography
from service.pages.grids import content_of
from service.pages.presenting import PAGES
from service.pages.render import see
from service.pages.reviewing import review_context, review_faults
from service.preview import trying
from service.preview.course import course
from service.preview.showing import FORM, GRID, Answer, show, study_of
from service.preview.study import Study, call_view, review_view
from service.preview.texts import shown_texts
from service.problems import Forbidden, NotFound
from service.settings import Settings

MOST = 30_000_000  # bytes of a request: a file that is tried out passes through memory


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
        wrong = {error.path.partition("/")[2] or "@general": typography(error.fr) for error in errors}
        told = {"marks": {}, "clashes": {}, "errors": wrong, "message": "", "submitted": False, "following": ""}
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
    """Everything that the call says in mails, receipt, letters and notices."""
    edition = study_of(request).edition()
    return show(request, "preview/texts.html", {"edition": edition, **shown_texts(edition)})


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
        folder = str(study_of(request).folder)
        context = {"faults": error.faults, "folder": folder}
        return show(request, "preview/faults.html", context, status=422)
    failure = explain(error)
    if failure.status >= 500:
        detail = "L’aperçu a rencontré une erreur, décrite dans le terminal."
    else:
        detail = "Cette page du service n’a pas d’aperçu : elle dépend de candidatures et de comptes réels."
    return show(request, "preview/elsewhere.html", {"detail": detail}, status=failure.status)


ROUTES = (
    static.static_file, home, call, call_part, begin, trying.form, trying.save, trying.deposit, review, judge, stages,
    texts, personal_data, try_out,
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
