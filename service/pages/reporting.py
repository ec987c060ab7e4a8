"""The report of a call and that of a year, as pages and as PDF."""

from datetime import timedelta
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from reports import counting
from service.domain.documents import Job
from service.domain.policy import Action
from service.doors import downloads, reporting
from service.doors.downloads import Download
from service.doors.people import AnyRequest, actor_of
from service.pages.documents import waiting
from service.pages.render import page
from service.pages.wording import Figure
from service.views.annual import annual, reported, require_year, years
from service.views.figures import figures

Answer = Response[Any]
GLANCES = ("submitted", "committee", "decided", "retained")
_WORDS = {name: getattr(counting, name) for name in ("span", "share", "agreement", "load_name")}


@get("/appels/{slug:str}/bilan", opt={"action": Action.CALL_REPORT})
async def report(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What is counted of a call."""
    found = await figures(actor_of(request), slug)
    context = {
        "f": found,
        "c": counting,
        "glances": [Figure(found.count(code), counting.STEPS[code]) for code in GLANCES],
        "lasted": (found.last - found.first) / timedelta(days=1) if found.first and found.last else None,
        **_WORDS,
    }
    return page(request, "staff/report.html", context)


@get("/appels/{slug:str}/bilan.pdf", opt={"action": Action.CALL_REPORT})
async def report_paper(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The same on paper."""
    job = await reporting.report_of_call(actor_of(request), slug)
    back = ("Revenir au bilan", f"/appels/{slug}/bilan")
    return await _sent(request, job, ("Bilan de l’appel", ""), f"bilan-{slug}.pdf", back)


@get("/rapport-annuel", opt={"action": Action.CALL_REPORT})
async def year(request: AnyRequest) -> Answer:
    """What is counted of a year (`annee`), the present one where none is named."""
    actor, wanted = actor_of(request), _year(request)
    found = await annual(actor, wanted)
    mine, _ = await reported(actor)
    glances = (
        ("Déposées dans l’année", sum(one.submitted for one in found.calls)),
        ("Décisions publiées", sum(one.decided for one in found.calls)),
        ("Retenues", sum(one.retained for one in found.calls)),
        ("Pilotes en cours", sum(one.count for one in found.pilots)),
    )
    context = {
        "f": found,
        "c": counting,
        "years": await years(mine),
        "glances": [Figure(count, name) for name, count in glances],
        **_WORDS,
    }
    return page(request, "staff/annual.html", context)


@get("/rapport-annuel.pdf", opt={"action": Action.CALL_REPORT})
async def year_paper(request: AnyRequest) -> Answer:
    """The same on paper."""
    wanted = require_year(_year(request))
    job = await reporting.report_of_year(actor_of(request), wanted)
    back = ("Revenir au rapport", f"/rapport-annuel?annee={wanted}")
    return await _sent(request, job, ("Rapport annuel", f"de {wanted}"), f"rapport-annuel-{wanted}.pdf", back)


async def _sent(request: AnyRequest, job: Job, title: tuple[str, str], name: str, back: tuple[str, str]) -> Answer:
    if job.status == "done" and job.size is not None and job.sha256 is not None:
        return await downloads.send(
            request, Download(f"document/{job.id}", name, job.size, job.sha256, "application/pdf")
        )
    return waiting(request, job, *title, back)


def _year(request: AnyRequest) -> int:
    said = request.query_params.get("annee", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) == 4 else 0


routes = [report, report_paper, year, year_paper]
