"""Messages between an applicant and the officers. An officer's question stops the stage's clock until it is answered.

Texts are append-only rows; the journal holds their salted digests. Experts and committee see nothing of any of it.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import policy, thread
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.operations import stages
from service.operations.acting import operation
from service.operations.files import unsent
from service.operations.holding import Held, held
from service.operations.telling import tell_applicants, tell_officers
from service.problems import Conflict, Invalid
from service.store import journal
from service.store.database import execute, rows, value
from service.store.ids import uuid7

DAY = timedelta(days=1)


class MessageContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text; `files`: attachments that its author has added to the field `@thread` and not sent yet. `question`: an
    officer's, which stops the clock of the stage until it is answered or closed."""

    text: str
    question: bool = False
    files: tuple[UUID, ...] = ()


class SentMessage(msgspec.Struct, frozen=True):
    """The message as kept, with its salted SHA-256. `answered`: how many questions it answers."""

    id: UUID
    at: datetime
    digest: str
    answered: int = 0


class ClosedQuestions(msgspec.Struct, frozen=True):
    """How many questions were closed without an answer; the clock goes on."""

    id: UUID
    closed: int


@operation
async def send_message(actor: Actor, proposal_id: UUID, content: MessageContent, *, now: datetime) -> SentMessage:
    """Write to the other side, which is told by mail that there is something to read.

    Raises Invalid for a blank or too long text and for files that are not the author's to send; Conflict beyond fifty
    messages a day.
    """
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.QUESTION_ASK if content.question else Action.THREAD_WRITE)
    await _require_few(proposal)
    errors = [*_text_faults(content.text), *await _file_faults(proposal, content.files)]
    if errors:
        raise Invalid(errors, "Le message est à compléter ou à corriger.")
    side = "applicant" if policy.on_applicants_side(actor, await proposal.facts()) else "officer"
    message, digest = await _keep(proposal, side, content)
    answered = await _close(proposal) if side == "applicant" else []
    kind = "question_asked" if content.question else "question_answered" if answered else "message_sent"
    await proposal.append(kind, message=message, side=side, digest=digest, files=content.files, questions=answered)
    if content.question:
        await stages.pause(proposal)
        await tell_applicants(proposal, Mail.QUESTION, f"message-{message}")
    elif side == "officer":
        await tell_applicants(proposal, Mail.MESSAGE, f"message-{message}")
    else:
        await tell_officers(proposal, Mail.OFFICER_MESSAGE, f"message-{message}")
    return SentMessage(message, proposal.now, digest, len(answered))


@operation
async def close_questions(actor: Actor, proposal_id: UUID, *, now: datetime) -> ClosedQuestions:
    """Close what was asked without an answer: the clock of the stage goes on. None open: nothing to do."""
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.QUESTION_CLOSE)
    closed = await _close(proposal)
    if closed:
        await proposal.append("question_closed", questions=closed)
    return ClosedQuestions(proposal.id, len(closed))


async def _close(proposal: Held) -> list[UUID]:
    """Close every open question, and let the clock go on."""
    closed = await rows(
        "UPDATE message SET closed_at = {} WHERE proposal = {} AND question AND closed_at IS NULL RETURNING id",
        *(proposal.now, proposal.id),
    )
    if closed:
        await stages.resume(proposal)
    return sorted(line["id"] for line in closed)


async def _keep(proposal: Held, side: str, content: MessageContent) -> tuple[UUID, str]:
    message, salt = uuid7(proposal.now), secrets.token_bytes(16)
    digest = journal.salted(salt, content.text.encode())
    await execute(
        "INSERT INTO message (id, proposal, side, author, text, salt, digest, files, question, at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(message, proposal.id, side, proposal.actor.person, content.text, salt, digest),
        *(msgspec.json.encode(content.files).decode(), content.question, proposal.now),
    )
    return message, digest


async def _require_few(proposal: Held) -> None:
    sent = await value(
        "SELECT count(*) FROM message WHERE proposal = {} AND author = {} AND at > {}",
        *(proposal.id, proposal.actor.person, proposal.now - DAY),
    )
    if sent >= thread.MOST_A_DAY:
        raise Conflict(
            f"Vous avez déjà envoyé {thread.MOST_A_DAY} messages en un jour sur cette candidature : réessayez demain.",
            code="too_many_messages",
        )


def _text_faults(text: str) -> list[FieldError]:
    if not text.strip():
        return [FieldError("text", "required", "Écrivez votre message.", "Write the message.")]
    if len(text) > thread.LONGEST:
        said = f"Écrivez ce message en {thread.LONGEST} caractères au plus, ou joignez un fichier."
        return [FieldError("text", "too_long", said, f"At most {thread.LONGEST} characters.")]
    return []


async def _file_faults(proposal: Held, wanted: tuple[UUID, ...]) -> list[FieldError]:
    """Each file must wait, unsent, under its author's name."""
    waiting = {UUID(fact.id): fact for fact in await unsent(proposal)}
    unknown = [one for one in wanted if one not in waiting]
    if unknown or len(set(wanted)) != len(wanted):
        said = "Un de ces fichiers n’est plus là, ou a déjà été envoyé : vérifiez les pièces jointes."
        return [FieldError("files", "unknown_file", said, "A file is missing, or was sent already.")]
    return thread.file_faults([waiting[one] for one in wanted])
