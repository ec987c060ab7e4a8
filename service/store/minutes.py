"""The minutes of a sitting as its rows tell what happened: nobody writes them, notes and dissent excepted (R133-13)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.domain.sitting import VOTING
from service.store.database import Row, rows
from service.store.sittings import called, calls_of, recusals


class Attended(msgspec.Struct, frozen=True):
    """Who was called, in which capacity, and how they were there at the end; `holder`: who held their proxy. `changes`:
    how they were there from when on, where that changed while the sitting lasted. `calls`: those of the sitting's for
    which they sat; none: for all."""

    account: UUID
    name: str
    organisation: str
    capacity: str
    presence: str
    holder: str
    changes: tuple[tuple[datetime, str], ...] = ()
    calls: tuple[UUID, ...] = ()


class Voted(msgspec.Struct, frozen=True):
    """A vote: what was put to it and what it came to; `ballots`: who voted what; `silent`: who had a vote and gave
    none. Both are empty in a secret vote, which names nobody."""

    number: int
    kind: str
    outcome: str
    figures: dict[str, Any]
    ballots: tuple[tuple[str, str], ...]
    silent: tuple[str, ...] = ()


class Dissent(msgspec.Struct, frozen=True):
    """Whoever asked that their disagreement be mentioned, and what they say of it."""

    name: str
    text: str


class Deliberated(msgspec.Struct, frozen=True):
    """An item: who was recused from it, the votes on it, the opinion given, notes and dissent; `lacked`: it was left
    for want of quorum. `call`: of its proposal, None in minutes that were approved when a sitting was of one call."""

    number: int
    proposal: UUID
    reference: str
    title: str
    organisation: str
    away: tuple[str, ...]
    votes: tuple[Voted, ...]
    opinion: str
    outcome: str
    notes: str
    notes_version: int
    dissent: tuple[Dissent, ...]
    lacked: bool = False
    call: UUID | None = None


class Minutes(msgspec.Struct, frozen=True):
    """Everything that the minutes of a sitting say. `notes`: on it as a whole."""

    sitting: UUID
    number: int
    second: bool
    convened_at: datetime
    opened_at: datetime
    closed_at: datetime
    place: str
    link: str
    urgency: str
    members: tuple[Attended, ...]
    items: tuple[Deliberated, ...]
    notes: str = ""
    notes_version: int = 0


_TEXTS = ("reference", "title", "organisation", "opinion", "outcome", "notes")


async def drawn(sitting: Row) -> Minutes:
    """Of a sitting that is over: who was there and who was recused as it was at its end."""
    came, calls = await _came_and_went(sitting), set(await calls_of(sitting["id"]))
    members = tuple(
        Attended(
            *(one.id, one.name, one.organisation, one.capacity, one.presence, one.holder, came.get(one.id, ())),
            calls=() if calls == {*one.calls} else tuple(sorted(one.calls)),
        )
        for one in await called(sitting["id"])
    )
    found = await rows(
        "SELECT i.*, p.call, p.reference, p.title, p.organisation FROM sitting_item i"
        " JOIN proposal p ON p.id = i.proposal"
        " WHERE i.sitting = {} AND i.rank IS NOT NULL ORDER BY i.rank",
        sitting["id"],
    )
    body = {one.account: one.name for one in members if one.capacity in VOTING}
    read = msgspec.json.Decoder(frozenset[UUID]).decode
    out = {line["proposal"]: read(line["away"]) for line in found if line["away"] is not None}
    out |= await recusals([line["proposal"] for line in found if line["away"] is None], list(body))  # of before
    votes, dissent = await _votes(sitting["id"]), await _dissent(sitting["id"])
    plain = ("number", "convened_at", "opened_at", "closed_at", "place", "link", "urgency", "notes", "notes_version")
    return Minutes(
        sitting=sitting["id"],
        second=sitting["second_of"] is not None,
        members=members,
        items=tuple(
            Deliberated(
                number=line["rank"],
                away=tuple(sorted(body[one] for one in out.get(line["proposal"], ()) if one in body)),
                votes=tuple(votes.get(line["proposal"], ())),
                dissent=tuple(dissent.get(line["proposal"], ())),
                **{name: line[name] or "" for name in _TEXTS},
                proposal=line["proposal"],
                notes_version=line["notes_version"],
                lacked=line["lacked"],
                call=line["call"],
            )
            for line in found
        ),
        **{name: sitting[name] for name in plain},
    )


async def _came_and_went(sitting: Row) -> dict[UUID, tuple[tuple[datetime, str], ...]]:
    """Of each whose presence changed after it was first noted, what it was and since when; from the opening on."""
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    for line in await rows(
        "SELECT greatest(e.at, {}) AS at, (m ->> 'account')::uuid AS account, m ->> 'presence' AS presence"
        " FROM entry e, jsonb_array_elements(e.data -> 'members') AS m"
        " WHERE e.stream = {} AND e.kind = 'attendance_kept' AND e.at <= {} ORDER BY e.seq",
        *(sitting["opened_at"], f"sitting:{sitting['id']}", sitting["closed_at"]),
    ):
        known = found.setdefault(line["account"], [])
        if known and known[-1][0] == line["at"]:
            known.pop()  # before the opening only the last counts
        if not known or known[-1][1] != line["presence"]:
            known.append((line["at"], line["presence"]))
    return {account: tuple(known) for account, known in found.items() if len(known) > 1}


async def _votes(sitting: UUID) -> dict[UUID, list[Voted]]:
    ballots: dict[UUID, list[tuple[str, str]]] = {}
    for line in await rows(
        "SELECT b.vote, a.name, b.choice FROM ballot b JOIN vote v ON v.id = b.vote JOIN account a ON a.id = b.account"
        " WHERE v.sitting = {} ORDER BY a.name, a.id",
        sitting,
    ):
        ballots.setdefault(line["vote"], []).append((line["name"], line["choice"]))
    found: dict[UUID, list[Voted]] = {}
    for line in await rows(
        "SELECT v.id, v.number, v.kind, v.outcome, v.figures,"
        " ARRAY(SELECT i.proposal FROM vote_item i WHERE i.vote = v.id) AS items,"
        " ARRAY(SELECT a.name FROM jsonb_object_keys(v.voters) AS k (id) JOIN account a ON a.id = k.id::uuid"
        "  WHERE v.kind <> 'secret' AND NOT EXISTS (SELECT FROM voter o WHERE o.vote = v.id AND o.account = a.id)"
        "  ORDER BY a.name, a.id)"
        " AS silent FROM vote v WHERE v.sitting = {} AND v.closed_at IS NOT NULL ORDER BY v.number",
        sitting,
    ):
        told = Voted(
            line["number"],
            line["kind"],
            line["outcome"],
            msgspec.json.decode(line["figures"]),
            tuple(ballots.get(line["id"], ())),
            tuple(line["silent"]),
        )
        for proposal in line["items"]:
            found.setdefault(proposal, []).append(told)
    return found


async def _dissent(sitting: UUID) -> dict[UUID, list[Dissent]]:
    found: dict[UUID, list[Dissent]] = {}
    for line in await rows(
        "SELECT d.proposal, a.name, d.text FROM dissent d JOIN account a ON a.id = d.account WHERE d.sitting = {}"
        " ORDER BY a.name, a.id",
        sitting,
    ):
        found.setdefault(line["proposal"], []).append(Dissent(line["name"], line["text"]))
    return found
