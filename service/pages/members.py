"""Pages of whoever runs the service: the accounts, their roles, invitations."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from forms import FieldError
from service import clock
from service.domain.actor import Role
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import accounts
from service.pages.door import faults, once, sent_form, sentences
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.problems import Conflict, Forbidden, Invalid, Problem
from service.views import calls, members

Answer = Response[Any]
LABELS = {
    "email": "Adresse électronique",
    "name": "Prénom et nom",
    "organisation": "Organisme",
    "role": "Rôle",
    "call": "Appel",
}
UNCONFIRMED = FieldError("confirm", "required", "Cochez la case pour confirmer la fermeture.", "Tick the box.")
NO_ROLE = FieldError("role", "required", "Choisissez un rôle.", "Choose a role.")


def _role(sent: Inputs) -> tuple[Role, str | None]:
    """The role that a form names, with its call's slug where it has one. Raises Invalid."""
    if sent.one("role") not in set(Role):
        raise Invalid([NO_ROLE])
    return Role(sent.one("role")), sent.one("call") or None


async def _titles(request: AnyRequest) -> dict[str, str]:
    """The calls by slug."""
    return {line.slug: line.title.fr for line in await calls.calls(actor_of(request))}


@get("/comptes", opt={"action": Action.ACCOUNT_DISABLE})
async def index(request: AnyRequest) -> Answer:
    """The accounts, by address, in pages; `q` searches addresses and names."""
    asked = request.query_params
    q = asked.get("q", "").replace("\0", "").strip()
    listed = await members.accounts(actor_of(request), q, asked.get("suite") or None, members.MOST // 4)
    return page(
        request,
        "members/list.html",
        {"listed": listed, "q": q, "further": bool(asked.get("suite")), "titles": await _titles(request)},
    )


async def _invitation_page(request: AnyRequest, sent: Inputs | None = None, problem: Problem | None = None) -> Answer:
    members.require(actor_of(request))
    return page(
        request,
        "members/invite.html",
        {"sent": sent or Inputs(), "wrong": sentences(problem), "titles": await _titles(request)},
        status=_status(problem),
        errors=faults(problem, LABELS) if problem is not None else (),
    )


@get("/comptes/invitation", opt={"action": Action.ACCOUNT_INVITE})
async def invitation_page(request: AnyRequest) -> Answer:
    """Invite somebody to any role. Officers invite from their call's own page."""
    return await _invitation_page(request)


@post("/comptes/invitation", opt={"action": Action.ACCOUNT_INVITE})
async def invite(request: AnyRequest) -> Answer:
    """Send the invitation."""
    actor, sent = actor_of(request), await sent_form(request)
    members.require(actor)
    try:
        role, call = _role(sent)
        with once(sent):
            invited = await accounts.invite_account(
                actor,
                sent.one("email"),
                sent.one("name"),
                role,
                call,
                organisation=sent.one("organisation"),
                now=clock.now(),
            )
    except (Invalid, Conflict, Forbidden) as problem:
        return await _invitation_page(request, sent, problem)
    return see(f"/comptes/{invited.account}", "invite")


async def _account_page(
    request: AnyRequest, account_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    actor = actor_of(request)
    return page(
        request,
        "members/account.html",
        {
            "found": await members.account_by_id(actor, account_id),
            "own": actor.account == account_id,
            "sent": sent or Inputs(),
            "wrong": sentences(problem),
            "titles": await _titles(request),
        },
        status=_status(problem),
        errors=faults(problem, LABELS) if problem is not None else (),
    )


@get("/comptes/{account_id:uuid}", opt={"action": Action.ACCOUNT_DISABLE})
async def account(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """One account with its roles."""
    return await _account_page(request, account_id)


@post("/comptes/{account_id:uuid}/roles", opt={"action": Action.ROLE_GRANT})
async def grant(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """Give a role."""
    sent = await sent_form(request)
    try:
        role, call = _role(sent)
        with once(sent):
            await accounts.grant_role(actor_of(request), account_id, role, call, now=clock.now())
    except (Invalid, Conflict, Forbidden) as problem:
        return await _account_page(request, account_id, sent, problem)
    return see(f"/comptes/{account_id}", "role-donne")


@post("/comptes/{account_id:uuid}/roles/retrait", opt={"action": Action.ROLE_GRANT})
async def revoke(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """Take a role back."""
    sent = await sent_form(request)
    try:
        role, call = _role(sent)
        with once(sent):
            await accounts.revoke_role(actor_of(request), account_id, role, call, now=clock.now())
    except (Invalid, Conflict, Forbidden) as problem:
        return await _account_page(request, account_id, None, problem)
    # Whoever gives up their own administration may not see the page any more.
    return see(f"/comptes/{account_id}" if actor_of(request).account != account_id else "/espace", "role-retire")


@post("/comptes/{account_id:uuid}/fermeture", opt={"action": Action.ACCOUNT_DISABLE})
async def close(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """Close the account for good, once the box is ticked."""
    sent = await sent_form(request)
    if sent.one("confirm") != "oui":
        return await _account_page(request, account_id, None, Invalid([UNCONFIRMED]))
    try:
        await accounts.disable_account(actor_of(request), account_id, now=clock.now())
    except Conflict as problem:
        return await _account_page(request, account_id, None, problem)
    return see(f"/comptes/{account_id}", "compte-ferme")


def _status(problem: Problem | None) -> int:
    if problem is None:
        return 200
    return {Conflict: 409, Forbidden: 403}.get(type(problem), 422)


routes = [index, invitation_page, invite, account, grant, revoke, close]
