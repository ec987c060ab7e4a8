"""What a run of retention does with each proposal whose time has ended."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from forms.retention import Fate

Act = Literal["delete", "package", "delete archived", "wait for visa", "wait for archives"]


class Due(msgspec.Struct, frozen=True):
    """A proposal whose time, from `since`, ended at `until`; `position`: its journal's last entry. A draft has no
    reference."""

    proposal: UUID
    reference: str
    call: str
    status: str
    since: datetime
    until: datetime
    fate: Fate
    position: int

    @property
    def package(self) -> str:
        """The name of its package: a later state would be another file."""
        return f"{self.reference}-{self.position}.zip"


class KeptFile(msgspec.Struct, frozen=True):
    """A submitted proposal that the law keeps. `until`: None where its edition gives no rule as yet."""

    reference: str
    until: datetime | None


class Step(msgspec.Struct, frozen=True):
    """What is done with it; `package`: SHA-256 of its package, where that is there already."""

    due: Due
    act: Act
    package: str = ""


def planned(dues: Iterable[Due], visa: str, packages: Mapping[UUID, str] | None) -> tuple[Step, ...]:
    """The steps of one run. `visa`: the archives' agreement, "" without one. `packages`: those that were written and
    found whole, by proposal; None without a folder.

    What was submitted is a public archive: nobody eliminates it without the visa of the archives (code du patrimoine,
    L212-2), and what goes to them is deleted here by a later run than the one that wrote its package.
    """
    return tuple(_step(due, visa, packages) for due in dues)


def _step(due: Due, visa: str, packages: Mapping[UUID, str] | None) -> Step:
    if due.status == "draft":
        return Step(due, "delete")
    if due.fate == "delete":
        return Step(due, "delete" if visa else "wait for visa")
    if packages is None:
        return Step(due, "wait for archives")
    digest = packages.get(due.proposal)
    if digest is None:
        return Step(due, "package")
    return Step(due, "delete archived" if visa else "wait for visa", digest)
