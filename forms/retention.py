"""How long a proposal is kept, and what becomes of it then: rules of the edition, for machines.

The sentence that persons read is `personal_data.retention` of the call.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from forms.clocks import PARIS

Fate = Literal["archive", "delete"]
Group = Literal["draft", "declined", "accepted"]
_KEEP = re.compile(r"P(?=\d)(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,5})D)?")
LONGEST_YEARS = 100
# A decision may be contested for two months, four from abroad: until then its file must not be gone.
LEAST_DECIDED = "P4M"
GROUPS: dict[str, Group] = {
    "draft": "draft",
    "declined": "declined",
    "ineligible": "declined",
    "withdrawn": "declined",
    "reserve": "declined",
    "accepted": "accepted",
    "completed": "accepted",
}
"""Which rule holds for a status; none for a proposal that is still being examined."""


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`after` how long, in years, months and days (`P3Y`, `P18M`, `P90D`), a proposal goes to the archives or is
    deleted."""

    after: str
    fate: Fate


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rule for each group of statuses. A draft's time runs from its last change; the others' from the day when the
    process ended: the decision's publication, the refusal, the withdrawal, the end of the pilot."""

    draft: Keep
    declined: Keep
    accepted: Keep

    def rule(self, status: str) -> Keep | None:
        """The rule for a proposal of this status, None while it is being examined."""
        group = GROUPS.get(status)
        return None if group is None else getattr(self, group)


class BadPeriodError(ValueError):
    """A text that is no period of years, months and days."""


def kept_until(since: datetime, after: str) -> datetime:
    """When a period that began at `since` ends, in UTC: the same hour in Paris, or the last day of a shorter month.

    Raises BadPeriodError.
    """
    years, months, days = _parts(after)
    local = since.astimezone(PARIS)
    count = local.year * 12 + local.month - 1 + 12 * years + months
    year, month = divmod(count, 12)
    day = local.day
    while True:
        try:
            moved = local.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1
        else:
            return (moved + timedelta(days=days)).astimezone(UTC)


def check_period(after: str) -> None:
    """Raise BadPeriodError where a text is no period above zero, of a hundred years at most."""
    _parts(after)


def shorter(one: str, other: str) -> bool:
    """Whether a period ends before another that begins with it, whenever that is: by months of 30 and years of 365
    days at least."""
    return _days(one) < _days(other)


def _days(after: str) -> int:
    years, months, days = _parts(after)
    return 365 * years + 30 * months + days


def _parts(after: str) -> tuple[int, int, int]:
    found = _KEEP.fullmatch(after)
    years, months, days = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if not 0 < 365 * years + 30 * months + days <= 365 * LONGEST_YEARS:
        raise BadPeriodError(after)
    return years, months, days
