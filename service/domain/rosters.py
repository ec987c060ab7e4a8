"""A list of experts as it is read from a table: each line checked, with its faults by column. Pure."""

from collections.abc import Callable, Sequence

import msgspec

from service.domain import profiles
from service.domain.folding import folded
from service.domain.languages import language_codes
from service.domain.profiles import Affiliation, Profile, checked, identifier_of, keywords_of
from service.domain.tables import TableRefused

# Heads of columns as they compare; the list of a call's experts, saved as CSV, has the same.
COLUMNS: dict[str, tuple[str, ...]] = {
    "email": ("adresse electronique", "courriel", "adresse", "e-mail", "email", "mail"),
    "given": ("prenom", "first name", "given name"),
    "name": ("nom", "prenom et nom", "nom et prenom", "name"),
    "organisation": ("organisme", "organisation", "employeur"),
    "identifier": ("siren", "siret", "numero", "identifiant", "ror"),
    "headline": ("titre", "fonction", "headline"),
    "keywords": ("mots-cles", "domaines", "keywords"),
    "languages": ("langues", "languages"),
    "most": ("limite tous appels", "limite"),
    "most_in_call": ("limite dans l’appel", "limite dans l'appel", "limite de l’appel", "limite de l'appel"),
    "team": ("equipes", "equipe", "binome", "team"),
}
NAMES = {
    "email": "Adresse électronique",
    "name": "Nom",
    "organisation": "Organisme",
    "identifier": "SIREN",
    "headline": "Titre",
    "keywords": "Mots-clés",
    "languages": "Langues",
    "most": "Limite tous appels",
    "most_in_call": "Limite dans l’appel",
    "team": "Équipes",
}
LONGEST_NAME = 200
LONGEST_TEAM = 120
_FORMULA = ("=", "+", "-", "@")
Complain = Callable[[str, str], None]
Normal = Callable[[str], str | None]


class Fault(msgspec.Struct, frozen=True):
    """Why a line is not taken: the column's name, and a sentence."""

    column: str
    said: str


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of a list; `number` as in the file, from 1 for its heads. What is blank changes nothing."""

    number: int
    email: str = ""
    name: str = ""
    organisation: str = ""
    identifier: str = ""
    headline: str = ""
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    most: int | None = None
    most_in_call: int | None = None
    team: str = ""
    faults: tuple[Fault, ...] = ()

    def merged(self, before: Profile) -> Profile:
        """A profile with what the line says in the place of what it said."""
        affiliations = before.affiliations
        known = {(folded(one.organisation), one.identifier) for one in affiliations if one.until is None}
        if self.organisation and not any(
            name == folded(self.organisation) and self.identifier in ("", number) for name, number in known
        ):
            affiliations = (*affiliations, Affiliation(self.organisation, self.identifier))
        return msgspec.structs.replace(
            before,
            headline=self.headline or before.headline,
            keywords=self.keywords or before.keywords,
            languages=self.languages or before.languages,
            most=before.most if self.most is None else self.most,
            affiliations=affiliations,
        )


class Reading(msgspec.Struct, frozen=True):
    """The lines of a file, and the heads of its columns that say nothing to us."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...]


def lines_of(table: Sequence[Sequence[str]], normalised: Normal) -> Reading:
    """The lines of a table whose first row is its heads. `normalised`: an address in its one spelling, or None.

    Raises TableRefused where there is no column of addresses, or one stands there twice.
    """
    if not table:
        raise TableRefused("Ce fichier est vide.")
    places, ignored = _places(table[0])
    seen: dict[str, int] = {}
    lines = []
    for number, row in enumerate(table[1:], start=2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if not any(cells.values()):
            continue
        line = _line(number, cells, normalised)
        first = seen.setdefault(line.email, number) if line.email else number
        if first != number:
            twice = Fault(NAMES["email"], f"Cette adresse figure déjà à la ligne {first}.")
            line = msgspec.structs.replace(line, faults=(*line.faults, twice))
        lines.append(line)
    if not lines:
        raise TableRefused("Ce fichier n’a aucune ligne sous ses titres de colonnes.")
    return Reading(tuple(lines), ignored)


def _places(heads: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    names = {head: name for name, known in COLUMNS.items() for head in known}
    places: dict[str, int] = {}
    ignored = []
    for place, head in enumerate(heads):
        name = names.get(folded(head))
        if name is None:
            ignored += [head] if head else []
        elif name in places:
            raise TableRefused(f"La colonne « {head} » figure deux fois dans ce fichier.")
        else:
            places[name] = place
    if "email" not in places:
        raise TableRefused(
            "La première ligne doit nommer les colonnes, dont « Adresse électronique ». Les autres, toutes"
            f" facultatives : {', '.join(name for key, name in NAMES.items() if key != 'email')}."
        )
    return places, tuple(ignored)


def _line(number: int, cells: dict[str, str], normalised: Normal) -> Line:
    faults: list[Fault] = []

    def fault(name: str, said: str) -> None:
        faults.append(Fault(NAMES[name], said))

    for name, text in cells.items():
        if text.startswith(_FORMULA) and name not in ("most", "most_in_call"):
            fault(NAMES_OF[name], "Une case ne commence ni par =, ni par +, - ou @.")
    identifier = identifier_of(cells.get("identifier", ""))
    if identifier is None:
        fault("identifier", "Ce n’est pas un numéro SIREN, SIRET, RNA ou ROR.")
    if identifier and not cells.get("organisation"):
        fault("organisation", "Un numéro demande le nom de l’organisme.")
    line = Line(
        number=number,
        email=_email(cells.get("email", ""), normalised, fault),
        name=" ".join(f"{cells.get('given', '')} {cells.get('name', '')}".split()),
        organisation=" ".join(cells.get("organisation", "").split()),
        identifier=identifier or "",
        headline=" ".join(cells.get("headline", "").split()),
        keywords=keywords_of(cells.get("keywords", "")),
        languages=_languages(cells.get("languages", ""), fault),
        most=_number("most", cells.get("most", ""), fault),
        most_in_call=_number("most_in_call", cells.get("most_in_call", ""), fault),
        team=" ".join(cells.get("team", "").split()),
    )
    if len(line.name) > LONGEST_NAME:
        fault("name", f"Ce nom dépasse {LONGEST_NAME} caractères.")
    if len(line.team) > LONGEST_TEAM:
        fault("team", f"Ce nom dépasse {LONGEST_TEAM} caractères.")
    for error in checked(line.merged(Profile()))[1]:
        key = error.path.partition("/")[0]
        fault("organisation" if key == "affiliations" else key, error.fr)
    return msgspec.structs.replace(line, faults=tuple(faults))


NAMES_OF = {name: name for name in NAMES} | {"given": "name"}


def _email(text: str, normalised: Normal, fault: Complain) -> str:
    if not text:
        fault("email", "L’adresse manque.")
        return ""
    found = normalised(text)
    if found is None:
        fault("email", f"« {text[:60]} » n’est pas une adresse électronique.")
    return found or ""


def _number(name: str, text: str, fault: Complain) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and int(text) <= profiles.MOST_AT_ONCE:
        return int(text)
    fault(name, f"Indiquez un nombre de 0 à {profiles.MOST_AT_ONCE}, ou rien.")
    return None


def _languages(text: str, fault: Complain) -> tuple[str, ...]:
    found = []
    for name in keywords_of(text):
        code = language_codes().get(folded(name))
        if code is None:
            fault("languages", f"« {name[:40]} » n’est pas une langue connue.")
        else:
            found.append(code)
    return tuple(dict.fromkeys(found))
