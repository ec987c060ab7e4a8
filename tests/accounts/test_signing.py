"""Signing in and out: the same refusal for everything, sessions that end when they should."""

import time
from datetime import datetime, timedelta
from uuid import UUID

import argon2
import msgspec
import pytest

from service.domain.actor import ANONYMOUS, PROCESS, Actor, Role
from service.identity import secrets
from service.operations import accounts
from service.operations.accounts import SignedOut
from service.problems import Invalid, NotFound, SignInNeeded, SignInRefused
from service.store.database import execute, row, rows, value
from service.views.accounts import actor_of_session, me, my_sessions
from tests.accounts.support import (
    OTHER,
    PASSWORD,
    acting,
    an_account,
    coming_from,
    link,
    same_request,
    session_count,
    signed_in,
    stored,
)
from tests.support.calls import fresh_call


async def state(name: str, email: str, now: datetime) -> None:
    """An address in one of the states in which nobody can sign in."""
    if name == "unconfirmed":
        await accounts.sign_up(ANONYMOUS, email, "Camille Ormeau", PASSWORD, now=now)
    elif name == "invited":
        call = await fresh_call()
        await accounts.invite_account(PROCESS, email, "", Role.EXPERT, call.slug, now=now)
    elif name != "unknown":
        account = await an_account(email, now)
        if name == "disabled":
            await accounts.disable_account(PROCESS, account, now=now)
        elif name == "no local identity":
            await execute("DELETE FROM identity WHERE account = {}", account)


REFUSED = [
    ("wrong password", OTHER),
    ("wrong password", ""),
    ("wrong password", PASSWORD + "\0"),
    ("wrong password", "x" * 100_000),
    ("unknown", PASSWORD),
    ("unconfirmed", PASSWORD),
    ("invited", ""),
    ("disabled", PASSWORD),
    ("no local identity", PASSWORD),
]


@pytest.mark.parametrize(("name", "password"), REFUSED)
async def test_one_refusal_for_everything(name: str, password: str, email: str, now: datetime) -> None:
    await state(name, email, now)
    with pytest.raises(SignInRefused) as caught:
        await accounts.sign_in(ANONYMOUS, email, password, now=now)
    assert (caught.value.detail, caught.value.code) == (SignInRefused().detail, "sign_in_refused")
    assert await rows("SELECT s.id FROM session s JOIN account a ON a.id = s.account WHERE a.email = {}", email) == []


@pytest.mark.parametrize("typed", ["", "\0", "no address", "x" * 10_000, "\ud800@mairie.test"])
async def test_what_is_no_address_is_refused_alike(typed: str, now: datetime) -> None:
    with pytest.raises(SignInRefused):
        await accounts.sign_in(ANONYMOUS, typed, PASSWORD, now=now)


async def test_the_same_work_for_an_unknown_address(email: str, now: datetime) -> None:
    await an_account(email, now)
    took: dict[str, float] = {}
    for who in (email, f"x{email}"):
        spent = []
        for turn in range(5):
            began = time.process_time()
            with coming_from(f"198.51.100.{turn}"), pytest.raises(SignInRefused):
                await accounts.sign_in(ANONYMOUS, who, OTHER, now=now)
            spent.append(time.process_time() - began)
        took[who] = min(spent)
    least, most = sorted(took.values())
    assert most < 1.5 * least


async def test_a_session_carries_the_actor_with_roles_as_they_are_now(email: str, now: datetime) -> None:
    call = await fresh_call()
    account = await an_account(email, now, Role.OFFICER, call.slug)
    opened = await signed_in(email, now)
    found = await actor_of_session(opened.session_token, now)
    roles = frozenset({(Role.OFFICER, call.call)})
    assert found == Actor(account, "Camille Ormeau", email, roles, session=opened.session)
    await accounts.grant_role(PROCESS, account, Role.AUDITOR, None, now=now)
    await accounts.revoke_role(PROCESS, account, Role.OFFICER, call.slug, now=now)
    found = await actor_of_session(opened.session_token, now)
    assert found is not None
    assert found.roles == {(Role.AUDITOR, None)}


