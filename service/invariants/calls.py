"""What must hold of calls at any moment: each goes on by itself, closes when it says so, and has its plan then.

Beside the promises on proposals; `of`: of these calls alone, by their slugs.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from forms import local_day
from service.domain.closing import closing
from service.domain.plans import Wanted
from service.store import backlog, matched
from service.store.database import rows
from service.store.editions import edition

Found = list[tuple[str, str]]  # the slug of a call, and what is wrong there
_LAST_EDITION = "(SELECT e.id FROM edition e WHERE e.call = c.id ORDER BY e.number DESC LIMIT 1)"
# The calls whose closing was told and that have no plan made since, nor one at work then, though something submitted
# before has had nobody on its list ever, and somebody was an expert by then.
_UNPLANNED = (
    "SELECT c.id, c.slug, s.at,"
    " (SELECT n.settings FROM plan n WHERE n.call = c.id ORDER BY n.number DESC LIMIT 1) AS settings"
    " FROM call c JOIN LATERAL (SELECT t.at, t.done_at FROM call_step t WHERE t.call = c.id AND t.kind = 'closed'"
    "  ORDER BY t.at DESC LIMIT 1) s ON true WHERE ({}::text[] IS NULL OR c.slug = ANY({}))"
    " AND NOT EXISTS (SELECT FROM plan n WHERE n.call = c.id AND coalesce(n.finished_at, 'infinity') > s.at)"
    " AND EXISTS (SELECT FROM role r JOIN account a ON a.id = r.account AND a.disabled_at IS NULL"
    "  WHERE r.call = c.id AND r.role = 'expert' AND r.granted_at <= s.done_at)"
    " AND EXISTS (SELECT FROM proposal p WHERE p.call = c.id AND p.status = 'in_progress' AND p.submitted_at <= s.at"
    "  AND p.stage_kind IN ('eligibility', 'review')"
    "  AND NOT EXISTS (SELECT FROM assignment a WHERE a.proposal = p.id)) ORDER BY c.slug"
)


async def stuck(now: datetime, most: int, of: Sequence[str] | None = None) -> Found:
    """Every call has read its last entry, and taken its next step, a minute after it."""
    found = await backlog.calls_stuck(now, most, of)
    return [(line["reference"], f"has not gone on since {line['since']}") for line in found]


async def open_past_closing(now: datetime, of: Sequence[str] | None = None) -> Found:
    """A call that is past its closing, grace included, has been closed: its officers were told, its plan was asked."""
    late = now - backlog.LATE
    found = []
    for line in await rows(
        f"SELECT c.slug, c.closes_at, {_LAST_EDITION} AS edition,"  # noqa: S608  our words
        " ARRAY(SELECT s.at FROM call_step s WHERE s.call = c.id AND s.kind = 'closed') AS closed FROM call c"
        " WHERE c.closes_at < {} AND ({}::text[] IS NULL OR c.slug = ANY({})) ORDER BY c.slug",
        *(late, of, of),
    ):
        until = closing(line["closes_at"], await edition(line["edition"]), None).until
        if until is not None and until < late and until not in line["closed"]:
            found.append((line["slug"], f"has not been closed since {until}"))
    return found


async def unplanned(now: datetime, of: Sequence[str] | None = None) -> Found:
    """What a call has to give to experts when it closes was planned."""
    found = []
    for line in await rows(_UNPLANNED, of, of):
        wanted = msgspec.json.decode(line["settings"], type=Wanted) if line["settings"] else Wanted()
        problem = (await matched.facts(line["id"], wanted, local_day(now))).problem
        waiting = sum(bool(one.wanted) for one in problem.proposals)
        if problem.experts and waiting:
            what = f"closed at {line['at']}, and no plan was made for {waiting} proposals that wait for experts"
            found.append((line["slug"], what))
    return found
