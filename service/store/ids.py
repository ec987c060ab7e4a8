"""Identifiers: UUID version 7 (RFC 9562), so that rows sort by birth."""

import secrets
from datetime import datetime
from uuid import UUID


def uuid7(at: datetime) -> UUID:
    """A new version-7 UUID whose time part is `at` (aware)."""
    milliseconds = int(at.timestamp() * 1000) & (2**48 - 1)
    number = milliseconds << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=number)
