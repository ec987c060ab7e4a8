"""Signing up and being invited: nothing tells whether an address is known, links serve once, nobody is forestalled."""

import asyncio
from datetime import datetime, timedelta

import pytest

from service.domain.actor import ANONYMOUS, PROCESS, Role
from service.identity.tickets import TicketKind
from service.operations import accounts
from service.operations.accounts import AcceptedInvitation, SignedUp
from service.problems import Conflict, Invalid, Problem, SignInRefused, TooMany
from service.store import journal
from service.store.database import rows
from service.views.accounts import link as shown_link
from tests.accounts.support import (
    OTHER,
    PASSWORD,
    an_account,
    kinds,
    link,
    queued,
    same_request,
    signed_in,
    stored,
    templates,
)
from tests.support.calls import fresh_call


async def sign_up(email: str, now: datetime, password: str = PASSWORD, name: str = "Camille Ormeau") -> SignedUp:
    return await accounts.sign_up(ANONYMOUS, email, name, password, now=now)


async def test_an_address_is_proved_once_then_the_password_opens(email: str, now: datetime) -> None:
    assert await sign_up(f" {email.upper()} ", now) == SignedUp(email)
    with pytest.raises(SignInRefused):
        await signed_in(email, now)
    token = await link(email)
    confirmed = await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now)
    assert (confirmed.email, confirmed.account) == (email, (await stored(email))["id"])
    with pytest.raises(Conflict) as caught:
        await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now)
    assert caught.value.code == "link_refused"
    assert (await signed_in(email, now)).account == confirmed.account
    assert await kinds(confirmed.account) == ["account_opened", "address_confirmed", "signed_in"]
    assert await journal.verify(f"account:{confirmed.account}") == []
    assert await rows("SELECT iss, sub FROM identity WHERE account = {}", confirmed.account) == [
        {"iss": "local", "sub": str(confirmed.account)}
    ]


@pytest.mark.parametrize(("late", "good"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)])
async def test_a_link_is_good_for_a_day(email: str, now: datetime, late: timedelta, good: bool) -> None:  # noqa: FBT001
    await sign_up(email, now)
    token = await link(email)
    assert (await shown_link(TicketKind.CONFIRM, token, now + late) is not None) is good
    if good:
        await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now + late)
    else:
        with pytest.raises(Conflict):
            await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now + late)
        assert (await stored(email))["confirmed_at"] is None


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\0", "é" * 100])
async def test_no_other_link_is_good(now: datetime, token: str) -> None:
    for use in (
        accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now),
        accounts.reset_password(ANONYMOUS, token, PASSWORD, now=now),
        accounts.accept_invitation(ANONYMOUS, token, "Camille", PASSWORD, now=now),
    ):
        with pytest.raises(Conflict) as caught:
            await use
        assert caught.value.code == "link_refused"


async def test_a_link_is_good_for_what_it_was_sent_for(email: str, now: datetime) -> None:
    await sign_up(email, now)
    token = await link(email)
    for use in (
        accounts.reset_password(ANONYMOUS, token, OTHER, now=now),
        accounts.accept_invitation(ANONYMOUS, token, "Camille", OTHER, now=now),
    ):
        with pytest.raises(Conflict):
            await use
    await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now)


async def test_used_at_once_from_two_sides_a_link_serves_one(email: str, now: datetime) -> None:
    await sign_up(email, now)
    token = await link(email)
    found = await asyncio.gather(
        *(accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now) for _ in range(4)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in found) == ["ConfirmedAddress"] + ["Conflict"] * 3


async def test_a_known_address_gets_the_same_answer_and_another_mail(email: str, now: datetime) -> None:
    await an_account(email, now)
    before = await stored(email)
    assert await sign_up(email, now, OTHER, "Quelqu’un d’autre") == SignedUp(email)
    assert await templates(email) == ["address_known"]
    assert await stored(email) == before
    with pytest.raises(SignInRefused):
        await signed_in(email, now, OTHER)


