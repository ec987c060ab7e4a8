"""The papers of a sitting: pack, minutes, convocation. Each is made of what one reader is told, kept by its digest, so
that whoever is told the same is given the same. Pure."""

from hashlib import sha256
from typing import Protocol
from uuid import UUID

import msgspec


class SittingPaper(Protocol):
    """What such a document is made of. `told`: all of it as JSON, whose `items` name the proposals in it; `mark`: its
    digest, the same for whoever is told the same."""

    @property
    def kind(self) -> str: ...
    @property
    def sitting(self) -> UUID: ...
    @property
    def told(self) -> str: ...
    @property
    def mark(self) -> str: ...


class Paper(msgspec.Struct, frozen=True):
    """Minutes or a convocation, as somebody is told them now."""

    kind: str
    sitting: UUID
    told: str

    @property
    def mark(self) -> str:
        """The same for whoever is told the same."""
        return sha256(f"{self.kind}\n{self.told}".encode()).hexdigest()
