"""The mails that exist, and the outbox that they wait in (D12).

A mail is one row, written in the transaction of what it tells. Its words are chosen when it is sent (`letters.py`), and
no secret waits in it: a link's ticket is named by its id.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from service import logs
from service.store.database import execute, in_transaction
from service.store.ids import uuid7


class Mail(StrEnum):
    """Every mail; its template is `notify/templates/<value>.txt`."""

    ADDRESS_KNOWN = "address_known"
    ANSWER_PUBLISHED = "answer_published"
    CONFIRM_ADDRESS = "confirm_address"
    DEADLINE_EXTENDED = "deadline_extended"
    DRAFT_REMINDED = "draft_reminded"
    EXPERT_AGAIN = "expert_again"
    EXPERT_CONCILIATION = "expert_conciliation"
    EXPERT_CONCILIATION_MESSAGE = "expert_conciliation_message"
    EXPERT_DISMISSED = "expert_dismissed"
    EXPERT_EXCLUDED = "expert_excluded"
    EXPERT_EXTENDED = "expert_extended"
    EXPERT_INVITED = "expert_invited"
    EXPERT_JOINT = "expert_joint"
    EXPERT_LAST_REMINDER = "expert_last_reminder"
    EXPERT_RELEASED = "expert_released"
    EXPERT_REMINDED = "expert_reminded"
    EXPERT_REPLACED = "expert_replaced"
    FILE_REFUSED = "file_refused"
    INQUIRY_ANSWERED = "inquiry_answered"
    INQUIRY_ASKED = "inquiry_asked"
    INQUIRY_DECLINED = "inquiry_declined"
    INVITATION = "invitation"
    LETTER = "letter"
    NEXT_PART = "next_part"
    MESSAGE = "message"
    OFFICER_AMENDED = "officer_amended"
    OFFICER_CLOSED = "officer_closed"
    OFFICER_COMPLETED = "officer_completed"
    OFFICER_CONFLICT = "officer_conflict"
    OFFICER_CONFLICT_FOUND = "officer_conflict_found"
    OFFICER_DISAGREEMENT = "officer_disagreement"
    OFFICER_LAPSED = "officer_lapsed"
    OFFICER_MESSAGE = "officer_message"
    OFFICER_MORNING = "officer_morning"
    OFFICER_NOBODY_LEFT = "officer_nobody_left"
    OFFICER_OVERDUE = "officer_overdue"
    OFFICER_PART = "officer_part"
    OFFICER_REOPENED = "officer_reopened"
    OFFICER_RESUMED = "officer_resumed"
    OFFICER_SILENT = "officer_silent"
    OFFICER_SUBMITTED = "officer_submitted"
    OFFICER_WITHDRAWN = "officer_withdrawn"
    OWNERSHIP_TRANSFERRED = "ownership_transferred"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  a mail's name
    QUESTION = "question"
    RECEIPT = "receipt"
    REOPENED = "reopened"
    RESET_PASSWORD = "reset_password"  # noqa: S105
    RESUMED = "resumed"
    RETURNED = "returned"
    SHARE_ACCEPTED = "share_accepted"
    SHARE_CHANGED = "share_changed"
    SHARE_DECLINED = "share_declined"
    SHARE_ENDED = "share_ended"
    SHARE_INVITED = "share_invited"
    SHARE_LEFT = "share_left"
    WITHDRAWN = "withdrawn"


def message_digest(key: str) -> str:
    """The left part of the Message-ID of the mail that `key` names: 40 hexadecimal digits, the same at every repeat."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


async def enqueue(
    template: Mail, account_id: UUID | None, email: str, data: Mapping[str, object], *, key: str, now: datetime
) -> None:
    """Put one mail into the outbox, in the caller's transaction. A second one with the same `key` is not queued.

    `data` holds ids, numbers and dates, never a secret and never an expert's name: templates look up the rest.
    """
    if not in_transaction():
        raise RuntimeError("a mail is queued in the transaction of what it tells")
    await execute(
        "INSERT INTO outbox (id, message_id, account, email, template, data, created_at, request)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (message_id) DO NOTHING",
        *(uuid7(now), message_digest(key), account_id, email, template.value),
        *(msgspec.json.encode(dict(data)).decode(), now, logs.request() or ""),
    )
