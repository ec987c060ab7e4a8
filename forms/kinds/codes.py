"""Kinds of answer that are a number or code from a register, with its check digits. Value: a JSON string.

What is typed in any usual way is kept in one: static/values.js reads it by the same rules.
"""

import re
from typing import Any

from stdnum import isni
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.iso7064 import mod_97_10

from forms.base import Context, FieldError
from forms.kinds.texts import TextField

_SPACES = str.maketrans("", "", " \u00a0\u202f.\t-")
_ORCID = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/)?([0-9]{4})[ -]?([0-9]{4})[ -]?([0-9]{4})[ -]?([0-9]{3}[0-9X])/?",
    re.ASCII | re.IGNORECASE,
)
_ROR = re.compile(r"(?:(?:https?://)?(?:www\.)?ror\.org/)?(0[0-9a-hjkmnp-tv-z]{6}[0-9]{2})/?", re.ASCII | re.IGNORECASE)
_ROR_ADDRESS = "https://ror.org/"
# Crockford's base 32, as https://ror.readme.io/docs/identifier has it: no i, l, o, u.
_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"


def compact(number: str) -> str:
    """A number without the spaces, points and hyphens that people write in it."""
    return number.translate(_SPACES)


def _digits(value: str, count: int) -> str:
    """The digits of a number of so many; the text itself where it has others."""
    plain = compact(value)
    return plain if len(plain) == count and plain.isascii() and plain.isdigit() else value


def siren_faults(value: str, at: str) -> list[FieldError]:
    """The error of a text that is no SIREN number."""
    digits = _digits(value.strip(), 9)
    if not (len(digits) == 9 and digits.isascii() and digits.isdigit()):
        return [FieldError(at, "bad_siren", "Un numéro SIREN compte 9 chiffres.", "A SIREN number has 9 digits.")]
    return [] if siren.is_valid(digits) else [_wrong_key(at, "SIREN")]


def siret_faults(value: str, at: str) -> list[FieldError]:
    """The error of a text that is no SIRET number; both check digits are verified."""
    digits = _digits(value.strip(), 14)
    if not (len(digits) == 14 and digits.isascii() and digits.isdigit()):
        return [FieldError(at, "bad_siret", "Un numéro SIRET compte 14 chiffres.", "A SIRET number has 14 digits.")]
    return [] if siret.is_valid(digits) else [_wrong_key(at, "SIRET")]


def _wrong_key(at: str, name: str) -> FieldError:
    return FieldError(
        at,
        "bad_check_digit",
        f"Ce numéro {name} n’existe pas : sa clé de contrôle est fausse. Vérifiez chaque chiffre.",
        f"There is no such {name} number: its check digit is wrong. Check each digit.",
    )


class Siren(TextField, frozen=True, kw_only=True, tag="siren"):
    """Value: the 9 digits of a French legal body."""

    def normal(self, value: str) -> str:
        return _digits(value.strip(), 9)

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        return siren_faults(value, at)

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{9}$"}


class Siret(TextField, frozen=True, kw_only=True, tag="siret"):
    """Value: the 14 digits of a French establishment."""

    def normal(self, value: str) -> str:
        return _digits(value.strip(), 14)

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        return siret_faults(value, at)

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{14}$"}


class Orcid(TextField, frozen=True, kw_only=True, tag="orcid"):
    """Value: the identifier of a researcher, `0000-0002-1825-0097`; the check character is ISO/IEC 7064 MOD 11-2
    (https://support.orcid.org/hc/en-us/articles/360006897674)."""

    def normal(self, value: str) -> str:
        found = _ORCID.fullmatch(value.strip())
        return "-".join(found.groups()).upper() if found else value.strip()

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        plain = self.normal(value)
        if not _ORCID.fullmatch(plain):
            fr = "Un identifiant ORCID compte 16 chiffres, le dernier pouvant être X. Exemple : 0000-0002-1825-0097."
            en = "An ORCID has 16 digits, of which the last may be X. Example: 0000-0002-1825-0097."
            return [FieldError(at, "bad_orcid", fr, en)]
        try:
            isni.validate(plain)
        except ValidationError:
            fr = "Cet identifiant ORCID n’existe pas : sa clé de contrôle est fausse. Vérifiez chaque chiffre."
            return [FieldError(at, "bad_check_digit", fr, "There is no such ORCID: check each digit.")]
        return []

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$"}


class Ror(TextField, frozen=True, kw_only=True, tag="ror"):
    """Value: the address that names a research organisation, `https://ror.org/05dxps055`; the last two digits are a
    checksum, ISO/IEC 7064 MOD 97-10 of the number that the rest is in base 32."""

    def normal(self, value: str) -> str:
        found = _ROR.fullmatch(value.strip())
        return f"{_ROR_ADDRESS}{found[1].lower()}" if found else value.strip()

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        found = _ROR.fullmatch(value.strip())
        if found is None:
            fr = "Un identifiant ROR compte 9 caractères, dont le premier est 0. Exemple : https://ror.org/05dxps055."
            en = "A ROR identifier has 9 characters, of which the first is 0. Example: https://ror.org/05dxps055."
            return [FieldError(at, "bad_ror", fr, en)]
        if not mod_97_10.is_valid(f"{_number(found[1][:7].lower())}{found[1][7:]}"):
            fr = "Cet identifiant ROR n’existe pas : sa clé de contrôle est fausse. Recopiez-le de https://ror.org."
            en = "There is no such ROR identifier: its check digits are wrong. Copy it from https://ror.org."
            return [FieldError(at, "bad_check_digit", fr, en)]
        return []

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_ROR_ADDRESS}0[0-9a-hjkmnp-tv-z]{{6}}[0-9]{{2}}$"}


def _number(code: str) -> int:
    number = 0
    for one in code:
        number = number * 32 + _BASE_32.index(one)
    return number


def ror_of(code: str) -> str:
    """The ROR identifier whose first seven characters these are."""
    return f"{_ROR_ADDRESS}{code}{mod_97_10.calc_check_digits(str(_number(code)))}"
