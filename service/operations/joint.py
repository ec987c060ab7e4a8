"""A review that several write: which one an assignment writes, and what becomes of it when one of them leaves.

`assignment.review` names the review that an assignment writes; `review.assignment` and `review.expert` one of those who
write it. Only operations that hold the proposal call these.
"""

from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.notify.mails import Mail
from service.operations.holding import Held
from service.operations.inviting import present, term
from service.operations.telling import tell
from service.store.conflicts import conflicted
from service.store.database import Row, execute, row, rows, value
from service.store.ids import uuid7
from service.store.seats import BEYOND, TAKEN


def is_joint(proposal: Held, line: Row) -> bool:
    """Whether an assignment's review is one that its team writes together, as the stage was opened."""
    stage = present(proposal)
    stage = proposal.opened.process.stage(stage.id) or stage
    return line["team"] is not None and stage.reviews == "joint"


async def review_for(proposal: Held, line: Row, actor: Actor) -> UUID:
    """The review that an assignment writes: begun by the first who takes it, found again by whoever is asked twice."""
    found: UUID | None = line["review"]
    if found is None and is_joint(proposal, line):
        found = await value(
            "SELECT review FROM assignment WHERE proposal = {} AND round = {} AND team = {} AND review IS NOT NULL"
            " LIMIT 1",
            *(proposal.id, proposal.round, line["team"]),
        )
    if found is None:
        found = uuid7(proposal.now)
        await execute(
            "INSERT INTO review (id, proposal, assignment, expert) VALUES ({}, {}, {}, {})",
            *(found, proposal.id, line["id"], actor.person),
        )
    await execute("UPDATE assignment SET review = {} WHERE id = {}", found, line["id"])
    await _hand_on(found)
    return found


async def _hand_on(review: UUID) -> None:
    """A review bears somebody who still writes it, where there is one: the first of the list."""
    await execute(
        "UPDATE review r SET assignment = n.id, expert = n.expert FROM (SELECT id, expert FROM assignment"
        "  WHERE review = {} AND status IN ('accepted', 'done') ORDER BY rank, id LIMIT 1) n"
        " WHERE r.id = {} AND NOT EXISTS (SELECT FROM assignment a"
        "  WHERE a.id = r.assignment AND a.status IN ('accepted', 'done'))",
        *(review, review),
    )


async def leave(proposal: Held, line: Row, *, tainted: bool) -> UUID | None:
    """Somebody who wrote it with others has left; the review, where there are others. `tainted`: by a conflict of
    interest: what was given counts no more, and while the stage lasts the others have their time again to give it."""
    if line["review"] is None:
        return None
    others = await rows(
        "SELECT * FROM assignment WHERE review = {} AND id <> {} AND status IN ('accepted', 'done') ORDER BY rank, id",
        *(line["review"], line["id"]),
    )
    if not others:
        return None
    await _hand_on(line["review"])
    if tainted and line["status"] == "done" and proposal.line["stage_kind"] != "review":
        await execute(
            "UPDATE assignment SET status = 'released', asked_again = NULL WHERE review = {} AND status = 'done'",
            line["review"],
        )
    elif tainted and line["status"] == "done":
        await _ask_the_others(proposal, others)
    review: UUID = line["review"]
    return review


async def _ask_the_others(proposal: Held, others: list[Row]) -> None:
    """What they gave together is a draft again, which they have the time of an invitation to give without whoever
    left. `asked_again`: it is no invitation, which limits would have kept."""
    due, reminders = term(proposal, present(proposal))
    for line in others:
        await execute(
            "UPDATE assignment SET status = 'accepted', ended_at = NULL, asked_again = {}, reminded = 0, due_at = {},"
            " reminders = {} WHERE id = {}",
            *(proposal.now, due, msgspec.json.encode(reminders).decode(), line["id"]),
        )
        key = f"joint-{line['id']}-{proposal.line['last_seq']}"
        await tell(proposal, line["expert"], Mail.EXPERT_JOINT, key, assignment=str(line["id"]))


async def give(proposal: Held, review: UUID) -> None:
    """A review was given: whoever wrote it has done, late ones too, whom no conflict of interest stops; those whose
    place somebody took meanwhile hold one beyond those that the process fills. Of a team that gives one together,
    whoever had not answered is not waited for."""
    await execute(
        "UPDATE assignment a SET seat = (SELECT greatest(max(o.seat) + 1, {}) FROM assignment o"  # noqa: S608  our words
        " WHERE o.proposal = a.proposal AND o.round = a.round) WHERE a.review = {} AND a.status = 'released'"
        f" AND a.released_at IS NOT NULL AND NOT {conflicted('a.proposal', 'a.expert')} AND {TAKEN}",
        *(BEYOND, review),
    )
    await execute(
        "UPDATE assignment SET status = 'done', asked_again = NULL, ended_at = CASE status WHEN 'done' THEN ended_at"  # noqa: S608
        " ELSE {} END WHERE review = {}"
        " AND (status IN ('accepted', 'done') OR (status = 'released' AND released_at IS NOT NULL"
        f" AND NOT {conflicted('assignment.proposal', 'assignment.expert')}))",
        *(proposal.now, review),
    )
    await _hand_on(review)
    line = await row("SELECT * FROM assignment WHERE review = {} LIMIT 1", review)
    if line is not None and is_joint(proposal, line):
        await execute(
            "UPDATE assignment SET status = 'released', ended_at = {} WHERE proposal = {} AND round = {} AND team = {}"
            " AND status = 'invited'",
            *(proposal.now, proposal.id, proposal.round, line["team"]),
        )
