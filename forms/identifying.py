"""Which answers tell who the applicant is: what experts do not see where the process hides the applicant."""

from typing import Any

from forms.base import Field
from forms.form import Form

# By name: whatever else such an answer says, it names a person, a legal body, or a way to reach them.
KINDS = frozenset(
    {
        *("person", "email", "phone", "url", "address", "postal_address"),
        *("organisation", "siren", "siret", "foreign_id", "orcid", "ror", "iban"),
    }
)


def identifying(field: Field, form: Form) -> bool:
    """Whether the field is marked so, is of a kind that always is, holds such a part, or is the organisation's."""
    return field.id == form.organisation_field or _says_who(field)


def _says_who(field: Any) -> bool:
    parts = (*getattr(field, "columns", ()), *getattr(field, "fields", ()))
    return field.identifying or field.kind in KINDS or any(_says_who(part) for part in parts)
