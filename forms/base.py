"""What every part of an edition is made of: texts in two languages, errors by field path, the base of a field."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from forms.conditions import Condition, holds
from forms.operands import blank

__all__ = [
    "MOST_BYTES",
    "MOST_CHARACTERS",
    "MOST_FIELDS",
    "MOST_LINE",
    "MOST_ROWS",
    "Audience",
    "Context",
    "Field",
    "FieldError",
    "FileFact",
    "Text",
    "blank",
    "grouped",
    "lacking",
    "missing",
    "printable",
    "required",
    "step",
    "wrong_type",
]

MOST_BYTES = 2_000_000
"""All answers of a proposal, encoded as JSON, in bytes."""
MOST_CHARACTERS = 500_000
"""Of one text, in a draft; a field's own limit, which is lower, holds at submission."""
MOST_LINE = 5_000
"""Characters of a text on one line, in a draft."""
MOST_ROWS = 200
"""Of one table or block."""
MOST_FIELDS = 300
"""Of one form, those inside its blocks too."""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in French and in English. A blank line separates paragraphs."""

    fr: str
    en: str

    def to(self, lang: str) -> str:
        """The English text for `en`, the French one for everything else."""
        return self.en if lang == "en" else self.fr

    def __str__(self) -> str:
        return self.fr


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one value: where (`budget/rows/2/amount`, rows counted from 0), a stable code, and what to do
    in French and English."""

    path: str
    code: str
    fr: str
    en: str


class FileFact(msgspec.Struct, frozen=True):
    """What is known of an attached file. `size` in bytes; `media_type` from its content, not from its name."""

    id: str
    name: str
    size: int
    media_type: str


class Context(msgspec.Struct, frozen=True):
    """What a value is judged with: the other visible answers, and the date of the submission."""

    answers: Mapping[str, Any]
    today: date


Audience = Literal["public", "reviewers", "officers"]


class Field(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """One question of a form. Each kind is a subclass with its own constraints; `id` is stable over editions.

    `audience`: who reads the answer beside the applicant. `public`: it may be published if the proposal is retained;
    `reviewers`: officers, experts and committee; `officers`: officers alone. `identifying`: it tells who the applicant
    is, and experts do not see it where the process hides the applicant (`forms.identifying`).
    """

    id: str
    label: Text
    help: Text | None = None
    example: Text | None = None
    required: bool = False
    required_if: Condition | None = None
    shown_if: Condition | None = None
    audience: Audience = "reviewers"
    identifying: bool = False

    @property
    def kind(self) -> str:
        """The kind's name, as in the files and in JSON."""
        return str(self.__struct_config__.tag)

    @property
    def answered(self) -> bool:
        """Whether the field has a value among the answers; an explanation and a file have none."""
        return True

    @property
    def computed(self) -> bool:
        """Whether its value is worked out of other answers: nobody gives it; conditions and rules may look at it."""
        return False

    @property
    def cells(self) -> "tuple[Field, ...]":
        """What a row of its value `{"rows": [{id: value}]}` has, where it has rows."""
        return ()

    @property
    def offers(self) -> Mapping[str, Condition]:
        """What must hold for each choice that is not always offered, by its id; of a linked choice `first/id` and
        `second/id`."""
        return {}

    def counted(self, value: Any, today: date, answers: Mapping[str, Any]) -> Any:  # noqa: ARG002  rows may ask for them
        """The value without what conditions hide inside it; `answers`: those that count, by field."""
        return value

    def normal(self, value: Any) -> Any:
        """A value that `accepts`, as it is kept: written in the one way of its kind, where it can be read."""
        return value

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        """Faults that even a draft may not have: a wrong type, too large, characters that no text holds."""
        raise NotImplementedError(self.kind)

    def faults(self, value: Any, at: str, context: Context) -> list[FieldError]:
        """Every fault of a filled value that `accepts`."""
        raise NotImplementedError(self.kind)

    def shape(self) -> dict[str, Any]:
        """JSON Schema of the value at submission."""
        raise NotImplementedError(self.kind)


def required(field: Field, answers: Mapping[str, Any], today: date) -> bool:
    """Whether a shown field must be answered, with these visible answers."""
    return field.required or (field.required_if is not None and holds(field.required_if, answers, today))


def missing(at: str) -> FieldError:
    """The error of a required answer that is not there."""
    return FieldError(at, "required", "Cette réponse est obligatoire.", "This answer is required.")


def lacking(field: Field, given: Any, at: str) -> FieldError:
    """The error of a required answer of which nothing counts: none was given, or a choice that is not offered."""
    if not field.offers or blank(given):
        return missing(at)
    fr = "Ce choix n’est plus proposé avec vos autres réponses : choisissez-en un autre."
    return FieldError(at, "not_offered", fr, "This choice is not offered with your other answers: choose another one.")


def wrong_type(at: str, fr: str, en: str) -> FieldError:
    """The error of a value of another JSON type. `fr` and `en` name the type that is expected."""
    return FieldError(at, "wrong_type", f"La valeur attendue est {fr}.", f"The expected value is {en}.")


def grouped(number: float) -> str:
    """A number as French people write it: `12 500`, `0,5`."""
    return f"{number:,}".replace(",", "\u202f").replace(".", ",")


def printable(name: str, most: int = 80) -> str:
    """A name sent by a client, fit for an error: cut, and without what no text may hold."""
    cut = name[:most]
    return cut if cut.isprintable() else cut.encode("unicode_escape").decode()


def step(name: str) -> str:
    """A name sent by a client as one step of a path: printable, with `~` and `/` as RFC 6901 writes them, `~0` and
    `~1`. So a path is a JSON pointer without its first slash, and splits into its steps."""
    return printable(name).replace("~", "~0").replace("/", "~1")
