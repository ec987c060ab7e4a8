"""Documents are jobs: asked for here, drawn by the worker; one per kind, audience, journal position and renderer.

A blank form is one per edition and renderer.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from reports.version import RENDERER_VERSION
from service import logs
from service.domain.actor import Actor
from service.domain.documents import COLUMNS, FORM_AUDIENCE, READ, RETAINED, TAKEN_BACK, TIMELESS, Job
from service.domain.papers import SittingPaper
from service.domain.policy import JUDGED, SUBMITTED
from service.domain.reporting import MOMENT, Scope
from service.operations.acting import operation
from service.operations.holding import Held, held
from service.problems import NotFound
from service.store.database import Row, execute, row, rows, value
from service.store.ids import uuid7

RETRY = timedelta(minutes=10)  # a form that cannot be drawn costs no more than this, however many ask for it


async def queue_document(proposal: Held, kind: str) -> None:
    """Have a document of the applicant's drawn as of the last entry, in the transaction of the act that it tells."""
    await _insert(proposal, _key(proposal, kind, "applicant", proposal.line["last_seq"]))


@operation
async def ask_document(
    actor: Actor, proposal_id: UUID, kind: str, audience: str = "", position: int | None = None, *, now: datetime
) -> Job:
    """The job of a document, made if nobody asked before: asking twice makes one job. `audience`: of a dossier, the
    committee where none is named.

    A dossier shows the proposal as of any entry of its journal from the first submission on, or as it stands now; a
    receipt, a letter and an applicant's dossier the act that they belong to. NotFound where that has not happened. A
    failed job is queued again.
    """
    audience = audience or ("committee" if kind == "dossier" else "officer" if kind == "archive" else "applicant")
    action = READ.get((kind, audience))
    if action is None:
        raise NotFound
    proposal = await held(actor, proposal_id, now)
    await proposal.require(action)
    if (kind, audience) in TIMELESS:
        return await _queue(proposal, _key(proposal, kind, audience, await _entry(proposal, position)))
    act = await (_published(proposal_id) if kind == "dossier" else _drawn_last(proposal_id, kind, position))
    if act is None:
        raise NotFound("Ce document n’existe pas encore.")
    return await _queue(proposal, _key(proposal, kind, audience, act))


async def _entry(proposal: Held, wanted: int | None) -> int:
    """The entry that was asked for, from the first submission on; else the last one."""
    last: int = proposal.line["last_seq"]
    if wanted is None:
        return last
    first = await value("SELECT min(seq) FROM revision WHERE proposal = {} AND subject = 'answers'", proposal.id)
    if first is None or not first <= wanted <= last:
        raise NotFound("Le journal de cette candidature n’a pas d’entrée à ce numéro, ou rien n’y était déposé.")
    return wanted


async def _published(proposal_id: UUID) -> int | None:
    """The entry of its last published decision."""
    found: int | None = await value(
        "SELECT max(seq) FROM entry WHERE stream = {} AND kind = 'decision_published'", f"proposal:{proposal_id}"
    )
    return found


async def _drawn_last(proposal_id: UUID, kind: str, wanted: int | None) -> int | None:
    """The entry of the last one, or that which was asked for: one that a later one replaced stays."""
    found: int | None = await value(
        "SELECT max(position) FROM job WHERE proposal = {} AND kind = {} AND position = coalesce({}, position)",
        *(proposal_id, kind, wanted),
    )
    return found


async def ask_public_dossier(actor: Actor, proposal_id: UUID, *, now: datetime) -> Job:
    """The job of the dossier of a retained proposal that anybody may read, as of the publication of its decision. A
    crowd makes one job, and a failed one is tried again ten minutes later. NotFound of any other proposal."""
    retained = await value(f"SELECT true FROM proposal p WHERE p.id = {{}} AND {RETAINED}", proposal_id)  # noqa: S608
    position = await _published(proposal_id) if retained else None
    if position is None:
        raise NotFound
    found = await _job(("dossier", proposal_id, "public", position, RENDERER_VERSION))
    if found is not None and not _again(found, now):
        return found
    return await _queue_public(actor, proposal_id, position, now=now)


