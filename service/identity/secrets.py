"""Secrets that people hold: derived from the installation's secret and a row's id, so that no row holds them.

The database keeps the SHA-256 of each, which finds the row and proves the holder; the outbox and the stored results of
idempotent requests name rows by id. Whoever reads the whole database, backups included, can use none of them.
"""

import base64
import hashlib
import hmac
from typing import Literal
from uuid import UUID

Purpose = Literal["session", "ticket", "share", "document", "urn"]
LONGEST = 64


class _Key:
    """The installation's secret, once `configure` has set it."""

    value: bytes | None = None


def configure(secret: str) -> None:
    """Set the installation's secret; each process does so once, when it starts."""
    _Key.value = secret.encode()


def derive(purpose: Purpose, row_id: UUID) -> str:
    """The secret of a session, a ticket, an invitation, a document: 256 bits, 43 characters that are safe in
    addresses."""
    return base64.urlsafe_b64encode(key(purpose, row_id)).rstrip(b"=").decode()


def key(purpose: Purpose, row_id: UUID) -> bytes:
    """The same as 32 bytes, for what nobody holds: the key of an urn."""
    if _Key.value is None:
        raise RuntimeError("service.identity.secrets.configure was not called at start")
    return hmac.digest(_Key.value, f"alliance/{purpose}/{row_id}".encode(), "sha256")


def digest(secret: str) -> bytes:
    """What the database keeps of a secret: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
