"""What a dossier tells of answers and of experts, by its audience; what of it an edition takes back. Pure."""

from forms import Edition, Field
from service.domain import catalogue

READERS = ("public", "committee")
"""The audiences that are told less than officers and applicants are."""


def tells(field: Field, audience: str) -> bool:
    """Whether the answer to this field is for an audience."""
    if audience == "public":
        return catalogue.public(field)
    return audience != "committee" or field.audience != "officers"


def taken_back(before: Edition, after: Edition) -> tuple[str, ...]:
    """The audiences of which a dossier, drawn while a proposal was on `before`, may tell what it would not on `after`:
    an answer, or who the experts are. A field that `before` does not ask may have been answered on an earlier one."""
    named = before.process.blind == "open" != after.process.blind
    return tuple(one for one in READERS if (named and one == "committee") or _keeps(before, after, one))


def _keeps(before: Edition, after: Edition, audience: str) -> bool:
    kept = [field.id for field in after.form.fields if not tells(field, audience)]
    told = (before.form.field(one) for one in kept)
    return any(one is None or tells(one, audience) for one in told)
