"""Votes of a sitting: opened, closed and counted, or annulled, by whoever leads it."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from forms.process import Ballots, Outcome
from service.domain.actor import Actor
from service.domain.sitting import Standing, figures
from service.operations import urns
from service.operations.acting import operation
from service.operations.calling import HeldSitting
from service.operations.conducting import begun, items_on, require_no_vote, require_unconcerned, standings
from service.problems import Conflict, Invalid, NotFound
from service.store import sittings
from service.store.database import Row, execute, row, rows, value
from service.store.ids import uuid7


class NewVote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is put to the vote: an outcome of the committee's stage, on these proposals; many at once, all of one call,
    where nobody is recused from any, and nobody asked to examine one by itself. `kind`: "" as the rules of procedure
    have it."""

    outcome: str
    items: tuple[UUID, ...]
    kind: Ballots | None = None


class OpenedVote(msgspec.Struct, frozen=True):
    """A vote; `closed` with its figures once it is."""

    id: UUID
    number: int
    closed: bool = False
    carried: bool | None = None


@operation
async def open_vote(actor: Actor, sitting_id: UUID, content: NewVote, *, now: datetime) -> OpenedVote:
    """Who has a vote is fixed now, by who is there and who is recused. Raises Invalid for an outcome or an item that is
    none, without quorum (R133-10), or for items that cannot be decided at once; Conflict while another vote is open."""
    sitting = await begun(actor, sitting_id, now)
    await require_no_vote(sitting)
    lines = await items_on(sitting, content.items)
    _require_outcome(sitting, content.outcome, lines)
    stands = await standings(sitting, content.items)
    faults = _vote_faults(lines, stands)
    if faults:
        raise Invalid(faults, faults[0].fr)
    vote, kind = uuid7(now), content.kind or sitting.rules.vote
    found = next(iter(stands.values()))
    number: int = await value(
        "INSERT INTO vote (id, sitting, number, kind, outcome, voters, members, needed, author, opened_at)"
        " VALUES ({}, {}, (SELECT 1 + coalesce(max(number), 0) FROM vote WHERE sitting = {}),"
        " {}, {}, {}, {}, {}, {}, {}) RETURNING number",
        *(vote, sitting_id, sitting_id, kind, content.outcome, msgspec.json.encode(found.voters).decode()),
        *(found.members, found.needed, actor.person, now),
    )
    await execute("INSERT INTO vote_item (vote, proposal) SELECT {}, unnest({}::uuid[])", vote, list(content.items))
    if kind == "secret":
        await urns.begin(vote)
    await _show(sitting, lines)
    told = len(found.voters) if kind == "secret" else found.voters
    await sitting.append(
        "vote_opened", vote=vote, ballots=kind, outcome=content.outcome, items=content.items, voters=told
    )
    return OpenedVote(vote, number)


async def _show(sitting: HeldSitting, lines: list[Row]) -> None:
    """A single item that is voted on is what everybody's screen shows: whoever is recused from it is told to leave."""
    current = lines[0]["rank"] if len(lines) == 1 else sitting.line["current"]
    if current != sitting.line["current"]:
        await sitting.append("item_begun", number=current, proposal=lines[0]["proposal"])
    await sitting.change(quiet=True, current=current)


@operation
async def close_vote(actor: Actor, vote_id: UUID, *, now: datetime) -> OpenedVote:
    """Count. What is carried is the committee's opinion on these proposals; what is not leaves them without one.
    Repeating it changes nothing. Raises Conflict where somebody who has a vote, or gives it, is recused by
    now, or an item is no longer before the committee: it is to be annulled. NotFound for whoever is recused."""
    sitting, vote = await _of_vote(actor, vote_id, now)
    items = await _items_of(vote_id)
    await require_unconcerned(actor, items)  # before anything is told of it, its result too
    if vote["closed_at"] is not None:
        told = msgspec.json.decode(vote["figures"])
        return OpenedVote(vote_id, vote["number"], closed=True, carried=told["carried"])
    _require_open(vote)
    voices = msgspec.json.decode(vote["voters"], type=dict[UUID, UUID])
    if await sittings.recusals(items, {*voices, *voices.values()}):
        raise Conflict(
            "Un membre qui a voix à ce scrutin s’est déporté depuis : annulez-le et recommencez-le.",
            code="recused_voter",
        )
    if await value("SELECT EXISTS (SELECT FROM proposal WHERE id = ANY({}) AND phase <> 'committee')", items):
        raise Conflict(f"{VOTE_FAULTS['not_before_committee']} Annulez ce scrutin.", code="not_before_committee")
    counts, chair = await _counted(sitting, vote)
    found = figures(sitting.rules, vote["kind"], counts, chair)
    told = {**msgspec.to_builtins(found), "members": vote["members"], "needed": vote["needed"], "vote": str(vote_id)}
    told["voters"] = len(voices)
    if vote["kind"] == "secret":
        told["silent"] = len(voices) - sum(counts.values())
        await _untold(vote_id)
    encoded = msgspec.json.encode(told).decode()
    await execute("UPDATE vote SET closed_at = {}, figures = {} WHERE id = {}", now, encoded, vote_id)
    if found.carried:
        await _give_opinion(sitting, vote["outcome"], items, encoded)
    await sitting.change(quiet=True)
    await sitting.append("vote_closed", figures=told, items=items, outcome=vote["outcome"])
    return OpenedVote(vote_id, vote["number"], closed=True, carried=found.carried)


