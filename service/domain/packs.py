"""What a pack is made of: the items of a sitting that its reader takes part in, each as of an entry. Pure."""

from hashlib import sha256
from uuid import UUID

import msgspec


class PackItem(msgspec.Struct, frozen=True):
    """An item of the agenda by its number; of one that the reader takes no part in, nothing more. `position`: the entry
    of the proposal's journal; `rank` among `ranked` as it was then, None where it has none."""

    number: int
    proposal: UUID | None = None
    position: int = 0
    rank: int | None = None
    ranked: int | None = None

    def part(self, renderer: str) -> str:
        """Where its dossier is kept, drawn by itself: the same for all packs that it stands in as it is."""
        return f"part/{self.proposal}/{self.number}-{self.position}-{self.rank or 0}-{self.ranked or 0}-{renderer}"


class PackContent(msgspec.Struct, frozen=True):
    """All of them, in their order. `version`: of the sitting: its place, its hour, who is called. `pieces`: with the
    PDF files of each proposal behind its dossier."""

    sitting: UUID
    version: int
    items: tuple[PackItem, ...]
    pieces: bool = False

    @property
    def kind(self) -> str:
        """Of the document."""
        return "pack"

    @property
    def told(self) -> str:
        """All of it, as JSON."""
        return msgspec.json.encode(self).decode()

    @property
    def mark(self) -> str:
        """The same for whoever reads the same: members with the same recusals share a pack."""
        return sha256(self.told.encode()).hexdigest()
