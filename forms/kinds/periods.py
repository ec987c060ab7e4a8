"""A period: two days, the first and the last of it."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from forms.base import Context, FieldError, blank
from forms.kinds.identity import ObjectField
from forms.kinds.numbers import day_faults, read_day


class Period(ObjectField, frozen=True, kw_only=True, tag="period"):
    """Value: `{"start", "end"}`, days `YYYY-MM-DD` that both belong to the period.

    `earliest`: of the start, `latest`: of the end, like those of a date. `most_months`, `most_days`: how long it may
    be, the end included: the whole of a year is 12 months.
    """

    earliest: str | None = None
    latest: str | None = None
    most_months: int | None = None
    most_days: int | None = None

    def parts(self) -> dict[str, bool]:
        return {"start": True, "end": True}

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        found = super().faults(value, at, context)
        for key, earliest, latest in (("start", self.earliest, None), ("end", None, self.latest)):
            if not blank(value.get(key)):
                found += day_faults(value[key], f"{at}/{key}", earliest, latest, context.today)
        start, end = (read_day(value.get(key) or "") for key in ("start", "end"))
        if start is not None and end is not None:
            found += self._length_faults(start, end, f"{at}/end")
        return found

    def _length_faults(self, start: date, end: date, at: str) -> list[FieldError]:
        if end < start:
            text = f"{start:%d/%m/%Y}"
            fr = f"La fin vient avant le début : indiquez le {text} ou une date postérieure."
            return [FieldError(at, "ends_before_start", fr, f"It ends before it starts: not before {text}.")]
        last = self.last(start)
        if last is None or end <= last:
            return []
        text = f"{last:%d/%m/%Y}"
        fr = f"Cette période est trop longue : elle finit au plus tard le {text}."
        return [FieldError(at, "period_too_long", fr, f"This period is too long: it ends on {text} at the latest.")]

    def last(self, start: date) -> date | None:
        """The last day on which a period that starts then may end; None where it may be of any length."""
        return min(self._lasts(start), default=None)

    def _lasts(self, start: date) -> Iterator[date]:
        """The last day of each longest length."""
        if self.most_months is not None:
            year, month = divmod(start.year * 12 + start.month - 1 + self.most_months, 12)
            if year <= date.max.year:
                days = calendar.monthrange(year, month + 1)[1]
                # A month that has no such day ends the period.
                yield date(year, month + 1, days) if start.day > days else date(year, month + 1, start.day) - _DAY
        if self.most_days is not None and (date.max - start).days >= self.most_days:
            yield start + timedelta(self.most_days - 1)

    def shape(self) -> dict[str, Any]:
        day = {"type": "string", "format": "date"}
        return {**super().shape(), "properties": {"start": day, "end": day}}


_DAY = timedelta(1)
