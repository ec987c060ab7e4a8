"""Files of a proposal: what is known of each, wherever it is read or written."""

from datetime import timedelta
from uuid import UUID

import msgspec

QUARANTINE = timedelta(days=30)  # what was removed can be taken back for so long, and is deleted then
# Of these pictures are drawn of their pages.
DRAWN = frozenset({"application/pdf", "image/png", "image/jpeg"})
LONGEST_ENDING = 10  # characters: what is longer is no ending of a name
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_ARCHIVES = ("docx", "xlsx", "pptx", "odt", "ods", "odp")  # one with a directory too long to be looked at is a mere ZIP
# How the name of a file of each accepted type may end; the first one is added where it does not.
ENDINGS = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "text/csv": ("csv",),
    "text/plain": ("txt", "csv", "tsv", "md", "log", "json", "srt", "tex", "bib"),
    "application/zip": ("zip", *_ARCHIVES),
    f"{_OPEN}.text": ("odt",),
    f"{_OPEN}.spreadsheet": ("ods",),
    f"{_OPEN}.presentation": ("odp",),
    f"{_OFFICE}.wordprocessingml.document": ("docx",),
    f"{_OFFICE}.spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}.presentationml.presentation": ("pptx",),
    "video/mp4": ("mp4", "m4v"),
}


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


def saved_name(name: str, media_type: str) -> str:
    """The name under which a receiver saves it: its own where it ends as its content does, else with that ending.

    A system opens a file by the end of its name: a script is text, and must not start for having been sent as `.bat`.
    """
    endings = ENDINGS.get(media_type, ())
    _, dot, ending = name.rpartition(".")
    good = not endings or (dot and ending.lower() in endings)
    return name if good else f"{name}.{endings[0]}"


def shortened(name: str, longest: int) -> str:
    """A name of `longest` characters at most that still ends as it did."""
    stem, dot, ending = name.rpartition(".")
    if len(name) <= longest or not dot or len(ending) > LONGEST_ENDING:
        return name[:longest]
    return stem[: longest - len(ending) - 1] + dot + ending
