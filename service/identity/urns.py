"""The counts of a secret vote that is open, sealed: whoever reads the database, its log of writes or a backup, and not
the installation's secret, sees how many voted and not what, be it the first one alone.

Sealed anew with each vote, by AES-256-GCM (NIST SP 800-38D) under a key derived from the installation's secret and the
vote's id, with a nonce of its own. What is sealed has one length.
"""

import os
import struct
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.identity import secrets

Counts = tuple[int, int, int]
"""For, against, abstentions."""

_PLAIN = struct.Struct(">III")
_NONCE = 12


class UnreadableError(Exception):
    """What was sealed is not this vote's, or was sealed by another installation."""


def seal(vote: UUID, counts: Counts) -> bytes:
    """The counts, covered."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(vote).encrypt(nonce, _PLAIN.pack(*counts), vote.bytes)


def unseal(vote: UUID, sealed: bytes) -> Counts:
    """The counts of what `seal` gave. Raises UnreadableError."""
    try:
        plain = _cipher(vote).decrypt(sealed[:_NONCE], sealed[_NONCE:], vote.bytes)
    except (InvalidTag, ValueError) as error:  # the second where it is too short to be anything
        raise UnreadableError from error
    votes_for, against, abstained = _PLAIN.unpack(plain)
    return votes_for, against, abstained


def _cipher(vote: UUID) -> AESGCM:
    return AESGCM(secrets.key("urn", vote))
