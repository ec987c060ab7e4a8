"""What an expert was asked to review, ever, of proposals whose journal the reader may read."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import rows
from service.store.editions import edition
from service.views import cursors
from service.views.experts import expert
from service.views.visible import visible

MOST = 100


class PastReview(msgspec.Struct, frozen=True):
    """A review that an expert was asked for. `status`: as of an assignment, invited to done; `at`: since when it has
    been so."""

    id: UUID
    proposal: UUID
    call: str
    call_title: str
    reference: str
    title: str
    round: int
    status: str
    asked_at: datetime
    at: datetime


class PastReviews(msgspec.Struct, frozen=True):
    """One page, the latest first; `next`: the cursor of the following one."""

    items: tuple[PastReview, ...]
    next: str | None


_AT = "coalesce(a.ended_at, a.answered_at, a.invited_at)"
_SQL = (
    f"SELECT a.id, a.proposal, c.slug AS call, p.edition, p.reference, p.title, a.round, a.status, {_AT} AS at,"  # noqa: S608
    " a.invited_at AS asked_at FROM assignment a JOIN proposal p ON p.id = a.proposal JOIN call c ON c.id = p.call"
    " WHERE a.expert = {} AND a.invited_at IS NOT NULL AND {may}"
    f" {{after}} ORDER BY {_AT} DESC, a.id DESC LIMIT {{limit}}"
)


async def past_reviews(
    actor: Actor, slug: str, account_id: UUID, cursor: str | None = None, limit: int = 50
) -> PastReviews:
    """Of an expert of this call, in all calls, for its officers. NotFound; Invalid for a cursor that is not ours."""
    await expert(actor, slug, account_id)
    may, args = visible(actor, Action.JOURNAL_READ)
    after, place = (f"AND ({_AT}, a.id) < ({{}}, {{}})", _read(cursor)) if cursor else ("", ())
    limit = max(1, min(limit, MOST))
    sql = _SQL.replace("{may}", may).replace("{after}", after).replace("{limit}", str(limit + 1))
    found = await rows(sql, account_id, *args, *place)
    shown = found[:limit]
    items = tuple([PastReview(call_title=(await edition(line.pop("edition"))).call.title.fr, **line) for line in shown])
    last = items[-1] if len(found) > limit else None
    return PastReviews(items, cursors.write(last.at.isoformat(), last.id) if last else None)


def _read(cursor: str) -> tuple[datetime, UUID]:
    at, last = cursors.read(cursor)
    try:
        read = datetime.fromisoformat(at)
    except ValueError as error:
        raise cursors.refused() from error
    if read.tzinfo is None:
        raise cursors.refused()
    return read, last
