"""What experts thought of proposals beside what became of them as pilots: numbers alone, for the annual report."""

from typing import Any

from forms import Grid
from service.domain.actor import Actor
from service.domain.hindsight import Ended, Hindsight
from service.domain.hindsight import hindsight as counted
from service.domain.piloting import progress
from service.domain.policy import Action
from service.store.database import Row, rows
from service.store.editions import edition
from service.views.visible import visible


async def hindsight(actor: Actor, call: str = "", year: int | None = None) -> Hindsight:
    """Of the pilots that have ended, of a call or of all, in a year (at Paris) or ever; those whose reviews and pilot
    the reader may both read."""
    pilots, args = visible(actor, Action.PILOT_READ)
    reviews, more = visible(actor, Action.REVIEW_READ_ALL)
    found: list[dict[str, Any]] = await rows(
        "SELECT p.edition, p.round, t.phase, t.baseline, t.target, y.total,"  # noqa: S608  built by the policy
        " (SELECT m.value FROM measure m WHERE m.proposal = p.id ORDER BY m.day DESC, m.at DESC, m.id DESC LIMIT 1)"
        " AS last,"
        " ARRAY(SELECT r.recommendation FROM assignment a JOIN review r ON r.id = a.review"
        "  WHERE a.proposal = p.id AND a.round = p.round AND a.status = 'done' AND r.recommendation <> ''"
        "  ORDER BY r.id) AS recommendations"
        " FROM pilot t JOIN proposal p ON p.id = t.proposal JOIN call c ON c.id = p.call"
        " LEFT JOIN tally y ON y.proposal = p.id AND y.round = p.round"
        " WHERE t.ended_at IS NOT NULL AND ({} = '' OR c.slug = {})"
        " AND ({}::integer IS NULL OR extract(year FROM t.ended_at AT TIME ZONE 'Europe/Paris') = {}::integer)"
        f" AND {pilots} AND {reviews} ORDER BY t.ended_at, p.id",
        *(call, call, year, year, *args, *more),
    )
    return counted([await _ended(line) for line in found])


async def _ended(line: Row) -> Ended:
    grid = (await edition(line["edition"])).grid_of(line["round"])
    return Ended(
        total=_share(grid, line["total"]),
        handed_over=line["phase"] == "handover",
        progress=progress(line["baseline"], line["target"], line["last"]),
        recommendations=tuple(line["recommendations"]),
    )


def _share(grid: Grid, total: float | None) -> float | None:
    """A total as a share of its scale, so that calls compare."""
    if total is None or grid.highest == grid.lowest:
        return None
    return max(0.0, min(1.0, (total - float(grid.lowest)) / float(grid.highest - grid.lowest)))
