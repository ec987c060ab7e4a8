"""The web application: routes of API and pages, the one guard, the one table of errors, the shield around it all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from service import pages
from service.api import (
    accounts,
    after,
    assignments,
    attachments,
    batches,
    board,
    bundles,
    calls,
    catalogue,
    conciliation,
    conducting,
    conflicts,
    corrections,
    deciding,
    documents,
    editions,
    evaluation,
    experts,
    guide,
    inquiries,
    letters,
    mailing,
    metrics,
    minutes,
    own_data,
    papers,
    pilots,
    plans,
    presenting,
    proposals,
    reporting,
    reviews,
    rosters,
    session,
    sharing,
    sittings,
    steering,
    teams,
    threads,
    transparency,
    uploads,
    whatif,
)
from service.api.answering import told
from service.doors import following, health, people, waiting
from service.doors.failures import explain
from service.doors.shield import Shield
from service.identity import secrets
from service.pages.errors import error_page
from service.settings import Settings
from service.store import objects
from service.store.database import DB

LARGEST_BODY = 3_000_000  # bytes, of everything but files: all answers of a proposal are 2 MB at most
POOL = 20  # connections of one web process

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *session.routes,
    *accounts.routes,
    *own_data.routes,
    *calls.routes,
    *board.routes,
    *mailing.routes,
    *presenting.routes,
    *inquiries.routes,
    *teams.routes,
    *experts.routes,
    *plans.routes,
    *rosters.routes,
    *conflicts.routes,
    *editions.routes,
    *proposals.routes,
    *after.routes,
    *threads.routes,
    *sharing.routes,
    *attachments.routes,
    *uploads.routes,
    *evaluation.routes,
    *corrections.routes,
    *letters.routes,
    *steering.routes,
    *metrics.routes,
    *catalogue.routes,
    *conciliation.routes,
    *whatif.routes,
    *pilots.routes,
    *batches.routes,
    *assignments.routes,
    *reviews.routes,
    *sittings.routes,
    *conducting.routes,
    *minutes.routes,
    *deciding.routes,
    *papers.routes,
    *bundles.routes,
    *reporting.routes,
    *transparency.routes,
    *documents.routes,
    *guide.routes,
    *health.routes,
)


def create_app(settings: Settings) -> Shield:
    """The application as an ASGI server runs it."""
    return Shield(create_litestar(settings), settings)  # type: ignore[arg-type]  # its scopes are typed dictionaries


def create_litestar(settings: Settings) -> Litestar:
    """The application without the shield: what tests list the routes of."""
    return Litestar(
        route_handlers=[*ROUTES, *pages.routes],
        guards=[people.admit],
        exception_handlers={Exception: _failed},
        lifespan=[_lifespan],
        state=State({"settings": settings, "temporal": health.Temporal(settings)}),
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    secrets.configure(settings.secret)
    objects.configure(settings)
    await DB.connect(settings.database_url, largest=POOL)
    urls = (waiting.listen(settings.database_url), following.listen(settings.database_url))
    listening = [asyncio.create_task(one) for one in urls]
    try:
        yield
    finally:
        for one in listening:
            one.cancel()
        await DB.disconnect()


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The API answers problems, and so does a page to its own script; everything else is a page."""
    failure = explain(error)
    request.scope["refused"] = failure.problem.code  # type: ignore[typeddict-unknown-key]  # for the log
    path: str = request.scope["path"]
    accepted = request.headers.get("accept", "")
    of_script = "application/json" in accepted and "text/html" not in accepted
    if of_script or path == "/api" or path.startswith(("/api/", "/health/")):
        return told(failure)
    response = error_page(request, failure.status, failure.problem)
    response.headers.update(failure.headers)
    return response
