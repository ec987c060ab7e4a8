"""Kinds of answer that say where a person or a body is to be found: a postal address, an organisation."""

import re
from typing import Any, Literal

from forms.base import Context, FieldError, blank, missing
from forms.kinds.choices import EU, country_fault, country_name
from forms.kinds.codes import compact, siren_faults, siret_faults
from forms.kinds.identity import ObjectField, vat_faults

# Of the countries that write to us most, how a postcode looks (Universal Postal Union, addressing by country), and an
# example. Countries that are not here may have none.
_POSTCODES = {
    # 00: the armed forces; 20: Corsica; 97 and 98: overseas. Nothing begins with 96 or 99.
    "FR": (r"(?:[0-8][0-9]|9[0-578])[0-9]{3}", "75001"),
    "AT": (r"[1-9][0-9]{3}", "1010"),
    "BE": (r"[1-9][0-9]{3}", "1000"),
    "BG": (r"[1-9][0-9]{3}", "1000"),
    "CH": (r"[1-9][0-9]{3}", "1200"),
    "CY": (r"[1-9][0-9]{3}", "1010"),
    "CZ": (r"[1-7][0-9]{2} ?[0-9]{2}", "110 00"),
    "DE": (r"[0-9]{5}", "10115"),
    "DK": (r"[0-9]{4}", "1050"),
    "EE": (r"[0-9]{5}", "10111"),
    "ES": (r"(?:0[1-9]|[1-4][0-9]|5[0-2])[0-9]{3}", "28001"),
    "FI": (r"[0-9]{5}", "00100"),
    "GR": (r"[1-8][0-9]{2} ?[0-9]{2}", "104 31"),
    "HR": (r"[1-5][0-9]{4}", "10000"),
    "HU": (r"[1-9][0-9]{3}", "1011"),
    "IE": (r"[A-Z][0-9][0-9W] ?[0-9A-Z]{4}", "D02 AF30"),
    "IS": (r"[1-9][0-9]{2}", "101"),
    "IT": (r"[0-9]{5}", "00118"),
    "LT": (r"(?:LT-)?[0-9]{5}", "01100"),
    "LU": (r"(?:L-)?[1-9][0-9]{3}", "1009"),
    "LV": (r"LV-[0-9]{4}", "LV-1010"),
    "MT": (r"[A-Z]{3} ?[0-9]{4}", "VLT 1117"),
    "NL": (r"[1-9][0-9]{3} ?[A-Z]{2}", "1011 AB"),
    "NO": (r"[0-9]{4}", "0010"),
    "PL": (r"[0-9]{2}-[0-9]{3}", "00-001"),
    "PT": (r"[1-9][0-9]{3}-[0-9]{3}", "1000-001"),
    "RO": (r"[0-9]{6}", "010011"),
    "SE": (r"[1-9][0-9]{2} ?[0-9]{2}", "111 20"),
    "SI": (r"(?:SI-)?[1-9][0-9]{3}", "1000"),
    "SK": (r"[089][0-9]{2} ?[0-9]{2}", "811 01"),
}
_ANY_POSTCODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z -]{0,11}")
_PLACE = ("street", "more", "postcode", "city")
_LONGEST_NUMBER = 60


def postcode_example(country: str) -> str:
    """A postcode of this country, "" where we know of none."""
    return _POSTCODES.get(country, ("", ""))[1]


def _postcode_faults(value: dict[str, Any], at: str, *, asked: bool) -> list[FieldError]:
    """Of the postcode of a value with a country."""
    postcode, country, at = value.get("postcode"), value.get("country") or "", f"{at}/postcode"
    form, example = _POSTCODES.get(country, ("", ""))
    if blank(postcode) or postcode is None:
        return [missing(at)] if asked and form else []
    plain = postcode.strip()
    if form and not re.fullmatch(form, plain.upper(), re.ASCII):
        where = country_name(country, "fr"), country_name(country, "en")
        fr = f"Ce n’est pas la forme d’un code postal de ce pays ({where[0]}). Exemple : {example}."
        return [FieldError(at, "bad_postcode", fr, f"No postcode looks so there ({where[1]}). Example: {example}.")]
    if not _ANY_POSTCODE.fullmatch(plain):
        fr = "Un code postal compte 12 caractères au plus : des lettres, des chiffres, des espaces, des tirets."
        en = "A postcode has at most 12 characters: letters, digits, spaces, hyphens."
        return [FieldError(at, "bad_postcode", fr, en)]
    return []


