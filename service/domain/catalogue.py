"""What of a retained proposal is for everybody: the answers that its form marks as public, and no person. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms import Field, Form
from forms.answers import counted
from service.domain.folding import folded

# What such an answer says is a person, or a way to reach one, whatever its form says of its readers.
PERSONAL = frozenset({"person", "email", "phone", "address", "postal_address", "orcid", "iban"})
# Nothing that is read: an explanation of the form, and files, which are the committee's.
UNREAD = frozenset({"explanation", "file"})


def personal(field: Any) -> bool:
    """Whether a field is of a kind that names a person, or has such a part."""
    parts = (*getattr(field, "columns", ()), *getattr(field, "fields", ()))
    return field.kind in PERSONAL or any(personal(part) for part in parts)


def public(field: Field | None) -> bool:
    """Whether the answer to this field may be published."""
    return field is not None and field.audience == "public" and field.kind not in UNREAD and not personal(field)


def published(form: Form, answers: Mapping[str, Any], today: date, now: Form) -> list[tuple[Field, Any]]:
    """The answers that may be, in the form's order, as they counted on the day of the submission. `form`: on which they
    were given; `now`: that of the present edition, which may have taken one back."""
    shown, counts = counted(form, dict(answers), today)
    fields = [field for section in form.sections for field in section.fields]
    return [
        (field, counts[field.id])
        for field in fields
        if public(field)
        and (now.field(field.id) is None or public(now.field(field.id)))
        and field.id in shown
        and counts.get(field.id) not in (None, "", [])
    ]


def fits(text: str, wanted: str) -> bool:
    """Whether a folded text has each word of what is looked for."""
    return all(word in text for word in folded(wanted).split())
