"""A profile as a form: read, drawn, checked. Shared by an expert's own page and the officers' page of an expert."""

import re
from datetime import date

from forms import FieldError
from service.domain.folding import folded
from service.domain.languages import language_codes, language_names
from service.domain.profiles import Absence, Affiliation, Profile, checked, keywords_of
from service.pages.inputs import Inputs
from service.problems import Invalid

# Those that are asked by a box; any other by its name.
COMMON = ("fr", "en", "de", "es", "it", "nl", "pt", "pl", "ar", "zh", "ja")
AFFILIATION = ("organisation", "identifier", "since", "until")
ABSENCE = ("starts", "ends")
LABELS = {
    "headline": "En une ligne",
    "biography": "Présentation",
    "keywords": "Mots-clés",
    "languages": "Langues",
    "most": "Évaluations en même temps",
    "organisation": "Organisme",
    "identifier": "Numéro",
    "since": "Depuis le",
    "until": "Jusqu’au",
    "starts": "Du",
    "ends": "Au",
}
_FRENCH_DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", re.ASCII)


def inputs_of(profile: Profile, vocabulary: tuple[str, ...]) -> Inputs:
    """The inputs that a kept profile fills in."""
    known = {folded(word) for word in vocabulary}
    pairs = [("headline", profile.headline), ("biography", profile.biography)]
    pairs += [("vocabulary", word) for word in profile.keywords if folded(word) in known]
    pairs.append(("keywords", "\n".join(word for word in profile.keywords if folded(word) not in known)))
    pairs += [("languages", code) for code in profile.languages if code in COMMON]
    others = [language_names().get(code, code) for code in profile.languages if code not in COMMON]
    pairs.append(("other_languages", ", ".join(others)))
    pairs.append(("most", "" if profile.most is None else str(profile.most)))
    for number, one in enumerate(profile.affiliations):
        for name in AFFILIATION:
            pairs.append((f"affiliations/rows/{number}/{name}", _said(getattr(one, name))))
    for number, absence in enumerate(profile.absences):
        for name in ABSENCE:
            pairs.append((f"absences/rows/{number}/{name}", _said(getattr(absence, name))))
    return Inputs(pairs)


def _said(value: str | date | None) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else value


def compacted(sent: Inputs) -> Inputs:
    """The same without the rows that were left blank, numbered from 0: faults are told by these numbers."""
    pairs = [(name, one) for name, values in sent.values.items() for one in values if "/rows/" not in name]
    for path, names in (("affiliations", AFFILIATION), ("absences", ABSENCE)):
        kept = [
            values
            for number in sent.rows(path)
            if any((values := {name: sent.one(f"{path}/rows/{number}/{name}").strip() for name in names}).values())
        ]
        pairs += [
            (f"{path}/rows/{number}/{name}", values[name]) for number, values in enumerate(kept) for name in names
        ]
    return Inputs(pairs)


def profile_of(sent: Inputs) -> Profile:
    """The profile that was typed, its rows compacted. Raises Invalid for what cannot be read, with every other fault:
    they are corrected together."""
    errors: list[FieldError] = []
    made = Profile(
        headline=sent.one("headline"),
        biography=sent.one("biography"),
        keywords=(*sent.all("vocabulary"), *keywords_of(sent.one("keywords"))),
        languages=(*sent.all("languages"), *_languages(sent.one("other_languages"), errors)),
        most=_number(sent.one("most"), errors),
        affiliations=tuple(_affiliation(sent, number, errors) for number in sent.rows("affiliations")),
        absences=tuple(_absence(sent, number, errors) for number in sent.rows("absences")),
    )
    if errors:
        told = {error.path for error in errors}
        errors += [error for error in checked(made)[1] if error.path not in told]
        raise Invalid(errors, "Le profil est à corriger.")
    return made


def _languages(text: str, errors: list[FieldError]) -> list[str]:
    found = []
    for name in re.split(r"[\n,;]", text):
        code = language_codes().get(folded(name))
        if code is not None:
            found.append(code)
        elif name.strip():
            said = f"« {name.strip()[:40]} » n’est pas une langue connue."
            errors.append(FieldError("languages", "unknown_language", said, "Not a known language."))
    return found


def _number(text: str, errors: list[FieldError]) -> int | None:
    plain = text.strip()
    if not plain:
        return None
    if plain.isascii() and plain.isdigit() and len(plain) < 7:
        return int(plain)
    errors.append(FieldError("most", "number", "Indiquez un nombre entier, ou rien.", "A whole number, or nothing."))
    return None


def _affiliation(sent: Inputs, number: int, errors: list[FieldError]) -> Affiliation:
    at, path = f"affiliations/rows/{number}", f"affiliations/{number}"
    since, until = (_day(sent.one(f"{at}/{name}"), f"{path}/{name}", errors) for name in ("since", "until"))
    return Affiliation(sent.one(f"{at}/organisation"), sent.one(f"{at}/identifier"), since, until)


def _absence(sent: Inputs, number: int, errors: list[FieldError]) -> Absence:
    days = []
    for name in ABSENCE:
        path = f"absences/{number}/{name}"
        day = _day(sent.one(f"absences/rows/{number}/{name}"), path, errors)
        if day is None and not any(error.path == path for error in errors):
            errors.append(FieldError(path, "required", "Indiquez une date.", "Give a date."))
        days.append(day or date.min)
    return Absence(*days)


def _day(text: str, at: str, errors: list[FieldError]) -> date | None:
    plain = text.strip()
    if not plain:
        return None
    french = _FRENCH_DAY.fullmatch(plain)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        return date.fromisoformat(plain)
    except ValueError:
        errors.append(FieldError(at, "date", "Indiquez une date comme 31/08/2027.", "Give a date."))
        return None


def labels(sent: Inputs) -> dict[str, str]:
    """What each fault's path is called."""
    found = dict(LABELS)
    for path, names, what in (("affiliations", AFFILIATION, "organisme"), ("absences", ABSENCE, "absence")):
        for number in sent.rows(path):
            for name in names:
                found[f"{path}/{number}/{name}"] = f"{LABELS[name]} ({what} {number + 1})"
    return found
