"""Questions on a call: who reads what, what is told to whom, what is refused, what stays."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from service.domain.actor import Actor, Role
from service.operations import drafts, inquiries
from service.operations.calls import PublishedEdition
from service.operations.inquiries import (
    MOST_A_DAY,
    MOST_WAITING,
    AnswerContent,
    DeclineContent,
    InquiryContent,
)
from service.problems import Conflict, Forbidden, Invalid, NotFound, Problem, SignInNeeded, Stale
from service.store import journal
from service.store.database import execute, rows, value
from service.views import inquiries as views
from tests.support.calls import fresh_call
from tests.support.people import person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")
ASKED = InquiryContent("Nous, Exemple SAS, devons-nous joindre une lettre ?")
WORDED = AnswerContent("Faut-il joindre une lettre ?", "Oui.")


class Room:
    """A call, its officer, who asks, who has a draft, and an auditor."""

    call: PublishedEdition
    officer: Actor
    asker: Actor
    drafting: Actor
    auditor: Actor
    inquiry: UUID


@pytest.fixture
async def room() -> Room:
    made = Room()
    made.call = await fresh_call()
    made.officer = await person((Role.OFFICER, made.call.call))
    made.asker, made.drafting, made.auditor = await person(), await person(), await person((Role.AUDITOR, None))
    await drafts.open_draft(made.drafting, made.call.slug, now=NOW)
    made.inquiry = (await inquiries.ask_inquiry(made.asker, made.call.slug, ASKED, now=NOW)).id
    return made


async def mails(room: Room) -> list[tuple[str, str]]:
    """What waits in the outbox for the people of the room, as (template, whom)."""
    people = {one.email: name for name, one in vars(room).items() if isinstance(one, Actor)}
    found = await rows("SELECT template, email FROM outbox WHERE email = ANY({}) ORDER BY template", list(people))
    return [(line["template"], people[line["email"]]) for line in found]


async def test_an_answer_is_published_without_who_asked(room: Room) -> None:
    kept = await inquiries.keep_answer(room.officer, room.inquiry, WORDED, now=NOW)
    assert (kept.number, kept.published) == (1, False)
    assert (await views.inquiries(room.drafting, room.call.call)).items == ()
    content = AnswerContent(WORDED.question, "Oui, signée.", based_on=1, tell=True)
    published = await inquiries.publish_answer(room.officer, room.inquiry, content, now=NOW)
    assert (published.number, published.published) == (2, True)
    seen = await views.inquiries(room.drafting, room.call.call)
    assert [(one.question, one.answer, one.changed_at) for one in seen.items] == [
        (WORDED.question, "Oui, signée.", None)
    ]
    assert await mails(room) == [
        ("answer_published", "drafting"),
        ("inquiry_answered", "asker"),
        ("inquiry_asked", "officer"),
    ]
    kinds = [one.kind for one in await journal.entries(f"call:{room.call.call}")]
    assert kinds == ["edition_published", "inquiry_asked", "answer_kept", "answer_kept", "answer_published"]
    # A correction takes its place, and every wording stays.
    better = AnswerContent(WORDED.question, "Oui, datée et signée.", based_on=2)
    later = NOW + timedelta(hours=1)
    await inquiries.publish_answer(room.officer, room.inquiry, better, now=later)
    [one] = (await views.inquiries(room.drafting, room.call.call)).items
    assert (one.answer, one.published_at, one.changed_at) == (better.answer, NOW, later)
    assert await value("SELECT count(*) FROM inquiry_revision WHERE inquiry = {}", room.inquiry) == 3


async def test_a_waiting_question_is_its_askers_and_the_officers(room: Room) -> None:
    assert [one.text for one in (await views.inquiries(room.asker, room.call.call)).own] == [ASKED.text]
    assert (await views.inquiries(room.drafting, room.call.call)).own == ()
    assert [one.text for one in (await views.all_inquiries(room.officer, room.call.slug)).items] == [ASKED.text]
    elsewhere = await person((Role.OFFICER, (await fresh_call()).call))
    for reader in (room.asker, room.auditor, elsewhere):
        for look in (
            views.all_inquiries(reader, room.call.slug),
            views.inquiry(reader, room.call.slug, room.inquiry),
            inquiries.keep_answer(reader, room.inquiry, WORDED, now=NOW),
            inquiries.publish_answer(reader, room.inquiry, WORDED, now=NOW),
            inquiries.decline_inquiry(reader, room.inquiry, DeclineContent("Non."), now=NOW),
        ):
            with pytest.raises(NotFound):
                await look
    other = await fresh_call()
    with pytest.raises(NotFound):
        await views.inquiry(await person((Role.OFFICER, other.call)), other.slug, room.inquiry)


async def test_a_declined_question_is_closed(room: Room) -> None:
    with pytest.raises(Invalid):
        await inquiries.decline_inquiry(room.officer, room.inquiry, DeclineContent("  "), now=NOW)
    for _ in range(2):
        await inquiries.decline_inquiry(room.officer, room.inquiry, DeclineContent("Hors sujet."), now=NOW)
    [own] = (await views.inquiries(room.asker, room.call.call)).own
    assert (own.state, own.reason) == ("declined", "Hors sujet.")
    assert (await views.inquiries(room.drafting, room.call.call)).items == ()
    with pytest.raises(Conflict):
        await inquiries.publish_answer(room.officer, room.inquiry, WORDED, now=NOW)
    assert await mails(room) == [("inquiry_asked", "officer"), ("inquiry_declined", "asker")]


async def test_two_officers_do_not_overwrite_each_other(room: Room) -> None:
    await inquiries.keep_answer(room.officer, room.inquiry, WORDED, now=NOW)
    with pytest.raises(Stale):
        await inquiries.publish_answer(room.officer, room.inquiry, AnswerContent("Autre ?", "Non."), now=NOW)
    again = AnswerContent(WORDED.question, WORDED.answer, based_on=1)
    assert (await inquiries.keep_answer(room.officer, room.inquiry, again, now=NOW)).number == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [(InquiryContent(" \n"), Invalid), (InquiryContent("a" * 2001), Invalid)],
)
async def test_what_is_no_question(room: Room, content: InquiryContent, problem: type[Problem]) -> None:
    with pytest.raises(problem):
        await inquiries.ask_inquiry(room.asker, room.call.slug, content, now=NOW)


async def test_who_asks_is_signed_in_in_time_and_patient(room: Room) -> None:
    with pytest.raises((SignInNeeded, Forbidden)):
        await inquiries.ask_inquiry(Actor(), room.call.slug, ASKED, now=NOW)
    for _ in range(MOST_WAITING - 1):
        await inquiries.ask_inquiry(room.asker, room.call.slug, ASKED, now=NOW)
    with pytest.raises(Conflict):
        await inquiries.ask_inquiry(room.asker, room.call.slug, ASKED, now=NOW)
    others = [await fresh_call() for _ in range(2)]
    for number in range(MOST_A_DAY - MOST_WAITING):
        await inquiries.ask_inquiry(room.asker, others[number % 2].slug, ASKED, now=NOW)
    with pytest.raises(Conflict):
        await inquiries.ask_inquiry(room.asker, others[0].slug, ASKED, now=NOW)
    closed = await fresh_call(closes=NOW - timedelta(days=1))
    with pytest.raises(Conflict):
        await inquiries.ask_inquiry(room.drafting, closed.slug, ASKED, now=NOW)


async def test_what_was_written_stays(room: Room) -> None:
    await inquiries.publish_answer(room.officer, room.inquiry, WORDED, now=NOW)
    for change in (
        "UPDATE inquiry SET text = 'autre' WHERE id = {}",
        "DELETE FROM inquiry WHERE id = {}",
        "UPDATE inquiry_revision SET answer = 'autre' WHERE inquiry = {}",
        "DELETE FROM inquiry_revision WHERE inquiry = {}",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await execute(change, room.inquiry)
