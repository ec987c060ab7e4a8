"""Reports as documents: of which calls, with what of it, and who may be given one. Pure.

The figures of a report move whenever anybody does anything, so one that was drawn is given for a few minutes to whoever
asks for the same: `Scope` says what the same is.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal["report", "annual"]
KINDS = ("report", "annual")
MOMENT = timedelta(minutes=5)
"""For how long a report is given again to whoever asks for the same."""


class Scope(msgspec.Struct, frozen=True):
    """What of the calls somebody is told: `whole`, of which calls with the names of experts and what became of pilots;
    `apart`: proposals whose scores are left out, as they take no part in them. `year`: of an annual report, else 0."""

    calls: tuple[UUID, ...]
    whole: tuple[UUID, ...] = ()
    apart: tuple[UUID, ...] = ()
    year: int = 0

    @property
    def kind(self) -> Kind:
        """Of the document."""
        return "annual" if self.year else "report"

    @property
    def audience(self) -> str:
        """Whom it is made for."""
        return "officer" if self.whole else "committee"

    def within(self, mine: "Scope") -> bool:
        """Whether a report of this tells no more than what somebody may be told of its calls now."""
        return (
            set(self.calls) <= set(mine.calls)
            and set(self.whole) <= set(mine.whole)
            and set(mine.apart) <= set(self.apart)
        )

    def marks(self, now: datetime) -> tuple[str, str]:
        """That of the present moment, and that of the one before: the same for whoever asks for the same."""
        slot = int(now.timestamp() // MOMENT.total_seconds())
        return self._mark(slot), self._mark(slot - 1)

    def _mark(self, slot: int) -> str:
        return sha256(msgspec.json.encode((self, slot))).hexdigest()


class ReportContent(msgspec.Struct, frozen=True):
    """What a job keeps of a report: whom it may be given to, and its figures as they were counted for it."""

    scope: Scope
    figures: msgspec.Raw