async def test_the_client_never_chooses_a_session(email: str, now: datetime) -> None:
    """Fixation: a value planted in the browser opens nothing before, and nothing after its victim signs in."""
    await an_account(email, now)
    planted = "attackerchosenattackerchosenattackerchosen1"
    opened = await accounts.sign_in(ANONYMOUS, email, PASSWORD, now=now, previous=planted)
    assert opened.session_token != planted
    assert await actor_of_session(planted, now) is None


async def test_signing_in_again_ends_the_session_the_browser_had(email: str, now: datetime) -> None:
    await an_account(email, now)
    first = await signed_in(email, now)
    second = await accounts.sign_in(ANONYMOUS, email, PASSWORD, now=now, previous=first.session_token)
    assert second.session_token != first.session_token
    assert await actor_of_session(first.session_token, now) is None
    assert await actor_of_session(second.session_token, now) is not None


async def test_the_database_keeps_only_a_digest(email: str, now: datetime) -> None:
    await an_account(email, now)
    opened = await signed_in(email, now)
    kept = await value("SELECT secret_hash FROM session WHERE id = {}", opened.session)
    assert bytes(kept) == secrets.digest(opened.session_token)
    assert len(opened.session_token) == 43
    assert await actor_of_session(str(opened.session), now) is None
    assert await actor_of_session(bytes(kept).hex(), now) is None


@pytest.mark.parametrize(
    ("rests", "alive"),
    [
        ([timedelta(hours=11, minutes=59)], True),
        ([timedelta(hours=12)], False),
        ([timedelta(hours=11)] * 15, True),
        ([timedelta(hours=11)] * 16, False),
    ],
)
async def test_sessions_end_after_twelve_hours_of_rest_or_seven_days(
    email: str, now: datetime, rests: list[timedelta], *, alive: bool
) -> None:
    await an_account(email, now)
    token = (await signed_in(email, now)).session_token
    found: Actor | None = None
    for rest in rests:
        now += rest
        found = await actor_of_session(token, now)
    assert (found is not None) is alive


async def test_use_is_noted_once_a_minute(email: str, now: datetime) -> None:
    await an_account(email, now)
    opened = await signed_in(email, now)
    seen = []
    for seconds in (1, 59, 60, 61, 119, 121):
        await actor_of_session(opened.session_token, now + timedelta(seconds=seconds))
        at = await value("SELECT seen_at FROM session WHERE id = {}", opened.session)
        seen.append((at - now).total_seconds())
    assert seen == [0, 0, 60, 60, 60, 121]


async def test_signing_out_ends_that_session_at_once(email: str, now: datetime) -> None:
    await an_account(email, now)
    here, there = await signed_in(email, now), await signed_in(email, now)
    assert await accounts.sign_out(ANONYMOUS, here.session_token, now=now) == SignedOut(1)
    assert await accounts.sign_out(ANONYMOUS, here.session_token, now=now) == SignedOut(0)
    assert await actor_of_session(here.session_token, now) is None
    assert await actor_of_session(there.session_token, now) is not None


