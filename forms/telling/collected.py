"""What a form collects, field by field: of whom, what for, and who reads it."""

from typing import Literal

import msgspec

from forms.base import Audience, Field, Text
from forms.call import Call
from forms.edition import Edition
from forms.kinds import Explanation
from forms.telling.limits import KINDS

Sort = Literal["person", "free", "body"]

# Answers that are about a natural person by their kind, and texts in which somebody may name one.
_PERSON = frozenset({"person", "email", "phone", "orcid", "postal_address"})
_FREE = frozenset({"long_text", "file"})
READERS: dict[Audience, str] = {
    "officers": "Les agents chargés de l’appel seuls",
    "reviewers": "Les agents, les évaluateurs et le comité",
    "public": "Les agents, les évaluateurs et le comité ; publiable si la candidature est retenue",
}
PURPOSES: dict[Sort, str] = {
    "person": "Savoir à qui s’adresser au sujet de la candidature, et vous écrire",
    "free": "Examiner la candidature ; n’y nommez personne sans nécessité",
    "body": "Examiner la candidature",
}


class Collected(msgspec.Struct, frozen=True):
    """One field. `sort`: about a person, a free text or file that may speak of one, or about the body and its project;
    `answer`, `purpose`, `readers`: in words."""

    id: str
    label: Text
    section: Text
    answer: str
    sort: Sort
    purpose: str
    readers: str
    required: bool


def collected(edition: Edition) -> tuple[Collected, ...]:
    """Every field that takes an answer or a file, those about persons first, else in the order of the form."""
    found = [
        Collected(
            id=field.id,
            label=field.label,
            section=section.title,
            answer=KINDS[field.kind],
            sort=(sort := sort_of(field)),
            purpose=PURPOSES[sort],
            readers=READERS[field.audience],
            required=field.required,
        )
        for section in edition.form.sections
        for field in section.fields
        if not isinstance(field, Explanation)
    ]
    return tuple(sorted(found, key=lambda one: one.sort != "person"))


def told_of_data(call: Call) -> tuple[tuple[str, str], ...]:
    """What the edition tells persons of their data, each part under its name, in French."""
    data = call.personal_data
    return (
        ("Responsable", call.service.name.fr),
        ("À quoi servent vos réponses", data.purposes.fr),
        ("Ce qui nous y autorise", data.legal_basis.fr),
        ("Qui les reçoit", data.recipients.fr),
        ("Combien de temps elles sont gardées", data.retention.fr),
        ("Vos droits", data.rights.fr),
        ("À qui s’adresser", "\n".join([call.service.email, *([data.contact.fr] if data.contact else [])])),
    )


def sort_of(field: Field) -> Sort:
    """What a field's answers are about; rows that hold a person are about persons."""
    kinds = {field.kind, *(cell.kind for cell in field.cells)}
    return "person" if kinds & _PERSON else "free" if kinds & _FREE else "body"
