"""The declared activities, done: parse, call one operation, answer. Each may run twice, and is thin.

What fails is told to Temporal by the name of its error and nothing more: a message could quote a person. The log
has the rest.
"""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar, get_type_hints
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError

from reports.committee import Minutes
from reports.figures import AnnualFigures, CallFigures
from service import drawing, logs
from service.binding import bind
from service.domain.documents import Job
from service.domain.reporting import KINDS
from service.drawing import Drawing
from service.operations import batches, courses, documents, process
from service.problems import Unavailable
from service.store import database, objects
from service.store.arriving import Stored
from service.views import documents as views
from service.views.archives import archive_of
from service.views.papers import paper_of
from service.views.reporting import figures_of
from workflows import activities as acts
from workflows.messages import Answer, Carried, Carry, Draw, Drawn

log = logs.logger(__name__)

M = TypeVar("M")
A = TypeVar("A")
Act = Callable[[M], Awaitable[A]]

BEAT = 3.0  # seconds
ATTEMPTS_AT_DRAWING = 3
OUTAGES = (Unavailable, *database.OUTAGES)
GIVEN_UP = "Le document n’a pas pu être produit. Demandez-le à nouveau ; si l’échec se répète, prévenez le service."


def does(declared: Act[M, A]) -> Callable[[Act[M, A]], Act[M, A]]:
    """Make a function the implementation of a declared activity: same name, same message in, same message out."""

    def join(act: Act[M, A]) -> Act[M, A]:
        if get_type_hints(act) != get_type_hints(declared):
            raise TypeError(f"{act.__qualname__} does not have the signature of the activity {declared.__name__}")

        @functools.wraps(act)
        async def run(message: M) -> A:
            # The act tells which request it follows, once it has read that.
            with logs.bind(request="", activity=declared.__name__):
                try:
                    return await act(message)
                except ApplicationError:
                    raise
                except Exception as error:
                    fault = not isinstance(error, OUTAGES)
                    log.warning("activity_failed", error=type(error).__name__, exc_info=fault)
                    raise ApplicationError(type(error).__name__, type=type(error).__name__) from None

        return activity.defn(name=declared.__name__)(run)

    return join


@does(acts.carry_batch)
async def carry_batch(m: Carry) -> Carried:
    """With heartbeats: a long one is taken over within seconds when its worker is gone."""
    async with _beating(1.0):
        return Carried(await batches.carry_on(UUID(m.batch), m.now))


def acts_of(*, listed: bool) -> tuple[Callable[..., Awaitable[Any]], ...]:
    """The activities of the process. `listed`: Temporal knows the attributes that operators search by."""

    def told(operation: Act[M, Answer]) -> Act[M, Answer]:
        @functools.wraps(operation)
        async def act(message: M) -> Answer:
            answer = await operation(message)
            return replace(answer, snapshot=replace(answer.snapshot, listed=listed))

        return act

    return (
        does(acts.look)(told(process.look)),
        does(acts.close_stage)(told(process.close_stage)),
        does(acts.mark_overdue)(told(process.mark_overdue)),
        does(acts.lapse_completion)(told(process.lapse_completion)),
        does(acts.fill_seat)(told(process.fill_seat)),
        does(acts.remind)(told(process.remind)),
        does(acts.release_seat)(told(process.release_seat)),
        does(acts.look_at_call)(courses.look_at_call),
        does(acts.take_step)(courses.take_step),
        carry_batch,
    )


PROCESS = acts_of(listed=False)


async def _of_sitting(job: Job, draw: Drawing, address: str) -> bytes:
    told = await paper_of(job, address)
    return await (draw(drawing.minutes, told) if isinstance(told, Minutes) else draw(drawing.convocation, told))


async def _of_figures(job: Job, draw: Drawing) -> bytes:
    if job.kind == "report":
        return await draw(drawing.report, await figures_of(job, CallFigures))
    return await draw(drawing.annual, await figures_of(job, AnnualFigures))


async def _drawn(job: Job, draw: Drawing, address: str, binding: asyncio.Lock) -> Stored:
    """The document of a job, drawn and stored."""
    key = f"document/{job.id}"
    if job.kind != "pack":
        return await objects.store().put_bytes(key, await _pdf(job, draw, address))
    async with binding:
        return await bind(job, draw, key)


async def _pdf(job: Job, draw: Drawing, address: str) -> bytes:
    if job.edition is not None:
        return await draw(drawing.form, await views.form(job.edition))
    if job.sitting is not None:
        return await _of_sitting(job, draw, address)
    return await (_of_figures(job, draw) if job.kind in KINDS else _of_proposal(job, draw, address))


async def _of_proposal(job: Job, draw: Drawing, address: str) -> bytes:
    assert job.proposal is not None and job.position is not None  # noqa: S101, PT018  the table's own rule
    match job.kind:
        case "dossier":
            return await draw(drawing.dossier, await views.sealed(job, address))
        case "archive":
            return await draw(drawing.archive, await archive_of(job, address))
        case "letter":
            return await draw(drawing.letter, await views.letter(job.proposal, job.position))
        case _:
            return await draw(drawing.receipt, await views.receipt(job.proposal, job.position))


def drawers(draw: Drawing, address: str = "") -> tuple[Callable[..., Awaitable[Any]], ...]:
    """The activities on documents, which draw there. `address`: the service's, for those that name a page of it."""
    # One pack after the other: those of members with other recusals find its parts drawn, and others wait for none.
    binding = asyncio.Lock()

    @does(acts.draw_document)
    async def draw_document(m: Draw) -> Drawn:
        info = activity.info()
        job = await documents.start_job(UUID(m.job), now=info.started_time)
        if job is None:
            return Drawn(done=True)
        try:
            async with _beating():
                await objects.store().ready()  # before the seconds that a drawing takes
                stored = await _drawn(job, draw, address, binding)
        except Exception as error:
            if isinstance(error, OUTAGES) or info.attempt < ATTEMPTS_AT_DRAWING:
                raise
            log.exception("drawing_given_up", job=m.job, kind=job.kind)
            raise ApplicationError(type(error).__name__, type=type(error).__name__, non_retryable=True) from None
        await documents.finish_job(job.id, stored.size, stored.sha256, now=info.started_time)
        of = {"edition": job.edition, "sitting": job.sitting, "call": job.call, "proposal": job.proposal}
        about = {name: str(which) for name, which in of.items() if which is not None}
        log.info("document_drawn", job=m.job, kind=job.kind, size=stored.size, **about)
        return Drawn(done=True)

    @does(acts.give_up_document)
    async def give_up_document(m: Draw) -> Drawn:
        await documents.fail_job(UUID(m.job), GIVEN_UP, now=m.now)
        return Drawn(done=False)

    return draw_document, give_up_document


@asynccontextmanager
async def _beating(every: float = BEAT) -> AsyncIterator[None]:
    """Heartbeats while the work lasts, so that another worker takes it over within seconds when this one is gone."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(every)

    beats = asyncio.create_task(beat())
    try:
        yield
    finally:
        beats.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beats
