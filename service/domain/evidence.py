"""What shows that a milestone of a pilot was reached, beside a text: a web address, and files. Pure.

The files of a milestone are those of a field named after it, as no field of a form can be: they come in by the door of
all attachments, and are read by whoever reads the pilot.
"""

import re
from urllib.parse import urlsplit
from uuid import UUID

from forms import FieldError, FileFact, Text
from forms.kinds import File
from forms.kinds.files import FORMATS

LONGEST_LINK = 500
FILES = File(
    id="@milestone",
    label=Text("Preuve d’un jalon", "Evidence of a milestone"),
    types=tuple(FORMATS),
    most_bytes=20_000_000,
    most_files=5,
)


def field_of(milestone: UUID) -> str:
    """The field that has the files of a milestone."""
    return f"@{milestone}"


def milestone_of(field: str) -> UUID | None:
    """The milestone whose files a field has; None for any other field."""
    if not field.startswith("@"):
        return None
    try:
        found = UUID(field[1:])
    except ValueError:
        return None
    return found if field == field_of(found) else None


def file_faults(files: list[FileFact]) -> list[FieldError]:
    """What keeps these from being the files of one milestone."""
    return FILES.file_faults(files)


def is_address(text: str) -> bool:
    """Whether it is the address of something on the web."""
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("http", "https") and "." in (parts.hostname or "").strip(".") and parts.port != 0
    except ValueError:
        return False
    return named and len(text) <= LONGEST_LINK and re.search(r"[\s<>\"]", text) is None
