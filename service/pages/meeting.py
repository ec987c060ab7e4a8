"""Words of sittings, for templates."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from markupsafe import Markup

from forms.process import Ballots
from forms.telling.french import duration, listed, number
from reports import committee
from service.domain.sitting import VOTING, Capacity, Choice, Presence, State, mark
from service.doors.people import AnyRequest
from service.pages import french
from service.views.sittings import Called, Item, Outcome, SittingView, Taken, VoteView

SHOWN = 100  # items on one page
LONGEST_NUMBER = 6
_POINTS = re.compile(r"([0-9]{1,5})(?:\s*(?:-|–|à|a)\s*([0-9]{1,5}))?")


class HasNumber(Protocol):
    """An item of an agenda, or of minutes."""

    @property
    def number(self) -> int: ...


Numbered = TypeVar("Numbered", bound=HasNumber)
CAPACITIES: dict[Capacity, str] = committee.CAPACITIES
STATES: dict[State, tuple[str, str]] = {
    "prepared": ("En préparation", "new"),
    "convened": ("Convoquée", "info"),
    "begun": ("En cours", "warning"),
    "closed": ("Terminée", "success"),
    "cancelled": ("Annulée", "error"),
}
BALLOTS: dict[Ballots, str] = committee.BALLOTS
CHOICES: dict[Choice, str] = committee.CHOICES
PRESENCES: dict[Presence, str] = committee.PRESENCES
OPINIONS = committee.OPINIONS
BALLOT_TEXTS: dict[Ballots, str] = {
    "open": "Vote ouvert : chacun voit les votes à mesure.",
    "sealed": "Vote scellé : les votes sont lus à la clôture.",
    "secret": "Vote secret : les voix sont comptées, sans les noms ; un vote exprimé ne se change pas.",
}


def figures_text(figures: dict[str, Any]) -> str:
    """« 5 pour, 2 contre, 1 abstention », and of a secret vote « 1 voix non exprimée »."""
    parts = [
        f"{figures['votes_for']} pour",
        f"{figures['against']} contre",
        french.plural(figures["abstained"], "abstention", "abstentions"),
    ]
    if figures.get("silent"):
        parts.append(french.plural(figures["silent"], "voix non exprimée", "voix non exprimées"))
    casting = ", voix prépondérante de la présidence" if figures.get("casting") else ""
    return ", ".join(parts) + casting


def quorum_text(figures: dict[str, Any]) -> str:
    """« Quorum : 5 membres sur 9 ; 8 présents ou représentés. »"""
    told = committee.quorum(figures.get("members", 0), figures.get("needed", 0), figures.get("voters", 0))
    return french.typography(told)


def presence_options(one: Called, sitting: SittingView) -> list[tuple[str, str]]:
    """How somebody may be there, as the rules allow, and who may hold their proxy."""
    plain: list[tuple[str, str]] = [
        (code, name) for code, name in PRESENCES.items() if code != "video" or sitting.rules.video
    ]
    if one.capacity not in VOTING or not sitting.rules.proxies:
        return plain
    holders = [other for other in sitting.members if other.capacity in VOTING and other.id != one.id]
    return [*plain, *((f"proxy-{other.id}", f"Mandat à {other.name}") for other in holders)]


def presence_value(one: Called) -> str:
    """The one of those options that holds now."""
    return mark(one.presence, one.holder_id)


def _euros(amount: float) -> str:
    return f"{number(round(amount))}{french.NBSP}€"


def left_text(told: Taken) -> str:
    """« Retenues jusqu’ici : 12 sur 100, il reste 88 places. »"""
    said = []
    if told.places is not None:
        left = max(0, told.places - told.taken)
        places = f"{told.taken} sur {told.places}, il reste {french.plural(left, 'place', 'places')}"
        said.append(f"Retenues jusqu’ici{french.NBSP}: {places}.")
    if told.budget is not None:
        rest = told.budget - told.spent
        over = f"il reste {_euros(rest)}" if rest >= 0 else f"il est dépassé de {_euros(-rest)}"
        spent = f"{_euros(told.spent)} demandés sur {_euros(told.budget)}"
        said.append(f"Budget{french.NBSP}: {spent}, {over}.")
    return " ".join(said)


def option_name(options: list[tuple[str, str]], value: str) -> str:
    """How an option is called."""
    return next((name for code, name in options if code == value), "")


def outcome_options(outcomes: tuple[Outcome, ...], item: Item | None = None) -> list[tuple[str, str]]:
    """What may be put to the vote on this item, or on any; an outcome that calls name otherwise bears all its names."""
    names: dict[str, dict[str, None]] = {}
    for one in outcomes:
        if item is None or (one.call, one.round) == (item.call, item.round):
            names.setdefault(one.id, {})[one.name] = None
    return [(code, " / ".join(found)) for code, found in names.items()]


def calls_of(sitting: SittingView) -> str:
    """« A » (séance n° 3) et « B » (séance n° 1): the calls that it is of, with its number in each."""
    named = (f"«{french.NBSP}{one.title}{french.NBSP}» (séance n°{french.NBSP}{one.number})" for one in sitting.calls)
    return listed(list(named))


def sat_for(one: Called, sitting: SittingView) -> tuple[str, ...]:
    """The calls for which somebody sits, where that is not all of a sitting's."""
    found = tuple(call.title for call in sitting.calls if call.id in one.calls)
    return found if len(found) < len(sitting.calls) else ()


