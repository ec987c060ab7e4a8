"""What a member of a committee reads before a sitting, as plain data."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from reports.kept import KeptFile
from reports.model import Dossier


class Member(Struct, frozen=True):
    """Who is called, and in which capacity, in words. calls: titles of those for which they sit, where that is not all
    of the sitting's."""

    name: str
    organisation: str
    capacity: str
    calls: tuple[str, ...] = ()


class Item(Struct, frozen=True):
    """An item of the agenda. number: on the agenda. dossier: None where the reader takes no part in it, and is told
    nothing more of it. pieces: files of the proposal that go with it. call: the title of its call, "" where the sitting
    is of one."""

    number: int
    dossier: Dossier | None
    pieces: tuple[KeptFile, ...] = ()
    call: str = ""

    @property
    def total(self) -> Decimal | None:
        """Its total; None without scores, or where it is not told."""
        return self.dossier.total.mean if self.dossier and self.dossier.total else None


class Pack(Struct, frozen=True, kw_only=True):
    """A sitting on paper, of a call or several (call_title names them all). at: when it was asked for; ranks are of
    then. place, link: "" for none."""

    call_title: str
    service: str
    number: int
    starts_at: datetime
    length: int
    place: str
    link: str
    members: tuple[Member, ...]
    items: tuple[Item, ...]
    at: datetime

    @property
    def read(self) -> list[tuple[Item, Dossier]]:
        """The items that the reader takes part in, with their dossiers."""
        return [(one, one.dossier) for one in self.items if one.dossier is not None]
