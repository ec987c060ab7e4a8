"""Reports as documents: what of them somebody is told, and the figures of one that is drawn."""

from typing import TypeVar
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.documents import Job
from service.domain.policy import Action
from service.domain.reporting import ReportContent, Scope
from service.problems import NotFound
from service.store.database import value
from service.views.annual import annual, reported
from service.views.calls import CallView, require_on_call
from service.views.figures import figures
from service.views.roundscores import apart

Figures = TypeVar("Figures")


async def scope_of_call(actor: Actor, slug: str) -> Scope:
    """What the report of a call tells this reader. NotFound."""
    return await _scope(actor, [await require_on_call(actor, slug, Action.CALL_REPORT)])


async def scope_of_year(actor: Actor, year: int) -> Scope:
    """What the report of a year tells this reader. NotFound."""
    mine, _ = await reported(actor)
    return await _scope(actor, mine, year)


async def _scope(actor: Actor, mine: list[CallView], year: int = 0) -> Scope:
    ids = tuple(about.id for about in mine)
    whole = tuple(about.id for about in mine if Action.CALL_BOARD in about.may)
    return Scope(ids, whole, tuple(await apart(actor, ids)), year)


async def content_of_call(actor: Actor, scope: Scope, slug: str) -> str:
    """All that the report of a call tells, as its job keeps it."""
    return _content(scope, await figures(actor, slug))


async def content_of_year(actor: Actor, scope: Scope) -> str:
    """All that the report of a year tells, as its job keeps it."""
    return _content(scope, await annual(actor, scope.year))


def _content(scope: Scope, told: msgspec.Struct) -> str:
    return msgspec.json.encode(ReportContent(scope, msgspec.Raw(msgspec.json.encode(told)))).decode()


async def require_report(actor: Actor, job_id: UUID) -> None:
    """NotFound for whoever would not be told as much now."""
    told = (await _kept(job_id)).scope
    mine, _ = await reported(actor)
    if not told.within(await _scope(actor, [about for about in mine if about.id in told.calls])):
        raise NotFound


async def figures_of(job: Job, kind: type[Figures]) -> Figures:
    """The figures of a report's job. NotFound."""
    return msgspec.json.decode((await _kept(job.id)).figures, type=kind)


async def _kept(job_id: UUID) -> ReportContent:
    content = await value("SELECT content FROM job WHERE id = {}", job_id)
    if content is None:
        raise NotFound
    return msgspec.json.decode(content, type=ReportContent)
