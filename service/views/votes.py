"""Votes of a sitting, as each reader may know them: nothing of one on an item that they may not read; of a sealed one
nobody's choice before it is closed; of a secret one nobody's, ever, nor whose votes were given, which its rows do not
know any more once it is over."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from forms import Edition
from service.domain.actor import Actor
from service.store.database import Row, rows
from service.views.opinions import outcome_name


class Given(msgspec.Struct, frozen=True):
    """Whose vote was given, "" in a secret vote. `choice`: "" where it is not to be known, or not yet."""

    name: str
    choice: str


class Voice(msgspec.Struct, frozen=True):
    """A vote that the reader gives: their own, or that of a member whose proxy they hold. `choice`: what they chose,
    in an open or sealed vote; `given` already."""

    member: UUID
    name: str
    own: bool
    given: bool
    choice: str


class VoteView(msgspec.Struct, frozen=True):
    """A vote: what is put to it (`outcome`), on which proposals; `state`: open, closed or annulled; `given` of `voters`
    votes; `mine`: those that the reader gives, none of a secret vote that is over. `figures` once it is closed."""

    id: UUID
    number: int
    kind: str
    outcome: str
    outcome_name: str
    items: tuple[UUID, ...]
    state: str
    opened_at: datetime
    voters: int
    given: tuple[Given, ...]
    mine: tuple[Voice, ...]
    figures: dict[str, Any] | None


async def votes(
    actor: Actor, sitting: UUID, readable: Collection[UUID], editions: Mapping[UUID, Edition]
) -> tuple[VoteView, ...]:
    """Those whose every item is among the `readable` ones, in their order. `editions`: of each call."""
    found = await rows(
        "SELECT v.*, ARRAY(SELECT i.proposal FROM vote_item i WHERE i.vote = v.id ORDER BY 1) AS items,"
        " (SELECT p.call FROM vote_item i JOIN proposal p ON p.id = i.proposal WHERE i.vote = v.id LIMIT 1) AS call"
        " FROM vote v WHERE v.sitting = {} ORDER BY v.number",
        sitting,
    )
    shown = [line for line in found if line["items"] and set(line["items"]) <= set(readable)]
    given = await _given([line["id"] for line in shown])
    names = await _names(sitting)
    return tuple(_told(actor, line, given.get(line["id"], []), names, editions[line["call"]]) for line in shown)


async def _given(ids: list[UUID]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for line in await rows(
        "SELECT o.vote, o.account, a.name, coalesce(b.choice, '') AS choice FROM voter o"
        " JOIN account a ON a.id = o.account LEFT JOIN ballot b ON b.vote = o.vote AND b.account = o.account"
        " WHERE o.vote = ANY({}) ORDER BY a.name, a.id",
        ids,
    ):
        found.setdefault(line["vote"], []).append(line)
    return found


async def _names(sitting: UUID) -> dict[UUID, str]:
    found = await rows(
        "SELECT m.account, a.name FROM sitting_member m JOIN account a ON a.id = m.account WHERE m.sitting = {}",
        sitting,
    )
    return {line["account"]: line["name"] for line in found}


def _told(actor: Actor, line: Row, given: list[Row], names: dict[UUID, str], content: Edition) -> VoteView:
    over = line["closed_at"] is not None
    told = line["kind"] == "open" or (line["kind"] == "sealed" and over)
    figures: dict[str, Any] | None = msgspec.json.decode(line["figures"]) if line["figures"] is not None else None
    voters = msgspec.json.decode(line["voters"], type=dict[UUID, UUID])
    by = {one["account"]: one for one in given}
    held = [member for member, holder in voters.items() if holder == actor.account]
    return VoteView(
        id=line["id"],
        number=line["number"],
        kind=line["kind"],
        outcome=line["outcome"],
        outcome_name=outcome_name(content, line["outcome"]),
        items=tuple(line["items"]),
        state="closed" if over else "annulled" if line["annulled_at"] is not None else "open",
        opened_at=line["opened_at"],
        voters=figures["voters"] if figures and line["kind"] == "secret" else len(voters),
        given=_unnamed(given, figures)
        if line["kind"] == "secret"
        else tuple(Given(one["name"], one["choice"] if told else "") for one in given),
        mine=tuple(
            Voice(
                member=member,
                name=names.get(member, ""),
                own=member == actor.account,
                given=member in by,
                choice=by[member]["choice"] if member in by else "",
            )
            for member in sorted(held, key=lambda one: (one != actor.account, names.get(one, "")))
        ),
        figures=figures,
    )


def _unnamed(given: list[Row], figures: dict[str, Any] | None) -> tuple[Given, ...]:
    """As many as were given, by nobody: of a vote that is closed its figures tell."""
    count = len(given) if figures is None else sum(figures[name] for name in ("votes_for", "against", "abstained"))
    return (Given("", ""),) * count
