"""Who may invite, grant, revoke and disable whom: the whole table."""

from datetime import datetime
from uuid import UUID

import pytest

from service.domain.actor import ANONYMOUS, PROCESS, Actor, Role
from service.domain.policy import STAFF_ROLES
from service.operations import accounts, drafts
from service.operations.accounts import SignedOut
from service.problems import Conflict, Forbidden, Invalid, NotFound, Problem, SignInNeeded
from service.store.database import rows
from service.views.accounts import actor_of_session
from service.views.members import accounts as listed
from tests.accounts.support import PASSWORD, an_account, kinds, link, session_count, signed_in, stored, templates
from tests.support.calls import fresh_call
from tests.support.people import person

# Rows: who acts; columns: the role given, for the actor's call (the first two everywhere).
INVITE = """
               admin   auditor  authority  chair   committee  expert  officer
anonymous      hidden  hidden   signin     signin  signin     signin  signin
applicant      hidden  hidden   no         no      no         no      no
expert         hidden  hidden   no         no      no         no      no
committee      hidden  hidden   no         no      no         no      no
chair          hidden  hidden   no         no      no         no      no
auditor        hidden  hidden   no         no      no         no      no
authority      hidden  hidden   no         no      no         no      no
other_officer  hidden  hidden   no         no      no         no      no
officer        hidden  hidden   no         no      yes        yes     no
admin          yes     yes      yes        yes     yes        yes     yes
process        yes     yes      yes        yes     yes        yes     yes
"""
ANSWERS: dict[type[Problem], str] = {Forbidden: "no", NotFound: "hidden", SignInNeeded: "signin"}


def table(text: str) -> list[tuple[str, Role, str]]:
    header, *lines = [line.split() for line in text.strip().splitlines()]
    return [(who, Role(role), cell) for who, *cells in lines for role, cell in zip(header, cells, strict=True)]


async def test_the_table_of_invitations(now: datetime) -> None:
    call, other = await fresh_call(), await fresh_call()
    roles: dict[str, tuple[tuple[Role, UUID | None], ...]] = {
        "applicant": (),
        "other_officer": ((Role.OFFICER, other.call),),
        "admin": ((Role.ADMIN, None),),
        "auditor": ((Role.AUDITOR, None),),
        **{role.value: ((role, call.call),) for role in STAFF_ROLES},
    }
    actors = {"anonymous": ANONYMOUS, "process": PROCESS}
    actors |= {name: await person(*held) for name, held in roles.items()}
    wanted, found = table(INVITE), []
    for number, (who, role, _) in enumerate(wanted):
        slug = None if role in (Role.ADMIN, Role.AUDITOR) else call.slug
        email = f"{call.slug}-{number}@invite.test"
        found.append((who, role, await _answer(actors[who], email, role, slug, now)))
    assert found == wanted


async def _answer(actor: Actor, email: str, role: Role, slug: str | None, now: datetime) -> str:
    try:
        await accounts.invite_account(actor, email, "", role, slug, now=now)
    except Problem as problem:
        assert await rows("SELECT id FROM account WHERE email = {}", email) == []
        assert await templates(email) == []
        return ANSWERS[type(problem)]
    assert await templates(email) == ["invitation"]
    return "yes"


async def test_only_administrators_grant_revoke_disable_and_list(email: str, now: datetime) -> None:
    call = await fresh_call()
    account = await an_account(email, now)
    for actor, on_call, everywhere in (
        (ANONYMOUS, SignInNeeded, NotFound),
        (await person(), Forbidden, NotFound),
        (await person((Role.OFFICER, call.call), (Role.AUDITOR, None)), Forbidden, NotFound),
    ):
        for act, refusal in (
            (accounts.grant_role(actor, account, Role.EXPERT, call.slug, now=now), on_call),
            (accounts.grant_role(actor, account, Role.ADMIN, None, now=now), everywhere),
            (accounts.revoke_role(actor, account, Role.EXPERT, call.slug, now=now), on_call),
            (accounts.revoke_role(actor, account, Role.AUDITOR, None, now=now), everywhere),
            (accounts.disable_account(actor, account, now=now), everywhere),
            (listed(actor, email), everywhere),
            (accounts.create_account(actor, f"x{email}", "X", None, None, PASSWORD, now=now), NotFound),
        ):
            with pytest.raises(refusal):
                await act
    assert await kinds(account) == ["account_created"]


async def test_roles_given_and_taken_back_are_journalled_once(email: str, now: datetime) -> None:
    call, admin = await fresh_call(), await person((Role.ADMIN, None))
    account = await an_account(email, now)
    for _ in range(2):
        await accounts.grant_role(admin, account, Role.CHAIR, call.slug, now=now)
    held = [await accounts.revoke_role(admin, account, Role.CHAIR, call.slug, now=now) for _ in range(2)]
    assert [revoked.held for revoked in held] == [True, False]
    found = await rows("SELECT kind, actor, data FROM entry WHERE stream = {} ORDER BY seq", f"account:{account}")
    about = f'{{"call": "{call.call}", "role": "chair"}}'
    assert [(line["kind"], line["actor"], line["data"]) for line in found[1:]] == [
        ("role_granted", admin.account, about),
        ("role_revoked", admin.account, about),
    ]


