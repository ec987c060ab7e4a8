"""Kinds of answer that identify a person or a legal body."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from stdnum.eu import vat

from forms.base import Context, Field, FieldError, blank, missing, printable, wrong_type
from forms.kinds.codes import compact
from forms.kinds.texts import accept_text, email_faults, phone_faults, too_long


class ObjectField(Field, frozen=True, kw_only=True):
    """What is common to kinds whose value is an object of texts."""

    def parts(self) -> dict[str, bool]:
        """The keys of the object, and whether each is required."""
        raise NotImplementedError(self.kind)

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        if not isinstance(value, dict):
            return [wrong_type(at, "un objet", "an object")]
        known = self.parts()
        found = unknown_keys(at, value, known)
        for key in known:
            if value.get(key) is not None:
                found += accept_text(value[key], f"{at}/{key}")
        return found

    def faults(self, value: dict[str, Any], at: str, _context: Context) -> list[FieldError]:
        found = [missing(f"{at}/{key}") for key, needed in self.parts().items() if needed and blank(value.get(key))]
        for key in self.parts():
            if not blank(value.get(key)):
                found += too_long(value[key], f"{at}/{key}", 200)
        return found

    def shape(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {key: {"type": "string"} for key in self.parts()},
            "required": [key for key, needed in self.parts().items() if needed],
            "additionalProperties": False,
        }


def unknown_keys(at: str, value: Mapping[str, Any], known: Collection[str]) -> list[FieldError]:
    """The error of an object with keys that its field does not have: one error, however many keys."""
    unknown = [key for key in value if key not in known]
    if not unknown:
        return []
    allowed, shown = ", ".join(known), ", ".join(printable(str(key)) for key in unknown[:5])
    return [
        FieldError(
            at,
            "unknown_key",
            f"Clé inconnue : « {shown} ». Clés possibles : {allowed}.",
            f"Unknown key “{shown}”. Possible keys: {allowed}.",
        )
    ]


class Person(ObjectField, frozen=True, kw_only=True, tag="person"):
    """Value: `{"given_name", "family_name", "position", "email", "phone"}`, texts; `needs` names those required."""

    needs: tuple[Literal["given_name", "family_name", "position", "email", "phone"], ...] = (
        "given_name",
        "family_name",
        "email",
    )

    def parts(self) -> dict[str, bool]:
        return {key: key in self.needs for key in ("given_name", "family_name", "position", "email", "phone")}

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        found = super().faults(value, at, context)
        if not blank(value.get("email")):
            found += email_faults(value["email"], f"{at}/email")
        if not blank(value.get("phone")):
            found += phone_faults(value["phone"], f"{at}/phone")
        return found


class ForeignId(ObjectField, frozen=True, kw_only=True, tag="foreign_id"):
    """Value: `{"scheme": "eu_vat" or "national_register", "number", "register"}`; `register` names the register.

    An EU VAT number is checked by its country's own rule, and against the answer to `country_field` where given.
    """

    country_field: str | None = None

    def parts(self) -> dict[str, bool]:
        return {"scheme": True, "number": True, "register": False}

    def faults(self, value: dict[str, Any], at: str, context: Context) -> list[FieldError]:
        found = super().faults(value, at, context)
        scheme, number = value.get("scheme"), value.get("number")
        if scheme == "national_register":
            return found + ([missing(f"{at}/register")] if blank(value.get("register")) else [])
        if not blank(scheme) and scheme != "eu_vat":
            found.append(
                FieldError(
                    f"{at}/scheme",
                    "not_an_option",
                    "Choisissez « eu_vat » ou « national_register ».",
                    "Choose “eu_vat” or “national_register”.",
                )
            )
        elif not found and isinstance(number, str):
            country = context.answers.get(self.country_field) if self.country_field else None
            found += vat_faults(number, f"{at}/number", country)
        return found

    def shape(self) -> dict[str, Any]:
        shape = super().shape()
        shape["properties"]["scheme"] = {"type": "string", "enum": ["eu_vat", "national_register"]}
        return shape


def vat_faults(number: str, at: str, country: Any = None) -> list[FieldError]:
    """The error of a text that is no VAT number of the Union, or is one of another country (ISO code)."""
    plain = compact(number).upper()
    if not plain.isascii() or not vat.is_valid(plain):
        return [
            FieldError(
                at,
                "bad_vat",
                "Ce numéro de TVA n’est pas valide. Il commence par le code du pays ; exemple : BE 0123.456.749.",
                "This VAT number is not valid. It begins with the country code; example: BE 0123.456.749.",
            )
        ]
    # Greece's numbers begin with EL.
    prefix = "GR" if plain[:2] == "EL" else plain[:2]
    if isinstance(country, str) and country and prefix != country:
        return [
            FieldError(
                at,
                "other_country",
                f"Ce numéro de TVA est d’un autre pays ({prefix}) que celui que vous avez indiqué ({country}).",
                f"This VAT number is of another country ({prefix}) than the one given ({country}).",
            )
        ]
    return []
