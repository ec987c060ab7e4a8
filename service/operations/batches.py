"""One act of an officer's hand on many proposals: written down at once, carried out by a worker, one transaction each.

What a proposal came to stands in its row by the transaction of the act itself: however often a worker dies in the
middle, nothing is done twice and nothing is left out. The lock of an item is taken before its proposal's, and by nobody
else. Rights are those that the author has when an item is done.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from inspect import unwrap
from typing import Any, Literal
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations import everywhere, extending, steering
from service.operations.acting import operation
from service.operations.everywhere import ExtendReviews, ReplaceExpert
from service.operations.extending import Extend
from service.operations.holding import call_named, refuse
from service.operations.steering import GoBack, Reopen, Skip, Stop, require_reason
from service.problems import Conflict, Invalid, Problem
from service.store import journal
from service.store.conflicts import conflicted
from service.store.database import Row, execute, execute_each, row, rows, savepoint, transaction, value
from service.store.ids import uuid7
from service.store.roles import held_roles

MOST = 5000  # proposals of one batch
AT_ONCE = 200  # items of one activity
LONGEST_DETAIL = 400
Act = Literal["skip", "go_back", "reopen", "extend", "stop", "replace_expert", "extend_expert"]
CONTENTS: dict[str, type[msgspec.Struct]] = {
    "skip": Skip, "go_back": GoBack, "reopen": Reopen, "extend": Extend, "stop": Stop,
    "replace_expert": ReplaceExpert, "extend_expert": ExtendReviews,
}  # fmt: skip
ACTS: dict[str, Callable[..., Awaitable[Any]]] = {
    "skip": unwrap(steering.skip_stage),
    "go_back": unwrap(steering.go_back),
    "reopen": unwrap(steering.reopen),
    "extend": unwrap(extending.extend_stage),
    "stop": unwrap(steering.stop),
    "replace_expert": everywhere.replace_everywhere,
    "extend_expert": everywhere.extend_everywhere,
}
# Where an act on one expert finds something to do.
CONCERNED = {"replace_expert": everywhere.LISTED, "extend_expert": everywhere.AWAITED}


class NewBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`act` on every proposal of the call that is in `stage` ("" for `reopen`), or on those of these `references`
    alone; the rest is what the act takes: `outcome` (skip), `to` (go_back, reopen), `status` (stop), `until`
    (extend, extend_expert). `replace_expert` and `extend_expert` are on every proposal that waits for a review of
    `expert`, in whatever stage; `by`: who takes their place, else whoever is next on the list. `mark`: of the proposals
    that were foreseen; the act is on no others then."""

    act: Act
    reason: str
    stage: str = ""
    references: tuple[str, ...] = ()
    outcome: str = ""
    to: str = ""
    status: str = ""
    until: datetime | None = None
    expert: UUID | None = None
    by: UUID | None = None
    mark: str = ""

    def content(self) -> Skip | GoBack | Reopen | Extend | Stop | ReplaceExpert | ExtendReviews:
        """What each proposal's act is given. Raises Invalid where the instant, or the expert, is missing."""
        reason = self.reason.strip()
        if self.act in CONCERNED:
            return self._of_expert(reason)
        match self.act:
            case "skip":
                return Skip(self.stage, self.outcome, reason)
            case "go_back":
                return GoBack(self.stage, self.to, reason)
            case "reopen":
                return Reopen(self.to, reason)
            case "stop":
                return Stop(self.stage, self.status, reason)
            case "extend" if self.until is not None:
                return Extend(self.stage, self.until, reason)
        raise Invalid([FieldError("until", "required", "Indiquez la nouvelle échéance.", "Give the instant.")])

    def _of_expert(self, reason: str) -> ReplaceExpert | ExtendReviews:
        if self.expert is None:
            raise Invalid([FieldError("expert", "required", "Choisissez un évaluateur.", "Choose an expert.")])
        if self.act == "replace_expert":
            if self.by == self.expert:
                said = "Choisissez une autre personne."
                raise Invalid([FieldError("by", "same_expert", said, "Choose somebody else.")])
            return ReplaceExpert(self.expert, self.by, reason)
        if self.until is None:
            raise Invalid([FieldError("until", "required", "Indiquez la nouvelle échéance.", "Give the instant.")])
        return ExtendReviews(self.expert, self.until, reason)


