"""The thread of a proposal, for its applicant, its officers and auditors."""

from collections import Counter
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import thread as rules
from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import Row, rows
from service.views.files import COLUMNS, PASSED, FileView, WithheldFiles, file_view
from service.views.readable import Readable, note_reading, readable


class MessageView(msgspec.Struct, frozen=True):
    """One message. `side`: applicant or officer; `author`: a name, "" where the reader is not told it (officers, to the
    applicant). `closed_at` of a question: answered, or closed. `withheld`: files its reader is not given as yet."""

    id: UUID
    side: str
    author: str
    mine: bool
    text: str
    files: tuple[FileView, ...]
    question: bool
    closed_at: datetime | None
    at: datetime
    withheld: tuple[WithheldFiles, ...] = ()


class ThreadView(msgspec.Struct, frozen=True):
    """The messages, oldest first; `unsent`: the files that the reader has added and not sent yet; `asked`: a question
    waits for the applicant. `may`: what the reader may do here now."""

    proposal: UUID
    messages: tuple[MessageView, ...]
    unsent: tuple[FileView, ...]
    asked: bool
    may: tuple[Action, ...]


HERE = frozenset({Action.THREAD_WRITE, Action.QUESTION_ASK, Action.QUESTION_CLOSE})


async def thread(actor: Actor, proposal_id: UUID) -> ThreadView:
    """The whole thread. NotFound."""
    found = await readable(actor, proposal_id, Action.THREAD_READ)
    if not found.mine:
        await note_reading(actor, proposal_id, "thread")
    lines = await rows(
        "SELECT m.*, p.name FROM message m JOIN account p ON p.id = m.author WHERE m.proposal = {} ORDER BY m.at, m.id",
        proposal_id,
    )
    files = await rows(
        f"SELECT {COLUMNS}, added_by, removed_at FROM attachment"  # noqa: S608  our names
        " WHERE proposal = {} AND field = {} ORDER BY added_at, id",
        *(proposal_id, rules.FIELD),
    )
    known = {str(line["id"]): line for line in files}
    messages = tuple(_message(found, line, known) for line in lines)
    sent = {file.id for message in messages for file in message.files}
    return ThreadView(
        proposal=proposal_id,
        messages=messages,
        unsent=tuple(
            file_view(line)
            for line in files
            if line["id"] not in sent and line["removed_at"] is None and line["added_by"] == actor.account
        ),
        asked=any(message.question and message.closed_at is None for message in messages),
        may=tuple(sorted(found.may & HERE)),
    )


def _message(found: Readable, line: Row, files: dict[str, Row]) -> MessageView:
    told = not found.mine or line["side"] == "applicant"
    sent = [files[one] for one in msgspec.json.decode(line["files"]) if one in files]
    # What has not been found clean is its sender's alone; the others know that it is there.
    given = [file for file in sent if file["scan"] in PASSED or file["added_by"] == found.actor.account]
    withheld = Counter(file["scan"] for file in sent if file not in given)
    return MessageView(
        id=line["id"],
        side=line["side"],
        author=line["name"] if told else "",
        mine=line["author"] == found.actor.account,
        text=line["text"],
        files=tuple(map(file_view, given)),
        question=line["question"],
        closed_at=line["closed_at"],
        at=line["at"],
        withheld=tuple(WithheldFiles(rules.FIELD, scan, count) for scan, count in withheld.items()),
    )
