"""Kinds of answer that are a text. Value: a JSON string."""

import re
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from forms.base import MOST_CHARACTERS, MOST_LINE, Context, Field, FieldError, grouped, wrong_type

# The page counts words with the same two expressions, the second written [\p{L}\p{N}] there; its spaces hold U+FEFF.
_WORD = re.compile(r"[^\s\ufeff]+")
_LETTER = re.compile(r"[^\W_]")
_UNCLEAN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def characters(text: str) -> int:
    """How many characters: Unicode code points, the end of a line is one, spaces around the text are not counted."""
    return len(text.strip().replace("\r\n", "\n"))


def words(text: str) -> int:
    """How many words: runs without space that hold at least one letter or digit, so that « ? » is none."""
    return sum(_LETTER.search(run) is not None for run in _WORD.findall(text))


def accept_text(value: Any, at: str, *, lines: bool = False, most: int = MOST_LINE) -> list[FieldError]:
    """Faults of a text in a draft: not a string, control characters, lone surrogates, far too long."""
    if not isinstance(value, str):
        return [wrong_type(at, "un texte", "a text")]
    if len(value) > most:
        return [
            FieldError(
                at,
                "too_large",
                f"Ce texte compte {grouped(len(value))} caractères ; ce champ n’en reçoit pas plus de {grouped(most)}.",
                f"This text has {len(value):,} characters; the field takes at most {most:,}.",
            )
        ]
    if _UNCLEAN.search(value):
        return [
            FieldError(
                at,
                "forbidden_character",
                "Ce texte contient un caractère invisible qui ne peut pas être conservé : ressaisissez-le.",
                "This text holds an invisible character that cannot be kept: type it again instead of pasting it.",
            )
        ]
    if not lines and ("\n" in value or "\r" in value):
        return [FieldError(at, "one_line", "Cette réponse tient sur une ligne.", "This answer is one line.")]
    return []


def too_long(text: str, at: str, most: int) -> list[FieldError]:
    """The error of a text over its limit in characters, with how many there are to take away."""
    count = characters(text)
    if count <= most:
        return []
    excess = count - most
    return [
        FieldError(
            at,
            "too_long",
            f"Ce texte compte {grouped(count)} caractères (limite : {grouped(most)}) : retirez-en {grouped(excess)}.",
            f"This text has {count:,} characters, the limit is {most:,}: remove {excess:,}.",
        )
    ]


class TextField(Field, frozen=True, kw_only=True):
    """What is common to kinds whose value is a text."""

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return accept_text(value, at)

    def shape(self) -> dict[str, Any]:
        return {"type": "string"}


class ShortText(TextField, frozen=True, kw_only=True, tag="short_text"):
    """One line. `characters`: at most, at submission."""

    characters: int = 200

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        return too_long(value, at, self.characters)

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.characters}


class LongText(TextField, frozen=True, kw_only=True, tag="long_text"):
    """Paragraphs. At most `characters`; at least `least_words` and at most `words`, where given."""

    characters: int = 4000
    words: int | None = None
    least_words: int | None = None

    def accepts(self, value: Any, at: str) -> list[FieldError]:
        return accept_text(value, at, lines=True, most=MOST_CHARACTERS)

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        found = too_long(value, at, self.characters)
        count = words(value)
        if self.words is not None and count > self.words:
            found.append(
                FieldError(
                    at,
                    "too_many_words",
                    f"Ce texte compte {grouped(count)} mots (limite : {grouped(self.words)}) :"
                    f" retirez-en {grouped(count - self.words)}.",
                    f"This text has {count:,} words, the limit is {self.words:,}: remove {count - self.words:,}.",
                )
            )
        if self.least_words is not None and count < self.least_words:
            mots, counted = "mots" if count > 1 else "mot", "word" if count == 1 else "words"
            found.append(
                FieldError(
                    at,
                    "too_few_words",
                    f"Ce texte compte {count} {mots} ; {self.least_words} au moins sont attendus :"
                    f" ajoutez-en {self.least_words - count}.",
                    f"This text has {count} {counted}; at least {self.least_words} are expected:"
                    f" add {self.least_words - count}.",
                )
            )
        return found

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.characters}


class Email(TextField, frozen=True, kw_only=True, tag="email"):
    """An e-mail address, checked for its form."""

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        return email_faults(value, at)

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "format": "email"}


def email_faults(value: str, at: str) -> list[FieldError]:
    """The error of a text that is no e-mail address. Nothing is asked of the network."""
    try:
        # Reserved domains are refused by default; demonstrations and tests use them.
        parts = validate_email(
            value.strip(), check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        parts = None
    if parts is not None and "." in parts.domain:
        return []
    return [
        FieldError(
            at,
            "bad_email",
            "Cette adresse électronique n’est pas valide : vérifiez-la. Exemple : prenom.nom@organisme.example.",
            "This e-mail address is not valid: check it. Example: given.family@body.example.",
        )
    ]


class Phone(TextField, frozen=True, kw_only=True, tag="phone"):
    """A telephone number; without an international prefix it is a French one."""

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        return phone_faults(value, at)


def phone_faults(value: str, at: str) -> list[FieldError]:
    """The error of a text that cannot be a telephone number."""
    try:
        if phonenumbers.is_possible_number(phonenumbers.parse(value, "FR")):
            return []
    except phonenumbers.NumberParseException:
        pass
    return [
        FieldError(
            at,
            "bad_phone",
            "Ce numéro de téléphone n’est pas valide. Exemples : 01 99 00 12 34 ou +32 2 555 12 12.",
            "This telephone number is not valid. Examples: 01 99 00 12 34 or +32 2 555 12 12.",
        )
    ]


class Url(TextField, frozen=True, kw_only=True, tag="url"):
    """A web address, with its http:// or https://."""

    def faults(self, value: str, at: str, _context: Context) -> list[FieldError]:
        text = value.strip()
        try:
            parts = urlsplit(text)
            good = parts.scheme in ("http", "https") and "." in (parts.hostname or "").strip(".") and parts.port != 0
        except ValueError:
            good = False
        if good and not re.search(r"[\s<>\"]", text) and len(text) <= 2000:
            return []
        return [
            FieldError(
                at,
                "bad_url",
                "Cette adresse web n’est pas valide : elle commence par https:// et ne contient pas d’espace.",
                "This web address is not valid: it begins with https:// and holds no space.",
            )
        ]

    def shape(self) -> dict[str, Any]:
        return {"type": "string", "format": "uri", "maxLength": 2000}
