"""A repeatable block: several questions asked again for each partner, site, work package.

Value: `{"rows": [{"@id": "k3x9", field id: value}]}`. `@id` tells one row from another whatever becomes of its answers
and its place: whoever adds a row gives it one. It is no answer, and a program that does without loses only the
comparison row by row.
"""

import re
from typing import Any, TypeAlias

from forms.base import Field, FieldError, Text
from forms.kinds.addresses import Organisation, PostalAddress
from forms.kinds.choices import Country, Declaration, OneOf, Scale, SeveralOf, YesNo
from forms.kinds.codes import Orcid, Ror, Siren, Siret
from forms.kinds.computed import Computed
from forms.kinds.identity import ForeignId, Person
from forms.kinds.keywords import Keywords
from forms.kinds.linked import LinkedChoice
from forms.kinds.numbers import Date, DecimalNumber, Integer, Money, Percentage
from forms.kinds.periods import Period
from forms.kinds.rows import RowsField
from forms.kinds.texts import Email, LongText, Phone, ShortText, Url
from forms.operands import ROW_ID

Part: TypeAlias = (
    ShortText
    | LongText
    | Email
    | Phone
    | Url
    | Integer
    | DecimalNumber
    | Money
    | Percentage
    | Date
    | Period
    | YesNo
    | Declaration
    | OneOf
    | SeveralOf
    | LinkedChoice
    | Keywords
    | Country
    | Scale
    | Siren
    | Siret
    | Orcid
    | Ror
    | ForeignId
    | Person
    | PostalAddress
    | Organisation
    | Computed
)
_ROW_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")


class Block(RowsField, frozen=True, kw_only=True, tag="block", dict=True):
    """Rows of fields of any simple kind. `row_title` names one row; `row_name`: the field, a short text, that tells it
    from the others where it is filled."""

    fields: tuple[Part, ...]
    row_title: Text
    row_name: str | None = None

    @property
    def cells(self) -> tuple[Field, ...]:
        return self.fields

    @property
    def row_keys(self) -> tuple[str, ...]:
        return (ROW_ID,)

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return super().accepts(value, at) or _id_faults(value.get("rows") or [], at)

    def name_of(self, row: dict[str, Any], number: int, lang: str = "fr") -> str:
        """What a row is called, by its place from 0: « Partenaire 2 : Université de Lune »."""
        title = f"{self.row_title.to(lang)} {number + 1}"
        said = row.get(self.row_name) if self.row_name else None
        colon = ":" if lang == "en" else "\u00a0:"
        return f"{title}{colon} {' '.join(said.split())}" if isinstance(said, str) and said.strip() else title

    def too_many(self, at: str, most: int, code: str) -> FieldError:
        return FieldError(
            at,
            code,
            f"{most} au plus : retirez-en.",
            f"At most {most}: remove some.",
        )

    def too_few(self, at: str) -> FieldError:
        return FieldError(
            at,
            "too_few_rows",
            f"{self.least_rows} au moins : ajoutez-en.",
            f"At least {self.least_rows}: add some.",
        )

    def keys_shape(self) -> dict[str, Any]:
        return {ROW_ID: {"type": "string", "pattern": f"^{_ROW_ID.pattern}$"}}


def _id_faults(rows: list[dict[str, Any]], at: str) -> list[FieldError]:
    """Of what tells rows apart: malformed, or the same twice."""
    found: list[FieldError] = []
    known: set[str] = set()
    for index, row in enumerate(rows):
        one = row.get(ROW_ID)
        if one is None:
            continue
        if not isinstance(one, str) or not _ROW_ID.fullmatch(one) or one in known:
            fr = "L’identité de cette ligne doit être propre à elle : 1 à 36 lettres, chiffres, tirets."
            en = "The identity of this row must be its own: 1 to 36 letters, digits, hyphens."
            found.append(FieldError(f"{at}/rows/{index}/{ROW_ID}", "bad_row_id", fr, en))
            continue
        known.add(one)
    return found
