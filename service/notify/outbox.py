"""Sending what waits in the outbox: each mail by one process at a time, repeated under the same Message-ID (D12).

A row is claimed by one statement, sent outside any transaction, and its outcome recorded. A process that dies in
between leaves a claim that lapses: the mail goes out again then, and whoever received it twice can tell by its
Message-ID.
"""

import asyncio
from datetime import datetime, timedelta

from service import logs
from service.notify.letters import Outdated, compose
from service.notify.transports import Undelivered, deliver
from service.settings import Settings
from service.store.database import Row, execute, in_transaction, row

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
                await deliver(settings, await compose(settings, queued, at))
            except Outdated as reason:
                await _failed(queued, f"{FINAL}{reason}")
                continue
            except Undelivered as reason:
                await _failed(queued, f"{FINAL if reason.final else ''}{reason}")
                log.warning("mail_not_sent", reason=str(reason))
                if reason.final:
                    continue
                break
            await _sent(queued, now + timedelta(seconds=loop.time() - started))
            log.info("mail_sent")
        sent += 1
    return sent


async def _claim(now: datetime) -> Row | None:
    return await row(
        "UPDATE outbox SET claimed_at = {}, attempts = attempts + 1, error = '' WHERE id = ("
        " SELECT id FROM outbox WHERE sent_at IS NULL AND coalesce(again_at, created_at) > {}"
        " AND error NOT LIKE 'final: %'"
        " AND (claimed_at IS NULL OR claimed_at <= CASE WHEN error = '' THEN {}::timestamptz"
        "   ELSE {}::timestamptz - make_interval(secs => least({} * power(2, least(attempts, 20) - 1), {})) END)"
        " ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *",
        *(now, now - GIVEN_UP, now - LEASE, now, FIRST, LONGEST),
    )


async def _sent(queued: Row, now: datetime) -> None:
    await execute("UPDATE outbox SET sent_at = {} WHERE id = {}", now, queued["id"])


async def _failed(queued: Row, reason: str) -> None:
    """Only while the claim is ours: one that lapsed belongs to whoever took it since."""
    await execute(
        "UPDATE outbox SET error = {} WHERE id = {} AND claimed_at = {} AND sent_at IS NULL",
        *(reason[:300], queued["id"], queued["claimed_at"]),
    )
