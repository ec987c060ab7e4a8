"""What waits to be told together becomes due: one mail to each person, as `domain/gathering.py` says.

A reminder waits as long as its clock stands still. What is due is made a digest, a row of the outbox that its lines
name, and is sent like any other: claimed, repeated under one Message-ID, given up, sent again. Where one thing alone
waits, it is sent as the mail that it is.
"""

from datetime import datetime
from uuid import UUID

from service.domain.gathering import Gathered, due
from service.notify.facts import REMINDERS
from service.notify.mails import Mail
from service.notify.queue import message_digest
from service.store.database import Row, execute, row, rows, transaction
from service.store.ids import uuid7
from service.store.seats import PAUSED

LOCK = 4_020  # of whoever gathers: one at a time
MOST = 200  # persons of one round, a short transaction
_HELD = (
    "o.held AND o.gathered_at IS NULL AND o.sent_at IS NULL AND o.account IS NOT NULL"
    f" AND NOT (o.template IN {tuple(mail.value for mail in REMINDERS)}"
    f" AND EXISTS (SELECT FROM proposal p WHERE p.id = o.about AND {PAUSED}))"
)
_WAITING = f"""
SELECT o.account, min(o.created_at) AS first, max(o.created_at) AS last, bool_or(o.data ? 'pressing') AS pressing,
  min(coalesce(a.due_at, (o.data ->> 'due')::timestamptz, c.closes_at)) AS until,
  (SELECT max(t.gathered_at) FROM outbox t WHERE t.account = o.account AND t.gathered_at IS NOT NULL
    AND t.error NOT LIKE 'final: %') AS told_at
FROM outbox o LEFT JOIN assignment a ON a.id = (o.data ->> 'assignment')::uuid
LEFT JOIN call c ON o.template = '{Mail.ANSWER_PUBLISHED.value}' AND c.slug = o.data ->> 'call'
WHERE {_HELD} GROUP BY o.account
"""  # noqa: S608  our own words
_LINES = f"""
SELECT o.account, array_agg(o.id) AS ids, (array_agg(o.email ORDER BY o.created_at DESC))[1] AS email
FROM outbox o WHERE {_HELD} AND o.account = ANY({{}}) GROUP BY o.account
"""  # noqa: S608


async def gather(now: datetime) -> int:
    """Let go of what is due by now, for so many persons as one round takes; how many mails that makes."""
    async with transaction():
        alone = await row("SELECT pg_try_advisory_xact_lock({}) AS yes", LOCK)
        if alone is None or not alone["yes"]:
            return 0
        ripe = [line["account"] for line in await rows(_WAITING) if due(_gathered(line)) <= now][:MOST]
        found = await rows(_LINES, ripe) if ripe else []
        single = [line["ids"][0] for line in found if len(line["ids"]) == 1]
        if single:
            await execute("UPDATE outbox SET held = false, gathered_at = {} WHERE id = ANY({})", now, single)
        together = [(uuid7(now), line) for line in found if len(line["ids"]) > 1]
        if together:
            await _digest(together, now)
        return len(found)


def _gathered(line: Row) -> Gathered:
    return Gathered(line["first"], line["last"], line["until"], line["pressing"], line["told_at"])


async def _digest(together: list[tuple[UUID, Row]], now: datetime) -> None:
    await execute(
        "INSERT INTO outbox (id, message_id, account, email, template, data, created_at, gathered_at)"
        " SELECT d.id, d.message, d.account, d.email, {}, {}, {}, {}"
        " FROM unnest({}::uuid[], {}::text[], {}::uuid[], {}::text[]) AS d (id, message, account, email)",
        *(Mail.DIGEST.value, "{}", now, now),
        [digest for digest, _ in together],
        [message_digest(f"{Mail.DIGEST}-{digest}") for digest, _ in together],
        [line["account"] for _, line in together],
        [line["email"] for _, line in together],
    )
    lines = [(id_, digest) for digest, line in together for id_ in line["ids"]]
    await execute(
        "UPDATE outbox o SET gathered_at = {}, digest = l.digest"
        " FROM unnest({}::uuid[], {}::uuid[]) AS l (id, digest) WHERE o.id = l.id",
        *(now, [id_ for id_, _ in lines], [digest for _, digest in lines]),
    )
