"""How an operation runs: one transaction, once per Idempotency-Key."""

import functools
import hashlib
import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar, get_type_hints

import msgspec

from service.domain.actor import Actor
from service.problems import KeyReused
from service.store.database import execute, row, transaction

KEPT = timedelta(days=7)
# They take no part in an operation's fingerprint: a stored hash of a password could be tried offline.
SECRETS = frozenset({"password", "new_password", "token", "now"})

idempotency: ContextVar[str | None] = ContextVar("idempotency", default=None)

P = ParamSpec("P")
R = TypeVar("R")
_canonical = msgspec.json.Encoder(order="deterministic")


def operation(act: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Make `async def verb_noun(actor, ..., *, now) -> Result` one transaction.

    With an Idempotency-Key set by the door, the same key and arguments give the stored result without acting again;
    the same key and other arguments raise KeyReused. The key is stored in the transaction of the act itself.
    """
    signature = inspect.signature(act)

    @functools.wraps(act)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        key = idempotency.get()
        async with transaction():
            if key is None:
                return await act(*args, **kwargs)
            bound = signature.bind(*args, **kwargs).arguments
            actor: Actor = bound["actor"]
            scope = str(actor.account or "anonymous")
            mark = _fingerprint(act.__qualname__, bound)
            stored = await _claim(scope, key, mark, bound["now"])
            if stored is not None:
                replayed: R = msgspec.json.decode(stored, type=get_type_hints(act)["return"])
                return replayed
            result = await act(*args, **kwargs)
            await execute(
                "UPDATE idempotency SET result = {} WHERE scope = {} AND key = {}",
                msgspec.json.encode(result).decode(),
                scope,
                key,
            )
            return result

    return run


def keyless(act: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Make it one transaction that no Idempotency-Key belongs to: a key may be made of what was sent, which could then
    be tried against it. What a repeat comes to is for the operation to say."""

    @functools.wraps(act)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        async with transaction():
            return await act(*args, **kwargs)

    return run


@contextmanager
def beside(part: str) -> Iterator[None]:
    """An operation in here belongs to an act of several: its result is kept under a key of its own."""
    key = idempotency.get()
    token = idempotency.set(f"{key[:180]}-{part}" if key is not None else None)
    try:
        yield
    finally:
        idempotency.reset(token)


def _fingerprint(name: str, bound: dict[str, Any]) -> bytes:
    said = {key: value for key, value in bound.items() if key not in SECRETS and key != "actor"}
    return hashlib.sha256(_canonical.encode([name, said])).digest()


async def _claim(scope: str, key: str, mark: bytes, now: datetime) -> str | None:
    """Take the key (None), or give the result it already led to. Waits for a request in flight with the same key."""
    taken = await row(
        "INSERT INTO idempotency (scope, key, fingerprint, at) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (scope, key) DO NOTHING RETURNING key",
        scope,
        key,
        mark,
        now,
    )
    if taken is not None:
        return None
    found = await row("SELECT fingerprint, result FROM idempotency WHERE scope = {} AND key = {}", scope, key)
    if found is None or bytes(found["fingerprint"]) != mark:
        raise KeyReused
    stored: str = found["result"]
    return stored


async def earlier(actor: Actor) -> str | None:
    """The result, as JSON, that the present key already led to; None without a key, or where it is new."""
    key = idempotency.get()
    if key is None:
        return None
    found = await row(
        "SELECT result FROM idempotency WHERE scope = {} AND key = {}", str(actor.account or "anonymous"), key
    )
    return found["result"] if found else None


async def forget_keys(now: datetime) -> None:
    """Drop the keys that are older than seven days."""
    await execute("DELETE FROM idempotency WHERE at < {}", now - KEPT)
