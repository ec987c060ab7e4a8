"""What waits for its workflow, read from the rows: what the relay pokes, and what an operator is shown.

A minute after a commit or a deadline the process has long gone on; what is still here then is stuck, or was missed.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from service.store.database import Row, rows, value
from service.store.seats import BEYOND, INVITABLE, PAUSED

LATE = timedelta(minutes=1)  # a timer of Temporal would have fired long ago

_UNSEEN = (
    "SELECT p.id, p.reference, p.last_seq, u.since, p.stage = '' AS closed FROM unread u"
    " JOIN proposal p ON p.id = u.proposal ORDER BY u.since, p.id LIMIT {}"
)
# Clocks that ended and rungs that came due, and nobody noticed; answers of persons that nobody acted upon.
_MISSED = """
SELECT p.id, p.reference, min(m.since) AS since FROM proposal p JOIN (
    SELECT d.proposal, d.visit, d.due_at AS since FROM deadline d
     WHERE d.closed_at IS NULL AND d.paused_at IS NULL AND d.overdue_at IS NULL
UNION ALL
    SELECT a.proposal, p.visit, coalesce(
        CASE WHEN a.reminders IS NOT NULL THEN (a.reminders ->> a.reminded)::timestamptz
             WHEN a.reminded = 0 THEN a.half_at WHEN a.reminded = 1 THEN a.last_at END, a.due_at)
      FROM assignment a JOIN proposal p ON p.id = a.proposal AND p.round = a.round
     WHERE (a.status IN ('invited', 'accepted') OR a.asked_again IS NOT NULL) AND a.seat < {beyond} AND NOT {paused}
UNION ALL
    SELECT e.proposal, e.visit, e.at FROM eligibility e WHERE e.verdict <> 'returned'
UNION ALL
    SELECT s.proposal, s.submitted_visit, s.submitted_at FROM synthesis s WHERE s.submitted_at IS NOT NULL
UNION ALL
    SELECT d.proposal, p.visit, n.at FROM decision d JOIN publication n ON n.id = d.publication
      JOIN proposal p ON p.id = d.proposal AND p.round = d.round AND p.stage_kind = 'committee'
) m ON m.proposal = p.id AND m.visit = p.visit
 WHERE p.stage <> '' AND m.since < {} GROUP BY p.id ORDER BY since LIMIT {}
""".replace("{beyond}", str(BEYOND)).replace("{paused}", PAUSED)


async def unseen(limit: int) -> list[Row]:
    """The proposals whose workflow has not read their last entry, the longest first."""
    return await rows(_UNSEEN, limit)


async def missed(now: datetime, limit: int) -> list[Row]:
    """The proposals whose process should have gone on a minute ago, by what their rows say; the longest first."""
    return await rows(_MISSED, now - LATE, limit)


async def unchecked(now: datetime, limit: int) -> list[Row]:
    """The proposals for which no conflicts of interest were looked for, a minute after they were submitted."""
    return await rows(
        "SELECT id, reference, submitted_at AS since FROM proposal WHERE NOT traced AND submitted_at < {}"
        " ORDER BY submitted_at LIMIT {}",
        *(now - LATE, limit),
    )


async def fed(today: date, limit: int) -> list[UUID]:
    """The proposals whose seat is vacant though somebody is on the list, one of whom has time again."""
    found = await rows(
        "SELECT p.id FROM proposal p"  # noqa: S608  our names
        " WHERE p.starved AND p.stage_kind = 'review' AND EXISTS (SELECT FROM assignment a"
        f" WHERE a.proposal = p.id AND a.round = p.round AND {INVITABLE}) ORDER BY p.id LIMIT {{}}",
        *(today, today, limit),
    )
    return [line["id"] for line in found]


async def opened() -> list[UUID]:
    """The proposals that are in a stage, the oldest first."""
    return [line["id"] for line in await rows("SELECT id FROM proposal WHERE stage <> '' ORDER BY id")]


async def opened_and_seen() -> int:
    """How many are in a stage and fully read: as many workflows should run."""
    number: int = await value("SELECT count(*) FROM proposal WHERE stage <> '' AND seen_seq = last_seq")
    return number


_NEXT = """
SELECT min(t.at) FROM proposal p JOIN LATERAL (
    SELECT d.due_at AS at FROM deadline d WHERE d.proposal = p.id AND d.visit = p.visit AND d.closed_at IS NULL
       AND d.paused_at IS NULL AND d.overdue_at IS NULL
UNION ALL
    SELECT coalesce(CASE WHEN a.reminders IS NOT NULL THEN (a.reminders ->> a.reminded)::timestamptz
                         WHEN a.reminded = 0 THEN a.half_at WHEN a.reminded = 1 THEN a.last_at END, a.due_at)
      FROM assignment a WHERE a.proposal = p.id AND a.round = p.round AND p.stage_kind IN ('review', 'conciliation')
       AND (a.status IN ('invited', 'accepted') OR a.asked_again IS NOT NULL) AND a.seat < {beyond} AND NOT {paused}
) t ON true WHERE p.id = {} AND p.stage <> ''
""".replace("{beyond}", str(BEYOND)).replace("{paused}", PAUSED)


async def next_timer(proposal: UUID) -> datetime | None:
    """When the process does something by itself next; None where only persons can."""
    at: datetime | None = await value(_NEXT, proposal)
    return at


async def seats_of(proposal: UUID) -> str:
    """How the assignments of the present round stand, in a few words: what a review waits for."""
    found = await rows(
        "SELECT CASE WHEN a.asked_again IS NOT NULL THEN 'to confirm' ELSE a.status END AS status, count(*) AS n"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal AND p.round = a.round"
        " WHERE p.id = {} AND a.status NOT IN ('declined', 'released') GROUP BY 1 ORDER BY 1",
        proposal,
    )
    return "experts: " + (", ".join(f"{line['n']} {line['status']}" for line in found) or "none on its list")


async def calls_unseen(limit: int) -> list[UUID]:
    """The calls whose workflow has not read the last entry of their journal."""
    found = await rows(
        "SELECT c.id FROM call c JOIN stream s ON s.name = 'call:' || c.id WHERE c.seen_seq < s.last_seq"
        " ORDER BY s.last_at LIMIT {}",
        limit,
    )
    return [line["id"] for line in found]


async def calls_missed(now: datetime, limit: int) -> list[UUID]:
    """The calls that should have done something a minute ago, or do nothing although proposals of them are at work."""
    found = await rows(
        "SELECT id FROM call c WHERE next_at < {} OR (next_at IS NULL AND seen_seq > 0 AND EXISTS"
        " (SELECT FROM proposal p WHERE p.call = c.id AND p.stage <> '')) ORDER BY next_at LIMIT {}",
        *(now - LATE, limit),
    )
    return [line["id"] for line in found]


async def calls_stuck(now: datetime, limit: int, of: Sequence[str] | None = None) -> list[Row]:
    """The calls whose workflow should have read an entry, or done something, a minute ago; `reference`: their slug.
    `of`: of these alone."""
    return await rows(
        "SELECT c.slug AS reference, min(m.since) AS since FROM call c JOIN ("
        " SELECT c.id, s.last_at AS since FROM call c JOIN stream s ON s.name = 'call:' || c.id"
        "  WHERE c.seen_seq < s.last_seq UNION ALL SELECT id, next_at FROM call) m ON m.id = c.id"
        " WHERE m.since < {} AND ({}::text[] IS NULL OR c.slug = ANY({})) GROUP BY c.id ORDER BY since LIMIT {}",
        *(now - LATE, of, of, limit),
    )
