"""What everybody is told of a call, as plain data: what is not for everybody has no place in here."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from forms import Edition
from reports.committee import Minutes
from reports.figures import CallFigures

TOLD = {"published": "Publié", "partly": "Publié en partie", "withheld": "Non publié"}


class Rule(Struct, frozen=True):
    """A written rule: of what, whether it is told, what of it, and why so."""

    id: str
    what: str
    told: Literal["published", "partly", "withheld"]
    says: str
    why: str


class EditionLine(Struct, frozen=True):
    """An edition of the call. `digest`: SHA-256 of its content."""

    number: int
    published_at: datetime
    digest: str
    content: Edition


class Member(Struct, frozen=True):
    """Who sits, or was called, in which capacity (of `committee.CAPACITIES`)."""

    name: str
    capacity: str


class AgendaItem(Struct, frozen=True):
    """A proposal on an agenda. `title`, `organisation`: "" unless it was retained and its form makes them public."""

    number: int
    reference: str
    title: str = ""
    organisation: str = ""


class Recusal(Struct, frozen=True):
    """A member who took no part in the examination of a proposal."""

    sitting: int
    opened_at: datetime
    number: int
    reference: str
    name: str


class Sitting(Struct, frozen=True, kw_only=True):
    """A sitting that was held. `video`: one could take part from afar; `shared`: it was of other calls too, of which
    nothing is told; `minutes`: None until they are approved."""

    id: str
    number: int
    convened_at: datetime
    starts_at: datetime
    opened_at: datetime
    closed_at: datetime
    place: str
    video: bool
    urgent: bool
    second: bool
    shared: bool
    called: tuple[Member, ...]
    agenda: tuple[AgendaItem, ...]
    minutes: Minutes | None


def minutes_path(sitting: Sitting) -> str:
    """Where its minutes on paper are in the export."""
    return f"seances/{sitting.number}-proces-verbal.pdf"


class Decided(Struct, frozen=True, kw_only=True):
    """A published decision. `in_force`: no later one replaced it. `reasons`, `title`, `organisation`: of what was
    retained."""

    reference: str
    round: int
    number: int
    outcome: str
    retained: bool
    title: str
    organisation: str
    capacity: str
    published_at: datetime
    in_force: bool
    reasons: str


class Disclosure(Struct, frozen=True, kw_only=True):
    """A call as everybody may know it, at an instant. `editions`: the last one first."""

    slug: str
    title: str
    service: str
    contact: str
    at: datetime
    rules: tuple[Rule, ...]
    editions: tuple[EditionLine, ...]
    members: tuple[Member, ...]
    recusals: tuple[Recusal, ...]
    sittings: tuple[Sitting, ...]
    decisions: tuple[Decided, ...]
    figures: CallFigures
