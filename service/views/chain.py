"""What a decision rests on, link by link, each where a journal has it: rules in force, checklist, scores, synthesis,
votes and opinion of the committee, minutes, the decision that it replaces, the act itself, its publication.

Everything is as of the entry that took it, and as its reader may know it: a link that is not theirs is not there.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from forms import summary
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.store.sittings import number_in
from service.views import agendas
from service.views.asof import State, state_of
from service.views.opinions import DecisionView, decisions_of, outcome_name, standing_of
from service.views.readable import Readable, readable
from service.views.votes import Given, VoteView, votes

Kind = Literal[
    "rules", "eligibility", "scores", "synthesis", "vote", "opinion", "minutes", "replaced", "decision", "publication"
]


class Link(msgspec.Struct, frozen=True):
    """One link. `stream`, `position`: the journal and the entry that has it, None where it has none yet; `digest`: the
    salted hash of the text, as that entry has it. `about`: the edition, sitting, vote or decision; `number`: of that.
    `name`: what was proposed, thought or decided, in words; of an opinion, `rule` says which it is. `total` out of
    `highest` of so many reviews (`number`), by `rule`, each with its `entries`; `figures` of a vote, and what each
    voted where that may be known.
    """

    kind: Kind
    stream: str
    position: int | None
    at: datetime | None
    digest: str = ""
    about: UUID | None = None
    number: int = 0
    name: str = ""
    total: float | None = None
    highest: float | None = None
    rule: str = ""
    entries: tuple[int, ...] = ()
    ballots: str = ""
    figures: dict[str, Any] | None = None
    given: tuple[Given, ...] = ()


class ChainView(msgspec.Struct, frozen=True):
    """A decision and its links, from the rules to its publication."""

    decision: UUID
    call: str
    links: tuple[Link, ...]


async def chain(actor: Actor, proposal_id: UUID, decision: UUID | None = None) -> ChainView:
    """Of that decision, or else of the last one that the reader may know. NotFound."""
    found = await readable(actor, proposal_id)
    known = await decisions_of(proposal_id, found.edition, found.may, mine=found.mine)
    about = next((one for one in known if one.id == decision), None) if decision else standing_of(known)
    if about is None:
        raise NotFound("Aucune décision n’est à lire ici.")
    taken, published = await _entries(proposal_id, about.id)
    if taken is None:
        raise NotFound("Cette décision n’a pas d’entrée au journal.")
    state = await state_of(proposal_id, taken["seq"])
    links = [
        *await _rules(found, state),
        *_judged(found, state),
        *await _deliberated(actor, found, about),
        *_decided(state, about, taken, published),
    ]
    return ChainView(about.id, found.line["slug"], tuple(links))


async def _entries(proposal_id: UUID, decision: UUID) -> tuple[Row | None, Row | None]:
    """The entry that took it, as it is now, and the one that made it public, the first after that."""
    lines = await rows(
        "SELECT seq, kind, at, data ->> 'decision' AS decision, data ->> 'digest' AS digest FROM entry"
        " WHERE stream = {} AND kind IN ('decision_taken', 'correction_taken', 'decision_published') ORDER BY seq",
        f"proposal:{proposal_id}",
    )
    own = [line for line in lines if line["kind"] != "decision_published" and line["decision"] == str(decision)]
    after = [line for line in lines if line["kind"] == "decision_published" and own and line["seq"] > own[-1]["seq"]]
    # Entries of before decisions could be corrected do not name theirs.
    mine = [line for line in after if line["decision"] in (None, str(decision))]
    return (own[-1] if own else None), (mine[0] if mine else None)


async def _rules(found: Readable, state: State) -> list[Link]:
    stream = f"call:{found.line['call']}"
    line = await row(
        "SELECT n.id, n.digest, n.published_at, e.seq FROM edition n LEFT JOIN entry e ON e.stream = {}"
        " AND e.kind = 'edition_published' AND e.data ->> 'edition' = n.id::text WHERE n.call = {} AND n.number = {}",
        *(stream, found.line["call"], state.number),
    )
    if line is None:
        return []
    return [Link("rules", stream, line["seq"], line["published_at"], line["digest"], line["id"], state.number)]


def _judged(found: Readable, state: State) -> Iterable[Link]:
    stream = f"proposal:{found.line['id']}"
    checked = state.entry("eligibility_eligible")
    if checked and Action.ELIGIBILITY_READ in found.may and not found.mine:
        yield Link("eligibility", stream, checked["seq"], checked["at"], checked["data"].get("digest", ""))
    if Action.REVIEW_READ_ALL in found.may and (counted := state.counted()):
        grid = state.grid
        total = summary(grid, [msgspec.json.decode(line["content"])["scores"] for line in counted]).total
        yield Link(
            kind="scores",
            stream=stream,
            position=counted[-1]["seq"],
            at=max(line["at"] for line in counted),
            number=len(counted),
            total=total,
            highest=float(grid.highest),
            rule=grid.total,
            entries=tuple(sorted(line["seq"] for line in counted)),
        )
    summed = state.last("synthesis")
    if summed and Action.SYNTHESIS_READ in found.may:
        wanted = msgspec.json.decode(summed["content"])["recommendation"]
        name = outcome_name(state.edition, wanted) if wanted else ""
        yield Link("synthesis", stream, summed["seq"], summed["at"], summed["digest"], name=name)


async def _deliberated(actor: Actor, found: Readable, about: DecisionView) -> list[Link]:
    """The votes on it in the sitting whose opinion the decision cites, that opinion, and the minutes."""
    if Action.DELIBERATION_READ not in found.may:
        return []
    line = await row(
        f"SELECT s.id, {number_in('{}')} AS number, s.starts_at, s.approved_at, s.digest, i.opinion, i.outcome,"  # noqa: S608
        " i.figures, i.given_at FROM decision d JOIN sitting s ON s.id = d.sitting"
        " JOIN sitting_item i ON i.sitting = s.id AND i.proposal = d.proposal WHERE d.id = {}",
        *(found.line["call"], about.id),
    )
    if line is None:
        return []
    stream = f"sitting:{line['id']}"
    places = await _places(stream)
    links = [
        _of_vote(stream, one, places.get(str(one.id)))
        for one in await _votes(actor, found, line["id"])
        if one.state == "closed"
    ]
    figures = msgspec.json.decode(line["figures"]) if line["figures"] else {}
    opinion = Link(
        kind="opinion",
        stream=stream,
        position=places[str(figures["vote"])][0] if str(figures.get("vote")) in places else None,
        at=line["given_at"],
        about=line["id"],
        number=line["number"],
        name=outcome_name(found.edition, line["outcome"]) if line["outcome"] else "",
        rule=line["opinion"],
    )
    approved = places["minutes"][0] if "minutes" in places else None
    minutes = Link("minutes", stream, approved, line["approved_at"], line["digest"], line["id"], line["number"])
    return [*links, opinion, minutes]


def _of_vote(stream: str, vote: VoteView, place: tuple[int, datetime] | None) -> Link:
    return Link(
        kind="vote",
        stream=stream,
        position=place[0] if place else None,
        at=place[1] if place else None,
        about=vote.id,
        number=vote.number,
        name=vote.outcome_name,
        ballots=vote.kind,
        figures=vote.figures,
        given=vote.given,
    )


async def _places(stream: str) -> dict[str, tuple[int, datetime]]:
    """Where the journal of a sitting has the end of each vote, and the approval of its minutes."""
    found = await rows(
        "SELECT seq, at, CASE WHEN kind = 'vote_closed' THEN data -> 'figures' ->> 'vote' ELSE 'minutes' END AS what"
        " FROM entry WHERE stream = {} AND kind IN ('vote_closed', 'minutes_approved') ORDER BY seq",
        stream,
    )
    return {line["what"]: (line["seq"], line["at"]) for line in found}


async def _votes(actor: Actor, found: Readable, sitting: UUID) -> list[VoteView]:
    """The votes that the proposal was in, as the reader may know them."""
    beside = await rows(
        "SELECT DISTINCT o.proposal FROM vote v JOIN vote_item i ON i.vote = v.id AND i.proposal = {}"
        " JOIN vote_item o ON o.vote = v.id WHERE v.sitting = {}",
        *(found.line["id"], sitting),
    )
    known = await agendas.readable(actor, [line["proposal"] for line in beside])
    told = await votes(actor, sitting, known, {found.line["call"]: found.edition})
    return [one for one in told if found.line["id"] in one.items]


def _decided(state: State, about: DecisionView, taken: Row, published: Row | None) -> Iterable[Link]:
    stream = f"proposal:{state.line['id']}"
    if about.corrects is not None and (before := state.cited(str(about.corrects))):
        line, said, public = before
        name = outcome_name(state.edition, said["outcome"])
        yield Link("replaced", stream, public["seq"], public["at"], line["digest"], about.corrects, name=name)
    yield Link(
        kind="decision",
        stream=stream,
        position=taken["seq"],
        at=taken["at"],
        digest=taken["digest"] or "",
        about=about.id,
        number=about.number,
        name=about.outcome_name,
    )
    if published is not None:
        yield Link("publication", stream, published["seq"], published["at"], about=about.id)