@operation
async def _queue_public(actor: Actor, proposal_id: UUID, position: int, *, now: datetime) -> Job:  # noqa: ARG001
    key = ("dossier", proposal_id, "public", position, RENDERER_VERSION)
    # Whoever moves it to another edition takes back what was asked for before, and sees this one or waits for it.
    await value("SELECT id FROM proposal WHERE id = {} FOR SHARE", proposal_id)
    await execute(_INSERT, *(uuid7(now), now, logs.request() or "", *key, None, None))
    return _inserted(await _job(key))


def _again(job: Job, now: datetime) -> bool:
    """Whether a document that anybody may ask for is to be tried again: nobody is held to account for asking."""
    return job.status == "failed" and (job.finished_at or now) <= now - RETRY


# What somebody has asked for already is one job: it is queued again where it failed, and else left alone.
_ONE_JOB = (
    "DO UPDATE SET status = 'queued', attempts = 0, error = '', request = excluded.request WHERE job.status = 'failed'"
)
Key = tuple[object, ...]
_INSERT = (
    "INSERT INTO job (id, status, created_at, request, kind, proposal, audience, position, renderer, rank, ranked)"  # noqa: S608
    " VALUES ({}, 'queued', {}, {}, {}, {}, {}, {}, {}, {}, {})"
    f" ON CONFLICT ON CONSTRAINT job_once {_ONE_JOB}"
)


async def take_back(proposal: Held, audiences: Sequence[str]) -> None:
    """Its dossiers for these audiences tell what they may not know any more: nobody is given one of them from now on,
    and whoever asks has another drawn. In the transaction, under the proposal's lock, of what takes it back."""
    of = "proposal = {} AND kind = 'dossier' AND audience = ANY({})"
    # First those that a worker may be drawing, of what it has read: one that ends meanwhile is one of the second.
    await execute(f"DELETE FROM job WHERE {of} AND status <> 'done'", proposal.id, list(audiences))  # noqa: S608
    await execute(
        f"UPDATE job SET renderer = renderer || {{}} WHERE {of} AND strpos(renderer, {{}}) = 0",  # noqa: S608
        *(f"{TAKEN_BACK}{proposal.line['last_seq']}", proposal.id, list(audiences), TAKEN_BACK),
    )


def _key(proposal: Held, kind: str, audience: str, position: int) -> Key:
    return kind, proposal.id, audience, position, RENDERER_VERSION


async def _insert(proposal: Held, key: Key, rank: int | None = None, ranked: int | None = None) -> None:
    await execute(_INSERT, *(uuid7(proposal.now), proposal.now, logs.request() or "", *key, rank, ranked))


async def _queue(proposal: Held, key: Key) -> Job:
    kind, _, audience, position, _ = key
    ranked = (kind, audience) in TIMELESS and position == proposal.line["last_seq"]
    await _insert(proposal, key, *(await _rank(proposal, audience) if ranked else (None, None)))
    return _inserted(await _job(key))


async def _rank(proposal: Held, audience: object) -> tuple[int | None, int | None]:
    """Its place by raw total in its round, and among how many, as it is now: a document keeps it. Of what its audience
    may read the scores of, as its page of the ranking counts: for the committee, what has come before it."""
    found = await row(
        "SELECT 1 + count(*) FILTER (WHERE o.total > t.total) AS rank, count(*) AS ranked"
        " FROM tally t JOIN tally o ON o.call = t.call AND o.round = t.round AND o.total IS NOT NULL"
        " JOIN proposal q ON q.id = o.proposal AND q.status NOT IN ('withdrawn', 'ineligible')"
        "  AND (q.id = t.proposal OR q.phase = ANY({}))"
        " WHERE t.proposal = {} AND t.round = {} AND t.total IS NOT NULL GROUP BY t.proposal",
        *(sorted(JUDGED if audience == "committee" else SUBMITTED), proposal.id, proposal.round),
    )
    out = proposal.line["status"] in ("withdrawn", "ineligible")
    return (found["rank"], found["ranked"]) if found and not out else (None, None)


async def _job(key: Key) -> Job | None:
    return await _find("kind = {} AND proposal = {} AND audience = {} AND position = {} AND renderer = {}", *key)


