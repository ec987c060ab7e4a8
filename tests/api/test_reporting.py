"""Reports: who is given which, one document for whoever is told the same, and nothing of what one takes no part in."""

import csv
import io
from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
import msgspec

from reports.figures import AnnualFigures, CallFigures
from service import clock
from service.domain.actor import Actor, Role
from service.domain.documents import Job
from service.operations import recusals
from service.operations.recusals import Recusal
from service.store import objects
from service.store.database import execute
from service.views.reporting import figures_of
from tests.api.people import client, token_of
from tests.operations.course import Course
from tests.process.call import Trial
from tests.support.people import person

ANNUAL = "/api/annual-report"
DONE = "UPDATE job SET status = 'done', size = {}, sha256 = {} WHERE id = {}"


async def a_call() -> tuple[Trial, Course]:
    """A proposal before the committee."""
    course = Course()
    course.now = clock.now() - timedelta(days=2)
    course.trial = await Trial.publish(course.now)
    course.id = await course.trial.submit(course.now)
    await course.to("committee")
    return course.trial, course


async def asking(stack: AsyncExitStack, web: str, trial: Trial) -> list[httpx.AsyncClient]:
    """Officer, auditor, chair, applicant, expert, nobody."""
    auditor = await person((Role.AUDITOR, None))
    known: list[Actor] = [trial.officer, auditor, trial.chair, trial.applicant, trial.experts[0]]
    tokens = [*[await token_of(one) for one in known], ""]
    return [await stack.enter_async_context(client(web, token)) for token in tokens]


async def told(people: list[httpx.AsyncClient], where: str) -> list[int]:
    return [(await who.get(where)).status_code for who in people]


def job_of(answer: httpx.Response) -> Job:
    assert answer.status_code == 202
    return msgspec.json.decode(answer.content, type=Job)


async def test_a_report_is_one_for_whoever_is_told_the_same(web: str) -> None:
    trial, course = await a_call()
    async with AsyncExitStack() as stack:
        people = await asking(stack, web, trial)
        path, page = f"/api/calls/{trial.slug}/report", f"/appels/{trial.slug}/bilan"
        for where, given in ((path, 200), (f"{path}.pdf", 202), (ANNUAL, 200), (f"{ANNUAL}.pdf", 202)):
            assert await told(people, where) == [given, given, given, 404, 404, 401], where
        for where in (page, "/rapport-annuel"):
            assert await told(people[:5], where) == [200, 200, 200, 404, 404], where
            assert await told(people[:5], f"{where}.pdf") == [202, 202, 202, 404, 404], where
        jobs = [job_of(await who.get(f"{path}.pdf")) for who in people[:3]]
        assert [(one.audience, one.call) for one in jobs] == [
            (audience, trial.call) for audience in ("officer", "officer", "committee")
        ]
        assert (jobs[0].id == jobs[1].id, jobs[0].id == jobs[2].id) == (True, False)
        # Whoever is told more may be given what tells less.
        assert await told(people, f"/api/jobs/{jobs[0].id}") == [200, 200, 404, 404, 404, 401]
        assert await told(people, f"/api/jobs/{jobs[2].id}") == [200, 200, 200, 404, 404, 401]
        kept, shown = [await figures_of(job, CallFigures) for job in (jobs[0], jobs[2])]
        assert ([one.done for one in kept.named], shown.named) == ([1, 1], ())
        assert (kept.rounds, kept.funnel) == (shown.rounds, shown.funnel)
        stored = await objects.store().put_bytes(f"document/{jobs[2].id}", b"%PDF-1.7 drawn")
        await execute(DONE, *(stored.size, stored.sha256, jobs[2].id))
        chair = people[2]
        assert [(await chair.get(where)).content for where in (f"{page}.pdf", f"{path}.pdf")] == [b"%PDF-1.7 drawn"] * 2
        # Recused, they are given neither that one nor the scores of what they take no part in.
        await recusals.recuse(trial.chair, course.id, Recusal("Ma sœur y travaille."), now=clock.now())
        assert await told(people[:3], f"/api/jobs/{jobs[2].id}") == [200, 200, 404]
        left = await figures_of(job_of(await chair.get(f"{path}.pdf")), CallFigures)
        assert (left.left_out, left.rounds, left.funnel) == (1, (), kept.funnel)


async def test_the_report_of_a_year_and_the_table(web: str) -> None:
    trial, _ = await a_call()
    async with AsyncExitStack() as stack:
        officer, auditor, chair, *_ = await asking(stack, web, trial)
        mine = msgspec.json.decode((await officer.get(ANNUAL)).content, type=AnnualFigures)
        assert ([one.call for one in mine.calls], mine.examined, mine.others > 0) == ([trial.slug], 1, True)
        job = job_of(await officer.get(f"{ANNUAL}.pdf"))
        assert (await figures_of(job, AnnualFigures)).calls == mine.calls
        assert await told([officer, auditor, chair], f"/api/jobs/{job.id}") == [200, 200, 404]
        assert [(await auditor.get(f"{ANNUAL}?year={year}")).status_code for year in (1999, 2000, 9999)] == [
            422,
            200,
            422,
        ]
        assert (await auditor.get("/rapport-annuel?annee=1999")).status_code == 422
        table = await chair.get(f"/appels/{trial.slug}/tables/bilan/fichier?format=csv")
        lines = {
            (line["part"], line["line"], line["measure"]): float(line["value"])
            for line in csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff")))
        }
        assert lines["Parcours", "Présentées au comité", "Candidatures"] == 1
        assert lines["Notes, tour 1", "Totaux", "Moyenne"] == 5
        assert {part for part, _, _ in lines} >= {"Situation", "Étapes", "Délais", "Évaluateurs"}
