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
from service.notify.samples import Sample, sample
from service.operations.batches import ACTS, NewBatch, concerned, mark_of, told
from service.operations.deadlines import MoreTime, extend_deadline
from service.problems import Invalid, Problem
from service.settings import Settings
from service.store.database import Row, rows, transaction

PATIENCE = 5.0  # seconds: what has not been tried by then is found out when the act is done
AT_ONCE = 4  # transactions; the other connections are for everybody else
NAMED = 20


class Refusal(msgspec.Struct, frozen=True):
    """Why so many proposals would stay as they are; `references`: the first of them."""

    why: str
    number: int
    references: tuple[str, ...]


class Foreseen(msgspec.Struct, frozen=True):
    """An act is on `count` proposals. Of the first `tried`, `allowed` let it be done, `references` being the first of
    these; the others stay as they are, as `refused` tells. `mails`: how many of each leave at once, `words`: one of
    each as its reader gets it; what the process does next is not among them. `mark`: to order the act with, on these
    proposals and no others."""

    count: int
    tried: int
    allowed: int
    references: tuple[str, ...]
    refused: tuple[Refusal, ...]
    mails: dict[str, int]
    mark: str
    words: dict[str, Sample] = {}


class ForeseenExtension(msgspec.Struct, frozen=True):
    """More time for everybody: of so many `drafts`, `later` have been given as much or more already, and keep it.
    `mails`: how many persons are told, in these `words`."""

    drafts: int
    later: int
    mails: int
    words: Sample | None = None


class _TakenBack(Exception):  # noqa: N818  how what was tried ends
    """It would be done, and queue these mails."""

    def __init__(self, mails: Sequence[Row]) -> None:
        self.mails = mails


class _Trial:
    """An act that is tried, and a mail of each kind that it queues."""

    def __init__(self, settings: Settings, actor: Actor, new: NewBatch, now: datetime) -> None:
        self.settings, self.actor, self.new, self.now = settings, actor, new, now
        self.words: dict[str, Sample] = {}

    async def end(self, content: msgspec.Struct, proposal: UUID) -> Exception:
        """How it would end on one proposal."""
        try:
            await self._try(content, proposal)
        except (_TakenBack, Problem) as end:
            return end

    async def _try(self, content: msgspec.Struct, proposal: UUID) -> NoReturn:
        async with transaction():
            before = [line["id"] for line in await rows("SELECT id FROM outbox WHERE about = {}", proposal)]
            await ACTS[self.new.act](self.actor, proposal, content, now=self.now)
            queued = await rows("SELECT * FROM outbox WHERE about = {} AND id <> ALL({})", proposal, before)
            for line in queued:
                if line["template"] not in self.words and (said := await sample(self.settings, line, self.now)):
                    self.words[line["template"]] = said
            raise _TakenBack(queued)


async def foresee_batch(actor: Actor, slug: str, new: NewBatch, *, settings: Settings, now: datetime) -> Foreseen:
    """Raises as `begin_batch` does. Each proposal is locked for as long as it is tried, and no longer."""
    _, content, chosen = await concerned(actor, slug, new)
    trial = _Trial(settings, actor, new, now)
    ends: dict[UUID, Exception] = {}
    waiting, until = iter(chosen), time.monotonic() + PATIENCE

    async def some() -> None:
        while (not ends or time.monotonic() < until) and (proposal := next(waiting, None)) is not None:
            ends[proposal] = await trial.end(content, proposal)

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
            mails.update(line["template"] for line in end.mails)
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
        words=dict(sorted(trial.words.items())),
    )


async def _references(proposals: Sequence[UUID]) -> dict[UUID, str]:
    found = await rows("SELECT id, reference FROM proposal WHERE id = ANY({})", list(proposals))
    return {line["id"]: line["reference"] for line in found}


async def foresee_extension(
    actor: Actor, slug: str, more: MoreTime, *, settings: Settings, now: datetime
) -> ForeseenExtension:
    """More time for everybody. Raises as `extend_deadline` does; Invalid where it is for one draft alone."""
    if more.draft.strip():
        said = "L’aperçu est celui d’un délai donné à tous\u00a0: laissez ce code vide."
        raise Invalid([FieldError("draft", "not_foreseen", said, "Only for everybody.")], said)
    words: list[Sample] = []
    try:
        await _extend(settings, actor, slug, more, now, words)
    except _TakenBack as done:
        found = await rows(
            "SELECT count(*) AS drafts, count(*) FILTER (WHERE (SELECT max(x.until) FROM extension x"
            " WHERE x.proposal = p.id) >= {}) AS later FROM proposal p JOIN call c ON c.id = p.call"
            " WHERE c.slug = {} AND p.status = 'draft' AND p.discarded_at IS NULL",
            *(more.until, slug),
        )
        return ForeseenExtension(mails=len(done.mails), words=words[0] if words else None, **found[0])


async def _extend(  # noqa: PLR0917  what is tried, and where its words go
    settings: Settings, actor: Actor, slug: str, more: MoreTime, now: datetime, words: list[Sample]
) -> NoReturn:
    async with transaction():
        before = [line["id"] for line in await _told_of_time(slug)]
        await unwrap(extend_deadline)(actor, slug, more, now=now)
        queued = [line for line in await _told_of_time(slug) if line["id"] not in before]
        if queued and (said := await sample(settings, queued[0], now)):
            words.append(said)
        raise _TakenBack(queued)


async def _told_of_time(slug: str) -> list[Row]:
    return await rows(
        "SELECT * FROM outbox WHERE about IS NULL AND data ->> 'call' = {} AND template = {}",
        *(slug, Mail.DEADLINE_EXTENDED.value),
    )
