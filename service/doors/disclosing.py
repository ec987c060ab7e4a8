"""A call's transparency export: its PDF are drawn by the worker, like all others; then all is sent as one ZIP."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from service.domain.actor import Actor
from service.domain.documents import Job
from service.operations import documents
from service.views import editions, transparency


class Export(msgspec.Struct, frozen=True):
    """`waits`: for which document, one that failed first; None once all are drawn, and `content` is the ZIP."""

    waits: Job | None
    content: AsyncIterator[bytes] | None = None


async def exported(actor: Actor, slug: str, now: datetime) -> Export:
    """That of a call, for whoever may publish it. NotFound."""
    told = await transparency.disclosure(actor, slug, now)
    number = told.editions[0].number
    form = await documents.ask_form(actor, (await editions.which(actor, slug, number)).id, now=now)
    minutes = [await documents.ask_paper(actor, one, now=now) for one in transparency.papers_of(told)]
    waiting = sorted((one for one in (form, *minutes) if one.status != "done"), key=lambda one: one.status)
    if waiting:  # "failed" comes before "queued" and "running"
        return Export(waiting[0])
    return Export(None, await transparency.zipped(told, form, minutes))
