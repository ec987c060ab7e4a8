"""Everything of a proposal, or of a call, in one ZIP, for officers and auditors."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.api.documents import DOCUMENTS
from service.api.routes import tell
from service.domain.policy import Action
from service.doors import downloads
from service.doors.people import AnyRequest, actor_of
from service.views import bundles

ZIP = "application/zip"


@get(
    "/api/proposals/{proposal_id:uuid}/bundle.zip",
    opt=tell(
        Action.BUNDLE_READ,
        "All of a proposal as a ZIP of JSON, HTML and files",
        DOCUMENTS,
        media=ZIP,
        whole=True,
        problems=(403, 404),
    ),
)
async def send_proposal_bundle(request: AnyRequest, proposal_id: FromPath[UUID]) -> Response[Any]:
    """Its first element, `manifeste.json`, tells the size and the SHA-256 of each other one."""
    made = await bundles.proposal_bundle(actor_of(request), proposal_id, clock.now())
    return downloads.made(made.content, f"{made.name}.zip")


@get(
    "/api/calls/{slug:str}/bundle.zip",
    opt=tell(
        Action.CALL_BUNDLE,
        "All of a call as a ZIP of JSON, HTML and files",
        DOCUMENTS,
        media=ZIP,
        whole=True,
        problems=(404,),
    ),
)
async def send_call_bundle(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """Each proposal that the reader may read, the sittings and the editions; as of one instant, manifest first."""
    made = await bundles.call_bundle(actor_of(request), slug, clock.now())
    return downloads.made(made.content, f"{made.name}.zip")


routes = (send_proposal_bundle, send_call_bundle)
