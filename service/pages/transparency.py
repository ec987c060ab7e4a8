"""What everybody may know of a call, as whoever publishes it takes it away."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors import disclosing, downloads
from service.doors.people import AnyRequest, actor_of
from service.pages.documents import waiting

Answer = Response[Any]


@get("/gestion/{slug:str}/transparence.zip", opt={"action": Action.CALL_TRANSPARENCY})
async def transparency(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The ZIP, or a page that waits for its PDF."""
    made = await disclosing.exported(actor_of(request), slug, clock.now())
    if made.waits is not None:
        back = ("Revenir aux exports", f"/gestion/{slug}/exports")
        return waiting(request, made.waits, "Dossier de transparence", "", back)
    assert made.content is not None  # noqa: S101  one or the other
    return downloads.made(made.content, f"transparence-{slug}.zip")


routes = [transparency]
