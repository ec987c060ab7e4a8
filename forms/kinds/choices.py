"""Kinds of answer that are chosen: yes or no, options, countries, described levels, a declaration."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec
from babel import Locale

from forms.base import Context, Field, FieldError, Text, blank, missing, wrong_type
from forms.conditions import Condition
from forms.kinds.texts import accept_text, too_long

OTHER = "other"
_OTHER_CHARACTERS = 200
# Member States, ISO 3166-1 alpha-2; https://european-union.europa.eu/principles-countries-history/eu-countries_en
EU = [
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU"),
    *("LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
]
EEA = sorted([*EU, "IS", "LI", "NO"])


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to choose. `shown_if`: where it does not hold, this is not offered, and counts as not chosen."""

    id: str
    label: Text
    help: Text | None = None
    shown_if: Condition | None = None


def offered_if(options: Iterable[Option], before: str = "") -> dict[str, Condition]:
    """The conditions of options that have one, by id."""
    return {f"{before}{option.id}": option.shown_if for option in options if option.shown_if is not None}


class YesNo(Field, frozen=True, kw_only=True, tag="yes_no"):
    """Value: true or false."""

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return [] if isinstance(value, bool) else [wrong_type(at, "oui (true) ou non (false)", "true or false")]

    def faults(self, _value: bool, _at: str, _context: Context) -> list[FieldError]:  # noqa: FBT001  the value itself
        return []

    def shape(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Declaration(YesNo, frozen=True, kw_only=True, tag="declaration"):
    """A statement to agree with. Value: true; false is no answer where it is required."""

    def faults(self, value: bool, at: str, _context: Context) -> list[FieldError]:  # noqa: FBT001
        if value or not self.required:
            return []
        return [
            FieldError(
                at,
                "not_declared",
                "Cochez cette case : la candidature ne peut pas être déposée sans cette déclaration.",
                "Tick this box: the proposal cannot be submitted without this declaration.",
            )
        ]

    def shape(self) -> dict[str, Any]:
        return {"const": True} if self.required else {"type": "boolean"}


def not_an_option(at: str, allowed: list[str]) -> FieldError:
    """The error of an id that is none of those to choose from."""
    listed = ", ".join(allowed[:30])
    return FieldError(
        at,
        "not_an_option",
        f"Cette réponse ne figure pas parmi les choix proposés : {listed}.",
        f"This answer is none of the options: {listed}.",
    )


def chosen_words(options: Iterable[Option], value: list[Any], lang: str = "fr") -> tuple[str, ...]:
    """What was chosen, or written beside it, as people read it, in its order."""
    names = {option.id: option.label.to(lang) for option in options}
    said = (str(one.get(OTHER, "")) if isinstance(one, dict) else names.get(one, str(one)) for one in value)
    return tuple(word.strip() for word in said if word.strip())


class OneOf(Field, frozen=True, kw_only=True, tag="one_of"):
    """Value: an option's id or, where `other` is allowed, `{"other": "a text"}`."""

    options: tuple[Option, ...]
    other: bool = False

    @property
    def offers(self) -> Mapping[str, Condition]:
        return offered_if(self.options)

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return accept_option(value, at, [option.id for option in self.options], other=self.other)

    def faults(self, value: Any, at: str, _context: Context) -> list[FieldError]:
        return _option_faults(value, at)

    def shape(self) -> dict[str, Any]:
        return _option_shape(self.options, other=self.other)


class SeveralOf(Field, frozen=True, kw_only=True, tag="several_of"):
    """Value: a list of options' ids, without repeats; where `other` is allowed, one `{"other": "a text"}` too.
    `vocabulary`: the options are the keywords that experts choose from as well, by which reviews are given out."""

    options: tuple[Option, ...]
    other: bool = False
    least: int = 0
    most: int | None = None
    vocabulary: bool = False

    @property
    def offers(self) -> Mapping[str, Condition]:
        return offered_if(self.options)

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        if not isinstance(value, list):
            return [wrong_type(at, "une liste de choix", "a list of options")]
        if len(value) > len(self.options) + 1:
            fr = "Cette liste compte plus de réponses qu’il n’y a de choix : retirez-en."
            return [FieldError(at, "too_large", fr, "This list has more answers than there are options: remove some.")]
        ids = [option.id for option in self.options]
        return [
            error
            for index, one in enumerate(value)
            for error in accept_option(one, f"{at}/{index}", ids, other=self.other)
        ]

    def faults(self, value: list[Any], at: str, _context: Context) -> list[FieldError]:
        found = [error for index, one in enumerate(value) for error in _option_faults(one, f"{at}/{index}")]
        plain = [OTHER if isinstance(one, dict) else one for one in value]
        if len(set(plain)) < len(plain):
            found.append(
                FieldError(
                    at,
                    "repeated",
                    "Un même choix figure deux fois : gardez-le une seule fois.",
                    "An option is there more than once: keep it once.",
                )
            )
        if len(value) < self.least:
            found.append(
                FieldError(at, "too_few", f"Choisissez-en {self.least} au moins.", f"Choose at least {self.least}.")
            )
        if self.most is not None and len(value) > self.most:
            found.append(
                FieldError(at, "too_many", f"Choisissez-en {self.most} au plus.", f"Choose at most {self.most}.")
            )
        return found

    def shape(self) -> dict[str, Any]:
        shape = {
            "type": "array",
            "items": _option_shape(self.options, other=self.other),
            "uniqueItems": True,
            "minItems": self.least,
        }
        return shape if self.most is None else {**shape, "maxItems": self.most}


def accept_option(value: Any, at: str, ids: list[str], *, other: bool) -> list[FieldError]:
    """The error of what is no option's id nor, where `other`, `{"other": "a text"}`."""
    if other and isinstance(value, dict) and set(value) == {OTHER}:
        return accept_text(value[OTHER], f"{at}/{OTHER}")
    if not isinstance(value, str):
        return [wrong_type(at, "l’identifiant d’un choix", "the id of an option")]
    return [] if value in ids or not value else [not_an_option(at, [*ids, '{"other": "…"}'] if other else ids)]


def _option_faults(value: Any, at: str) -> list[FieldError]:
    if isinstance(value, dict):
        if blank(value[OTHER]):
            return [missing(f"{at}/{OTHER}")]
        return too_long(value[OTHER], f"{at}/{OTHER}", _OTHER_CHARACTERS)
    return [missing(at)] if blank(value) else []


def _option_shape(options: tuple[Option, ...], *, other: bool) -> dict[str, Any]:
    listed: dict[str, Any] = {"type": "string", "enum": [option.id for option in options]}
    if not other:
        return listed
    free = {
        "type": "object",
        "properties": {OTHER: {"type": "string", "maxLength": _OTHER_CHARACTERS}},
        "required": [OTHER],
        "additionalProperties": False,
    }
    return {"oneOf": [listed, free]}


@lru_cache(maxsize=8)
def country_options(among: str) -> tuple[Option, ...]:
    """Countries (ISO 3166-1 alpha-2) of `eu`, `eea` or `world`, with their names, in the order of the French names."""
    names = {lang: Locale.parse(lang).territories for lang in ("fr", "en")}
    listed = {"eu": EU, "eea": EEA}.get(among) or [
        code for code in map(str, names["fr"]) if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    options = [Option(code, Text(str(names["fr"][code]), str(names["en"][code]))) for code in listed]
    return tuple(sorted(options, key=lambda option: _sorting(option.label.fr)))


# Codes that CLDR names and ISO 3166-1 does not list as countries.
_NOT_COUNTRIES = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"))


def _sorting(name: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def country_fault(value: Any, at: str, among: str) -> list[FieldError]:
    """The error of what is no country's code, or of a country that is not among those; none of nothing at all."""
    if value is None:
        return []
    if not isinstance(value, str):
        return [wrong_type(at, "le code d’un pays (« FR »)", "a country code (“FR”)")]
    if not value or value in _codes(among):
        return []
    return [
        FieldError(
            at,
            "not_an_option",
            "Ce pays n’est pas de ceux auxquels l’appel est ouvert ; un code a deux lettres, comme « FR ».",
            "This country is none of those the call is open to; the code has two letters, like “FR”.",
        )
    ]


def country_name(code: str, lang: str) -> str:
    """What a country is called; its code where there is none of that code."""
    return next((one.label.to(lang) for one in country_options("world") if one.id == code), code)


class Country(Field, frozen=True, kw_only=True, tag="country"):
    """Value: an ISO 3166-1 alpha-2 code, among the countries of the Union, of the economic area, or all."""

    among: Literal["eu", "eea", "world"] = "world"

    @property
    def options(self) -> tuple[Option, ...]:
        """The countries to choose from."""
        return country_options(self.among)

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return country_fault(value, at, self.among)

    def faults(self, _value: str, _at: str, _context: Context) -> list[FieldError]:
        return []

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "enum": [option.id for option in self.options]}


@lru_cache(maxsize=8)
def _codes(among: str) -> frozenset[str]:
    return frozenset(option.id for option in country_options(among))


class ScaleLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level of a scale: its number, its name, and what has to be true to claim it. `shown_if`: as of any option."""

    value: int
    name: Text
    definition: Text
    shown_if: Condition | None = None


class Scale(Field, frozen=True, kw_only=True, tag="scale"):
    """Value: the number of a level."""

    levels: tuple[ScaleLevel, ...]

    @property
    def offers(self) -> Mapping[str, Condition]:
        return {str(level.value): level.shown_if for level in self.levels if level.shown_if is not None}

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        if isinstance(value, bool) or not isinstance(value, int):
            return [wrong_type(at, "le numéro d’un niveau", "the number of a level")]
        allowed = [level.value for level in self.levels]
        return [] if value in allowed else [not_an_option(at, [str(one) for one in allowed])]

    def faults(self, _value: int, _at: str, _context: Context) -> list[FieldError]:
        return []

    def shape(self) -> dict[str, Any]:
        return {"type": "integer", "enum": [level.value for level in self.levels]}
