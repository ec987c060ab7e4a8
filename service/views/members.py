"""The accounts and their roles, as whoever runs the service sees them."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import Row, rows
from service.views import cursors

MOST = 100


class AccountLine(msgspec.Struct, frozen=True):
    """An account in the list. `state`: active, invited, unconfirmed or disabled."""

    id: UUID
    email: str
    name: str
    organisation: str
    created_at: datetime
    state: str
    roles: tuple[tuple[Role, str | None], ...]


class AccountsPage(msgspec.Struct, frozen=True):
    """One page of the list; `next` is the cursor of the following one, None at the end."""

    items: tuple[AccountLine, ...]
    next: str | None


_SELECT = (
    "SELECT a.id, a.email, a.name, a.organisation, a.created_at,"
    " CASE WHEN a.disabled_at IS NOT NULL THEN 'disabled' WHEN a.confirmed_at IS NOT NULL THEN 'active'"
    " WHEN a.password_hash IS NULL THEN 'invited' ELSE 'unconfirmed' END AS state,"
    " (SELECT coalesce(json_agg(json_build_array(r.role, c.slug) ORDER BY c.slug NULLS FIRST, r.role), '[]')"
    " FROM role r LEFT JOIN call c ON c.id = r.call WHERE r.account = a.id) AS roles FROM account a"
)


async def accounts(actor: Actor, q: str = "", cursor: str | None = None, limit: int = MOST) -> AccountsPage:
    """Accounts whose address or name holds `q`, by address. Raises NotFound for whoever may not list them, Invalid
    for a cursor that is not ours."""
    require(actor)
    limit = max(1, min(limit, MOST))
    email, last = cursors.read(cursor) if cursor else ("", UUID(int=0))
    found = await rows(
        f"{_SELECT} WHERE (strpos(a.email, lower({{}})) > 0 OR strpos(lower(a.name), lower({{}})) > 0)"
        " AND (a.email, a.id) > ({}, {}) ORDER BY a.email, a.id LIMIT {}",
        *(q, q, email, last, limit + 1),
    )
    shown = tuple(_line(line) for line in found[:limit])
    return AccountsPage(shown, cursors.write(shown[-1].email, shown[-1].id) if len(found) > limit else None)


async def account(actor: Actor, email: str) -> AccountLine:
    """The account of an address (in lower case). NotFound also for whoever may not list them."""
    require(actor)
    found = await rows(f"{_SELECT} WHERE a.email = {{}}", email)
    if not found:
        raise NotFound(f"Aucun compte pour {email}.")
    return _line(found[0])


async def account_by_id(actor: Actor, account_id: UUID) -> AccountLine:
    """One account. NotFound also for whoever may not list them."""
    require(actor)
    found = await rows(f"{_SELECT} WHERE a.id = {{}}", account_id)
    if not found:
        raise NotFound
    return _line(found[0])


def require(actor: Actor) -> None:
    """Raises NotFound for whoever does not keep the accounts: for them these pages do not exist."""
    if not actor.process and policy.why_not_everywhere(actor, Action.ACCOUNT_DISABLE) is not None:
        raise NotFound


def _line(line: Row) -> AccountLine:
    roles = msgspec.json.decode(line["roles"], type=tuple[tuple[Role, str | None], ...])
    return AccountLine(**{**line, "roles": roles})
