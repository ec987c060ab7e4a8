"""Identifiers: UUID version 7 (RFC 9562), so that rows sort by birth."""

import itertools
import secrets
from datetime import datetime
from uuid import UUID

_births = itertools.count()


def uuid7(at: datetime) -> UUID:
    """A new version-7 UUID whose time part is `at` (aware).

    Those of one process and one millisecond sort by birth too: the 26 bits after the time count (RFC 9562, 6.2,
    method 1), the other 48 are drawn.
    """
    milliseconds = int(at.timestamp() * 1000) & (2**48 - 1)
    count = next(_births) & (2**26 - 1)
    drawn = secrets.randbits(48)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (count >> 14) << 64 | 0x2 << 62 | (count & 0x3FFF) << 48 | drawn)
