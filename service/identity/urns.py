"""The counts of a secret vote that is open, sealed: whoever reads the database, its log of writes or a backup, and not
the installation's secret, sees how many voted and not what, be it the first one alone.

Sealed anew with each vote, under a key derived from the installation's secret and the vote's id: HMAC-SHA256 of 16
random bytes gives the bytes that cover the counts, and another one proves the whole. What is sealed has one length.
"""

import hmac
import os
import struct
from uuid import UUID

from service.identity import secrets

Counts = tuple[int, int, int]
"""For, against, abstentions."""

_PLAIN = struct.Struct(">III")
_NONCE, _PROOF = 16, 16


class UnreadableError(Exception):
    """What was sealed is not this vote's, or was sealed by another installation."""


def seal(vote: UUID, counts: Counts) -> bytes:
    """The counts, covered."""
    nonce = os.urandom(_NONCE)
    covered = _cover(vote, nonce, _PLAIN.pack(*counts))
    return nonce + covered + _proof(vote, nonce + covered)


def unseal(vote: UUID, sealed: bytes) -> Counts:
    """The counts of what `seal` gave. Raises UnreadableError."""
    body, proof = sealed[:-_PROOF], sealed[-_PROOF:]
    if len(body) != _NONCE + _PLAIN.size or not hmac.compare_digest(proof, _proof(vote, body)):
        raise UnreadableError
    votes_for, against, abstained = _PLAIN.unpack(_cover(vote, body[:_NONCE], body[_NONCE:]))
    return votes_for, against, abstained


def _cover(vote: UUID, nonce: bytes, content: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(content, _mac(vote, b"cover", nonce), strict=False))


def _proof(vote: UUID, body: bytes) -> bytes:
    return _mac(vote, b"proof", body)[:_PROOF]


def _mac(vote: UUID, purpose: bytes, content: bytes) -> bytes:
    return hmac.digest(secrets.derive("urn", vote).encode(), purpose + content, "sha256")
