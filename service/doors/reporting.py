"""Reports as both doors give them: the one of a few minutes ago, or one of figures that are counted now."""

from service import clock
from service.domain.actor import Actor
from service.domain.documents import Job
from service.operations import documents
from service.views import reporting
from service.views.annual import require_year


async def report_of_call(actor: Actor, slug: str) -> Job:
    """The job of a call's report, for this reader. NotFound."""
    scope, now = await reporting.scope_of_call(actor, slug), clock.now()
    found = await documents.recent_report(scope, now=now)
    if found is not None:
        return found
    return await documents.ask_report(actor, scope, await reporting.content_of_call(actor, scope, slug), now=now)


async def report_of_year(actor: Actor, year: int) -> Job:
    """The job of a year's report, for this reader; of the present year for 0. NotFound; Invalid."""
    scope, now = await reporting.scope_of_year(actor, require_year(year)), clock.now()
    found = await documents.recent_report(scope, now=now)
    if found is not None:
        return found
    return await documents.ask_report(actor, scope, await reporting.content_of_year(actor, scope), now=now)
