"""Amending: the owner writes again on what was submitted, which everybody else goes on reading as it was.

Working answers are rows apart from the submitted revision. What they were before is kept, so that abandoning the
amendment leads back there.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.drafts import kept_answers, write_answers
from service.operations.files import files
from service.operations.holding import Held, held
from service.problems import Conflict
from service.store.database import execute, row


class OpenedAmendment(msgspec.Struct, frozen=True):
    """The proposal that its owner may write on, and since when."""

    id: UUID
    amending_since: datetime


class AbandonedAmendment(msgspec.Struct, frozen=True):
    """The proposal whose working answers are what they were before."""

    id: UUID


@operation
async def begin_amendment(actor: Actor, proposal_id: UUID, *, now: datetime) -> OpenedAmendment:
    """Open a submitted proposal for writing, while its stage allows it. Done already: since when.

    Conflict where the edition does not allow it in the present stage.
    """
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.PROPOSAL_AMEND)
    if proposal.line["amending_since"] is not None:
        return OpenedAmendment(proposal.id, proposal.line["amending_since"])
    if proposal.stage is None or not proposal.stage.amend:
        raise Conflict(
            "À cette étape, le règlement de l’appel ne permet pas de modifier ce qui a été déposé.",
            code="not_amendable",
        )
    answers = {field: kept for field, (_, kept) in (await kept_answers(proposal.id)).items()}
    present = [fact.id for facts in (await files(proposal.id)).values() for fact in facts]
    # An amendment that its stage's end left unsubmitted goes on: to abandon it still gives back what was submitted.
    await execute(
        "INSERT INTO amendment (proposal, opened_at, answers, files) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (proposal) DO NOTHING",
        *(proposal.id, proposal.now, msgspec.json.encode(answers).decode(), msgspec.json.encode(present).decode()),
    )
    await proposal.set(amending_since=proposal.now)
    await proposal.append("amendment_opened", stage=proposal.line["stage"])
    return OpenedAmendment(proposal.id, proposal.now)


@operation
async def abandon_amendment(actor: Actor, proposal_id: UUID, *, now: datetime) -> AbandonedAmendment:
    """Put working answers and files back to what they were before. Nothing was opened, or no more: nothing to do."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.PROPOSAL_AMEND)
    kept = await row("SELECT answers, files FROM amendment WHERE proposal = {}", proposal.id)
    if proposal.line["amending_since"] is None or kept is None:
        return AbandonedAmendment(proposal.id)
    before: dict[str, object] = msgspec.json.decode(kept["answers"])
    now_there = await kept_answers(proposal.id)
    back = {
        field: (version + 1, before.get(field))
        for field, (version, content) in now_there.items()
        if content != before.get(field)
    }
    await write_answers(proposal, back)
    named = [UUID(one) for one in msgspec.json.decode(kept["files"], type=list[str])]
    await execute(
        "UPDATE attachment SET removed_at = {} WHERE proposal = {} AND removed_at IS NULL AND field NOT LIKE '@%'"
        " AND NOT id = ANY({})",
        *(proposal.now, proposal.id, named),
    )
    await execute("UPDATE attachment SET removed_at = NULL WHERE proposal = {} AND id = ANY({})", *(proposal.id, named))
    await end(proposal)
    await proposal.append("amendment_abandoned")
    return AbandonedAmendment(proposal.id)


async def end(proposal: Held) -> None:
    """The owner no longer writes: submitted, abandoned, or never begun."""
    await execute("DELETE FROM amendment WHERE proposal = {}", proposal.id)
    await proposal.set(amending_since=None)
