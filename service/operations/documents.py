"""Documents are jobs: asked for here, drawn by the worker; one per kind, audience, journal position, renderer (D10)."""

from datetime import datetime
from uuid import UUID

from reports.version import RENDERER_VERSION
from service import logs
from service.domain.actor import Actor
from service.domain.documents import AUDIENCE, COLUMNS, READ, Job
from service.operations.acting import operation
from service.operations.holding import Held, held
from service.problems import NotFound
from service.store.database import Row, execute, row, rows, transaction
from service.store.ids import uuid7


async def queue_document(proposal: Held, kind: str) -> None:
    """Have a document drawn as of the last entry, in the transaction of the act that calls for it."""
    await _queue(proposal, kind, proposal.line["last_seq"])


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


async def _queue(proposal: Held, kind: str, position: int) -> Job:
    key = (kind, proposal.id, AUDIENCE[kind], position, RENDERER_VERSION)
    await execute(
        "INSERT INTO job (id, status, created_at, request, kind, proposal, audience, position, renderer)"
        " VALUES ({}, 'queued', {}, {}, {}, {}, {}, {}, {}) ON CONFLICT ON CONSTRAINT job_once"
        " DO UPDATE SET status = 'queued', attempts = 0, error = '', request = excluded.request"
        " WHERE job.status = 'failed'",
        *(uuid7(proposal.now), proposal.now, logs.request() or "", *key),
    )
    found = await row(
        f"SELECT {COLUMNS} FROM job WHERE kind = {{}} AND proposal = {{}} AND audience = {{}} AND position = {{}}"  # noqa: S608
        " AND renderer = {}",
        *key,
    )
    assert found is not None  # noqa: S101  inserted above
    return Job(**found)


async def start_job(job_id: UUID, *, now: datetime) -> Job | None:
    """The worker takes a job. None where there is nothing (more) to draw."""
    async with transaction():
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
    async with transaction():
        await execute(
            "UPDATE job SET status = 'done', finished_at = {}, size = {}, sha256 = {}, error = ''"
            " WHERE id = {} AND status <> 'done'",
            *(now, size, sha256, job_id),
        )


async def fail_job(job_id: UUID, error: str, *, now: datetime) -> None:
    """It could not be drawn; asking for it again tries again."""
    async with transaction():
        await execute(
            "UPDATE job SET status = 'failed', finished_at = {}, error = {} WHERE id = {} AND status <> 'done'",
            *(now, error[:300], job_id),
        )


async def waiting_jobs(limit: int) -> list[Row]:
    """The oldest jobs that nobody draws yet: what the relay starts."""
    return await rows("SELECT id FROM job WHERE status = 'queued' ORDER BY created_at LIMIT {}", limit)
