"""Conflicts of interest of the demonstration: one that stands, one that an officer dismissed, and a hint."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from forms import local_day
from service.demo.cast import Cast
from service.demo.progress import once
from service.demo.teller import TEXTS, at_work
from service.domain.profiles import Affiliation
from service.operations.dismissals import DismissalContent, dismiss_conflict
from service.operations.profiles import save_profile
from service.operations.rechecking import recheck_untraced
from service.store.database import Row, rows
from service.store.profiled import profiles_of
from service.views.conflicts import conflicts

DAY = timedelta(days=1)
YEAR = timedelta(days=365)


async def tell_ties(cast: Cast, call: UUID, now: datetime) -> None:
    """Two experts who wait on lists say where they work, a third one where they worked."""
    found = await rows(
        "SELECT a.expert, a.proposal, a.status, p.organisation FROM assignment a JOIN proposal p ON p.id = a.proposal"
        " WHERE p.call = {} AND p.stage_kind = 'review' AND a.status IN ('proposed', 'accepted')"
        " ORDER BY p.reference, a.rank",
        call,
    )
    waiting = [line for line in found if line["status"] == "proposed"]
    stands, dismissed = waiting[0], next(line for line in waiting[1:] if line["expert"] != waiting[0]["expert"])
    before = next(
        line
        for line in found
        if line["status"] == "accepted" and line["expert"] not in {stands["expert"], dismissed["expert"]}
    )
    at = at_work(now - 2 * DAY)
    await recheck_untraced(list({line["proposal"] for line in found}), at)
    await _works(cast, before, at, until=now - YEAR)
    await _works(cast, stands, at)
    await _works(cast, dismissed, at)
    officer, content = cast.officer(0), DismissalContent(TEXTS["dismissed"])
    for one in (await conflicts(officer, dismissed["proposal"])).items:
        if one.expert == dismissed["expert"]:
            await once(dismiss_conflict, officer, dismissed["proposal"], one.id, content, now=at_work(at + DAY))


async def _works(cast: Cast, line: Row, at: datetime, until: datetime | None = None) -> None:
    """The expert says that they work, or worked, for whoever applies there."""
    expert = cast.expert(line["expert"])
    kept, version = (await profiles_of([expert.person]))[expert.person]
    if any(one.organisation == line["organisation"] for one in kept.affiliations):
        return
    last = local_day(until) if until else None
    known = Affiliation(line["organisation"], since=local_day(at - 5 * YEAR), until=last)
    profile = replace(kept, affiliations=(*kept.affiliations, known))
    await save_profile(expert, expert.person, profile, version, now=at)