async def test_everywhere_is_everywhere(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    actor = await acting(email, now)
    opened = [(await signed_in(email, now)).session_token for _ in range(2)]
    opened.append((await accounts.create_token(actor, "nightly export", 30, now=now)).token)
    assert await accounts.sign_out_everywhere(actor, now=now) == SignedOut(4)
    assert [await actor_of_session(token, now) for token in opened] == [None] * 3
    assert await session_count(account) == 0


async def test_one_sees_and_ends_only_ones_own_sessions(email: str, now: datetime) -> None:
    await an_account(email, now)
    await an_account(f"x{email}", now)
    other = await signed_in(f"x{email}", now)
    mine = await signed_in(email, now)
    actor = await actor_of_session(mine.session_token, now)
    assert actor is not None
    made = await accounts.create_token(actor, " export\tof the night ", 30, now=now)
    listed = await my_sessions(actor, now, mine.session_token)
    assert {(line.id, line.kind, line.label, line.current) for line in listed} == {
        (mine.session, "browser", "", True),
        (made.id, "token", "export of the night", False),
    }
    with pytest.raises(NotFound):
        await accounts.end_session(actor, other.session, now=now)
    assert await accounts.end_session(actor, made.id, now=now) == SignedOut(1)
    assert await actor_of_session(made.token, now) is None
    assert await actor_of_session(other.session_token, now) is not None


async def test_a_token_works_without_rest_until_its_last_day(email: str, now: datetime) -> None:
    await an_account(email, now)
    made = await accounts.create_token(await acting(email, now), "export", 2, now=now)
    assert made.expires_at == now + timedelta(days=2)
    for later, alive in ((timedelta(days=2, seconds=-1), True), (timedelta(days=2), False)):
        assert (await actor_of_session(made.token, now + later) is not None) is alive


@pytest.mark.parametrize(
    ("label", "days", "paths"),
    [("", 0, ["label", "days"]), ("x" * 201, 366, ["label", "days"]), (" \0 ", 1, ["label"]), ("x", -1, ["days"])],
)
async def test_tokens_have_a_name_and_an_end(
    email: str, now: datetime, label: str, days: int, paths: list[str]
) -> None:
    await an_account(email, now)
    with pytest.raises(Invalid) as caught:
        await accounts.create_token(await acting(email, now), label, days, now=now)
    assert [error.path for error in caught.value.errors] == paths


async def test_a_repeated_request_gives_the_same_token_and_keeps_none(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    actor = await acting(email, now)
    with same_request(f"token-{email}"):
        made = await accounts.create_token(actor, "export", 3, now=now)
        assert await accounts.create_token(actor, "export", 3, now=now) == made
    with same_request(f"sign-in-{email}"):
        opened = await signed_in(email, now)
        assert await signed_in(email, now) == opened
        with pytest.raises(SignInRefused):
            await signed_in(email, now, OTHER)
    assert await session_count(account) == 3
    kept = await rows("SELECT result::text AS result FROM idempotency WHERE key LIKE {}", f"%{email}")
    assert len(kept) == 2
    assert not any(made.token in line["result"] or opened.session_token in line["result"] for line in kept)


async def test_nobody_signed_in_has_nothing(now: datetime) -> None:
    for act in (
        accounts.sign_out_everywhere(ANONYMOUS, now=now),
        accounts.end_session(ANONYMOUS, UUID(int=0), now=now),
        accounts.create_token(ANONYMOUS, "x", 1, now=now),
        accounts.change_password(ANONYMOUS, PASSWORD, OTHER, now=now),
        me(ANONYMOUS),
        my_sessions(ANONYMOUS, now),
    ):
        with pytest.raises(SignInNeeded):
            await act


async def test_an_outdated_hash_is_renewed_when_its_password_comes_by(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024).hash(PASSWORD)
    await execute("UPDATE account SET password_hash = {} WHERE id = {}", old, account)
    await signed_in(email, now)
    assert str((await stored(email))["password_hash"]).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await signed_in(email, now)


async def test_me(email: str, now: datetime) -> None:
    call = await fresh_call()
    await an_account(email, now, Role.EXPERT, call.slug)
    actor = await acting(email, now)
    found = msgspec.to_builtins(await me(actor))
    assert {key: found[key] for key in ("id", "name", "email")} == {
        "id": str(actor.account),
        "name": "Camille Ormeau",
        "email": email,
    }
    assert [(held["role"], held["call"], bool(held["title"]["fr"])) for held in found["roles"]] == [
        ("expert", call.slug, True)
    ]


async def test_dead_rows_are_dropped_and_live_ones_kept(email: str, now: datetime) -> None:
    await an_account(email, now)
    idle = await signed_in(email, now)
    made = await accounts.create_token(await acting(email, now), "export", 30, now=now)
    await accounts.ask_reset(ANONYMOUS, email, now=now)
    token = await link(email)
    await accounts.forget_expired(now=now + timedelta(hours=13))
    assert await row("SELECT id FROM session WHERE id = {}", idle.session) is None
    assert await actor_of_session(made.token, now + timedelta(hours=13)) is not None
    await accounts.reset_password(ANONYMOUS, token, OTHER, now=now + timedelta(hours=13))
    await accounts.forget_expired(now=now + timedelta(days=9))
    assert await rows("SELECT t.id FROM ticket t JOIN account a ON a.id = t.account WHERE a.email = {}", email) == []