def first_of(request: AnyRequest) -> int:
    """The number of the first item that a page shows, where it does not show them all."""
    typed = request.query_params.get("de", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < LONGEST_NUMBER else 1
    return max(1, number - (number - 1) % SHOWN)


def shown_from(items: Sequence[Numbered], first: int) -> list[Numbered]:
    """The items of the page that begins there; the first page where there is no such."""
    found = [one for one in items if first <= one.number < first + SHOWN]
    return found or [one for one in items if one.number <= SHOWN]


def stretches(items: Sequence[Numbered]) -> list[tuple[int, int]]:
    """From which number to which each page goes."""
    last = max((one.number for one in items), default=0)
    return [(start, min(start + SHOWN - 1, last)) for start in range(1, last + 1, SHOWN)]


def points_of(items: tuple[Item, ...], vote: VoteView) -> str:
    """The numbers of what is voted on: « 31 à 465 »."""
    on = set(vote.items)
    return committee.runs(one.number for one in items if one.proposal in on)


def typed_points(text: str) -> set[range] | None:
    """What somebody typed as numbers of items, « 12, 31-465 » or « 31 à 465 »; None for what is no number."""
    found = set()
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", text))):
        numbers = _POINTS.fullmatch(part)
        if numbers is None:
            return None
        found.add(range(int(numbers[1]), int(numbers[2] or numbers[1]) + 1))
    return found


def point_options(items: tuple[Item, ...]) -> list[tuple[int, str]]:
    """The items to go to."""
    return [
        (one.number, f"{one.number}. {one.title or ('Autre appel' if one.elsewhere else 'Candidature non lisible')}")
        for one in items
    ]


def minutes(length: int) -> str:
    """« 2 h 30 »."""
    hours, rest = divmod(length, 60)
    if not hours:
        return french.plural(rest, "minute", "minutes")
    return f"{hours}{french.NBSP}h" + (f"{french.NBSP}{rest:02d}" if rest else "")


def outward(address: str) -> Markup:
    """A link to somewhere else, which learns nothing of where it was followed."""
    return Markup('<a href="{}" rel="noreferrer noopener">{}</a>').format(address, address)


def capacity_options(capacities: tuple[Capacity, ...]) -> list[tuple[str, str]]:
    """Capacities to choose among."""
    return [(one, CAPACITIES[one]) for one in capacities]


FILTERS: dict[str, Callable[..., Any]] = {
    "minutes": minutes,
    "outward": outward,
    "rule_text": duration,
    "capacity_options": capacity_options,
    "capacity_name": CAPACITIES.__getitem__,
    "sitting_badge": STATES.__getitem__,
    "ballot_name": BALLOTS.__getitem__,
    "ballot_text": lambda kind: french.typography(BALLOT_TEXTS[kind]),
    "choice_name": CHOICES.__getitem__,
    "presence_name": PRESENCES.__getitem__,
    "opinion_name": OPINIONS.__getitem__,
    "figures_text": figures_text,
    "quorum_text": quorum_text,
    "came_and_went": committee.came_and_went,
    "presence_options": presence_options,
    "presence_value": presence_value,
    "left_text": left_text,
    "option_name": option_name,
    "points_of": points_of,
    "shown_from": shown_from,
    "stretches": stretches,
    "outcome_options": outcome_options,
    "sat_for": sat_for,
    "calls_of": calls_of,
    "other_calls": lambda others: [(one.slug, one.title, "") for one in others],
    "calls_text": lambda titles: listed([f"«{french.NBSP}{one}{french.NBSP}»" for one in titles]),
    "point_options": point_options,
}
