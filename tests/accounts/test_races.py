"""Two requests at once about one account: each lock in its order, nothing used twice, nothing that outlives its end."""

import asyncio
import contextvars
from collections.abc import Awaitable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.domain.actor import ANONYMOUS, PROCESS, Role
from service.identity import secrets
from service.operations import accounts
from service.operations.persons import locked
from service.problems import Problem
from service.store.database import rows, transaction
from tests.accounts.support import OTHER, PASSWORD, acting, an_account, kinds, queued, session_count


async def reset_links(email: str, now: datetime, number: int) -> list[str]:
    """Several links that are good at the same time."""
    for second in range(number):
        await accounts.ask_reset(ANONYMOUS, email, now=now + timedelta(seconds=second))
    return [
        secrets.derive("ticket", UUID(mail["data"]["ticket"]))
        for mail in await queued(email)
        if "ticket" in mail["data"]
    ]


async def outcome(act: Awaitable[object]) -> str:
    """The code of a refusal, or "done"."""
    try:
        await act
    except Problem as refused:
        return refused.code
    return "done"


async def test_two_links_of_one_account_at_once_serve_one(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    links = await reset_links(email, now, 3)
    assert len(set(links)) == 3
    later = now + timedelta(minutes=1)
    async with asyncio.timeout(60):
        found = await asyncio.gather(
            *(outcome(accounts.reset_password(ANONYMOUS, link, OTHER, now=later)) for link in links for _ in range(4))
        )
    # A deadlock would be broken by the database, and come out as some other refusal.
    assert sorted(found) == ["done", *["link_refused"] * 11]
    assert (await kinds(account)).count("password_reset") == 1


async def test_a_link_waits_for_whoever_holds_the_account_and_then_finds_itself_used(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    (link,) = await reset_links(email, now, 1)
    async with transaction():
        await locked(account)
        using = asyncio.create_task(
            outcome(accounts.reset_password(ANONYMOUS, link, OTHER, now=now)), context=contextvars.Context()
        )
        await asyncio.sleep(0.3)  # it waits for the account
        # Whoever holds the account can use up its links: the waiting one holds none of their rows.
        used = await rows("UPDATE ticket SET used_at = {} WHERE account = {} RETURNING id", now, account)
    assert (len(used), await using) == (1, "link_refused")


@pytest.mark.parametrize("ends", ["everywhere", "reset", "disabled"])
async def test_no_token_outlives_the_end_of_all_sessions(email: str, now: datetime, ends: str) -> None:
    account = await an_account(email, now)
    thief = await acting(email, now)
    owner = await acting(email, now)
    if ends == "everywhere":
        await accounts.sign_out_everywhere(owner, now=now)
    elif ends == "reset":
        (link,) = await reset_links(email, now, 1)
        await accounts.reset_password(ANONYMOUS, link, OTHER, now=now)
    else:
        await accounts.disable_account(PROCESS, account, now=now)
    # A request that was let in before, and only now gets the account's lock.
    with pytest.raises(Problem):
        await accounts.create_token(thief, "voleur", 30, now=now)
    assert await session_count(account) == 0


async def test_fifty_sign_ins_and_an_end_of_all_sessions(email: str, now: datetime) -> None:
    account = await an_account(email, now)
    owner = await acting(email, now)
    found = await asyncio.gather(
        *(outcome(accounts.create_token(owner, f"jeton {n}", 1, now=now)) for n in range(25)),
        outcome(accounts.sign_out_everywhere(owner, now=now)),
        *(outcome(accounts.create_token(owner, f"autre {n}", 1, now=now)) for n in range(25)),
    )
    assert set(found) <= {"done", "sign_in_needed"}
    assert found[25] == "done"
    assert await session_count(account) == 0


async def test_an_invitation_used_from_both_sides_at_once_serves_one(email: str, now: datetime) -> None:
    await accounts.invite_account(PROCESS, email, "", Role.AUDITOR, None, now=now)
    ticket = (await queued(email))[-1]["data"]["ticket"]
    link = secrets.derive("ticket", UUID(ticket))
    found = await asyncio.gather(
        *(outcome(accounts.accept_invitation(ANONYMOUS, link, f"Nom {n}", PASSWORD, now=now)) for n in range(10))
    )
    assert sorted(found) == ["done", *["link_refused"] * 9]