@operation
async def annul_vote(actor: Actor, vote_id: UUID, *, now: datetime) -> OpenedVote:
    """It did not take place: what was given is forgotten, and may be given anew in another vote."""
    sitting, vote = await _of_vote(actor, vote_id, now)
    if vote["annulled_at"] is None:
        _require_open(vote)
        await execute("DELETE FROM ballot WHERE vote = {}", vote_id)
        await (_untold if vote["kind"] == "secret" else _uncast)(vote_id)
        await execute("UPDATE vote SET annulled_at = {} WHERE id = {}", now, vote_id)
        await sitting.change(quiet=True)
        await sitting.append("vote_annulled", vote=vote_id)
    return OpenedVote(vote_id, vote["number"])


async def _uncast(vote: UUID) -> None:
    await execute("DELETE FROM voter WHERE vote = {}", vote)


async def _untold(vote: UUID) -> None:
    """Of a secret vote that ends nobody is known any more: neither who gave a vote, nor who had one."""
    await _uncast(vote)
    await execute("DELETE FROM urn WHERE vote = {}", vote)
    await execute("UPDATE vote SET voters = '{{}}' WHERE id = {}", vote)


def _require_outcome(sitting: HeldSitting, outcome: str, lines: list[Row]) -> None:
    if len({line["call"] for line in lines}) > 1:
        raise Invalid([FieldError("items", "several_calls", VOTE_FAULTS["several_calls"], "Items of one call.")])
    if not all(_outcome(sitting, outcome, line["call"], line["round"]) for line in lines):
        said = "Choisissez ce qui est mis aux voix parmi les issues que l’appel prévoit pour ces candidatures."
        raise Invalid([FieldError("outcome", "unknown_outcome", said, "Choose an outcome of the process.")], said)


def _vote_faults(lines: list[Row], stands: dict[UUID, Standing]) -> list[FieldError]:
    """Why these items cannot be voted on, or not at once."""
    found = []
    several = len(lines) > 1
    everybody = len({tuple(one.voters.items()) for one in stands.values()}) == 1
    for line in lines:
        codes = {
            "not_before_committee": not line["waits"],
            "opinion_given": line["opinion"] in ("retained", "not_retained") or line["elsewhere"],
            "no_quorum": not stands[line["proposal"]].met,
            "apart": several and (line["apart"] or not everybody),
        }
        found += [
            FieldError(f"items/{line['proposal']}", code, VOTE_FAULTS[code], code)
            for code, there in codes.items()
            if there
        ]
    return found


VOTE_FAULTS = {
    "not_before_committee": "Une de ces candidatures n’est plus devant le comité.",
    "opinion_given": "Le comité a déjà donné son avis sur une de ces candidatures.",
    "no_quorum": "Le quorum n’est pas atteint : le comité ne peut pas se prononcer.",
    "several_calls": "Un scrutin porte sur les candidatures d’un seul appel : séparez celles de chaque appel.",
    "apart": "Une candidature dont un membre se déporte, ou qu’un membre demande à part, est votée seule.",
}


async def _of_vote(actor: Actor, vote_id: UUID, now: datetime) -> tuple[HeldSitting, Row]:
    sitting_id = await value("SELECT sitting FROM vote WHERE id = {}", vote_id)
    if sitting_id is None:
        raise NotFound
    sitting = await begun(actor, sitting_id, now)
    vote = await row("SELECT * FROM vote WHERE id = {} FOR UPDATE", vote_id)
    if vote is None:
        raise NotFound
    return sitting, vote


def _require_open(vote: Row) -> None:
    if vote["closed_at"] is not None or vote["annulled_at"] is not None:
        raise Conflict("Ce scrutin est terminé.", code="vote_over")


async def _items_of(vote: UUID) -> list[UUID]:
    return [line["proposal"] for line in await rows("SELECT proposal FROM vote_item WHERE vote = {} ORDER BY 1", vote)]


async def _counted(sitting: HeldSitting, vote: Row) -> tuple[dict[str, int], str]:
    """How many of each; and what the chair voted, where that can be known."""
    if vote["kind"] == "secret":
        return await urns.counts(vote["id"]), ""
    found = await rows(
        "SELECT b.choice, m.capacity FROM ballot b JOIN sitting_member m ON m.account = b.account AND m.sitting = {}"
        " WHERE b.vote = {}",
        *(sitting.id, vote["id"]),
    )
    counts = {choice: sum(line["choice"] == choice for line in found) for choice in ("for", "against", "abstain")}
    return counts, next((line["choice"] for line in found if line["capacity"] == "chair"), "")


def _outcome(sitting: HeldSitting, outcome: str, call: UUID, number: int) -> Outcome | None:
    """An outcome of the stage in which the committee sits on a round of a call."""
    stages = sitting.editions[call].process.committees(number)
    return next((found for stage in stages if (found := stage.outcome(outcome)) is not None), None)


async def _give_opinion(sitting: HeldSitting, outcome: str, items: list[UUID], encoded: str) -> None:
    """What was carried is the opinion: retained where the outcome leads on, to acceptance or to the reserve."""
    for line in await rows(
        "SELECT call, round, array_agg(id) AS items FROM proposal WHERE id = ANY({}) GROUP BY 1, 2", items
    ):
        found = _outcome(sitting, outcome, line["call"], line["round"])
        declined = found is None or found.status in ("declined", "ineligible")
        await execute(
            "UPDATE sitting_item i SET opinion = {}, outcome = {}, figures = {}, given_at = {}, visit = p.visit,"
            " lacked = false FROM proposal p WHERE i.sitting = {} AND i.proposal = ANY({}) AND p.id = i.proposal",
            *("not_retained" if declined else "retained", outcome, encoded, sitting.now, sitting.id, line["items"]),
        )
