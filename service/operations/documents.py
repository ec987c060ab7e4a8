"""Documents are jobs: asked for here, drawn by the worker; one per kind, audience, journal position, renderer (D10).

A blank form is one per edition and renderer."""

from datetime import datetime, timedelta
from uuid import UUID

from reports.version import RENDERER_VERSION
from service import logs
from service.domain.actor import Actor
from service.domain.documents import AUDIENCE, COLUMNS, READ, Job
from service.operations.acting import operation
from service.operations.holding import Held, held
from service.problems import NotFound
from service.store.database import Row, execute, row, rows
from service.store.ids import uuid7

RETRY = timedelta(minutes=10)  # a form that cannot be drawn costs no more than this, however many ask for it


async def queue_document(proposal: Held, kind: str) -> None:
    """Have a document drawn as of the last entry, in the transaction of the act that calls for it."""
    await _insert(proposal, _key(proposal, kind, proposal.line["last_seq"]))


@operation
async def ask_document(actor: Actor, proposal_id: UUID, kind: str, *, now: datetime) -> Job:
    """The job of a document, made if nobody asked before: asking twice makes one job.

    A dossier shows the proposal as it stands now; a receipt and a letter the act that they belong to. NotFound where
    that act has not happened. A failed job is queued again.
    """
    proposal = await held(actor, proposal_id, now)
    await proposal.require(READ[kind])
    position = proposal.line["last_seq"]
    if kind != "dossier":
        act = await row(
            "SELECT position FROM job WHERE proposal = {} AND kind = {} ORDER BY position DESC LIMIT 1",
            *(proposal_id, kind),
        )
        if act is None:
            raise NotFound("Ce document n’existe pas encore.")
        position = act["position"]
    return await _queue(proposal, kind, position)


def _key(proposal: Held, kind: str, position: int) -> tuple[object, ...]:
    return kind, proposal.id, AUDIENCE[kind], position, RENDERER_VERSION


async def _insert(proposal: Held, key: tuple[object, ...]) -> None:
    await execute(
        "INSERT INTO job (id, status, created_at, request, kind, proposal, audience, position, renderer)"
        " VALUES ({}, 'queued', {}, {}, {}, {}, {}, {}, {}) ON CONFLICT ON CONSTRAINT job_once"
        " DO UPDATE SET status = 'queued', attempts = 0, error = '', request = excluded.request"
        " WHERE job.status = 'failed'",
        *(uuid7(proposal.now), proposal.now, logs.request() or "", *key),
    )


async def _queue(proposal: Held, kind: str, position: int) -> Job:
    key = _key(proposal, kind, position)
    await _insert(proposal, key)
    found = await row(
        f"SELECT {COLUMNS} FROM job WHERE kind = {{}} AND proposal = {{}} AND audience = {{}} AND position = {{}}"  # noqa: S608
        " AND renderer = {}",
        *key,
    )
    assert found is not None  # noqa: S101  inserted above
    return Job(**found)


async def ask_form(actor: Actor, edition_id: UUID, *, now: datetime) -> Job:
    """The job of an edition's blank form, for anybody, made if nobody asked before: a crowd makes one job.

    A failed job is queued again, at the earliest ten minutes after it failed: nobody is held to account for asking.
    """
    found = await _of_edition(edition_id)
    if found is not None and (found.status != "failed" or (found.finished_at or now) > now - RETRY):
        return found
    return await _queue_form(actor, edition_id, now=now)


@operation
async def _queue_form(actor: Actor, edition_id: UUID, *, now: datetime) -> Job:  # noqa: ARG001  anybody's
    await execute(
        "INSERT INTO job (id, status, created_at, request, kind, edition, audience, renderer)"
        " VALUES ({}, 'queued', {}, {}, 'form', {}, {}, {}) ON CONFLICT ON CONSTRAINT job_once_of_edition"
        " DO UPDATE SET status = 'queued', attempts = 0, error = '', request = excluded.request"
        " WHERE job.status = 'failed'",
        *(uuid7(now), now, logs.request() or "", edition_id, AUDIENCE["form"], RENDERER_VERSION),
    )
    queued = await _of_edition(edition_id)
    assert queued is not None  # noqa: S101  inserted above
    return queued


async def _of_edition(edition_id: UUID) -> Job | None:
    line = await row(
        f"SELECT {COLUMNS} FROM job WHERE kind = 'form' AND edition = {{}} AND renderer = {{}}",  # noqa: S608  our names
        *(edition_id, RENDERER_VERSION),
    )
    return Job(**line) if line else None


async def start_job(job_id: UUID, *, now: datetime) -> Job | None:
    """The worker takes a job. None where there is nothing (more) to draw."""
    found = await row(
        "UPDATE job SET status = 'running', started_at = {}, attempts = attempts + 1"  # noqa: S608  our names
        f" WHERE id = {{}} AND status IN ('queued', 'running') RETURNING request, {COLUMNS}",
        *(now, job_id),
    )
    if found is None:
        return None
    logs.follow(found.pop("request"))
    return Job(**found)


async def finish_job(job_id: UUID, size: int, sha256: str, *, now: datetime) -> None:
    """The document is in the object store."""
    await execute(
        "UPDATE job SET status = 'done', finished_at = {}, size = {}, sha256 = {}, error = ''"
        " WHERE id = {} AND status <> 'done'",
        *(now, size, sha256, job_id),
    )


async def fail_job(job_id: UUID, error: str, *, now: datetime) -> None:
    """It could not be drawn; asking for it again tries again."""
    await execute(
        "UPDATE job SET status = 'failed', finished_at = {}, error = {} WHERE id = {} AND status <> 'done'",
        *(now, error[:300], job_id),
    )


async def waiting_jobs(limit: int) -> list[Row]:
    """The oldest jobs that nobody draws yet: what the relay starts."""
    return await rows("SELECT id FROM job WHERE status = 'queued' ORDER BY created_at LIMIT {}", limit)
