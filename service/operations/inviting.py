"""Asking the next expert, or the next team, of a proposal's list: below their loads, and checked under their lock.

Two proposals may want the same expert at once. Whoever is asked is locked first, after the proposal and by id, and
looked at again: a load never passes its limit.
"""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from forms import Stage
from service.notify.mails import Mail
from service.operations.holding import Held
from service.operations.telling import tell, tell_officers
from service.store.database import Row, execute, rows, savepoint, value
from service.store.seats import HOLDING, INVITABLE, LISTED

_NEXT = (
    "SELECT a.id, a.expert, a.team, a.rank FROM assignment a WHERE a.proposal = {} AND a.round = {} AND {condition}"
    " ORDER BY a.rank, a.id"
)


class _Overtaken(Exception):  # noqa: N818  another proposal was faster
    pass


async def ask_next(proposal: Held, seat: int) -> bool:
    """Invite whoever is next and free to this seat; a team whole. False where nobody is: the seat is looked at again
    when somebody has time (`proposal.starved`), or is put on the list."""
    while True:
        candidates = await _candidates(proposal, INVITABLE)
        if not candidates:
            await _note_nobody(proposal)
            return False
        chosen = together(candidates)
        try:
            async with savepoint():
                await lock_accounts([line["expert"] for line in chosen])
                await _require_same(proposal, chosen)
                await invite(proposal, chosen, seat)
        except _Overtaken:
            continue  # without their locks, and with what is true now
        return True


async def _require_same(proposal: Held, chosen: list[Row]) -> None:
    if together(await _candidates(proposal, INVITABLE)) != chosen:
        raise _Overtaken


def together(candidates: list[Row]) -> list[Row]:
    """The first of a list, with whoever is listed as one team with them."""
    first = candidates[0] if candidates else None
    if first is None or first["team"] is None:
        return candidates[:1]
    return [line for line in candidates if line["team"] == first["team"]]


async def _candidates(proposal: Held, condition: str) -> list[Row]:
    sql = _NEXT.replace("{condition}", condition)
    days = [proposal.today] * condition.count("{}")
    return await rows(sql, proposal.id, proposal.round, *days)


async def lock_accounts(accounts: list[UUID]) -> None:
    """Lock experts, by id, after their proposal: their loads stand still."""
    await rows("SELECT id FROM account WHERE id = ANY({}) ORDER BY id FOR NO KEY UPDATE", sorted(accounts))


async def invite(proposal: Held, chosen: list[Row], seat: int) -> None:
    """Give a seat to one expert or to the members of a team (rows of `assignment`), whose locks are held."""
    stage = present(proposal)
    due, reminders = term(proposal, stage)
    first, last = (reminders[0], reminders[-1]) if reminders else (None, None)
    for line in chosen:
        await execute(
            "UPDATE assignment SET status = 'invited', seat = {}, invited_at = {}, half_at = {}, last_at = {},"
            " due_at = {}, reminders = {} WHERE id = {}",
            *(seat, proposal.now, first, last, due, msgspec.json.encode(reminders).decode(), line["id"]),
        )
        await proposal.append("expert_invited", assignment=line["id"], seat=seat, due=due)
        # Whoever comes back to the list, as their conflict was dismissed, is invited by another mail.
        key = f"invited-{line['id']}-{proposal.line['last_seq']}"
        await tell(proposal, line["expert"], Mail.EXPERT_INVITED, key, assignment=str(line["id"]))
    if proposal.line["starved"]:
        await proposal.set(starved=False)


def present(proposal: Held) -> Stage:
    """The present stage. LookupError where there is none."""
    stage = proposal.stage
    if stage is None:
        raise LookupError("an act of a stage needs one: the visit is checked before")
    return stage


def term(proposal: Held, stage: Stage) -> tuple[datetime, list[datetime]]:
    """Until when an expert who is asked now has time, and when they are reminded, or the officers are told of them."""
    if stage.invitation is None:
        raise LookupError("a review stage has a duration for its invitations")
    due = forms.due(proposal.now, stage.invitation, proposal.edition.process.calendar)
    return due, [forms.portion(proposal.now, due, part) for part in stage.rungs]


async def _note_nobody(proposal: Held) -> None:
    """The officers are told, unless nobody is on the list nor was asked: one who has not begun knows that much."""
    waiting = bool(await _candidates(proposal, LISTED))
    if proposal.line["starved"] != waiting:
        await proposal.set(starved=waiting)
    # Whom the proposal waits for is counted anew: a conflict found while its expert was put on the list, in another
    # transaction, was seen by neither of the two.
    await execute("SELECT agenda_anew({})", proposal.id)
    asked = await value(
        "SELECT count(*) FROM assignment WHERE proposal = {} AND round = {} AND status <> 'proposed'",
        *(proposal.id, proposal.round),
    )
    if asked or waiting:
        await tell_officers(proposal, Mail.OFFICER_NOBODY_LEFT, f"nobody-left-{proposal.line['visit']}-{asked}")


async def holders(proposal: Held, seat: int) -> list[Row]:
    """Who holds a seat: one expert, or the members of a team."""
    return await rows(
        f"SELECT * FROM assignment WHERE proposal = {{}} AND round = {{}} AND seat = {{}} AND status IN {HOLDING}"  # noqa: S608
        " ORDER BY rank, id",
        *(proposal.id, proposal.round, seat),
    )
