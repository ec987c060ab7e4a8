"""What a PDF carries inside it, known without what draws PDF."""

from msgspec import Struct


class Enclosure(Struct, frozen=True):
    """A text carried inside the PDF, when it is too long for its pages; or a file (`data`). relationship: as PDF 2.0
    has it, Source, Data or Supplement."""

    name: str
    description: str
    text: str = ""
    data: bytes = b""
    relationship: str = "Supplement"

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.data or self.text.encode()
