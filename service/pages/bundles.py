"""What officers and auditors take away of a proposal, or of a call, in one ZIP."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from reports.disclosed import TOLD
from service import clock
from service.domain.disclosure import RULES
from service.domain.policy import Action
from service.doors import downloads
from service.doors.people import AnyRequest, actor_of
from service.pages.render import page
from service.views import bundles, calls

Answer = Response[Any]


@get("/candidatures/{proposal_id:uuid}/dossier.zip", opt={"action": Action.BUNDLE_READ})
async def of_proposal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """All of a proposal that its reader may read."""
    made = await bundles.proposal_bundle(actor_of(request), proposal_id, clock.now())
    return downloads.made(made.content, f"candidature-{made.name}.zip")


@get("/gestion/{slug:str}/exports", opt={"action": Action.CALL_BUNDLE})
async def exports(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What there is to take away of a call."""
    about = await calls.require_on_call(actor_of(request), slug, Action.CALL_BUNDLE)
    return page(request, "staff/exports.html", {"call": about, "rules": RULES, "told": TOLD})


@get("/gestion/{slug:str}/dossier.zip", opt={"action": Action.CALL_BUNDLE})
async def of_call(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """All of a call that its reader may read."""
    made = await bundles.call_bundle(actor_of(request), slug, clock.now())
    return downloads.made(made.content, f"appel-{made.name}.zip")


routes = [of_proposal, exports, of_call]