class BegunBatch(msgspec.Struct, frozen=True):
    """A batch that a worker carries out now, and on how many proposals."""

    id: UUID
    count: int


@operation
async def begin_batch(actor: Actor, slug: str, new: NewBatch, *, now: datetime) -> BegunBatch:
    """Write down an act on many proposals. Raises Invalid where it is incomplete, names a proposal that the officer
    does not run, or none is concerned; Conflict where others are concerned than were foreseen. Whether each of them
    allows it is found out one by one."""
    call, content, chosen = await concerned(actor, slug, new)
    if new.mark and new.mark != mark_of(chosen):
        raise Conflict(
            "Les candidatures concernées ont changé depuis l’aperçu : relisez-le avant de confirmer.",
            code="others_concerned",
        )
    batch = uuid7(now)
    await execute(
        "INSERT INTO batch (id, call, act, content, author, created_at, request) VALUES ({}, {}, {}, {}, {}, {}, {})",
        *(batch, call["id"], new.act, msgspec.json.encode(content).decode(), actor.person, now, actor.request[:64]),
    )
    await execute_each(
        "INSERT INTO batch_item (batch, number, proposal) VALUES ($1, $2, $3)",
        [(batch, number, proposal) for number, proposal in enumerate(chosen, start=1)],
    )
    said = {"batch": batch, "act": new.act, "count": len(chosen)}
    await journal.append(f"call:{call['id']}", "batch_begun", actor, now, said)
    return BegunBatch(batch, len(chosen))


async def concerned(actor: Actor, slug: str, new: NewBatch) -> tuple[Row, msgspec.Struct, list[UUID]]:
    """The call, what each proposal's act is given, and on which ones it is. Raises as `begin_batch` does."""
    call = await call_named(slug)
    refuse(policy.why_not_on_call(actor, Action.CALL_STEER, call["id"]))
    require_reason(new.reason)
    content = new.content()
    return call, content, await _chosen(actor, call["id"], new)


def mark_of(proposals: Iterable[UUID]) -> str:
    """What tells apart the proposals that an act is on."""
    return hashlib.sha256("".join(one.hex for one in proposals).encode()).hexdigest()[:32]


# Proposals on which an officer is that alone: as an applicant, or in conflict, they see them in no list either.
_STEERABLE = (
    "p.call = {} AND p.status <> 'draft' AND p.owner <> {}"
    f" AND NOT {conflicted('p.id', '{}')}"
    " AND NOT EXISTS (SELECT FROM collaborator k WHERE k.proposal = p.id AND k.account = {})"
)


async def _chosen(actor: Actor, call: UUID, new: NewBatch) -> list[UUID]:
    """In the order of their references."""
    whose = (call, actor.account, actor.account, actor.account)
    wanted = [one.strip().upper() for one in new.references if one.strip()]
    if wanted:
        found = await rows(
            f"SELECT p.id, p.reference FROM proposal p WHERE {_STEERABLE} AND p.reference = ANY({{}})"  # noqa: S608
            " ORDER BY p.reference",
            *(*whose, wanted),
        )
        missing = sorted(set(wanted) - {line["reference"] for line in found})
        if missing:
            said = f"Ces références ne sont pas de cet appel : {', '.join(missing[:20])}."
            raise Invalid([FieldError("references", "unknown_reference", said, "Not of this call.")])
    elif new.act == "reopen":
        said = "Donnez les références des candidatures à rouvrir."
        raise Invalid([FieldError("references", "required", said, "Give references.")])
    elif new.act in CONCERNED:
        found = await rows(
            f"SELECT p.id FROM proposal p WHERE {_STEERABLE} AND {CONCERNED[new.act]} ORDER BY p.reference",  # noqa: S608
            *(*whose, new.expert),
        )
    else:
        found = await rows(
            f"SELECT p.id FROM proposal p WHERE {_STEERABLE} AND p.stage = {{}} AND p.stage <> ''"  # noqa: S608
            " ORDER BY p.reference",
            *(*whose, new.stage),
        )
    if not 0 < len(found) <= MOST:
        of_one = new.act in CONCERNED
        none = "n’attend d’évaluation de cette personne" if of_one else "n’est à cette étape"
        said = f"Aucune candidature {none}." if not found else f"{MOST} candidatures au plus."
        where = "expert" if of_one else "stage"
        raise Invalid([FieldError(where, "nothing_chosen", said, f"From 1 to {MOST} proposals.")])
    return [line["id"] for line in found]


