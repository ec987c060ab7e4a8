"""What the invented applicants ask on the call that closes, and what its officers answer; the last one still waits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from service.demo.cast import Cast
from service.demo.teller import TEXTS, at_work
from service.operations.inquiries import AnswerContent, InquiryContent, ask_inquiry, publish_answer
from service.store.database import rows

ANSWERED = timedelta(days=2)


async def tell_questions(cast: Cast, slug: str, call: UUID, now: datetime, *, since: datetime, until: datetime) -> None:
    """Ask and answer what is missing of those that are asked in this time."""
    known = {line["text"]: line for line in await rows("SELECT id, text, state FROM inquiry WHERE call = {}", call)}
    for number, told in enumerate(TEXTS["questions"]):
        asked = at_work(now - timedelta(days=told["days_ago"]))
        if not since <= asked < until:
            continue
        line: dict[str, Any] | None = known.get(told["asked"])
        if line is None:
            made = await ask_inquiry(cast.applicant(number), slug, InquiryContent(told["asked"]), now=asked)
            line = {"id": made.id, "state": "waiting"}
        if "answer" in told and line["state"] == "waiting":
            content = AnswerContent(told["question"], told["answer"])
            await publish_answer(cast.officer(number), line["id"], content, now=at_work(asked + ANSWERED))