def _place_lines(value: dict[str, Any], lang: str) -> tuple[str, ...]:
    said = {key: str(value.get(key) or "").strip() for key in (*_PLACE, "country")}
    town = f"{said['postcode']} {said['city']}".strip()
    country = country_name(said["country"], lang) if said["country"] else ""
    return tuple(line for line in (said["street"], said["more"], town, country) if line)


class PostalAddress(ObjectField, frozen=True, kw_only=True, tag="postal_address"):
    """Value: `{"street", "more", "postcode", "city", "country"}`, texts, the country as in a field of that kind. The
    postcode has its country's form, and is asked for where the country has some."""

    among: Literal["eu", "eea", "world"] = "world"

    def parts(self) -> dict[str, bool]:
        return {"street": True, "more": False, "postcode": False, "city": True, "country": True}

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return super().accepts(value, at) or country_fault(value.get("country"), f"{at}/country", self.among)

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        return super().faults(value, at, context) + _postcode_faults(value, at, asked=True)

    def lines(self, value: dict[str, Any], lang: str = "fr") -> tuple[str, ...]:
        """The lines of an envelope, the country last."""
        return _place_lines(value, lang)


class Organisation(ObjectField, frozen=True, kw_only=True, tag="organisation"):
    """Value: `{"name", "country", "identifier"}` and, where `address`, `{"street", "more", "postcode", "city"}`, texts.

    `needs`: the parts that must be given; those of an address are told by `address` alone. The identifier is a SIREN or
    SIRET number in France; elsewhere in the Union a VAT number, whose check digits are verified where it begins with
    the country's letters, or the number of a register.
    """

    among: Literal["eu", "eea", "world"] = "world"
    needs: tuple[Literal["name", "country", "identifier"], ...] = ("name", "country")
    address: bool = False

    def parts(self) -> dict[str, bool]:
        own = {key: key in self.needs for key in ("name", "country", "identifier")}
        return own | ({key: key in ("street", "city") for key in _PLACE} if self.address else {})

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return super().accepts(value, at) or country_fault(value.get("country"), f"{at}/country", self.among)

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        found = super().faults(value, at, context)
        if not blank(value.get("identifier")):
            found += _identifier_faults(value["identifier"].strip(), f"{at}/identifier", value.get("country"))
        return found + _postcode_faults(value, at, asked=self.address)

    def lines(self, value: dict[str, Any], lang: str = "fr") -> tuple[str, ...]:
        """Name, identifier, and where it is."""
        own = (str(value.get(key) or "").strip() for key in ("name", "identifier"))
        return (*(line for line in own if line), *_place_lines(value, lang))


def _identifier_faults(number: str, at: str, country: str | None) -> list[FieldError]:
    plain = compact(number).upper()
    if country == "FR":
        if len(plain) == 9:
            return siren_faults(plain, at)
        if len(plain) == 14:
            return siret_faults(plain, at)
        fr = "Indiquez un numéro SIREN (9 chiffres) ou SIRET (14 chiffres)."
        return [FieldError(at, "bad_identifier", fr, "Give a SIREN number (9 digits) or a SIRET number (14 digits).")]
    prefix = "EL" if country == "GR" else country
    if country in EU and prefix and re.fullmatch(rf"{prefix}[A-Z]?[0-9][0-9A-Z]+", plain, re.ASCII):
        return vat_faults(plain, at, country)
    if len(number) > _LONGEST_NUMBER:
        fr = f"Un numéro de registre compte {_LONGEST_NUMBER} caractères au plus : retirez ce qui n’en est pas."
        en = f"The number of a register has at most {_LONGEST_NUMBER} characters: remove what is no part of it."
        return [FieldError(at, "too_long", fr, en)]
    return []
