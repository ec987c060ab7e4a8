"""What is true now of what mails tell, for many of them in one query; and whether it is still worth telling.

What a mail said would be wrong by now is not sent: its link was used, the account was closed, the invitation declined.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from service.notify.mails import Mail
from service.notify.table import OPTIONAL, TABLE
from service.store.conflicts import conflicted
from service.store.database import Row, in_transaction, keep_plans, rows, transaction
from service.store.seats import PAUSED

# The statuses of an assignment in which a mail about it still holds.
WAITING = {
    Mail.EXPERT_AGAIN: ("done",),
    Mail.EXPERT_EXTENDED: ("invited", "accepted", "done"),
    Mail.EXPERT_INVITED: ("invited",),
    Mail.EXPERT_JOINT: ("accepted",),
    Mail.EXPERT_REMINDED: ("invited", "accepted", "done"),
    Mail.EXPERT_LAST_REMINDER: ("invited", "accepted", "done"),
    Mail.OFFICER_SILENT: ("invited", "accepted", "done"),
}
# Told to whoever owns the proposal or writes it, as long as they do.
TO_APPLICANTS = frozenset(
    {
        *(Mail.DEADLINE_EXTENDED, Mail.DRAFT_REMINDED, Mail.LETTER, Mail.MESSAGE, Mail.NEXT_PART),
        Mail.LETTER_CORRECTED,
        *(Mail.OWED_REMINDED, Mail.OWNERSHIP_TRANSFERRED, Mail.PILOT_REVIEW, Mail.PILOT_REVIEWED, Mail.QUESTION),
        *(Mail.RECEIPT, Mail.REOPENED, Mail.RESUMED, Mail.RETURNED, Mail.WITHDRAWN),
        *(Mail.SHARE_ACCEPTED, Mail.SHARE_DECLINED, Mail.SHARE_LEFT),
    }
)
_TALKS = (Mail.EXPERT_CONCILIATION, Mail.EXPERT_CONCILIATION_MESSAGE)
_LEAVING = (Mail.EXPERT_DISMISSED, Mail.EXPERT_EXCLUDED, Mail.EXPERT_RELEASED, Mail.EXPERT_REPLACED)
# What officers have to know of, or to act upon, only while a proposal is being examined.
_EXAMINED = frozenset(
    {
        *(Mail.OFFICER_AMENDED, Mail.OFFICER_COMPLETED, Mail.OFFICER_CONFLICT, Mail.OFFICER_CONFLICT_FOUND),
        *(Mail.OFFICER_DISAGREEMENT, Mail.OFFICER_LAPSED, Mail.OFFICER_NOBODY_LEFT, Mail.OFFICER_OVERDUE),
        *(Mail.OFFICER_PART, Mail.OFFICER_RECUSAL, Mail.OFFICER_REOPENED, Mail.OFFICER_RESUMED, Mail.OFFICER_SILENT),
        *(Mail.OFFICER_PILOT_REVIEW, Mail.OFFICER_SUBMITTED),
    }
)

# A row for each mail, in the order of `m.place`; what it does not name is NULL.
_NOW = f"""
SELECT k.disabled_at IS NOT NULL OR k.email = '' AS closed, s.account IS NOT NULL AS refused,
  p.id AS proposal, p.reference, p.title, p.edition, p.returned, p.status AS standing, p.stage, p.stage_kind,
  c.slug, d.due_at AS completion_due, p.owner = m.account AS owner, l.level,
  EXISTS (SELECT FROM deadline o WHERE o.proposal = p.id AND o.visit = p.visit AND o.kind = 'stage'
    AND o.overdue_at IS NOT NULL AND o.closed_at IS NULL) AS overdue,
  EXISTS (SELECT FROM message g WHERE g.proposal = p.id AND g.side = 'officer' AND g.at > m.since) AS answered,
  EXISTS (SELECT FROM assignment h WHERE h.proposal = p.id AND h.round = p.round AND h.expert = m.account
    AND h.status IN ('invited', 'accepted', 'done')) AS seated,
  EXISTS (SELECT FROM role r JOIN call n ON n.id = r.call WHERE r.account = m.account AND r.role = 'officer'
    AND (n.id = p.call OR n.slug = m.call))
    AND NOT {conflicted("p.id", "m.account")} AS officer,
  a.id AS assignment, a.status, {PAUSED} AS paused, a.due_at, a.asked_again, a.review, a.reminded,
  EXISTS (SELECT FROM role r JOIN proposal q ON q.call = r.call
    WHERE q.id = a.proposal AND r.account = a.expert AND r.role = 'expert') AS expert,
  i.id AS inquiry, i.state, v.question, v.answer,
  (SELECT e.id FROM edition e JOIN call n ON n.id = e.call WHERE n.slug = m.call
    ORDER BY e.number DESC LIMIT 1) AS latest
