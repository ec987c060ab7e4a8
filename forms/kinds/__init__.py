"""Every kind of field. `AnyField` is what a section of `form.toml` may hold, told apart by `kind`."""

from typing import TypeAlias

from forms.kinds.addresses import Organisation, PostalAddress
from forms.kinds.blocks import Block, Part
from forms.kinds.choices import Country, Declaration, OneOf, Option, Scale, ScaleLevel, SeveralOf, YesNo
from forms.kinds.codes import Orcid, Ror, Siren, Siret
from forms.kinds.computed import Computed
from forms.kinds.files import Explanation, File
from forms.kinds.identity import ForeignId, ObjectField, Person
from forms.kinds.keywords import Keywords
from forms.kinds.linked import LinkedChoice
from forms.kinds.numbers import Date, DecimalNumber, Integer, Money, Percentage
from forms.kinds.periods import Period
from forms.kinds.rows import RowsField
from forms.kinds.tables import Table, Total
from forms.kinds.texts import Email, LongText, Phone, ShortText, Url

AnyField: TypeAlias = Part | Table | Block | File | Explanation

__all__ = [
    "AnyField",
    "Block",
    "Computed",
    "Country",
    "Date",
    "DecimalNumber",
    "Declaration",
    "Email",
    "Explanation",
    "File",
    "ForeignId",
    "Integer",
    "Keywords",
    "LinkedChoice",
    "LongText",
    "Money",
    "ObjectField",
    "OneOf",
    "Option",
    "Orcid",
    "Organisation",
    "Percentage",
    "Period",
    "Person",
    "Phone",
    "PostalAddress",
    "Ror",
    "RowsField",
    "Scale",
    "ScaleLevel",
    "SeveralOf",
    "ShortText",
    "Siren",
    "Siret",
    "Table",
    "Total",
    "Url",
    "YesNo",
]
