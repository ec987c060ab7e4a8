"""Slowing down guesses: attempts counted per key, each in a transaction of its own, so that they count when refused.

A person is slowed down per (network address, account): a stranger elsewhere cannot keep them out. A network address is
slowed down too, much later, because a whole ministry may share one.
"""

import hashlib
import ipaddress
import math
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime, timedelta

import msgspec

from service.problems import TooMany
from service.store.database import execute, row, transaction

WINDOW = timedelta(hours=1)

# The client's network address, set by the door for each request; "" at the command line.
client: ContextVar[str] = ContextVar("client", default="")


class Limit(msgspec.Struct, frozen=True):
    """Attempts that are free, then a delay that doubles with each, up to `longest`. Forgotten after an hour of rest."""

    free: int
    first: timedelta
    longest: timedelta

    def delay(self, count: int) -> timedelta:
        """How long to wait after the attempt number `count`."""
        over = count - self.free
        return min(self.first * 2 ** min(over, 20), self.longest) if over >= 0 else timedelta(0)


PERSON = Limit(free=5, first=timedelta(seconds=5), longest=timedelta(minutes=15))
NETWORK = Limit(free=100, first=timedelta(seconds=1), longest=timedelta(minutes=1))
# Mails that strangers can make us send to one address.
MAILS = Limit(free=3, first=WINDOW, longest=WINDOW)


def network() -> str:
    """The client's address as a key: an IPv6 client owns a whole /64."""
    try:
        address = ipaddress.ip_address(client.get())
    except ValueError:
        return client.get()[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def key(what: str, *parts: str) -> str:
    """A throttle row's key: addresses stand in it as hashes, typed ones may be anybody's."""
    return f"{what}:{hashlib.sha256('|'.join(parts).encode('utf-8', 'replace')).hexdigest()[:32]}"


async def count(limits: dict[str, Limit], now: datetime) -> None:
    """Count one attempt under each key, or raise TooMany and count nothing. Commits by itself: call it before the work,
    so that parallel guesses cannot outrun it.
    """
    async with transaction():
        waits = [await _counted(name, limits[name], now) for name in sorted(limits)]
        until = max((wait for wait in waits if wait is not None), default=None)
        if until is not None:
            raise TooMany(until, max(1, math.ceil((until - now).total_seconds())))


async def allowed(name: str, limit: Limit, now: datetime) -> bool:
    """Count one more of what must not be refused aloud; False where it is too much. Inside a transaction."""
    return await _counted(name, limit, now) is None


async def _counted(name: str, limit: Limit, now: datetime) -> datetime | None:
    """Count the attempt and give None; or give the instant until which it is refused."""
    line = await row(
        "INSERT INTO throttle (key, attempts, since) VALUES ({}, 0, {})"
        # Locks the row where it exists, whoever deletes it meanwhile.
        " ON CONFLICT (key) DO UPDATE SET attempts = throttle.attempts RETURNING attempts, since",
        *(name, now),
    )
    if line is None:
        raise RuntimeError("an upsert gave no row")
    before = line["attempts"] if now - line["since"] < WINDOW else 0
    delay, since = limit.delay(before), max(now, line["since"])
    until: datetime = line["since"] + delay
    if before and delay and until > now:
        return until
    await execute("UPDATE throttle SET attempts = {}, since = {} WHERE key = {}", before + 1, since, name)
    return None


async def forgive(names: Iterable[str]) -> None:
    """Take back one attempt of each key, because the person has proved who they are. Commits by itself."""
    async with transaction():
        for name in sorted(names):
            await execute("UPDATE throttle SET attempts = greatest(attempts - 1, 0) WHERE key = {}", name)


async def forget(name: str) -> None:
    """Start a key again from nothing. Inside a transaction."""
    await execute("DELETE FROM throttle WHERE key = {}", name)


async def forget_old(now: datetime) -> None:
    """Drop the keys whose last attempt was more than an hour ago."""
    await execute("DELETE FROM throttle WHERE since < {}", now - WINDOW)
