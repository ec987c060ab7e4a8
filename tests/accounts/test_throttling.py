"""Guesses are slowed down; nobody is kept out by a stranger."""

import asyncio
import uuid
from datetime import datetime, timedelta

import pytest

from service.domain.actor import ANONYMOUS
from service.identity import throttling
from service.identity.throttling import NETWORK, PERSON, Limit
from service.operations import accounts
from service.problems import SignInRefused, TooMany
from service.store.database import execute, value
from tests.accounts.support import an_account, coming_from, signed_in


@pytest.mark.parametrize(
    ("limit", "count", "seconds"),
    [
        (PERSON, 0, 0),
        (PERSON, 4, 0),
        (PERSON, 5, 5),
        (PERSON, 6, 10),
        (PERSON, 9, 80),
        (PERSON, 13, 900),
        (PERSON, 10_000, 900),
        (NETWORK, 99, 0),
        (NETWORK, 100, 1),
        (NETWORK, 10_000, 60),
    ],
)
def test_delays_grow_and_end(limit: Limit, count: int, seconds: int) -> None:
    assert limit.delay(count) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("x" * 500, "x" * 64),
    ],
)
def test_one_client_is_one_network(address: str, network: str) -> None:
    with coming_from(address):
        assert throttling.network() == network


async def wrong(email: str, now: datetime, address: str = "192.0.2.1") -> type[Exception]:
    with coming_from(address), pytest.raises((SignInRefused, TooMany)) as caught:
        await accounts.sign_in(ANONYMOUS, email, "certainly not this one", now=now)
    return caught.type


async def test_the_sixth_guess_waits_and_counts_although_refused(email: str, now: datetime) -> None:
    await an_account(email, now)
    assert [await wrong(email, now) for _ in range(6)] == [SignInRefused] * 5 + [TooMany]
    assert await wrong(email, now + timedelta(seconds=4)) is TooMany
    assert await wrong(email, now + timedelta(seconds=5)) is SignInRefused
    # Twice as long after the next one, and the right password waits too.
    with coming_from("192.0.2.1"), pytest.raises(TooMany) as caught:
        await signed_in(email, now + timedelta(seconds=14))
    assert caught.value.until == now + timedelta(seconds=15)
    assert caught.value.seconds == 1
    with coming_from("192.0.2.1"):
        await signed_in(email, now + timedelta(seconds=15))


async def test_a_right_password_starts_again_from_nothing(email: str, now: datetime) -> None:
    await an_account(email, now)
    for _ in range(3):
        assert [await wrong(email, now) for _ in range(4)] == [SignInRefused] * 4
        with coming_from("192.0.2.1"):
            await signed_in(email, now)


async def test_a_stranger_elsewhere_keeps_nobody_out(email: str, now: datetime) -> None:
    await an_account(email, now)
    for _ in range(8):
        await wrong(email, now, "198.51.100.9")
    with coming_from("192.0.2.1"):
        await signed_in(email, now)


async def test_it_is_forgotten_after_an_hour(email: str, now: datetime) -> None:
    await an_account(email, now)
    for _ in range(7):
        await wrong(email, now)
    later = now + timedelta(hours=1)
    assert [await wrong(email, later) for _ in range(5)] == [SignInRefused] * 5


async def test_one_network_that_tries_many_addresses_is_slowed_down(now: datetime) -> None:
    network = f"net-{uuid.uuid4().hex}"
    with coming_from(network):
        key = throttling.key("network", throttling.network())
    await execute("INSERT INTO throttle (key, attempts, since) VALUES ({}, 99, {})", key, now)
    assert await wrong("a@mairie.test", now, network) is SignInRefused
    assert await wrong("b@mairie.test", now, network) is TooMany
    assert await wrong("b@mairie.test", now + timedelta(seconds=1), network) is SignInRefused


async def test_people_who_sign_in_do_not_slow_down_their_network(email: str, now: datetime) -> None:
    await an_account(email, now)
    network = f"net-{uuid.uuid4().hex}"
    with coming_from(network):
        for _ in range(3):
            await signed_in(email, now)
        key = throttling.key("network", throttling.network())
    assert await value("SELECT attempts FROM throttle WHERE key = {}", key) == 0


async def test_guesses_at_once_do_not_outrun_the_count(email: str, now: datetime) -> None:
    await an_account(email, now)
    found = await asyncio.gather(*(wrong(email, now, "203.0.113.5") for _ in range(12)))
    assert sorted(kind.__name__ for kind in found) == ["SignInRefused"] * 5 + ["TooMany"] * 7


async def test_a_refusal_counts_nothing(now: datetime) -> None:
    name, other = uuid.uuid4().hex, uuid.uuid4().hex
    tight, wide = Limit(1, timedelta(minutes=1), timedelta(minutes=1)), Limit(50, timedelta(1), timedelta(1))
    await throttling.count({name: tight, other: wide}, now)
    for _ in range(3):
        with pytest.raises(TooMany):
            await throttling.count({name: tight, other: wide}, now)
    assert await value("SELECT attempts FROM throttle WHERE key = {}", other) == 1
    assert await value("SELECT attempts FROM throttle WHERE key = {}", name) == 1
