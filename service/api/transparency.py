"""What everybody may know of a call, in one ZIP, for whoever publishes it."""

from http import HTTPStatus
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.api.answering import answer
from service.api.documents import DOCUMENTS
from service.api.routes import tell
from service.domain.documents import Job
from service.domain.policy import Action
from service.doors import disclosing, downloads
from service.doors.people import AnyRequest, actor_of


@get(
    "/api/calls/{slug:str}/transparency.zip",
    opt=tell(
        Action.CALL_TRANSPARENCY,
        "What everybody may know of a call, as a ZIP of open formats",
        DOCUMENTS,
        media="application/zip",
        whole=True,
        also={HTTPStatus.ACCEPTED: ("One of its PDF is being drawn: ask again.", Job)},
        problems=(404,),
    ),
)
async def send_transparency(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """Texts, blank form, grid, committee, sittings, approved minutes, published decisions, figures; by written rules,
    which are in it, without personal data and business secrets. Its first element is the manifest."""
    made = await disclosing.exported(actor_of(request), slug, clock.now())
    if made.waits is not None:
        return answer(made.waits, HTTPStatus.ACCEPTED, {"Retry-After": "2"})
    assert made.content is not None  # noqa: S101  one or the other
    return downloads.made(made.content, f"transparency-{slug}.zip")


routes = (send_transparency,)