async def test_the_same_time_whether_the_address_is_known(email: str, now: datetime) -> None:
    await an_account(email, now)
    loop, took = asyncio.get_running_loop(), []
    for address in (email, f"x{email}"):
        began = loop.time()
        await sign_up(address, now)
        took.append(loop.time() - began)
    assert min(took) >= 0.25


async def test_signing_up_again_before_confirming_kills_earlier_links_and_passwords(email: str, now: datetime) -> None:
    await sign_up(email, now, OTHER, "Un inconnu")
    stranger = await link(email)
    await sign_up(email, now, PASSWORD)
    with pytest.raises(Conflict):
        await accounts.confirm_address(ANONYMOUS, stranger, PASSWORD, now=now)
    await accounts.confirm_address(ANONYMOUS, await link(email), PASSWORD, now=now)
    assert (await stored(email))["name"] == "Camille Ormeau"
    with pytest.raises(SignInRefused):
        await signed_in(email, now, OTHER)
    await signed_in(email, now)


async def test_whoever_signs_up_last_with_the_address_of_another_gets_no_account(email: str, now: datetime) -> None:
    """Its holder opens the mail that a stranger's sign-up has sent, and confirms it as theirs."""
    await sign_up(email, now)
    await sign_up(email, now, OTHER, "Un inconnu")
    token = await link(email)
    for _ in range(2):
        with pytest.raises(Invalid) as caught:
            await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now)
        assert [(error.path, error.code) for error in caught.value.errors] == [("password", "wrong_password")]
    assert (await stored(email))["confirmed_at"] is None
    for password in (PASSWORD, OTHER):
        with pytest.raises(SignInRefused):
            await signed_in(email, now, password)
    # As they are told, they sign up again, or choose a new password.
    await sign_up(email, now)
    with pytest.raises(Conflict):
        await accounts.confirm_address(ANONYMOUS, token, OTHER, now=now)
    await accounts.confirm_address(ANONYMOUS, await link(email), PASSWORD, now=now)
    await signed_in(email, now)


async def test_passwords_are_not_guessed_by_a_link(email: str, now: datetime) -> None:
    await sign_up(email, now)
    token, codes = await link(email), []
    for guess in range(7):
        with pytest.raises(Problem) as caught:
            await accounts.confirm_address(ANONYMOUS, token, f"{OTHER} {guess}", now=now)
        codes.append(caught.value.code)
    assert codes == ["invalid"] * 5 + ["too_many_attempts"] * 2
    with pytest.raises(TooMany):
        await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now)
    await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now + timedelta(minutes=20))


async def test_a_repeated_confirmation_answers_the_same(email: str, now: datetime) -> None:
    await sign_up(email, now)
    token = await link(email)
    with same_request(f"confirm-{email}"):
        first = await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now)
        assert await accounts.confirm_address(ANONYMOUS, token, PASSWORD, now=now) == first
    with pytest.raises(Conflict):  # a used link is told as such, whatever the password
        await accounts.confirm_address(ANONYMOUS, token, OTHER, now=now)


async def test_strangers_cannot_fill_a_mailbox(email: str, now: datetime) -> None:
    for _ in range(5):
        assert await sign_up(email, now) == SignedUp(email)
        await accounts.ask_reset(ANONYMOUS, email, now=now)
    assert sorted(await templates(email)) == ["confirm_address"] * 3 + ["reset_password"] * 3
    await sign_up(email, now + timedelta(hours=1))
    assert len(await queued(email)) == 7


async def test_two_sign_ups_at_once_make_one_account(email: str, now: datetime) -> None:
    assert await asyncio.gather(*(sign_up(email, now) for _ in range(3))) == [SignedUp(email)] * 3
    assert len(await rows("SELECT id FROM account WHERE email = {}", email)) == 1


async def test_a_repeated_request_signs_up_once(email: str, now: datetime) -> None:
    with same_request(f"key-{email}"):
        assert await sign_up(email, now) == await sign_up(email, now)
    assert await templates(email) == ["confirm_address"]