@pytest.mark.parametrize(("role", "on_call"), [(Role.ADMIN, True), (Role.OFFICER, False)])
async def test_roles_have_their_scope(email: str, now: datetime, role: Role, *, on_call: bool) -> None:
    call = await fresh_call()
    with pytest.raises(Conflict) as caught:
        await accounts.invite_account(PROCESS, email, "", role, call.slug if on_call else None, now=now)
    assert caught.value.code == "role_scope"


async def test_an_unknown_call_has_no_roles(email: str, now: datetime) -> None:
    with pytest.raises(NotFound):
        await accounts.invite_account(PROCESS, email, "", Role.EXPERT, "no-such-call", now=now)


async def test_applicants_of_a_call_take_no_part_in_it(email: str, now: datetime) -> None:
    call, other = await fresh_call(), await fresh_call()
    account = await an_account(email, now)
    actor = Actor(account=account, email=email)
    await drafts.open_draft(actor, call.slug, now=now)
    for role in STAFF_ROLES:
        for act in (
            accounts.invite_account(PROCESS, email, "", role, call.slug, now=now),
            accounts.grant_role(PROCESS, account, role, call.slug, now=now),
        ):
            with pytest.raises(Conflict) as caught:
                await act
            assert caught.value.code == "applicant_of_call"
    await accounts.grant_role(PROCESS, account, Role.EXPERT, other.slug, now=now)


async def test_nobody_gets_a_role_before_the_address_is_proved(email: str, now: datetime) -> None:
    call = await fresh_call()
    await accounts.sign_up(ANONYMOUS, email, "Camille Ormeau", PASSWORD, now=now)
    with pytest.raises(Conflict) as caught:
        await accounts.grant_role(PROCESS, (await stored(email))["id"], Role.EXPERT, call.slug, now=now)
    assert caught.value.code == "address_unconfirmed"


async def test_a_disabled_account_is_closed_at_once(email: str, now: datetime) -> None:
    call, admin = await fresh_call(), await person((Role.ADMIN, None))
    account = await an_account(email, now)
    opened = await signed_in(email, now)
    await accounts.ask_reset(ANONYMOUS, email, now=now)
    token = await link(email)
    assert (await accounts.disable_account(admin, account, now=now)).sessions == 1
    assert (await accounts.disable_account(admin, account, now=now)).sessions == 0
    assert await actor_of_session(opened.session_token, now) is None
    assert await session_count(account) == 0
    for act in (
        accounts.reset_password(ANONYMOUS, token, PASSWORD, now=now),
        accounts.grant_role(PROCESS, account, Role.EXPERT, call.slug, now=now),
        accounts.invite_account(PROCESS, email, "", Role.EXPERT, call.slug, now=now),
        accounts.disable_account(admin, admin.person, now=now),
    ):
        with pytest.raises(Conflict):
            await act
    assert await accounts.sign_out(ANONYMOUS, opened.session_token, now=now) == SignedOut(0)
    assert (await kinds(account))[-1] == "account_disabled"


async def test_create_says_what_is_wrong(email: str, now: datetime) -> None:
    await an_account(email, now)
    with pytest.raises(Conflict) as known:
        await accounts.create_account(PROCESS, email, "Camille", None, None, PASSWORD, now=now)
    assert known.value.code == "account_exists"
    with pytest.raises(Invalid) as wrong:
        await accounts.create_account(PROCESS, "x", "", None, None, "x", now=now)
    assert [error.path for error in wrong.value.errors] == ["email", "name", "password"]


async def test_the_list_of_accounts(email: str, now: datetime) -> None:
    call, tag = await fresh_call(), email.split(".")[1].split("@", maxsplit=1)[0]
    active = await an_account(email, now, Role.OFFICER, call.slug)
    await accounts.grant_role(PROCESS, active, Role.AUDITOR, None, now=now)
    await accounts.disable_account(PROCESS, await an_account(f"b{email}", now), now=now)
    await accounts.invite_account(PROCESS, f"d{email}", "Sans nom encore", Role.EXPERT, call.slug, now=now)
    await accounts.sign_up(ANONYMOUS, f"e{email}", "Camille Ormeau", PASSWORD, now=now)
    lines = [
        (f"b{email}", "disabled", ()),
        (email, "active", ((Role.AUDITOR, None), (Role.OFFICER, call.slug))),
        (f"d{email}", "invited", ((Role.EXPERT, call.slug),)),
        (f"e{email}", "unconfirmed", ()),
    ]
    for size in (1, 2, 3, 4, 100):
        found, cursor = [], None
        for _ in range(-(-len(lines) // size)):
            page = await listed(PROCESS, tag.upper(), cursor, size)
            found.append([(line.email, line.state, line.roles) for line in page.items])
            cursor = page.next
        assert (found, cursor) == ([lines[start : start + size] for start in range(0, len(lines), size)], None)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WyJhIl0", "WyJhIiwgImIiXQ", "é"])
async def test_a_cursor_of_somebody_else_is_refused(database: None, cursor: str) -> None:
    with pytest.raises(Invalid, match="curseur"):
        await listed(PROCESS, "", cursor)