async def _find(condition: str, *args: object) -> Job | None:
    line = await row(f"SELECT {COLUMNS} FROM job WHERE {condition}", *args)  # noqa: S608  our names
    return Job(**line) if line else None


def _inserted(job: Job | None) -> Job:
    """A job that this transaction has inserted, or found there."""
    assert job is not None  # noqa: S101  its insertion came before
    return job


async def ask_form(actor: Actor, edition_id: UUID, *, now: datetime) -> Job:
    """The job of an edition's blank form, for anybody, made if nobody asked before: a crowd makes one job.

    A failed job is queued again, at the earliest ten minutes after it failed: nobody is held to account for asking.
    """
    found = await _of_edition(edition_id)
    if found is not None and not _again(found, now):
        return found
    return await _queue_form(actor, edition_id, now=now)


@operation
async def _queue_form(actor: Actor, edition_id: UUID, *, now: datetime) -> Job:  # noqa: ARG001  anybody's
    await execute(
        "INSERT INTO job (id, status, created_at, request, kind, edition, audience, renderer)"  # noqa: S608  our words
        " VALUES ({}, 'queued', {}, {}, 'form', {}, {}, {})"
        f" ON CONFLICT ON CONSTRAINT job_once_of_edition {_ONE_JOB}",
        *(uuid7(now), now, logs.request() or "", edition_id, FORM_AUDIENCE, RENDERER_VERSION),
    )
    return _inserted(await _of_edition(edition_id))


async def _of_edition(edition_id: UUID) -> Job | None:
    return await _find("kind = 'form' AND edition = {} AND renderer = {}", edition_id, RENDERER_VERSION)


async def ask_paper(actor: Actor, content: SittingPaper, *, now: datetime) -> Job:
    """The job of a sitting's pack, minutes or convocation, for whoever is told just this: they share one."""
    found = await _of_sitting(content)
    if found is not None and found.status != "failed":
        return found
    return await _queue_paper(actor, content, now=now)


@operation
async def _queue_paper(actor: Actor, content: SittingPaper, *, now: datetime) -> Job:  # noqa: ARG001  theirs to read
    await execute(
        "INSERT INTO job (id, status, created_at, request, kind, sitting, content, mark, audience, renderer)"  # noqa: S608  our words
        " VALUES ({}, 'queued', {}, {}, {}, {}, {}, {}, 'committee', {})"
        f" ON CONFLICT ON CONSTRAINT job_once_of_sitting {_ONE_JOB}",
        *(uuid7(now), now, logs.request() or "", content.kind, content.sitting, content.told, content.mark),
        RENDERER_VERSION,
    )
    return _inserted(await _of_sitting(content))


async def _of_sitting(content: SittingPaper) -> Job | None:
    return await _find("sitting = {} AND mark = {} AND renderer = {}", content.sitting, content.mark, RENDERER_VERSION)


async def recent_report(scope: Scope, *, now: datetime) -> Job | None:
    """The report of a few minutes ago that tells the same, unless it failed."""
    return await _find(
        "kind = {} AND mark = ANY({}) AND renderer = {} AND created_at > {} AND status <> 'failed'"
        " ORDER BY created_at DESC LIMIT 1",
        *(scope.kind, list(scope.marks(now)), RENDERER_VERSION, now - MOMENT),
    )


@operation
async def ask_report(actor: Actor, scope: Scope, content: str, *, now: datetime) -> Job:  # noqa: ARG001  theirs to read
    """The job of a report whose figures were just counted: who asks for the same at the same moment makes one job."""
    mark, _ = scope.marks(now)
    await execute(
        "INSERT INTO job (id, status, created_at, request, kind, call, content, mark, audience, renderer)"  # noqa: S608  our words
        " VALUES ({}, 'queued', {}, {}, {}, {}, {}, {}, {}, {})"
        f" ON CONFLICT (mark, renderer) WHERE kind IN ('report', 'annual') {_ONE_JOB}",
        *(uuid7(now), now, logs.request() or "", scope.kind, None if scope.year else scope.calls[0], content),
        *(mark, scope.audience, RENDERER_VERSION),
    )
    return _inserted(await _find("kind = {} AND mark = {} AND renderer = {}", scope.kind, mark, RENDERER_VERSION))


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
