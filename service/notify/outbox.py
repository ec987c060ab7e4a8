"""Sending what waits in the outbox: each mail by one process at a time, repeated under the same Message-ID.

A row is claimed by one statement, sent outside any transaction, and its outcome recorded. A process that dies in
between leaves a claim that lapses: the mail goes out again then, and whoever received it twice can tell by its
Message-ID.
"""

import asyncio
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

from service import logs
from service.notify.digests import NothingLeft, compose_digest
from service.notify.facts import PUT_OFF, Outdated
from service.notify.letters import compose
from service.notify.mails import Mail
from service.notify.transports import Undelivered, deliver
from service.settings import Settings
from service.store.database import OUTAGES, Row, execute, in_transaction, row, transaction

log = logs.logger(__name__)

LEASE = timedelta(minutes=5)
FIRST, LONGEST = 30, 3600  # seconds to wait after a first failure, and after many
GIVEN_UP = timedelta(days=5)
FINAL = "final: "
BY_SERVER = ("recipient refused", "mail refused")  # as `transports` says; what else is final is our own rules'


async def drain(settings: Settings, now: datetime, limit: int = 50) -> int:
    """Send up to `limit` of the mails that wait, oldest first; how many left. It stops at the first failure that says
    more about the server than about the mail, and raises nothing for it.
    """
    if in_transaction():
        raise RuntimeError("no mail is sent inside a transaction")
    loop = asyncio.get_running_loop()
    started, sent = loop.time(), 0
    for _ in range(limit):
        # Claims are dated as time goes by: a slow server must not make a fresh claim look old.
        at = now + timedelta(seconds=loop.time() - started)
        queued = await _claim(at)
        if queued is None:
            break
        with logs.bind(request=queued["request"], message=queued["message_id"], mail=queued["template"]):
            try:
                message, left = await _composed(settings, queued, at)
                await deliver(settings, message)
            except Outdated as reason:
                left = reason.left if isinstance(reason, NothingLeft) else {queued["id"]: str(reason)}
                await _failed(queued, f"{FINAL}{reason}", left)
                continue
            except Undelivered as reason:
                await _failed(queued, f"{FINAL if reason.final else ''}{reason}")
                log.warning("mail_not_sent", reason=str(reason))
                if reason.alone:
                    continue
                break
            await _sent(queued, now + timedelta(seconds=loop.time() - started), left)
            log.info("mail_sent")
        sent += 1
    return sent


async def _composed(settings: Settings, queued: Row, now: datetime) -> tuple[EmailMessage, dict[UUID, str]]:
    """The message, and why which lines of a digest were left out. Outdated; Undelivered for one that can't be made,
    which waits as a refused one does, and keeps no other waiting."""
    try:
        if queued["template"] == Mail.DIGEST:
            return await compose_digest(settings, queued, now)
        return await compose(settings, queued, now), {}
    except (Outdated, *OUTAGES):
        raise
    except Exception as error:
        log.error("mail_not_made", error=type(error).__name__, exc_info=error)  # noqa: TRY400
        raise Undelivered(f"could not be made ({type(error).__name__})", alone=True) from error


async def _claim(now: datetime) -> Row | None:
    return await row(
        "UPDATE outbox SET claimed_at = {}, attempts = attempts + 1, error = '' WHERE id = ("
        " SELECT id FROM outbox WHERE sent_at IS NULL AND NOT held"
        " AND coalesce(again_at, gathered_at, created_at) > {} AND error NOT LIKE 'final: %'"
        " AND (claimed_at IS NULL OR claimed_at <= CASE WHEN error = '' THEN {}::timestamptz"
        "   ELSE {}::timestamptz - make_interval(secs => least({} * power(2, least(attempts, 20) - 1), {})) END)"
        " ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *",
        *(now, now - GIVEN_UP, now - LEASE, now, FIRST, LONGEST),
    )


async def _sent(queued: Row, now: datetime, left: dict[UUID, str]) -> None:
    """What becomes of a digest becomes of its lines, except those that were left out of it."""
    async with transaction():
        await execute(
            "UPDATE outbox o SET sent_at = CASE WHEN l.id IS NULL THEN {}::timestamptz END, attempts = {},"
            " error = coalesce({} || l.reason, '')"
            " FROM outbox m LEFT JOIN unnest({}::uuid[], {}::text[]) AS l (id, reason) ON l.id = m.id"
            " WHERE m.id = o.id AND (m.id = {} OR m.digest = {})",
            *(now, queued["attempts"], FINAL, list(left), list(left.values()), queued["id"], queued["id"]),
        )
        await _put_off(left)


async def _failed(queued: Row, reason: str, left: dict[UUID, str] | None = None) -> None:
    """Only while the claim is ours: one that lapsed belongs to whoever took it since."""
    why = left or {}
    async with transaction():
        await execute(
            "UPDATE outbox o SET attempts = q.attempts, error = coalesce({} || l.reason, {})"
            " FROM outbox q JOIN outbox m ON m.id = q.id OR m.digest = q.id"
            " LEFT JOIN unnest({}::uuid[], {}::text[]) AS l (id, reason) ON l.id = m.id"
            " WHERE m.id = o.id AND q.id = {} AND q.claimed_at = {} AND q.sent_at IS NULL",
            *(FINAL, reason[:300], list(why), list(why.values()), queued["id"], queued["claimed_at"]),
        )
        await _put_off(why)


async def _put_off(left: dict[UUID, str]) -> None:
    """What was only too early to tell is gathered again, once its clock goes on."""
    if early := [id_ for id_, reason in left.items() if reason == PUT_OFF]:
        await execute(
            "UPDATE outbox SET held = true, gathered_at = NULL, digest = NULL, claimed_at = NULL, again_at = NULL,"
            " attempts = 0, error = '' WHERE id = ANY({}) AND error = {}",
            *(early, f"{FINAL}{PUT_OFF}"),
        )
