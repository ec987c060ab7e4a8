"""Mails that went out, or wait: as their state is told to whoever runs a call, and to whoever keeps the accounts."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from forms import FieldError
from service import clock
from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.policy import Action
from service.notify.facts import REMINDERS
from service.notify.mails import Mail
from service.notify.outbox import FINAL, GIVEN_UP
from service.notify.table import OF_ACCOUNTS, OF_CALLS, OF_WHOLE_CALLS, OPTIONAL, TABLE
from service.problems import Invalid, NotFound, SignInNeeded
from service.store.database import Row, rows
from service.store.seats import PAUSED
from service.views import cursors
from service.views.calls import require_on_call
from service.views.visible import visible

State = Literal["waiting", "sent", "retried", "unwanted", "refused", "given_up"]
STATES: tuple[State, ...] = ("waiting", "sent", "retried", "unwanted", "refused", "given_up")
MOST = 100


class MailLine(msgspec.Struct, frozen=True):
    """A mail. `event` and `to` of the table; `name` and `email` of its recipient; `proposal` that it is about. `state`:
    waiting; sent; retried after a failure; unwanted, as what it tells is over or its recipient does not want it;
    refused by their server; given_up after five days. `error`: what the server said. `may_resend` now. `gathered`: it
    waits to be told together with others; `stopped`: for its clock to go on; `digest`: the mail that it went or goes
    with, made `digested_at`."""

    id: UUID
    mail: str
    event: str
    to: str
    name: str
    email: str
    proposal: UUID | None
    reference: str
    created_at: datetime
    sent_at: datetime | None
    again_at: datetime | None
    state: State
    attempts: int
    error: str
    may_resend: bool
    gathered: bool = False
    stopped: bool = False
    digest: UUID | None = None
    digested_at: datetime | None = None


class MailPage(msgspec.Struct, frozen=True):
    """One page, the latest first; `next`: the cursor of the following one. `counts` by state, over all of them."""

    items: tuple[MailLine, ...]
    next: str | None
    counts: dict[State, int]


class Choice(msgspec.Struct, frozen=True):
    """A mail that a person may do without, and whether they get it."""

    mail: str
    event: str
    to: str
    wanted: bool


# As the outbox sends: what our own rules refused is unwanted, what a server refused for good is refused.
_STATE = (
    "CASE WHEN o.sent_at IS NOT NULL THEN 'sent' WHEN o.error ~ '^final: (recipient|mail) refused'"
    " THEN 'refused'"
    " WHEN o.error LIKE 'final: %' THEN 'unwanted' WHEN o.held AND o.gathered_at IS NULL THEN 'waiting'"
    " WHEN coalesce(o.again_at, o.gathered_at, o.created_at) <= {} THEN 'given_up'"
    " WHEN o.error <> '' THEN 'retried' ELSE 'waiting' END"
)
_SELECT = (
    "SELECT o.id, o.template, o.email, o.about, o.created_at, o.sent_at, o.again_at, o.attempts, o.error, s.state,"
    " o.held, o.gathered_at, o.digest, o.stopped,"
    " coalesce(k.name, '') AS name, o.reference, o.created_at::text AS sort_key"
)


async def of_call(
    actor: Actor, slug: str, *, state: str = "", digest: UUID | None = None, cursor: str | None = None, limit: int = 50
) -> MailPage:
    """The mails about a call and its proposals, for its officers: not those between applicants. `digest`: those alone
    that went with it. NotFound; Invalid."""
    about = await require_on_call(actor, slug, Action.MAIL_READ)
    may, args = visible(actor, Action.MAIL_RESEND)
    source = (
        " FROM (SELECT o.*, coalesce(p.reference, '') AS reference,"  # noqa: S608  our words
        f" o.template IN {tuple(one.value for one in REMINDERS)} AND {PAUSED} AS stopped"
        " FROM outbox o JOIN proposal p ON p.id = o.about"
        f" WHERE p.call = {{}} AND o.template = ANY({{}}) AND {may} UNION ALL SELECT o.*, '', false"
        " FROM outbox o WHERE o.about IS NULL AND o.data ->> 'call' = {} AND o.template = ANY({})) o"
        f" LEFT JOIN account k ON k.id = o.account, LATERAL (SELECT {_STATE} AS state) s WHERE true"
    )
    args = [about.id, list(OF_CALLS), *args, slug, list(OF_WHOLE_CALLS), clock.now() - GIVEN_UP]
    if digest is not None:
        source, args = f"{source} AND o.digest = {{}}", [*args, digest]
    return await _page(source, args, state, cursor, limit)


def require_accounts(actor: Actor) -> None:
    """Raises NotFound for whoever does not keep the accounts."""
    if policy.why_not_everywhere(actor, Action.MAIL_READ) is not None:
        raise NotFound


async def of_accounts(actor: Actor, *, state: str = "", cursor: str | None = None, limit: int = 50) -> MailPage:
    """The mails about accounts, for whoever keeps them. NotFound for the others; Invalid."""
    require_accounts(actor)
    source = (
        " FROM (SELECT *, '' AS reference, false AS stopped FROM outbox) o LEFT JOIN account k ON k.id = o.account,"  # noqa: S608  our words
        f" LATERAL (SELECT {_STATE} AS state) s WHERE o.about IS NULL AND o.template = ANY({{}}) AND o.email <> ''"
    )
    return await _page(source, [clock.now() - GIVEN_UP, list(OF_ACCOUNTS)], state, cursor, limit)


async def _page(source: str, args: list[Any], state: str, cursor: str | None, limit: int) -> MailPage:
    found_counts = await rows(f"SELECT s.state, count(*) AS number{source} GROUP BY s.state", *args)
    where, more = "", list(args)
    if state:
        if state not in STATES:
            said = f"État inconnu : choisissez parmi {', '.join(STATES)}."
            raise Invalid([FieldError("state", "unknown_filter", said, "Not a state of a mail.")], said)
        where += " AND s.state = {}"
        more.append(state)
    if cursor:
        where += " AND (o.created_at, o.id) < ({}::text::timestamptz, {})"
        more += _read(cursor)
    limit = max(1, min(limit, MOST))
    found = await rows(f"{_SELECT}{source}{where} ORDER BY o.created_at DESC, o.id DESC LIMIT {limit + 1}", *more)
    shown = found[:limit]
    return MailPage(
        tuple(_line(line) for line in shown),
        cursors.write(shown[-1]["sort_key"], shown[-1]["id"]) if len(found) > limit else None,
        {line["state"]: line["number"] for line in found_counts},
    )


def _read(cursor: str) -> tuple[str, UUID]:
    value, last = cursors.read(cursor)
    try:
        datetime.fromisoformat(value)
    except ValueError as error:
        raise cursors.refused() from error
    return value, last


def _line(line: Row) -> MailLine:
    about = TABLE[Mail(line["template"])]
    waits = line["state"] == "waiting" and line["held"] and line["gathered_at"] is None
    return MailLine(
        id=line["id"],
        mail=line["template"],
        event=about.event,
        to=about.to,
        name=line["name"],
        email=line["email"],
        proposal=line["about"],
        reference=line["reference"],
        created_at=line["created_at"],
        sent_at=line["sent_at"],
        again_at=line["again_at"],
        state=line["state"],
        attempts=line["attempts"],
        error=line["error"].removeprefix(FINAL),
        may_resend=line["state"] in ("sent", "refused", "given_up"),
        gathered=waits,
        stopped=waits and line["stopped"],
        digest=line["digest"],
        digested_at=line["gathered_at"] if line["digest"] else None,
    )


async def choices(actor: Actor) -> tuple[Choice, ...]:
    """The mails that one may do without, of those that one's roles may bring."""
    if actor.account is None:
        raise SignInNeeded
    found = await rows("SELECT template FROM silence WHERE account = {}", actor.account)
    refused = {line["template"] for line in found}
    kinds = {"applicant", *(["officer"] if actor.calls(Role.OFFICER) else [])}
    return tuple(
        Choice(row.mail.value, row.event, row.to, row.mail.value not in refused)
        for row in TABLE.values()
        if row.mail in OPTIONAL and row.to in kinds
    )
