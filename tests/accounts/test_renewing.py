"""New passwords: by a link or by the old one; both end everything that was open."""

import asyncio
from datetime import datetime, timedelta

import pytest

from service.domain.actor import ANONYMOUS, PROCESS, Role
from service.operations import accounts, signing
from service.operations.accounts import ResetAsked
from service.operations.persons import himself
from service.problems import Conflict, Invalid, SignInRefused, TooMany
from service.views.accounts import actor_of_session
from tests.accounts.support import (
    OTHER,
    PASSWORD,
    acting,
    an_account,
    kinds,
    link,
    same_request,
    session_count,
    signed_in,
    stored,
    templates,
)
from tests.support.calls import fresh_call


async def test_a_reset_ends_sessions_tokens_and_links(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    opened = await signed_in(email, now)
    made = await accounts.create_token(await acting(email, now), "export", 30, now=now)
    await accounts.ask_reset(ANONYMOUS, email, now=now)
    first = await link(email)
    await accounts.ask_reset(ANONYMOUS, email, now=now + timedelta(seconds=1))
    second = await link(email)
    # The older link is still good: a stranger who asks for another one does not spoil it.
    assert (await accounts.reset_password(ANONYMOUS, first, OTHER, now=now + timedelta(seconds=2))).account == account
    assert await session_count(account) == 0
    for token in (opened.session_token, made.token):
        assert await actor_of_session(token, now) is None
    for used in (first, second):
        with pytest.raises(Conflict):
            await accounts.reset_password(ANONYMOUS, used, PASSWORD, now=now)
    with pytest.raises(SignInRefused):
        await signed_in(email, now)
    await signed_in(email, now, OTHER)
    assert await templates(email) == ["reset_password", "reset_password", "password_changed"]
    assert await kinds(account) == [
        *("account_created", "signed_in", "signed_in", "token_created", "reset_asked", "reset_asked"),
        *("password_reset", "signed_in"),
    ]


async def test_asking_tells_nothing(email: str, now: datetime) -> None:
    await an_account(email, now)
    closed = f"closed{email}"
    await accounts.disable_account(PROCESS, await an_account(closed, now), now=now)
    loop = asyncio.get_running_loop()
    for address in (email, f"x{email}", closed):
        began = loop.time()
        assert await accounts.ask_reset(ANONYMOUS, address.upper(), now=now) == ResetAsked(address)
        assert loop.time() - began >= 0.25
    assert await templates(email) == ["reset_password"]
    assert await templates(f"x{email}") == []
    assert await templates(closed) == []


async def test_a_reset_proves_the_address_too(email: str, now: datetime) -> None:
    await accounts.sign_up(ANONYMOUS, email, "Camille Ormeau", PASSWORD, now=now)
    confirm = await link(email)
    await accounts.ask_reset(ANONYMOUS, email, now=now + timedelta(seconds=1))
    await accounts.reset_password(ANONYMOUS, await link(email), OTHER, now=now)
    await signed_in(email, now, OTHER)
    with pytest.raises(Conflict):
        await accounts.confirm_address(ANONYMOUS, confirm, PASSWORD, now=now)


async def test_an_invited_person_who_resets_has_used_the_invitation(email: str, now: datetime) -> None:
    call = await fresh_call()
    await accounts.invite_account(PROCESS, email, "", Role.EXPERT, call.slug, now=now)
    invitation = await link(email)
    await accounts.ask_reset(ANONYMOUS, email, now=now + timedelta(seconds=1))
    await accounts.reset_password(ANONYMOUS, await link(email), OTHER, now=now)
    with pytest.raises(Conflict):
        await accounts.accept_invitation(ANONYMOUS, invitation, "Camille", PASSWORD, now=now)
    await signed_in(email, now, OTHER)


async def test_a_weak_new_password_does_not_use_the_link_up(email: str, now: datetime) -> None:
    await an_account(email, now)
    await accounts.ask_reset(ANONYMOUS, email, now=now)
    token = await link(email)
    with pytest.raises(Invalid) as caught:
        await accounts.reset_password(ANONYMOUS, token, "Camille Ormeau", now=now)
    assert [(error.path, error.code) for error in caught.value.errors] == [("new_password", "weak_password")]
    await accounts.reset_password(ANONYMOUS, token, OTHER, now=now)


async def test_a_repeated_reset_gives_the_same_answer(email: str, now: datetime) -> None:
    await an_account(email, now)
    await accounts.ask_reset(ANONYMOUS, email, now=now)
    token = await link(email)
    with same_request(f"reset-{email}"):
        first = await accounts.reset_password(ANONYMOUS, token, OTHER, now=now)
        assert await accounts.reset_password(ANONYMOUS, token, OTHER, now=now) == first
    assert await templates(email) == ["reset_password", "password_changed"]


async def test_changing_ends_all_and_opens_one(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    elsewhere = await signed_in(email, now)
    actor = await acting(email, now)
    renewed = await accounts.change_password(actor, PASSWORD, OTHER, now=now)
    assert await actor_of_session(elsewhere.session_token, now) is None
    assert await actor_of_session(renewed.session_token, now) is not None
    assert await session_count(account) == 1
    assert await templates(email) == ["password_changed"]
    with pytest.raises(SignInRefused):
        await signed_in(email, now)
    await signed_in(email, now, OTHER)


async def test_changing_asks_for_the_present_password_and_slows_down(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    actor = await acting(email, now)
    for _ in range(5):
        with pytest.raises(Invalid) as caught:
            await accounts.change_password(actor, OTHER, "short", now=now)
        assert [(error.path, error.code) for error in caught.value.errors] == [
            ("password", "wrong_password"),
            ("new_password", "weak_password"),
        ]
    with pytest.raises(TooMany):
        await accounts.change_password(actor, PASSWORD, OTHER, now=now)
    assert await session_count(account) == 1


async def test_a_sign_in_that_a_reset_overtook_opens_nothing(email: str, now: datetime) -> None:
    """The old password was compared before the reset committed, the session would be opened after it."""
    account = await an_account(email, now)
    compared = (await stored(email))["password_hash"]
    await accounts.ask_reset(ANONYMOUS, email, now=now)
    await accounts.reset_password(ANONYMOUS, await link(email), OTHER, now=now)
    actor = himself(ANONYMOUS, account)
    with pytest.raises(SignInRefused):
        await signing._sign_in(actor, compared, compared, email, "", now=now)
    assert await session_count(account) == 0
