"""Questions on a call: asked by whoever is signed in, answered by its officers, published without the asker's identity.

Whoever asks has confirmed an address by opening an account; nobody is told who it was, officers included, so that an
answer is the same for all. Texts are append-only rows; the journal holds their salted digests.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations.acting import operation
from service.operations.holding import call_named, refuse
from service.operations.persons import locked_open
from service.operations.telling import officers_of
from service.problems import Conflict, Invalid, NotFound, Stale
from service.store import journal
from service.store.database import Row, execute, row, rows, value
from service.store.ids import uuid7

LONGEST_QUESTION = 2000
LONGEST_ANSWER = 8000
LONGEST_REASON = 2000
MOST_WAITING = 5  # of one person on one call
MOST_A_DAY = 10  # of one person on all calls
DAY = timedelta(days=1)


class InquiryContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question, in the asker's words."""

    text: str


class AnswerContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The question as it shall be read, without what would tell who asked, and its answer. `based_on`: the number of
    the last revision that was seen, 0 for none. `tell`: everybody who has a draft is told by mail once it is
    published; of no effect where it is only kept."""

    question: str
    answer: str
    based_on: int = 0
    tell: bool = False


class DeclineContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why no answer is published; the asker alone reads it."""

    reason: str


class AskedInquiry(msgspec.Struct, frozen=True):
    """The question as kept: it waits for an answer."""

    id: UUID
    at: datetime


class KeptAnswer(msgspec.Struct, frozen=True):
    """The number of the revision, and whether everybody reads it."""

    id: UUID
    number: int
    published: bool


class DeclinedInquiry(msgspec.Struct, frozen=True):
    """The question is not published."""

    id: UUID


@operation
async def ask_inquiry(actor: Actor, slug: str, content: InquiryContent, *, now: datetime) -> AskedInquiry:
    """Ask on a call that is not closed yet. The officers are told by mail.

    Raises Invalid for a blank or too long text; Conflict for a closed call, or beyond five questions that wait and ten
    a day.
    """
    call = await call_named(slug)
    refuse(policy.why_not_on_call(actor, Action.CALL_ASK, call["id"]))
    if call["closes_at"] is not None and now > call["closes_at"]:
        raise Conflict("Cet appel est clos : on ne peut plus y poser de question.", code="call_closed")
    _require([*_faults("text", content.text, LONGEST_QUESTION, "Écrivez votre question.", "Write the question.")])
    await _require_few(actor, call["id"], now)
    inquiry, (salt, digest) = uuid7(now), _salted(content.text)
    await execute(
        "INSERT INTO inquiry (id, call, asker, text, salt, digest, at, state)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, 'waiting')",
        *(inquiry, call["id"], actor.person, content.text, salt, digest, now),
    )
    await journal.append(f"call:{call['id']}", "inquiry_asked", actor, now, {"inquiry": inquiry, "digest": digest})
    await _tell(await officers_of(call["id"]), Mail.INQUIRY_ASKED, call["slug"], inquiry, 0, now)
    return AskedInquiry(inquiry, now)


@operation
async def keep_answer(actor: Actor, inquiry_id: UUID, content: AnswerContent, *, now: datetime) -> KeptAnswer:
    """Keep an answer that only officers read, as the next revision. Raises Invalid, Stale; Conflict once declined."""
    inquiry = await _held(actor, inquiry_id)
    number = await _revise(actor, inquiry, content, now)
    return KeptAnswer(inquiry_id, number, published=False)


@operation
async def publish_answer(actor: Actor, inquiry_id: UUID, content: AnswerContent, *, now: datetime) -> KeptAnswer:
    """Keep and publish: for the first time, or in the place of what was published before. The asker is told by mail.

    Raises Invalid for a blank question or answer, Stale; Conflict once declined.
    """
    inquiry = await _held(actor, inquiry_id)
    _require(_faults("answer", content.answer, LONGEST_ANSWER, "Écrivez la réponse.", "Write the answer."))
    number = await _revise(actor, inquiry, content, now)
    await execute(
        "UPDATE inquiry SET state = 'published', published = {}, published_at = coalesce(published_at, {}),"
        " changed_at = CASE WHEN published_at IS NULL THEN NULL ELSE {}::timestamptz END WHERE id = {}",
        *(number, now, now, inquiry_id),
    )
    said = {"inquiry": inquiry_id, "number": number}
    await journal.append(f"call:{inquiry['call']}", "answer_published", actor, now, said)
    await _tell(await _asker(inquiry), Mail.INQUIRY_ANSWERED, inquiry["slug"], inquiry_id, number, now)
    if content.tell:
        await _tell(await _drafting(inquiry), Mail.ANSWER_PUBLISHED, inquiry["slug"], inquiry_id, number, now)
    return KeptAnswer(inquiry_id, number, published=True)


