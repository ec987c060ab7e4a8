"""The report of a call and that of a year: figures as JSON, and on paper."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from reports.figures import AnnualFigures, CallFigures
from service.api import reading
from service.api.answering import Answer, answer
from service.api.documents import DOCUMENTS, PDF, send_job
from service.api.routes import tell
from service.domain.documents import Job
from service.domain.policy import Action
from service.doors import reporting
from service.doors.people import AnyRequest, actor_of
from service.views.annual import annual
from service.views.figures import figures

DRAWN: dict[int, tuple[str, Any]] = {
    HTTPStatus.ACCEPTED: ("Being drawn: ask again, or follow the job in Location.", Job)
}


class YearQuery(msgspec.Struct, frozen=True):
    """`year`: 0 for the present one."""

    year: int = 0


@get(
    "/api/calls/{slug:str}/report",
    opt=tell(
        Action.CALL_REPORT,
        "What is counted of a call: funnel, delays, answers, experts, scores",
        "Calls",
        answer=CallFigures,
        problems=(404,),
    ),
)
async def show_report(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Scores are counted over the proposals whose reviews one may read; experts are named to officers and auditors."""
    return answer(await figures(actor_of(request), slug))


@get(
    "/api/calls/{slug:str}/report.pdf",
    opt=tell(
        Action.CALL_REPORT, "The report of a call on paper", DOCUMENTS, media=PDF, also=DRAWN, problems=(404, 416)
    ),
)
async def send_report(request: AnyRequest, slug: FromPath[str]) -> Response[Any]:
    """The same figures with charts; for five minutes the same document."""
    return await send_job(request, await reporting.report_of_call(actor_of(request), slug), f"bilan-{slug}.pdf")


@get(
    "/api/annual-report",
    opt=tell(
        Action.CALL_REPORT,
        "What is counted of a year: calls, expertise, pilots, what experts had foreseen",
        "Calls",
        answer=AnnualFigures,
        query=YearQuery,
        problems=(404, 422),
    ),
)
async def show_annual(request: AnyRequest) -> Answer:
    """Over the calls whose reports one may read; as it was at the end of a year that is over."""
    return answer(await annual(actor_of(request), reading.query(request, YearQuery).year))


@get(
    "/api/annual-report.pdf",
    opt=tell(
        Action.CALL_REPORT,
        "The report of a year on paper",
        DOCUMENTS,
        media=PDF,
        also=DRAWN,
        query=YearQuery,
        problems=(404, 416, 422),
    ),
)
async def send_annual(request: AnyRequest) -> Response[Any]:
    """The same figures with charts; for five minutes the same document."""
    year = reading.query(request, YearQuery).year
    return await send_job(request, await reporting.report_of_year(actor_of(request), year), "rapport-annuel.pdf")


routes = (show_report, send_report, show_annual, send_annual)
