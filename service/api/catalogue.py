"""The public catalogue, in pages."""

import msgspec
from litestar import get
from litestar.params import FromPath

from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.doors.caching import kept
from service.doors.people import PUBLIC, AnyRequest
from service.views import catalogue as views
from service.views.catalogue import CatalogueEntry, CataloguePage

CATALOGUE = "Catalogue"


class CatalogueQuery(msgspec.Struct, frozen=True):
    """`q`: words that all must be there; `call`: a slug; `phase`: of a pilot, or over; `answers`: `field:option`
    between commas, of public questions; `cursor`: of the page, "" for the first one; `limit`: how many entries."""

    q: str = ""
    call: str = ""
    phase: str = ""
    answers: str = ""
    cursor: str = ""
    limit: int = 20


@get(
    "/api/catalogue",
    opt=tell(
        PUBLIC,
        "Retained solutions and pilots, the latest published first",
        CATALOGUE,
        answer=CataloguePage,
        query=CatalogueQuery,
        problems=(422,),
    ),
)
async def list_catalogue(request: AnyRequest) -> Answer:
    """Answers that the call's form marks as public, after the decision was published; no personal data."""
    asked = reading.query(request, CatalogueQuery)
    pairs = (one.partition(":") for one in asked.answers.split(",") if one)
    answers = {field: option for field, _, option in pairs}
    found = await views.catalogue(asked.q, asked.call, asked.phase, asked.cursor or None, asked.limit, answers)
    return kept(request, lambda: answer(found))


@get(
    "/api/catalogue/{reference:str}",
    opt=tell(PUBLIC, "One entry of the catalogue", CATALOGUE, answer=CatalogueEntry, problems=(404,)),
)
async def show_entry(request: AnyRequest, reference: FromPath[str]) -> Answer:
    """By the proposal's reference."""
    found = await views.entry(reference)
    return kept(request, lambda: answer(found.entry))


routes = (list_catalogue, show_entry)
