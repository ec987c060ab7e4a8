"""What a committee's sitting leaves on paper, as plain data: its convocation and its minutes. Codes are the service's;
the words for them are here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct

from reports import words

CAPACITIES: dict[Any, str] = {
    "chair": "Présidence",
    "member": "Membre",
    "secretary": "Secrétariat",
    "observer": "Observateur ou observatrice",
}
CALLED_AS = {
    "chair": "pour en assurer la présidence",
    "member": "en qualité de membre",
    "secretary": "pour en assurer le secrétariat",
    "observer": "en qualité d’observateur ou d’observatrice",
}
OPINIONS = {
    "retained": "Avis favorable",
    "not_retained": "Avis défavorable",
    "postponed": "Reportée à une autre séance",
}
BALLOTS: dict[Any, str] = {"open": "Ouvert", "sealed": "Scellé", "secret": "Secret"}
CHOICES: dict[Any, str] = {"for": "Pour", "against": "Contre", "abstain": "Abstention"}
PRESENCES: dict[Any, str] = {"": "Non renseigné", "room": "Dans la salle", "video": "À distance", "absent": "Absent(e)"}
_SHORT = {one: name[:1].lower() + name[1:] for one, name in PRESENCES.items()} | {"proxy": "représenté(e)"}


class Attended(Struct, frozen=True):
    """Who was called, in which capacity, and how they were there; holder: who held their proxy, "" for nobody. changes:
    how from when on, where that changed while the sitting lasted. calls: titles of those for which they sat, where the
    sitting was of several and they did not sit for all."""

    name: str
    organisation: str
    capacity: str
    presence: str
    holder: str = ""
    changes: tuple[tuple[datetime, str], ...] = ()
    calls: tuple[str, ...] = ()


class Vote(Struct, frozen=True):
    """A vote. points: numbers of the items that it was on. question: the outcome put to it. ballots: names and choices,
    () in a secret vote. casting: the chair's vote counted twice. silent: who had a vote and gave none, () in a secret
    vote too, of which uncast says how many they are. members: of the committee, of whom needed make the quorum (0: none
    is asked); voices: who was there or represented."""

    number: int
    kind: str
    question: str
    points: tuple[int, ...]
    votes_for: int
    against: int
    abstained: int
    carried: bool
    casting: bool = False
    ballots: tuple[tuple[str, str], ...] = ()
    silent: tuple[str, ...] = ()
    members: int = 0
    needed: int = 0
    voices: int = 0
    uncast: int = 0


class Point(Struct, frozen=True):
    """An item of the agenda as it was examined. away: who took no part in it. opinion: "" for none; outcome: in words.
    votes: their numbers. dissent: who asked that it be mentioned, and their text. lacked: no opinion for want of
    quorum. call: the title of its call, "" where the sitting was of one."""

    number: int
    proposal: str
    reference: str
    title: str
    organisation: str
    opinion: str = ""
    outcome: str = ""
    away: tuple[str, ...] = ()
    votes: tuple[int, ...] = ()
    notes: str = ""
    dissent: tuple[tuple[str, str], ...] = ()
    lacked: bool = False
    call: str = ""


class Minutes(Struct, frozen=True, kw_only=True):
    """Of a sitting that is over, of a call or several (call_title names them all). left_out: items that the reader took
    no part in. approved_at: None for a draft, which has no digest either; version: how many changes the draft follows.
    second: called again, no quorum was asked. public: for everybody, so left_out is what has no published decision;
    shared: other calls' items were examined in the same sitting, of which nothing is told. notes: on the sitting as a
    whole."""

    call_title: str
    service: str
    number: int
    version: int
    convened_at: datetime
    opened_at: datetime
    closed_at: datetime
    place: str
    link: str
    urgency: str
    second: bool
    members: tuple[Attended, ...]
    items: tuple[Point, ...]
    votes: tuple[Vote, ...]
    left_out: int = 0
    approved_at: datetime | None = None
    approved_by: str = ""
    digest: str = ""
    public: bool = False
    shared: bool = False
    notes: str = ""

    @property
    def said(self) -> list[Point]:
        """The items on which something was noted."""
        return [one for one in self.items if one.notes or one.dissent]


class Called(Struct, frozen=True):
    """An item of a convocation: by its number alone where its reader takes no part in it. call: the title of its call,
    "" where the sitting is of one."""

    number: int
    proposal: str = ""
    reference: str = ""
    title: str = ""
    organisation: str = ""
    call: str = ""


class Convocation(Struct, frozen=True, kw_only=True):
    """By which one person is called to a sitting, of so many calls (call_title names them all). contact: of the
    service, several lines. rules: what the person has to know of the rules of procedure, a paragraph each. chair: who
    presides, "" for nobody yet. page: the address of the sitting's page."""

    call_title: str
    service: str
    contact: str
    number: int
    recipient: str
    organisation: str
    capacity: str
    convened_at: datetime
    starts_at: datetime
    length: int
    place: str
    link: str
    urgency: str
    second: bool
    chair: str
    items: tuple[Called, ...]
    rules: tuple[str, ...]
    page: str = ""
    calls: int = 1


def result(vote: Vote) -> str:
    """ "5 pour, 2 contre, 1 abstention : adopté"; of a secret vote also "2 voix non exprimées"."""
    abstained = f"{vote.abstained} abstention{'s' if vote.abstained > 1 else ''}"
    uncast = f", {vote.uncast} voix non exprimée{'s' if vote.uncast > 1 else ''}" if vote.uncast else ""
    casting = ", voix prépondérante de la présidence" if vote.casting else ""
    end = "adopté" if vote.carried else "non adopté"
    return f"{vote.votes_for} pour, {vote.against} contre, {abstained}{uncast}{casting} : {end}"


def came_and_went(changes: Iterable[tuple[datetime, str]]) -> str:
    """How somebody was there, and from when on."""
    told = ", ".join(f"{_SHORT[how]} dès {words.hour(at)}" for at, how in changes)
    return f"{told[:1].upper()}{told[1:]}"


def quorum(members: int, needed: int, voices: int) -> str:
    """ "Quorum : 5 membres sur 9 ; 8 présents ou représentés." """
    if not members:
        return ""
    there = "présents ou représentés" if voices > 1 else "présent ou représenté"
    if not needed:
        return f"Sans condition de quorum ; {voices} {_members(voices)} sur {members} {there}."
    return f"Quorum : {needed} {_members(needed)} sur {members} ; {voices} {there}."


def _members(count: int) -> str:
    return "membres" if count > 1 else "membre"


def runs(numbers: Iterable[int]) -> str:
    """Numbers in their order, neighbours together: "1 à 3, 5"."""
    ordered = sorted(set(numbers))
    found: list[list[int]] = []
    for one in ordered:
        if found and found[-1][-1] == one - 1:
            found[-1].append(one)
        else:
            found.append([one])
    return ", ".join(_run(run) for run in found)


def _run(run: list[int]) -> str:
    if len(run) < 3:
        return ", ".join(map(str, run))
    return f"{run[0]} à {run[-1]}"


def presence(one: Attended) -> str:
    """How somebody was there, in words: "Dans la salle dès 14 h 05, absente dès 16 h 10" where that changed."""
    if one.changes:
        return came_and_went(one.changes)
    return f"Mandat donné à {one.holder}" if one.presence == "proxy" else PRESENCES[one.presence]