FROM unnest({{}}::text[], {{}}::uuid[], {{}}::timestamptz[], {{}}::uuid[], {{}}::uuid[], {{}}::uuid[], {{}}::text[])
  WITH ORDINALITY AS m (mail, account, since, proposal, assignment, inquiry, call, place)
LEFT JOIN account k ON k.id = m.account
LEFT JOIN silence s ON s.account = m.account AND s.template = m.mail
LEFT JOIN proposal p ON p.id = m.proposal
LEFT JOIN call c ON c.id = p.call
LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit
  AND d.kind = CASE WHEN p.returned THEN 'completion' WHEN p.stage_kind = 'submission' THEN 'stage' END
LEFT JOIN collaborator l ON l.proposal = p.id AND l.account = m.account
LEFT JOIN assignment a ON a.id = m.assignment
LEFT JOIN inquiry i ON i.id = m.inquiry
LEFT JOIN inquiry_revision v ON v.inquiry = i.id AND v.number = i.published
ORDER BY m.place
"""  # noqa: S608  our own words


_NAMED = ("proposal", "assignment", "inquiry")


class Outdated(Exception):  # noqa: N818  an outcome, not a fault
    """What the mail was for is done or over: it is not sent."""


# While the applicant owes an answer, nobody is late: a reminder waits until the clocks of experts go on.
REMINDERS = (Mail.EXPERT_REMINDED, Mail.EXPERT_LAST_REMINDER, Mail.OFFICER_SILENT)
PUT_OFF = "the applicant owes an answer first"


class Known(msgspec.Struct, frozen=True):
    """A queued mail with what its row tells (`data`) and what is true of it now (`line`)."""

    mail: Mail
    data: dict[str, Any]
    line: Row

    @property
    def due(self) -> datetime | None:
        """Until when a review is awaited; None while that stands still, unless it is what is told."""
        stands_still = self.line["paused"] and self.mail is not Mail.EXPERT_EXTENDED
        due: datetime | None = None if stands_still else self.line["due_at"]
        return due

    @property
    def why_not(self) -> str:
        """Why it is not worth telling any more, or now (PUT_OFF); "" where it is."""
        for wrong in _WRONG:
            if reason := wrong(self):
                return reason
        return ""


async def known(queued: Sequence[Row], now: datetime) -> list[Known]:
    """What is true now of rows of the outbox (their template, account, data, created_at), in one query."""
    about: list[dict[str, Any]] = [msgspec.json.decode(one["data"]) for one in queued]
    async with nullcontext() if in_transaction() else transaction():
        await keep_plans()
        found = await rows(
            _NOW,
            [one["template"] for one in queued],
            [one["account"] for one in queued],
            [one.get("created_at", now) for one in queued],
            *([UUID(data[name]) if name in data else None for data in about] for name in _NAMED),
            [data.get("call") or None for data in about],
        )
    return [Known(Mail(one["template"]), *rest) for one, *rest in zip(queued, about, found, strict=True)]


def _of_person(it: Known) -> str:
    """Whoever closed their account, or does not want this mail, does not get it."""
    if it.line["closed"]:
        return "the account was closed"
    return "the person does not want this mail" if it.line["refused"] and it.mail in OPTIONAL else ""


def _of_proposal(it: Known) -> str:
    if "proposal" not in it.data:
        return ""
    if it.line["proposal"] is None:
        return "the proposal is gone"
    over = {
        Mail.RETURNED: (not it.line["returned"], "the proposal was completed or withdrawn, or it is too late"),
        Mail.DRAFT_REMINDED: (it.line["reference"] is not None, "the draft was submitted"),
        Mail.OWED_REMINDED: (it.line["completion_due"] is None, "what was owed was submitted, or it is too late"),
        Mail.NEXT_PART: (it.line["stage_kind"] != "submission", "the next part was submitted, or it is too late"),
    }
    so, why = over.get(it.mail, (False, ""))
    return why if so else ""


def _of_part(it: Known) -> str:
    """What was queued for somebody who has left the proposal since, or was removed, stays untold."""
    if it.mail not in TO_APPLICANTS | {Mail.SHARE_CHANGED, Mail.SHARE_ENDED} or "proposal" not in it.data:
        return ""
    part = "owner" if it.line["owner"] else it.line["level"] or ""
    wanted = {Mail.SHARE_CHANGED: (it.data.get("level", ""),), Mail.SHARE_ENDED: ("",)}
    return "" if part in wanted.get(it.mail, ("owner", "writer")) else "the person's part in the proposal has changed"


def _of_officer(it: Known) -> str:
    if TABLE[it.mail].to == "officer" and not it.line["officer"]:
        return "the person runs the call no more, or has an interest in the proposal"
    if it.mail in _EXAMINED and it.line["stage"] == "":
        return "the examination is over"
    if it.mail in (Mail.OFFICER_OVERDUE, Mail.OFFICER_PILOT_REVIEW) and not it.line["overdue"]:
        return "the stage has gone on, or was given more time"
    if it.mail is Mail.OFFICER_WITHDRAWN and it.line["standing"] != "withdrawn":
        return "the proposal was brought back"
    if it.mail is Mail.OFFICER_MESSAGE and it.line["answered"]:
        return "the message was answered"
    return ""


def _of_pilot(it: Known) -> str:
    awaited = it.line["overdue"] or it.mail is not Mail.PILOT_REVIEW
    return "" if awaited else "the review was held, or put off"


def _of_expert(it: Known) -> str:
    if it.mail in _TALKS and not (it.line["seated"] and it.line["stage_kind"] == "conciliation"):
        return "the conciliation is over"
    return "the person has the review again" if it.mail in _LEAVING and it.line["seated"] else ""


def _of_assignment(it: Known) -> str:
    if "assignment" not in it.data or (it.line["assignment"] is not None and it.mail not in WAITING):
        return ""
    given = it.line["status"] == "done" and it.line["asked_again"] is None
    if it.line["assignment"] is None or it.line["status"] not in WAITING[it.mail] or given:
        return "the assignment has moved on"
    if it.mail in REMINDERS and it.line["reminded"] == 0 and "pressing" not in it.data:
        return "the person was given more time"
    if it.mail in REMINDERS and it.line["paused"]:
        return PUT_OFF
    return "" if it.line["expert"] else "the person is no expert of the call any more"


def _of_inquiry(it: Known) -> str:
    if "inquiry" not in it.data:
        return ""
    answered = it.mail is Mail.INQUIRY_ASKED and it.line["state"] != "waiting"
    return "the question was answered or declined" if it.line["inquiry"] is None or answered else ""


_WRONG = (_of_person, _of_proposal, _of_part, _of_officer, _of_pilot, _of_expert, _of_assignment, _of_inquiry)
