"""When a published decision may be replaced by another one, and by which: pure rules.

A decision that gives a right is taken back by who took it only where it was illegal, within four months (code of
relations between the public and the administration, L242-1), where a condition it hung on is not met (L242-2), or where
it was got by fraud (L241-2); and only once its holder could say what they think of it (L121-1, L122-1). A refusal may
always be replaced by something better.
"""

from datetime import date, datetime
from typing import Literal, get_args

import forms
from forms import Calendar, Outcome

Ground = Literal["error", "request", "illegal", "condition", "fraud"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)
TAKING_BACK: tuple[Ground, ...] = ("illegal", "condition", "fraud")
WITHIN = "P4M"
# How good an outcome is for whoever applied, by the status that it gives.
_RANK = {"ineligible": 0, "declined": 0, "reserve": 1, "in_progress": 2, "accepted": 3}


def takes_back(before: Outcome, after: Outcome) -> bool:
    """Whether the second gives less than the first."""
    gave, gives = _RANK.get(before.status, 3), _RANK.get(after.status, 3)
    return gives < gave or (gives == gave and before.next is not None and after.next is None)


def last_day(decided_at: datetime, calendar: Calendar) -> date:
    """The last day on which an illegal decision may be taken back."""
    return forms.day_after(decided_at, WITHIN, calendar)
