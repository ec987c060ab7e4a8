"""What an expert says of themselves, checked and in one spelling. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec
from stdnum.fr import siren, siret

from forms import FieldError
from service.domain.folding import folded
from service.domain.languages import LANGUAGES

LONGEST_HEADLINE = 200
LONGEST_BIOGRAPHY = 5000
LONGEST_KEYWORD = 80
LONGEST_NAME = 300
MOST_KEYWORDS = 40
MOST_LANGUAGES = 20
MOST_ROWS = 30
MOST_AT_ONCE = 1000
LONGEST_ABSENCE = timedelta(days=3 * 366)
_ROR = re.compile(r"(?:https?://)?(?:www\.)?(?:ror\.org/)?(0[0-9a-hjkmnp-tv-z]{6}[0-9]{2})/?", re.ASCII | re.IGNORECASE)
_RNA = re.compile(r"W[0-9]{9}", re.ASCII | re.IGNORECASE)
_SPACES = str.maketrans("", "", " \u00a0\u202f.\t-")


class Affiliation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation one belongs or belonged to. `identifier`: SIREN, SIRET, RNA or ROR, "" where none is known;
    `since` and `until`: the first and the last day, None where that is open."""

    organisation: str
    identifier: str = ""
    since: date | None = None
    until: date | None = None


class Absence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days on which one is not asked, both included."""

    starts: date
    ends: date


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`keywords` as people read them; `languages` as ISO 639-1 codes; `most`: reviews at once over all calls, None for
    no limit."""

    headline: str = ""
    biography: str = ""
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    most: int | None = None
    affiliations: tuple[Affiliation, ...] = ()
    absences: tuple[Absence, ...] = ()

    def terms(self) -> list[str]:
        """The keywords as they compare."""
        return sorted({folded(word) for word in self.keywords})

    def searched(self) -> str:
        """All of it as it is searched."""
        organisations = (one.organisation for one in self.affiliations)
        return folded(" ".join((self.headline, *self.keywords, *organisations, self.biography)))


def keywords_of(text: str) -> tuple[str, ...]:
    """Keywords typed one after the other: by line, comma or semicolon."""
    return tuple(word for word in (" ".join(one.split()) for one in re.split(r"[\n,;]", text)) if word)


def distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Each keyword once, in its first spelling."""
    found: dict[str, str] = {}
    for word in words:
        plain = " ".join(word.split())
        if plain:
            found.setdefault(folded(plain), plain)
    return tuple(found.values())


def identifier_of(text: str) -> str | None:
    """A SIREN, SIRET, RNA or ROR number in its one spelling, "" for nothing, None for what is none of them."""
    plain = text.translate(_SPACES)
    if not plain:
        return ""
    if plain.isascii() and plain.isdigit():
        sound = (len(plain) == 9 and siren.is_valid(plain)) or (len(plain) == 14 and siret.is_valid(plain))
        return plain if sound else None
    if _RNA.fullmatch(plain):
        return plain.upper()
    ror = _ROR.fullmatch(text.strip())
    return f"https://ror.org/{ror[1].lower()}" if ror else None


def checked(profile: Profile) -> tuple[Profile, list[FieldError]]:
    """The profile in one spelling, and every fault of it by JSON pointer."""
    errors: list[FieldError] = []
    plain = msgspec.structs.replace(
        profile,
        headline=" ".join(profile.headline.split()),
        biography=profile.biography.replace("\r\n", "\n").strip(),
        keywords=distinct(profile.keywords),
        languages=tuple(dict.fromkeys(code.strip().lower() for code in profile.languages)),
        affiliations=tuple(_affiliation(one, n, errors) for n, one in enumerate(profile.affiliations)),
    )
    return plain, [*_sizes(plain), *_words(plain), *errors, *_absences(plain)]


def _sizes(plain: Profile) -> Iterator[FieldError]:
    for name, longest in (("headline", LONGEST_HEADLINE), ("biography", LONGEST_BIOGRAPHY)):
        if len(getattr(plain, name)) > longest:
            said = f"Écrivez-le en {longest} caractères au plus."
            yield FieldError(name, "too_long", said, f"{longest} characters at most.")
    for name, most in (
        *(("keywords", MOST_KEYWORDS), ("languages", MOST_LANGUAGES)),
        *(("affiliations", MOST_ROWS), ("absences", MOST_ROWS)),
    ):
        if len(getattr(plain, name)) > most:
            yield FieldError(name, "too_many", f"Donnez-en {most} au plus.", f"Give {most} at most.")
    if plain.most is not None and not 0 <= plain.most <= MOST_AT_ONCE:
        said = f"Indiquez un nombre de 0 à {MOST_AT_ONCE}."
        yield FieldError("most", "out_of_range", said, f"0 to {MOST_AT_ONCE}.")


def _words(plain: Profile) -> Iterator[FieldError]:
    for word in plain.keywords:
        if len(word) > LONGEST_KEYWORD:
            said = f"« {word[:30]}… » : un mot-clé compte {LONGEST_KEYWORD} caractères au plus."
            yield FieldError("keywords", "too_long", said, f"{LONGEST_KEYWORD} characters at most.")
    for code in plain.languages:
        if code not in LANGUAGES:
            said = f"« {code} » n’est pas une langue connue (ISO 639-1)."
            yield FieldError("languages", "unknown_language", said, "Not a language of ISO 639-1.")


def _absences(plain: Profile) -> Iterator[FieldError]:
    for number, absence in enumerate(plain.absences):
        at = f"absences/{number}/ends"
        if absence.ends < absence.starts:
            yield before_start(at)
        elif absence.ends - absence.starts > LONGEST_ABSENCE:
            yield FieldError(at, "too_long", "Une absence dure trois ans au plus.", "Three years at most.")


def before_start(at: str) -> FieldError:
    """The error of a last day before the first."""
    return FieldError(at, "before_start", "La fin précède le début.", "It ends before it starts.")


def _affiliation(one: Affiliation, number: int, errors: list[FieldError]) -> Affiliation:
    at = f"affiliations/{number}"
    name, identifier = " ".join(one.organisation.split()), identifier_of(one.identifier)
    if not name or len(name) > LONGEST_NAME:
        said = f"Nommez l’organisme en {LONGEST_NAME} caractères au plus."
        errors.append(FieldError(f"{at}/organisation", "organisation", said, "Name the organisation."))
    if identifier is None:
        said = "Indiquez un numéro SIREN, SIRET, RNA ou ROR valable, ou rien."
        errors.append(FieldError(f"{at}/identifier", "bad_identifier", said, "A SIREN, SIRET, RNA or ROR number."))
    if one.since is not None and one.until is not None and one.until < one.since:
        errors.append(
            FieldError(f"{at}/until", "before_start", "La fin précède le début.", "It ends before it starts.")
        )
    return msgspec.structs.replace(one, organisation=name, identifier=identifier or "")