async def test_every_fault_at_once(now: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        await accounts.sign_up(ANONYMOUS, "nowhere", " \n\t ", "short", organisation="x" * 301, now=now)
    assert [error.path for error in caught.value.errors] == ["email", "name", "organisation", "password"]


async def test_names_are_one_line_without_tricks(email: str, now: datetime) -> None:
    await sign_up(email, now, name="  Zoe\u0301\u202e\0 \r\nd’Arc\u200b ")
    assert (await stored(email))["name"] == "Zoé d’Arc"


async def invite(email: str, slug: str, now: datetime, role: Role = Role.EXPERT) -> None:
    await accounts.invite_account(PROCESS, email, "", role, slug, now=now)


async def test_an_invitation_opens_an_account_once_with_its_role(email: str, now: datetime) -> None:
    call = await fresh_call()
    await invite(email, call.slug, now)
    token = await link(email)
    shown = await shown_link(TicketKind.INVITE, token, now)
    assert shown is not None
    assert (shown.email, shown.expires_at) == (email, now + timedelta(hours=24))
    accepted = await accounts.accept_invitation(ANONYMOUS, token, "Camille Ormeau", PASSWORD, now=now)
    assert accepted == AcceptedInvitation((await stored(email))["id"], email)
    with pytest.raises(Conflict):
        await accounts.accept_invitation(ANONYMOUS, token, "Quelqu’un", OTHER, now=now)
    with pytest.raises(SignInRefused):
        await signed_in(email, now, OTHER)
    await signed_in(email, now)
    assert await rows("SELECT role, call FROM role WHERE account = {}", accepted.account) == [
        {"role": "expert", "call": call.call}
    ]


async def test_inviting_again_replaces_the_link(email: str, now: datetime) -> None:
    call = await fresh_call()
    await invite(email, call.slug, now)
    first = await link(email)
    await invite(email, call.slug, now)
    with pytest.raises(Conflict):
        await accounts.accept_invitation(ANONYMOUS, first, "Camille", PASSWORD, now=now)
    await accounts.accept_invitation(ANONYMOUS, await link(email), "Camille", PASSWORD, now=now)


async def test_signing_up_does_not_take_over_an_invited_account(email: str, now: datetime) -> None:
    call = await fresh_call()
    await invite(email, call.slug, now)
    assert await sign_up(email, now, OTHER) == SignedUp(email)
    assert await templates(email) == ["invitation", "invitation"]
    await accounts.accept_invitation(ANONYMOUS, await link(email), "Camille", PASSWORD, now=now)
    with pytest.raises(SignInRefused):
        await signed_in(email, now, OTHER)


async def test_an_invitation_discards_a_password_that_nobody_proved(email: str, now: datetime) -> None:
    call = await fresh_call()
    await sign_up(email, now, OTHER)
    confirm = await link(email)
    await invite(email, call.slug, now)
    with pytest.raises(Conflict):
        await accounts.confirm_address(ANONYMOUS, confirm, PASSWORD, now=now)
    assert (await stored(email))["password_hash"] is None


async def test_whoever_has_an_account_gets_the_role_and_word_of_it_once(email: str, now: datetime) -> None:
    call = await fresh_call()
    account = await an_account(email, now)
    for _ in range(2):
        await invite(email, call.slug, now)
    mails = await queued(email)
    assert [(mail["template"], mail["data"]) for mail in mails] == [
        ("invitation", {"role": "expert", "call": call.slug})
    ]
    assert await kinds(account) == ["account_created", "role_granted"]
    await signed_in(email, now)


async def test_no_secret_in_the_database(email: str, now: datetime) -> None:
    await sign_up(email, now)
    with same_request(f"k-{email}"):
        session = (await _confirmed(email, now)).session_token
    token = await link(email)
    for name in [
        line["tablename"] for line in await rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]:
        for secret in (token, session, PASSWORD):
            found = await rows(f'SELECT 1 FROM "{name}" t WHERE strpos(t::text, {{}}) > 0', secret)  # noqa: S608
            assert (name, found) == (name, [])


async def _confirmed(email: str, now: datetime) -> accounts.SignedIn:
    await accounts.confirm_address(ANONYMOUS, await link(email), PASSWORD, now=now)
    return await signed_in(email, now)
