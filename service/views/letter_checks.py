"""The letters of a publication before it: each as it will be drawn, from the same words, with what is wrong in it."""

from datetime import datetime
from uuid import UUID

import msgspec

from reports.letters import Letter
from service import clock
from service.domain.actor import Actor
from service.domain.lettering import LetterFault, faults
from service.domain.policy import Action
from service.store.database import Row, rows, value
from service.store.lettered import FROM, MARK, PENDING
from service.views import cursors
from service.views.asof import state_of
from service.views.calls import require_on_call
from service.views.letters import decision_letter
from service.views.opinions import outcome_name
from service.views.readable import note_readings
from service.views.visible import visible

MOST = 50


class LetterToCheck(msgspec.Struct, frozen=True):
    """A letter that the publication will send. `mark`: to send back once it is read; `checked_at`, `checked_by`: of
    the last reading, where nothing has changed since; `changed`: it was read, and is another one since. `sent`: the
    outcome has a letter, or ends the process; else nothing is sent. Its date is that of the publication."""

    decision: UUID
    proposal: UUID
    reference: str
    outcome_name: str
    correction: bool
    sent: bool
    mark: str
    letter: Letter
    faults: tuple[LetterFault, ...]
    checked_at: datetime | None
    checked_by: str
    changed: bool


class LettersPage(msgspec.Struct, frozen=True):
    """One page, by reference. `total` and `unchecked`: of those that the reader may read; `others`: not checked, of
    proposals from which the reader is recused, for somebody else to read."""

    items: tuple[LetterToCheck, ...]
    next: str | None
    total: int
    unchecked: int
    others: int


async def letters(
    actor: Actor, slug: str, cursor: str | None = None, limit: int = 20, *, unchecked: bool = False
) -> LettersPage:
    """The letters of the decisions that wait; `unchecked`: only those that nobody has read as they are. NotFound;
    Invalid for a cursor that is not ours."""
    about = await require_on_call(actor, slug, Action.CALL_CHECK_LETTERS)
    may, args = visible(actor, Action.DECISION_READ_PENDING)
    after, last = cursors.read(cursor) if cursor else ("", UUID(int=0))
    limit = max(1, min(limit, MOST))
    found = await rows(
        "SELECT d.id, d.proposal, d.outcome, d.corrects, p.reference, p.last_seq, k.at, r.name,"  # noqa: S608
        f" {MARK} AS mark, k.mark AS read FROM {FROM} LEFT JOIN account r ON r.id = k.author"
        f" WHERE p.call = {{}} AND {PENDING} AND {may} AND (p.reference, d.id) > ({{}}, {{}})"
        f" AND (NOT {{}} OR k.mark IS DISTINCT FROM {MARK}) ORDER BY p.reference, d.id LIMIT {limit + 1}",
        *(about.id, *args, after, last, unchecked),
    )
    shown = found[:limit]
    await note_readings(actor, [line["proposal"] for line in shown], "letter")
    total, left = await _counted(about.id, may, args)
    return LettersPage(
        items=tuple([await _letter(line) for line in shown]),
        next=cursors.write(shown[-1]["reference"], shown[-1]["id"]) if len(found) > limit else None,
        total=total,
        unchecked=left,
        others=await value(
            f"SELECT count(*) FROM {FROM} WHERE p.call = {{}} AND {PENDING}"  # noqa: S608
            f" AND k.mark IS DISTINCT FROM {MARK}",
            about.id,
        )
        - left,
    )


async def _counted(call: UUID, may: str, args: list[object]) -> tuple[int, int]:
    [found] = await rows(
        f"SELECT count(*) AS total, count(*) FILTER (WHERE k.mark IS DISTINCT FROM {MARK}) AS left"  # noqa: S608
        f" FROM {FROM} WHERE p.call = {{}} AND {PENDING} AND {may}",
        *(call, *args),
    )
    return found["total"], found["left"]


async def _letter(line: Row) -> LetterToCheck:
    state = await state_of(line["proposal"], line["last_seq"])
    said = state.said(str(line["id"]))
    letter = decision_letter(state, said, clock.now())
    committee = [one for one in state.edition.process.stages if one.kind == "committee"]
    outcome = next((o for stage in committee for o in stage.outcomes if o.id == line["outcome"]), None)
    sent = outcome is None or outcome.letter is not None or outcome.status != "in_progress"
    ranked = state.edition.process.review_stage(state.round) is not None
    current = line["read"] == line["mark"]
    return LetterToCheck(
        decision=line["id"],
        proposal=line["proposal"],
        reference=line["reference"],
        outcome_name=outcome_name(state.edition, line["outcome"]),
        correction=line["corrects"] is not None,
        sent=sent or line["corrects"] is not None,
        mark=line["mark"],
        letter=letter,
        faults=faults(letter, ranked=ranked) if sent else (),
        checked_at=line["at"] if current else None,
        checked_by=(line["name"] or "") if current else "",
        changed=line["read"] is not None and not current,
    )
