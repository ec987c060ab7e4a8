"""What an act on many proposals, or on all drafts, would come to, without doing it: it is tried, and taken back."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from inspect import unwrap
from typing import NoReturn
from uuid import UUID

import msgspec

from forms import FieldError
from service import logs
from service.domain.actor import Actor
from service.notify.mails import Mail
from service.operations.batches import ACTS, NewBatch, concerned, mark_of, told
from service.operations.deadlines import MoreTime, extend_deadline
from service.problems import Invalid, Problem
from service.store.database import rows, transaction, value

PATIENCE = 5.0  # seconds: what has not been tried by then is found out when the act is done
AT_ONCE = 4  # transactions; the other connections are for everybody else
DEADLINE = Mail.DEADLINE_EXTENDED.value
NAMED = 20


class Refusal(msgspec.Struct, frozen=True):
    """Why so many proposals would stay as they are; `references`: the first of them."""

    why: str
    number: int
    references: tuple[str, ...]


class Foreseen(msgspec.Struct, frozen=True):
    """An act is on `count` proposals. Of the first `tried`, `allowed` let it be done, `references` being the first of
    these; the others stay as they are, as `refused` tells. `mails`: how many of each leave at once; what the process
    does next is not among them. `mark`: to order the act with, on these proposals and no others."""

    count: int
    tried: int
    allowed: int
    references: tuple[str, ...]
    refused: tuple[Refusal, ...]
    mails: dict[str, int]
    mark: str


class ForeseenExtension(msgspec.Struct, frozen=True):
    """More time for everybody: of so many `drafts`, `later` have been given as much or more already, and keep it.
    `mails`: how many persons are told."""

    drafts: int
    later: int
    mails: int


class _TakenBack(Exception):  # noqa: N818  how what was tried ends
    """It would be done, and send these mails."""

    def __init__(self, mails: Sequence[str]) -> None:
        self.mails = mails


async def foresee_batch(actor: Actor, slug: str, new: NewBatch, *, now: datetime) -> Foreseen:
    """Raises as `begin_batch` does. Each proposal is locked for as long as it is tried, and no longer."""
    _, content, chosen = await concerned(actor, slug, new)
    ends: dict[UUID, Exception] = {}
    waiting, until = iter(chosen), time.monotonic() + PATIENCE

    async def some() -> None:
        while (not ends or time.monotonic() < until) and (proposal := next(waiting, None)) is not None:
            ends[proposal] = await _end(actor, new, content, proposal, now)

    with logs.bind(foreseen="yes"):  # what is logged of it did not happen
        await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    names = await _references(tuple(ends))
    allowed: list[str] = []
    refused: dict[str, list[str]] = {}
    mails: Counter[str] = Counter()
    for proposal in chosen[: len(ends)]:
        end, name = ends[proposal], names.get(proposal, "")
        if isinstance(end, _TakenBack):
            allowed.append(name)
            mails.update(end.mails)
        elif isinstance(end, Problem):
            refused.setdefault(told(end), []).append(name)
    return Foreseen(
        count=len(chosen),
        tried=len(ends),
        allowed=len(allowed),
        references=tuple(allowed[:NAMED]),
        refused=tuple(Refusal(why, len(those), tuple(those[:NAMED])) for why, those in refused.items()),
        mails=dict(sorted(mails.items())),
        mark=mark_of(chosen),
    )


async def _end(actor: Actor, new: NewBatch, content: msgspec.Struct, proposal: UUID, now: datetime) -> Exception:
    """How the act would end on one proposal."""
    try:
        await _try(actor, new, content, proposal, now)
    except (_TakenBack, Problem) as end:
        return end


async def _try(actor: Actor, new: NewBatch, content: msgspec.Struct, proposal: UUID, now: datetime) -> NoReturn:
    async with transaction():
        before = [line["id"] for line in await rows("SELECT id FROM outbox WHERE about = {}", proposal)]
        await ACTS[new.act](actor, proposal, content, now=now)
        queued = await rows("SELECT template FROM outbox WHERE about = {} AND id <> ALL({})", proposal, before)
        raise _TakenBack([line["template"] for line in queued])


async def _references(proposals: Sequence[UUID]) -> dict[UUID, str]:
    found = await rows("SELECT id, reference FROM proposal WHERE id = ANY({})", list(proposals))
    return {line["id"]: line["reference"] for line in found}


async def foresee_extension(actor: Actor, slug: str, more: MoreTime, *, now: datetime) -> ForeseenExtension:
    """More time for everybody. Raises as `extend_deadline` does; Invalid where it is for one draft alone."""
    if more.draft.strip():
        said = "L’aperçu est celui d’un délai donné à tous\u00a0: laissez ce code vide."
        raise Invalid([FieldError("draft", "not_foreseen", said, "Only for everybody.")], said)
    try:
        await _extend(actor, slug, more, now)
    except _TakenBack as done:
        found = await rows(
            "SELECT count(*) AS drafts, count(*) FILTER (WHERE (SELECT max(x.until) FROM extension x"
            " WHERE x.proposal = p.id) >= {}) AS later FROM proposal p JOIN call c ON c.id = p.call"
            " WHERE c.slug = {} AND p.status = 'draft' AND p.discarded_at IS NULL",
            *(more.until, slug),
        )
        return ForeseenExtension(mails=len(done.mails), **found[0])


async def _extend(actor: Actor, slug: str, more: MoreTime, now: datetime) -> NoReturn:
    async with transaction():
        before = await _told_of_time(slug)
        await unwrap(extend_deadline)(actor, slug, more, now=now)
        raise _TakenBack([DEADLINE] * (await _told_of_time(slug) - before))


async def _told_of_time(slug: str) -> int:
    number: int = await value(
        "SELECT count(*) FROM outbox WHERE about IS NULL AND data ->> 'call' = {} AND template = {}",
        *(slug, DEADLINE),
    )
    return number
