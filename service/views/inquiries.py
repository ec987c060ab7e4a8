"""Questions on a call: what is published for everybody, one's own, and all of them for the officers."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import row, rows
from service.views.calls import require_on_call

MOST = 500
"""Questions of one list."""


class PublishedAnswer(msgspec.Struct, frozen=True):
    """A question and its answer, as everybody reads them. `changed_at`: published anew since, None if never."""

    id: UUID
    question: str
    answer: str
    published_at: datetime
    changed_at: datetime | None


class OwnInquiry(msgspec.Struct, frozen=True):
    """A question of the reader's own that is not published: it waits, or was declined, for that reason."""

    id: UUID
    text: str
    at: datetime
    state: str
    reason: str


class InquiriesView(msgspec.Struct, frozen=True):
    """What is published, the newest first, then the reader's own. `may`: what the reader may do here."""

    items: tuple[PublishedAnswer, ...]
    own: tuple[OwnInquiry, ...]
    may: tuple[Action, ...]


class InquiryView(msgspec.Struct, frozen=True):
    """A question as officers read it: nobody is told who asked. `question`, `answer`: the wording of the last revision,
    as it was asked and "" before there is one; `number`: of that revision, `published`: of the one that everybody
    reads."""

    id: UUID
    text: str
    at: datetime
    state: str
    question: str
    answer: str
    number: int
    published: int | None
    published_at: datetime | None
    reason: str


class AllInquiries(msgspec.Struct, frozen=True):
    """Every question of a call, those that wait first, the oldest first."""

    items: tuple[InquiryView, ...]


async def inquiries(actor: Actor, call: UUID) -> InquiriesView:
    """The questions of a call for a reader."""
    found = await rows(
        "SELECT i.id, r.question, r.answer, i.published_at, i.changed_at FROM inquiry i"
        " JOIN inquiry_revision r ON r.inquiry = i.id AND r.number = i.published"
        " WHERE i.call = {} AND i.state = 'published' ORDER BY i.published_at DESC, i.id DESC LIMIT {}",
        *(call, MOST),
    )
    own = (
        await rows(
            "SELECT id, text, at, state, reason FROM inquiry WHERE asker = {} AND call = {} AND state <> 'published'"
            " ORDER BY at DESC, id LIMIT {}",
            *(actor.account, call, MOST),
        )
        if actor.account is not None
        else []
    )
    allowed = (Action.CALL_ASK, Action.CALL_ANSWER)
    return InquiriesView(
        tuple(PublishedAnswer(**line) for line in found),
        tuple(OwnInquiry(**line) for line in own),
        tuple(one for one in allowed if policy.why_not_on_call(actor, one, call) is None),
    )


LATEST = (
    "SELECT i.id, i.text, i.at, i.state, coalesce(r.question, i.text) AS question, coalesce(r.answer, '') AS answer,"
    " coalesce(r.number, 0) AS number, i.published, i.published_at, i.reason FROM inquiry i LEFT JOIN LATERAL"
    " (SELECT * FROM inquiry_revision WHERE inquiry = i.id ORDER BY number DESC LIMIT 1) r ON true"
)


async def all_inquiries(actor: Actor, slug: str) -> AllInquiries:
    """For the officers of the call, without what was erased with its asker. NotFound for everybody else."""
    about = await require_on_call(actor, slug, Action.CALL_ANSWER)
    found = await rows(
        f"{LATEST} WHERE i.call = {{}} AND coalesce(r.question, i.text) <> ''"
        " ORDER BY i.state <> 'waiting', i.at, i.id LIMIT {}",
        *(about.id, MOST),
    )
    return AllInquiries(tuple(InquiryView(**line) for line in found))


async def inquiry(actor: Actor, slug: str, inquiry_id: UUID) -> InquiryView:
    """One question, for the officers of its call. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_ANSWER)
    found = await row(f"{LATEST} WHERE i.id = {{}} AND i.call = {{}}", inquiry_id, about.id)
    if found is None:
        raise NotFound
    return InquiryView(**found)
