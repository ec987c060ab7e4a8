"""A sitting held under its lock, after those of its calls; and whom it is told to."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from forms import Edition
from forms.process import Rules
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.holding import refuse
from service.problems import Conflict, NotFound, Stale
from service.store import journal
from service.store.database import Row, execute, row, rows
from service.store.editions import edition
from service.store.sittings import SITS, calls_of


class Kept(Protocol):
    """What an act on a sitting answers."""

    def __init__(self, id: UUID, number: int, version: int, sequence: int) -> None: ...  # noqa: A002  its name


K = TypeVar("K", bound=Kept)


class HeldSitting:
    """A sitting under its lock, until the transaction ends. `calls`: those that it is of, its own first; `editions`:
    the latest one of each, by which its proposals are examined."""

    def __init__(self, call: Row, line: Row, editions: dict[UUID, Edition], actor: Actor, now: datetime) -> None:
        self.call = call
        self.line = line
        self.id: UUID = line["id"]
        self.calls = tuple(editions)
        self.editions = editions
        self.actor = actor
        self.now = now

    @property
    def edition(self) -> Edition:
        """That of its own call, whose rules hold."""
        return self.editions[self.line["call"]]

    @property
    def rules(self) -> Rules:
        """The committee's rules of procedure."""
        return self.edition.process.committee

    @property
    def convened(self) -> bool:
        """Whether its members were called."""
        return self.line["convened_at"] is not None

    def require_ahead(self) -> None:
        """Raise Conflict once it was cancelled, or has begun."""
        if self.line["cancelled_at"] is not None:
            raise Conflict("Cette séance est annulée.", code="cancelled")
        if self.line["opened_at"] is not None:
            raise Conflict("Cette séance a déjà commencé.", code="begun")

    def digest(self, text: str) -> str:
        """The salted digest of a text of this sitting, for its journal; "" of none."""
        return journal.salted(bytes(self.line["salt"]), text.encode()) if text else ""

    async def change(self, *, quiet: bool = False, **columns: Any) -> None:
        """Write columns, and the next version. Of a convened sitting that is a change of its event in calendars too,
        unless it is `quiet`."""
        columns["version"] = self.line["version"] + 1
        if self.convened and not quiet:
            columns["sequence"] = self.line["sequence"] + 1
        names = ", ".join(f"{name} = {{}}" for name in columns)
        await execute(f"UPDATE sitting SET {names} WHERE id = {{}}", *columns.values(), self.id)  # noqa: S608  our names
        self.line.update(columns)

    async def append(self, kind: str, **data: object) -> None:
        """One entry in its journal."""
        await journal.append(f"sitting:{self.id}", kind, self.actor, self.now, data)

    async def note_date(self) -> None:
        """An entry of the call: its workflow looks again at when it is to remind of what."""
        kind = "sitting_cancelled" if self.line["cancelled_at"] is not None else "sitting_dated"
        about = {"sitting": self.id, "starts_at": self.line["starts_at"]}
        await journal.append(f"call:{self.call['id']}", kind, self.actor, self.now, about)

    def kept(self, kind: type[K]) -> K:
        """What the act answers."""
        return kind(self.id, self.line["number"], self.line["version"], self.line["sequence"])


async def held_sitting(
    actor: Actor,
    sitting_id: UUID,
    action: Action,
    now: datetime,
    version: int | None = None,
    *,
    beside: Collection[UUID] = (),
) -> HeldSitting:
    """A sitting under the locks of its calls and of its own; `beside`: calls to be locked with them. What concerns a
    whole sitting is done by whoever may do it in every one of its calls. Raises NotFound, also for whoever may not read
    it, the refusal of the action, and Stale where it has changed since `version`, or is of other calls by now."""
    calls = await _readable(actor, sitting_id)
    for one in calls:
        refuse(policy.why_not_on_call(actor, action, one))
    locked = await held_calls({*calls, *beside})
    sitting = await held_by_call(actor, locked[calls[0]], sitting_id, now)
    if sitting.calls != calls or version not in (None, sitting.line["version"]):
        raise Stale(sitting.line["version"])
    return sitting


async def held_calls(calls: Collection[UUID]) -> dict[UUID, Row]:
    """These calls under their locks, taken by id whatever their order. Raises NotFound."""
    found = await rows("SELECT * FROM call WHERE id = ANY({}) ORDER BY id FOR NO KEY UPDATE", list(calls))
    if len(found) != len(set(calls)):
        raise NotFound
    return {line["id"]: line for line in found}


async def _readable(actor: Actor, sitting_id: UUID) -> tuple[UUID, ...]:
    """The calls of a sitting, for whoever has a part in the committee of one of them. Raises NotFound."""
    calls = await calls_of(sitting_id)
    if not any(policy.why_not_on_call(actor, Action.SITTING_READ, one) is None for one in calls):
        raise NotFound
    return calls


async def held_for_member(actor: Actor, sitting_id: UUID, now: datetime) -> HeldSitting:
    """A sitting under its lock, for whoever has a part in the committee of one of its calls: members act beside each
    other, and wait for no other sitting. Raises NotFound."""
    calls = await _readable(actor, sitting_id)
    return await held_by_call(actor, {"id": calls[0]}, sitting_id, now)


async def held_by_call(actor: Actor, call: Row, sitting_id: UUID, now: datetime) -> HeldSitting:
    """A sitting under its lock, its own call being locked by the caller. Raises NotFound."""
    line = await row("SELECT * FROM sitting WHERE id = {} AND call = {} FOR NO KEY UPDATE", sitting_id, call["id"])
    if line is None:
        raise NotFound
    return HeldSitting(call, line, await latest_editions(await calls_of(sitting_id)), actor, now)


async def latest_editions(calls: Collection[UUID]) -> dict[UUID, Edition]:
    """The latest edition of each call, in their order. Raises NotFound."""
    found = {
        line["call"]: line["id"]
        for line in await rows(
            "SELECT DISTINCT ON (call) call, id FROM edition WHERE call = ANY({}) ORDER BY call, number DESC",
            list(calls),
        )
    }
    if len(found) != len(set(calls)):
        raise NotFound
    return {one: await edition(found[one]) for one in calls}


async def tell_members(sitting: HeldSitting, mail: Mail, accounts: Collection[UUID] | None = None) -> None:
    """A mail to whoever is called and may sit, or to these persons."""
    found = await rows(
        "SELECT id, email FROM account WHERE disabled_at IS NULL AND email <> '' AND id = ANY(coalesce({}::uuid[],"  # noqa: S608
        " ARRAY(SELECT m.account FROM sitting_member m JOIN sitting s ON s.id = m.sitting"
        f" WHERE s.id = {{}} AND {SITS}))) ORDER BY id",
        *(None if accounts is None else list(accounts), sitting.id),
    )
    for line in found:
        await enqueue(
            mail,
            line["id"],
            line["email"],
            {"sitting": str(sitting.id), "call": sitting.call["slug"]},
            key=f"{mail.value}-{sitting.id}-{sitting.line['sequence']}-{line['id']}",
            now=sitting.now,
        )
