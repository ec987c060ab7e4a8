"""A conciliation as its experts, the officers and auditors read it: the reviews side by side, and what was said."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import Grid
from service.domain.actor import Actor
from service.domain.policy import Action, Relation
from service.store.database import row, rows
from service.views.opinions import ReviewOf, label, reviews_of
from service.views.readable import Readable, note_reading, readable


class TalkLine(msgspec.Struct, frozen=True):
    """One message. `author`: « Évaluateur A », as the review of the same letter; a name for officers and auditors, and
    for everybody where the process is open."""

    id: UUID
    author: str
    mine: bool
    text: str
    at: datetime


class ConciliationView(msgspec.Struct, frozen=True):
    """`open`: it goes on. `review`: one's own, to be revised; `awaited`: it is neither confirmed nor revised yet, until
    `due_at`. `awaiting`: how many experts that is true of. `signed`: whether all who read what experts say here, the
    committee in its dossier among them, read their names."""

    proposal: UUID
    call: str
    reference: str
    title: str
    open: bool
    may_write: bool
    review: UUID | None
    awaited: bool
    awaiting: int
    due_at: datetime | None
    grid: Grid
    reviews: tuple[ReviewOf, ...]
    talk: tuple[TalkLine, ...]
    signed: bool = False


_TALK = """
SELECT t.id, t.author, t.text, t.at, p.name, a.place FROM conciliation t JOIN account p ON p.id = t.author
  LEFT JOIN (SELECT expert, rank() OVER (ORDER BY rank) - 1 AS place FROM assignment
             WHERE proposal = {} AND round = {} AND status = 'done') a ON a.expert = t.author
 WHERE t.proposal = {} AND t.round = {} ORDER BY t.at, t.id
"""


async def conciliation(actor: Actor, proposal_id: UUID) -> ConciliationView:
    """That of the present round. NotFound for whoever may not read it."""
    found = await readable(actor, proposal_id, Action.CONCILIATION_READ)
    line, kept = found.line, found.edition
    await note_reading(actor, proposal_id, "conciliation")
    own = await row(
        "SELECT review, asked_again, due_at FROM assignment WHERE proposal = {} AND round = {} AND expert = {}"
        " AND status = 'done'",
        *(proposal_id, line["round"], actor.account),
    )
    waiting = await rows(
        "SELECT due_at FROM assignment WHERE proposal = {} AND round = {} AND status = 'done'"
        " AND asked_again IS NOT NULL",
        *(proposal_id, line["round"]),
    )
    goes_on = line["phase"] == "conciliation"
    reviews = await reviews_of(line, kept, found.may, found.relations, actor)
    return ConciliationView(
        proposal=proposal_id,
        call=line["slug"],
        reference=line["reference"],
        title=line["title"],
        open=goes_on,
        may_write=Action.CONCILIATION_WRITE in found.may,
        review=own["review"] if own else None,
        awaited=bool(own and own["asked_again"]),
        awaiting=len(waiting),
        due_at=min((one["due_at"] for one in waiting), default=None) if goes_on else None,
        grid=kept.grid_of(line["round"]),
        reviews=tuple(one for one in reviews if one.round == line["round"]),
        talk=await _talk(actor, found),
        signed=kept.process.blind == "open",
    )


async def _talk(actor: Actor, found: Readable) -> tuple[TalkLine, ...]:
    """What was said in the present round, oldest first."""
    official = bool({Relation.OFFICER, Relation.AUDITOR} & found.relations)
    named = official or found.edition.process.blind == "open"
    of_round = (found.line["id"], found.line["round"])
    return tuple(
        TalkLine(
            one["id"],
            _author(one["name"], one["place"], named=named),
            one["author"] == actor.account,
            one["text"],
            one["at"],
        )
        for one in await rows(_TALK, *of_round, *of_round)
    )


def _author(name: str, place: int | None, *, named: bool) -> str:
    called = f"Évaluateur {label(place)}" if place is not None else ""
    if named:
        return f"{name} ({called})" if called else name
    return called or "Le service chargé de l’appel"
