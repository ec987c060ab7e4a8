"""The door of a monitoring, with the token of an administrator or an auditor."""

from litestar import Response, get

from service.api.answering import Answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.views import metrics as views

TEXT = "text/plain; version=0.0.4"


@get(
    "/api/metrics",
    opt=tell(
        Action.SERVICE_WATCH,
        "How the service is doing, in the text format of Prometheus: stuck proposals first",
        "Service",
        media="text/plain",
        problems=(404,),
    ),
)
async def show_metrics(request: AnyRequest) -> Answer:
    """Counts of the whole service, no name and no id."""
    return Response((await views.metrics(actor_of(request))).encode(), media_type=TEXT)


routes = (show_metrics,)