@operation
async def decline_inquiry(actor: Actor, inquiry_id: UUID, content: DeclineContent, *, now: datetime) -> DeclinedInquiry:
    """Publish nothing of it; the asker reads why. Raises Invalid without a reason, Conflict once published."""
    inquiry = await _held(actor, inquiry_id)
    if inquiry["state"] == "declined":
        return DeclinedInquiry(inquiry_id)
    if inquiry["state"] == "published":
        raise Conflict("La réponse est publiée : corrigez-la plutôt.", code="answer_published")
    said = "Indiquez pourquoi : la personne qui a posé la question le lira."
    _require(_faults("reason", content.reason, LONGEST_REASON, said, "Give the reason."))
    await execute(
        "UPDATE inquiry SET state = 'declined', reason = {}, closed_at = {} WHERE id = {}",
        *(content.reason, now, inquiry_id),
    )
    await journal.append(f"call:{inquiry['call']}", "inquiry_declined", actor, now, {"inquiry": inquiry_id})
    await _tell(await _asker(inquiry), Mail.INQUIRY_DECLINED, inquiry["slug"], inquiry_id, 0, now)
    return DeclinedInquiry(inquiry_id)


async def _held(actor: Actor, inquiry_id: UUID) -> Row:
    """A question under its lock, for the officers of its call; for everybody else there is none."""
    found = await row(
        "SELECT i.*, c.slug FROM inquiry i JOIN call c ON c.id = i.call WHERE i.id = {} FOR NO KEY UPDATE OF i",
        inquiry_id,
    )
    if found is None or policy.why_not_on_call(actor, Action.CALL_ANSWER, found["call"]) is not None:
        raise NotFound
    return found


async def _revise(actor: Actor, inquiry: Row, content: AnswerContent, now: datetime) -> int:
    """The number of the revision that holds this wording: the last one where nothing changed."""
    if inquiry["state"] == "declined":
        raise Conflict("Cette question a été écartée : elle n’attend plus de réponse.", code="inquiry_declined")
    asked, answer = "Écrivez la question telle qu’elle sera lue.", content.answer or " "
    _require(
        [
            *_faults("question", content.question, LONGEST_QUESTION, asked, "Write the question."),
            *_too_long("answer", answer, LONGEST_ANSWER),
        ]
    )
    last = await row(
        "SELECT number, question, answer FROM inquiry_revision WHERE inquiry = {} ORDER BY number DESC LIMIT 1",
        inquiry["id"],
    )
    number: int = last["number"] if last else 0
    if number != content.based_on:
        raise Stale(number)
    if last and (last["question"], last["answer"]) == (content.question, content.answer):
        return number
    salt, digest = _salted(f"{content.question}\0{content.answer}")
    await execute(
        "INSERT INTO inquiry_revision (inquiry, number, question, answer, author, salt, digest, at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        *(inquiry["id"], number + 1, content.question, content.answer, actor.person, salt, digest, now),
    )
    said = {"inquiry": inquiry["id"], "number": number + 1, "digest": digest}
    await journal.append(f"call:{inquiry['call']}", "answer_kept", actor, now, said)
    return number + 1


async def _require_few(actor: Actor, call: UUID, now: datetime) -> None:
    # Questions of one person are counted one after the other.
    await locked_open(actor.person)
    waiting = await value(
        "SELECT count(*) FROM inquiry WHERE asker = {} AND call = {} AND state = 'waiting'", actor.person, call
    )
    today = await value("SELECT count(*) FROM inquiry WHERE asker = {} AND at > {}", actor.person, now - DAY)
    if waiting >= MOST_WAITING or today >= MOST_A_DAY:
        raise Conflict(
            f"Vous avez {MOST_WAITING} questions en attente sur cet appel, ou en avez posé {MOST_A_DAY} en un jour :"
            " attendez les premières réponses.",
            code="too_many_questions",
        )


async def _asker(inquiry: Row) -> list[Row]:
    return await rows(
        "SELECT id, email FROM account WHERE id = {} AND disabled_at IS NULL AND email <> ''", inquiry["asker"]
    )


async def _drafting(inquiry: Row) -> list[Row]:
    """Whoever has, or shares, a draft on the call; the asker has a mail of their own."""
    return await rows(
        "SELECT DISTINCT a.id, a.email FROM proposal p LEFT JOIN collaborator m ON m.proposal = p.id"
        " JOIN account a ON a.id IN (p.owner, m.account) WHERE p.call = {} AND p.status = 'draft'"
        " AND p.discarded_at IS NULL AND a.disabled_at IS NULL AND a.email <> '' AND a.id <> {} ORDER BY a.id",
        *(inquiry["call"], inquiry["asker"]),
    )


async def _tell(  # noqa: PLR0917  a mail's parts
    people: list[Row], mail: Mail, slug: str, inquiry: UUID, number: int, now: datetime
) -> None:
    for line in people:
        await enqueue(
            mail,
            *(line["id"], line["email"], {"call": slug, "inquiry": str(inquiry)}),
            key=f"{mail.value}-{inquiry}-{number}-{line['id']}",
            now=now,
        )


def _salted(text: str) -> tuple[bytes, str]:
    salt = secrets.token_bytes(16)
    return salt, journal.salted(salt, text.encode())


def _require(errors: list[FieldError]) -> None:
    if errors:
        raise Invalid(errors, "Le texte est à compléter ou à corriger.")


def _faults(path: str, text: str, most: int, fr: str, en: str) -> list[FieldError]:
    return _too_long(path, text, most) if text.strip() else [FieldError(path, "required", fr, en)]


def _too_long(path: str, text: str, most: int) -> list[FieldError]:
    if len(text) <= most:
        return []
    return [FieldError(path, "too_long", f"Écrivez-le en {most} caractères au plus.", f"At most {most} characters.")]
