"""The outbox that mails wait in.

A mail is one row, written in the transaction of what it tells. Its words are chosen when it is sent (`letters.py`), and
no secret waits in it: a link's ticket is named by its id.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from service import logs
from service.notify.mails import Mail
from service.notify.table import GATHERED
from service.store.database import execute, in_transaction
from service.store.ids import uuid7


def message_digest(key: str) -> str:
    """The left part of the Message-ID of the mail that `key` names: 40 hexadecimal digits, the same at every repeat."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


async def enqueue(
    template: Mail, account_id: UUID | None, email: str, data: Mapping[str, object], *, key: str, now: datetime
) -> None:
    """Put one mail into the outbox, in the caller's transaction. A second one with the same `key` is not queued. One
    that is gathered is held there until it is due.

    `data` holds ids, numbers and dates, never a secret and never an expert's name: templates look up the rest.
    """
    if not in_transaction():
        raise RuntimeError("a mail is queued in the transaction of what it tells")
    await execute(
        "INSERT INTO outbox (id, message_id, account, email, template, data, created_at, request, held)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (message_id) DO NOTHING",
        *(uuid7(now), message_digest(key), account_id, email, template.value),
        *(msgspec.json.encode(dict(data)).decode(), now, logs.request() or ""),
        template in GATHERED and account_id is not None,
    )
