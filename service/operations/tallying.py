"""What the reviews of a proposal come to, kept in its row of `tally` by the commit that changes a review.

Triggers of the database empty the row at every change of what counts, and mark it; the operation that made the change
then counts anew before it commits. Should one forget to, the worker does it within a minute, and nobody reads an old
figure meanwhile.
"""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec

from forms import Edition
from service.domain.actor import PROCESS
from service.operations.apart import apart
from service.operations.holding import Held, held
from service.problems import NotFound
from service.store.database import execute, rows, transaction
from service.store.tallied import Given, counted

_GIVEN = (
    "SELECT DISTINCT ON (v.subject_id) v.subject_id AS id, v.content -> 'scores' AS scores,"
    " coalesce(v.content ->> 'confidence', '') AS confidence FROM revision v"
    " WHERE v.subject = 'review' AND v.proposal = {} AND EXISTS (SELECT FROM assignment a"
    "  WHERE a.review = v.subject_id AND a.round = {} AND a.status = 'done')"
    " ORDER BY v.subject_id, v.number DESC"
)


async def tally(proposal: Held, number: int | None = None, content: Edition | None = None) -> None:
    """Count the reviews of a round, the present one unless it is named, by the grid of the proposal's edition, or of
    the one that it is moved to. Its row is marked where something changed."""
    number = number or proposal.round
    grid = (content or proposal.edition).grid_of(number)
    found, reviews = counted(grid, await given_in(proposal, number))
    await execute(
        "UPDATE tally SET stale = false, version = version + 1, n = {}, total = {}, spread = {}, content = {},"
        " reviews = {} WHERE proposal = {} AND round = {} AND stale",
        *(found.summary.n, found.summary.total, found.totals.spread),
        *(msgspec.json.encode(one).decode() for one in (found, reviews)),
        *(proposal.id, number),
    )


async def given_in(proposal: Held, number: int) -> list[Given]:
    """What the reviews of a round say that count, as last submitted."""
    return [
        (line["id"], msgspec.json.decode(line["scores"]), line["confidence"])
        for line in await rows(_GIVEN, proposal.id, number)
    ]


async def tally_moved(proposal: Held, content: Edition) -> None:
    """Count every round anew by the grid of the edition that the proposal was moved to."""
    for line in await rows("SELECT round FROM tally WHERE proposal = {} AND stale ORDER BY round", proposal.id):
        await tally(proposal, line["round"], content)


async def tally_stale(now: datetime) -> int:
    """Count what is marked and was not counted, each under its proposal's lock; how many."""
    found = await rows("SELECT proposal, round FROM tally WHERE stale ORDER BY proposal, round LIMIT 1000")

    async def one(line: tuple[UUID, int]) -> None:
        async with transaction():
            with suppress(NotFound):  # deleted since
                await tally(await held(PROCESS, line[0], now), line[1])

    return await apart(one, ((line["proposal"], line["round"]) for line in found), "reviews_not_counted")
