"""The thread between an applicant and the officers of a call: what it takes beside texts."""

from forms import FieldError, FileFact, Text
from forms.kinds import File
from forms.kinds.files import FORMATS

FIELD = "@thread"  # no field of a form can be called so
LONGEST = 10_000  # characters of a message
MOST_A_DAY = 50  # messages of one person on one proposal: each sends mails
FILES = File(
    id=FIELD,
    label=Text("Échanges", "Thread"),
    types=tuple(FORMATS),
    most_bytes=20_000_000,
    most_files=10,
)


def file_faults(files: list[FileFact]) -> list[FieldError]:
    """What keeps these files from being sent with one message."""
    return FILES.file_faults(files)
