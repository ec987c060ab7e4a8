"""Experts who disagree: what they say to each other, and a review that is confirmed as it is."""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations.acting import operation
from service.operations.holding import held, held_by
from service.operations.telling import tell
from service.problems import Invalid, NotFound
from service.store import journal
from service.store.database import execute, row, rows
from service.store.ids import uuid7

LONGEST_MESSAGE = 10_000


class TalkContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said to the other experts; officers and auditors read it too."""

    text: str


class WrittenTalk(msgspec.Struct, frozen=True):
    """A message that was added."""

    id: UUID
    at: datetime


class ConfirmedReview(msgspec.Struct, frozen=True):
    """A review that stands as it was given."""

    id: UUID


@operation
async def write_talk(actor: Actor, proposal_id: UUID, content: TalkContent, *, now: datetime) -> WrittenTalk:
    """Say something to the experts of a proposal in conciliation. Append-only."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.CONCILIATION_WRITE)
    text = content.text.strip()
    if not text:
        raise Invalid([FieldError("text", "required", "Écrivez votre message.", "Write a message.")])
    if len(text) > LONGEST_MESSAGE:
        said = f"Écrivez le message en {LONGEST_MESSAGE} caractères au plus."
        raise Invalid([FieldError("text", "too_long", said, f"At most {LONGEST_MESSAGE} characters.")])
    talk, salt = uuid7(proposal.now), secrets.token_bytes(16)
    digest = journal.salted(salt, text.encode())
    await execute(
        "INSERT INTO conciliation (id, proposal, round, author, text, salt, digest, at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        *(talk, proposal.id, proposal.round, actor.person, text, salt, digest, proposal.now),
    )
    await proposal.append("conciliation_message", message=talk, digest=digest)
    others = await rows(
        "SELECT expert FROM assignment WHERE proposal = {} AND round = {} AND status = 'done' AND expert <> {}"
        " ORDER BY rank",
        *(proposal.id, proposal.round, actor.account),
    )
    for line in others:
        await tell(proposal, line["expert"], Mail.EXPERT_CONCILIATION_MESSAGE, f"talk-{talk}")
    return WrittenTalk(talk, proposal.now)


@operation
async def confirm_review(actor: Actor, review_id: UUID, *, now: datetime) -> ConfirmedReview:
    """The expert keeps the review that they were asked for again. Nothing where it was not, or is confirmed already."""
    proposal, _ = await held_by(actor, "review", review_id, now)
    line = await row(
        "SELECT id, seat, asked_again FROM assignment WHERE review = {} AND expert = {} AND round = {}"
        " AND status = 'done'",
        *(review_id, actor.account, proposal.round),
    )
    if line is None:
        raise NotFound
    await proposal.require(Action.REVIEW_SUBMIT)
    if line["asked_again"] is not None:
        await execute("UPDATE assignment SET asked_again = NULL WHERE id = {}", line["id"])
        await proposal.append("review_confirmed", assignment=line["id"], seat=line["seat"])
    return ConfirmedReview(review_id)
