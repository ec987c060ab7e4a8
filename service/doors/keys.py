"""Idempotency-Keys where one request is more than one operation."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.operations.acting import idempotency


@contextmanager
def part_of_key(name: str) -> Iterator[None]:
    """Inside, the request's key is that of one part of it: each part replays by itself."""
    key = idempotency.get()
    token = idempotency.set(f"{key[:150]}:{name}" if key else None)
    try:
        yield
    finally:
        idempotency.reset(token)