async def carry_on(batch: UUID, now: datetime) -> int:
    """Do the next items of a batch, each in a transaction of its own; how many are left to do. 0 where there is no such
    batch (any more)."""
    about = await row("SELECT * FROM batch WHERE id = {}", batch)
    if about is None or about["finished_at"] is not None:
        return 0
    waiting = await rows(
        "SELECT number FROM batch_item WHERE batch = {} AND state = 'waiting' ORDER BY number LIMIT {}", batch, AT_ONCE
    )
    content = msgspec.json.decode(about["content"], type=CONTENTS[about["act"]])
    for line in waiting:
        await _carry(about, line["number"], content, now)
    left: int = await value("SELECT count(*) FROM batch_item WHERE batch = {} AND state = 'waiting'", batch)
    if not left:
        await _finish(about, now)
    return left


async def _carry(about: Row, number: int, content: msgspec.Struct, now: datetime) -> None:
    async with transaction():
        item = await row(
            "SELECT proposal, state FROM batch_item WHERE batch = {} AND number = {} FOR UPDATE", about["id"], number
        )
        if item is None or item["state"] != "waiting":  # another worker was faster
            return
        state, detail = "done", ""
        try:
            async with savepoint():
                await ACTS[about["act"]](await _author(about), item["proposal"], content, now=now)
        except Problem as problem:
            state, detail = "refused", told(problem)
        await execute(
            "UPDATE batch_item SET state = {}, detail = {}, at = {} WHERE batch = {} AND number = {}",
            *(state, detail[:LONGEST_DETAIL], now, about["id"], number),
        )


def told(problem: Problem) -> str:
    """Why an act was refused, in one line."""
    errors = problem.errors if isinstance(problem, Invalid) else []
    return " ".join(error.fr for error in errors) or problem.detail


async def _author(about: Row) -> Actor:
    """Who ordered it, with the roles that they have now; nobody, once the account is closed."""
    found = await row(
        "SELECT name, email FROM account WHERE id = {} AND disabled_at IS NULL AND email <> ''", about["author"]
    )
    if found is None:
        return Actor(account=about["author"])
    held = await held_roles(about["author"])
    return Actor(about["author"], found["name"], found["email"], held, request=about["request"])


async def _finish(about: Row, now: datetime) -> None:
    async with transaction():
        first = await row(
            "UPDATE batch SET finished_at = {} WHERE id = {} AND finished_at IS NULL RETURNING id", now, about["id"]
        )
        if first is None:
            return
        found = await row(
            "SELECT count(*) FILTER (WHERE state = 'done') AS done,"
            " count(*) FILTER (WHERE state = 'refused') AS refused FROM batch_item WHERE batch = {}",
            about["id"],
        )
        said = {"batch": about["id"], **(found or {})}
        await journal.append(f"call:{about['call']}", "batch_finished", await _author(about), now, said)


async def waiting_batches(limit: int) -> list[UUID]:
    """Those that are not finished, the oldest first: what the relay starts."""
    found = await rows("SELECT id FROM batch WHERE finished_at IS NULL ORDER BY created_at LIMIT {}", limit)
    return [line["id"] for line in found]
