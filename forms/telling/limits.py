"""What an answer to a field may be, in French: its kind, then each limit.

`KINDS` and `LIMITS` are checked by a test: a kind without a name, or a constraint that no sentence tells, fails it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from forms.kinds.files import format_name
from forms.telling.french import NBSP, calendar_day, listed, number, plural, size
from forms.telling.parts import PARTS

KINDS: dict[str, str] = {
    "short_text": "Texte d’une ligne",
    "long_text": "Texte",
    "email": "Adresse électronique",
    "phone": "Numéro de téléphone",
    "url": "Adresse web",
    "integer": "Nombre entier",
    "decimal": "Nombre",
    "money": "Montant en euros",
    "percentage": "Pourcentage",
    "date": "Date",
    "period": "Dates de début et de fin",
    "yes_no": "Oui ou non",
    "declaration": "Case à cocher",
    "one_of": "Un choix",
    "several_of": "Plusieurs choix",
    "linked_choice": "Un choix, puis un autre qui en dépend",
    "country": "Pays",
    "scale": "Un niveau",
    "siren": "Numéro SIREN (9 chiffres)",
    "siret": "Numéro SIRET (14 chiffres)",
    "foreign_id": "Numéro de TVA intracommunautaire, ou numéro et nom d’un registre national",
    "orcid": "Identifiant ORCID (16 caractères)",
    "ror": "Identifiant ROR",
    "postal_address": "Adresse postale",
    "organisation": "Organisme",
    "person": "Coordonnées d’une personne",
    "keywords": "Mots-clés",
    "table": "Tableau",
    "block": "Questions répétées",
    "computed": "Calculé à partir de vos réponses",
    "file": "Fichier",
    "explanation": "Explication",
}
"""How each kind is called."""

_AMONG = {
    "eu": "Un État membre de l’Union européenne",
    "eea": "Un pays de l’Espace économique européen",
    "world": "",
}
_PERSON = ("given_name", "family_name", "position", "email", "phone")
_ORGANISATION = ("name", "country", "identifier")


def _length(field: Any) -> str:
    if field.kind == "keywords":
        most = f"{plural(field.characters, 'caractère', 'caractères')} au plus chacun"
        return f"{'De la liste ou d’autres' if field.options else 'Libres'}, {most}" if field.free else "De la liste"
    words, least = getattr(field, "words", None), getattr(field, "least_words", None)
    said = [
        *([f"{plural(least, 'mot', 'mots')} au moins"] if least else []),
        *([f"{plural(words, 'mot', 'mots')} au plus"] if words else []),
        f"{plural(field.characters, 'caractère', 'caractères')} au plus",
    ]
    return listed(said)


def _between(field: Any) -> str:
    unit = {"money": "€", "percentage": "%"}.get(field.kind, getattr(field, "unit", ""))
    said = _range(getattr(field, "at_least", None), getattr(field, "at_most", None), _label(unit))
    return f"{said}, {_decimals(field.decimals)}" if said and field.kind == "decimal" else said


def _decimals(count: int) -> str:
    return f"{plural(count, 'décimale', 'décimales')} au plus"


def _label(text: Any) -> str:
    return str(getattr(text, "fr", text) or "")


def _range(least: float | None, most: float | None, unit: str) -> str:
    after = f"{NBSP}{unit}" if unit else ""
    if least is not None and most is not None:
        return f"De {number(least)} à {number(most)}{after}"
    if least is not None:
        return f"{number(least)}{after} au moins"
    if most is not None:
        return f"{number(most)}{after} au plus"
    return f"En {unit}" if unit else ""


def _days(field: Any) -> str:
    said = [
        f"au plus {when} {_day(limit)}"
        for when, limit in (("tôt", field.earliest), ("tard", field.latest))
        if limit is not None
    ]
    return listed(said).capitalize() if len(said) == 1 else listed(said)[:1].upper() + listed(said)[1:]


def _day(limit: str) -> str:
    return "le jour du dépôt" if limit == "today" else f"le {calendar_day(date.fromisoformat(limit))}"


def _choices(field: Any) -> str:
    least, most = field.least, field.most
    noun = ("mot-clé", "mots-clés") if field.kind == "keywords" else ("choix", "choix")
    said = [
        *([f"{plural(least, *noun)} au moins"] if least else []),
        *([f"{plural(most, *noun)} au plus"] if most is not None else []),
    ]
    return listed(said)


def _longest(field: Any) -> str:
    said = [
        *([plural(field.most_months, "mois", "mois")] if field.most_months is not None else []),
        *([plural(field.most_days, "jour", "jours")] if field.most_days is not None else []),
    ]
    return f"{listed(said)} au plus" if said else ""


def _other(field: Any) -> str:
    return "Ou une autre réponse, à préciser" if field.other else ""


def _among(field: Any) -> str:
    return _AMONG[field.among]


def _files(field: Any) -> str:
    said = [plural(field.most_files, "fichier", "fichiers") + " au plus"] if field.most_files > 1 else []
    each = "chacun" if field.most_files > 1 else ""
    return ", ".join(
        [
            *said,
            f"{size(field.most_bytes)} au plus {each}".strip(),
            f"format {listed([*map(format_name, field.types)], 'ou')}",
        ]
    )


def _rows(field: Any) -> str:
    noun = ("fois", "fois") if field.kind == "block" else ("ligne", "lignes")
    said = [
        *([f"{plural(field.least_rows, *noun)} au moins"] if field.least_rows else []),
        f"{plural(field.most_rows, *noun)} au plus",
    ]
    return listed(said)


def _totals(field: Any) -> str:
    kinds = {column.id: column.kind for column in field.cells}
    limited = [one for one in field.totals if one.at_least is not None or one.at_most is not None]
    units = {"money": "€", "percentage": "%"}
    return (
        " ; ".join(
            f"{one.label.fr} : {_range(one.at_least, one.at_most, units.get(kinds.get(one.column, ''), '')).lower()}"
            for one in limited
        )
        .replace(" ;", f"{NBSP};")
        .replace(" :", f"{NBSP}:")
    )


def _person(field: Any) -> str:
    every = _ORGANISATION if field.kind == "organisation" else _PERSON
    parts = [PARTS[part] for part in every if part in field.needs]
    rest = [PARTS[part] for part in every if part not in field.needs]
    said = listed([*parts, *(["adresse postale"] if getattr(field, "address", False) else [])])
    more = f" ; si vous le souhaitez, {listed(rest)}".replace(" ;", f"{NBSP};") if rest else ""
    return f"{said[:1].upper()}{said[1:]}{more}" if parts else more


LIMITS: tuple[tuple[frozenset[str], Callable[[Any], str]], ...] = (
    (frozenset({"characters", "words", "least_words", "free"}), _length),
    (frozenset({"at_least", "at_most", "unit"}), _between),
    (frozenset({"earliest", "latest"}), _days),
    (frozenset({"most_months", "most_days"}), _longest),
    (frozenset({"least", "most"}), _choices),
    (frozenset({"other"}), _other),
    (frozenset({"among"}), _among),
    (frozenset({"types", "most_bytes", "most_files"}), _files),
    (frozenset({"least_rows", "most_rows"}), _rows),
    (frozenset({"totals"}), _totals),
    (frozenset({"needs", "address"}), _person),
)
"""Constraints of fields that are told together, and the sentence that tells them, "" where there is none to tell."""

ELSEWHERE = frozenset(
    {
        *("options", "levels", "columns", "fields", "text"),  # lists and texts of their own
        *("value", "decimals", "shown_as"),  # of a computed field, whose formula is told
        "vocabulary",  # of experts: it asks nothing of an applicant
        *(
            "country_field",
            "row_title",
            "row_name",
            "first_label",
            "second_label",
        ),  # what an applicant meets only where the answer is wrong, or names
    }
)
"""What no limit tells: a blank form shows it as a list or a text, or has no use for it."""


def limits(field: Any) -> tuple[str, ...]:
    """Every limit of a field, a phrase each."""
    own = frozenset(field.__struct_fields__)
    told = (say(field) for names, say in LIMITS if names & own)
    return tuple(one for one in told if one)
