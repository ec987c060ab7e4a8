"""Files of a proposal: what is known of each, wherever it is read or written."""

from datetime import timedelta
from uuid import UUID

import msgspec

QUARANTINE = timedelta(days=30)  # what was removed can be taken back for so long, and is deleted then
# Of these pictures are drawn of their pages.
DRAWN = frozenset({"application/pdf", "image/png", "image/jpeg"})


class StoredFile(msgspec.Struct, frozen=True):
    """A file whose object is in the store, under `attachment/<id>`. `name`: data only, never a path; `size` in bytes,
    `sha256` in hexadecimal, `media_type` from the content."""

    id: UUID
    field: str
    name: str
    size: int
    sha256: str
    media_type: str

    @property
    def key(self) -> str:
        """Where its bytes are."""
        return key_of(self.id)


def page_key(file_id: UUID, number: int) -> str:
    """The key of a picture of one of its pages, numbered from 1."""
    return f"page/{file_id}/{number}"


def key_of(file_id: UUID) -> str:
    """The key of a file's object."""
    return f"attachment/{file_id}"
