"""Whoever publishes decisions has had their letters read: each as it would be sent, by somebody who says so."""

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec

import forms
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.acting import operation
from service.operations.holding import call_named, refuse
from service.operations.voting import require_part
from service.problems import Conflict, Invalid
from service.store import journal, lettered
from service.store.database import execute

MOST = 200


class ReadLetter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A letter that was read: its decision, and the mark that it was shown with."""

    decision: UUID
    mark: str


class ReadLetters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Those that one says to have read."""

    letters: tuple[ReadLetter, ...]


class CheckedLetters(msgspec.Struct, frozen=True):
    """How many were marked as checked, and how many of the call wait for somebody to read them still."""

    count: int
    unchecked: int


@operation
async def check_letters(actor: Actor, slug: str, content: ReadLetters, *, now: datetime) -> CheckedLetters:
    """Mark letters as read and right. Conflict where one has changed since it was shown, or is not to be sent any more:
    then none is marked. NotFound for one of a proposal from which the actor is recused."""
    call = await call_named(slug, "FOR SHARE")
    refuse(policy.why_not_on_call(actor, Action.CALL_CHECK_LETTERS, call["id"]))
    read = {one.decision: one.mark for one in content.letters}
    if not 0 < len(read) <= MOST:
        said = f"Indiquez de une à {MOST} lettres."
        raise Invalid([forms.FieldError("letters", "out_of_range", said, f"From 1 to {MOST} letters.")], said)
    found = await lettered.marks(call["id"], list(read))
    await require_part(actor, [line["proposal"] for line in found], Action.DECISION_READ_PENDING)
    changed = len(read) - sum(line["mark"] == read[line["id"]] for line in found)
    if changed:
        raise Conflict(
            "Une lettre a changé depuis que vous l’avez lue, ou n’est plus à envoyer : relisez cette page."
            if changed == 1
            else f"{changed} lettres ont changé depuis que vous les avez lues, ou ne sont plus à envoyer : relisez"
            " cette page.",
            code="letters_changed",
        )
    for line in found:
        await execute(
            "INSERT INTO letter_check (decision, proposal, mark, author, at) VALUES ({}, {}, {}, {}, {})"
            " ON CONFLICT (decision) DO UPDATE SET mark = excluded.mark, author = excluded.author, at = excluded.at",
            *(line["id"], line["proposal"], line["mark"], actor.person, now),
        )
    told = "".join(f"{line['id']} {line['mark']}\n" for line in found)
    await journal.append(
        f"call:{call['id']}",
        "letters_checked",
        actor,
        now,
        {"count": len(found), "letters": hashlib.sha256(told.encode()).hexdigest()},
    )
    return CheckedLetters(len(found), len(await lettered.unread(call["id"])))
