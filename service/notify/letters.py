"""A mail's words, chosen when it is sent: French, plain text, from what is true then.

What a mail said would be wrong by now is not sent: its link was used, the account was closed, the invitation declined.
"""

from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from forms.texts import MAILS, MailText, filled, line
from service.identity import secrets
from service.notify.mails import Mail
from service.notify.table import OPTIONAL
from service.settings import Settings
from service.store.database import Row, row, value
from service.store.editions import edition

PARIS = ZoneInfo("Europe/Paris")
SENDER = "AllIAnce"
PATHS = {Mail.CONFIRM_ADDRESS: "confirmer", Mail.RESET_PASSWORD: "mot-de-passe", Mail.INVITATION: "invitation"}
ROLES = {
    "admin": "administrateur ou administratrice",
    "auditor": "auditeur ou auditrice",
    "chair": "président ou présidente du comité",
    "committee": "membre du comité",
    "expert": "évaluateur ou évaluatrice",
    "officer": "chargé ou chargée de programme",
}
# The statuses of an assignment in which a mail about it still holds.
WAITING = {
    Mail.EXPERT_AGAIN: ("done",),
    Mail.EXPERT_EXTENDED: ("invited", "accepted", "done"),
    Mail.EXPERT_INVITED: ("invited",),
    Mail.EXPERT_JOINT: ("accepted",),
    Mail.EXPERT_REMINDED: ("invited", "accepted", "done"),
    Mail.EXPERT_LAST_REMINDER: ("invited", "accepted", "done"),
}
# Told to whoever owns the proposal or writes it, as long as they do.
TO_APPLICANTS = frozenset(
    {
        *(
            Mail.DEADLINE_EXTENDED,
            Mail.DRAFT_REMINDED,
            Mail.LETTER,
            Mail.MESSAGE,
            Mail.NEXT_PART,
            Mail.OWNERSHIP_TRANSFERRED,
            Mail.QUESTION,
        ),
        *(Mail.RECEIPT, Mail.REOPENED, Mail.RESUMED, Mail.RETURNED, Mail.WITHDRAWN),
        *(Mail.SHARE_ACCEPTED, Mail.SHARE_DECLINED, Mail.SHARE_LEFT),
    }
)
LEVELS = {"reader": "pour la lire", "writer": "pour la lire et la rédiger", "owner": "pour en devenir le porteur"}
BLANK: dict[str, object] = dict.fromkeys(
    (
        *("inquiry", "question", "answer", "counts"),
        *("link", "until", "changed", "role", "call", "call_title", "service", "service_email"),
        *("proposal", "reference", "title", "completion_due", "review", "due", "level", "inviter"),
    ),
    "",
)

TEMPLATES = Path(__file__).parent / "templates"
_templates = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=False,  # noqa: S701  plain text
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)


class Outdated(Exception):  # noqa: N818  an outcome, not a fault
    """What the mail was for is done or over: it is not sent."""


async def compose(settings: Settings, queued: Row, now: datetime) -> EmailMessage:
    """The message of a row of the outbox. The same row makes the same Message-ID and date, however often. Outdated."""
    mail = Mail(queued["template"])
    known = {**BLANK, "address": settings.address, **await _facts(settings, mail, queued, now)}
    subject, body = _words(mail, known)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER, addr_spec=settings.mail_from)
    message["To"] = queued["email"]
    message["Subject"] = subject
    message["Date"] = format_datetime(queued["created_at"])
    message["Message-ID"] = f"<{queued['message_id']}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    return message


async def reminder_words(settings: Settings, assignment: UUID, now: datetime) -> tuple[str, str]:
    """Subject and body of the reminder that the expert of an assignment would get now. Outdated."""
    found = await row("SELECT proposal, expert FROM assignment WHERE id = {}", assignment)
    if found is None:
        raise Outdated("the assignment is gone")
    data = msgspec.json.encode({"proposal": str(found["proposal"]), "assignment": str(assignment)})
    queued = {"account": found["expert"], "data": data}
    known = {**BLANK, "address": settings.address, **await _facts(settings, Mail.EXPERT_REMINDED, queued, now)}
    return _words(Mail.EXPERT_REMINDED, known)


def _words(mail: Mail, known: dict[str, object]) -> tuple[str, str]:
    """Subject and body: the edition's own words, in our frame, or ours."""
    own = known.pop("own", None)
    if isinstance(own, MailText):
        facts = _placeholders(mail, known)
        known["own_body"] = filled(own.body.fr, facts).strip()
        return line(filled(own.subject.fr, facts)), _templates.get_template("own.txt").render(known).strip() + "\n"
    template = _templates.get_template(f"{mail.value}.txt")
    subject = "".join(template.blocks["subject"](template.new_context(known))).strip()
    return subject, template.render(known).strip() + "\n"


def _placeholders(mail: Mail, known: dict[str, object]) -> dict[str, str]:
    """What this mail's placeholders stand for, and no others: an edition can't name an applicant to an expert."""
    pages = {"expert": "evaluations", "officer": f"gestion/{known['call']}/{known['proposal']}"}
    page = pages.get(mail.value.partition("_")[0], f"candidatures/{known['proposal']}")
    if page == "evaluations" and known["review"] and mail in WAITING:
        page = f"evaluations/{known['review']}"
    facts = {
        **{name: known[name] for name in ("reference", "title", "service", "service_email")},
        "call": known["call_title"],
        "due": known["due"] or known["completion_due"],
        "link": f"{known['address']}/{page}",
    }
    return {name: str(facts[name]) for name in MAILS[mail.value]}


async def _facts(settings: Settings, mail: Mail, queued: Row, now: datetime) -> dict[str, object]:
    data: dict[str, Any] = msgspec.json.decode(queued["data"])
    await _require_wanted(mail, queued["account"])
    facts: dict[str, object] = {}
    if "ticket" in data:
        facts |= await _link(settings, mail, UUID(data["ticket"]), now)
    if "proposal" in data:
        facts |= await _proposal(mail, UUID(data["proposal"]))
        await _require_part(mail, UUID(data["proposal"]), queued["account"], data.get("level", ""))
    if "share" in data:
        facts |= await _share(settings, UUID(data["share"]), now)
    if "assignment" in data:
        facts |= await _assignment(mail, UUID(data["assignment"]))
    if "inquiry" in data:
        facts |= await _inquiry(mail, UUID(data["inquiry"]), data["call"])
    if data.get("call"):
        facts |= {"call": data["call"], "call_title": await _call_title(data["call"])}
    return {**facts, **_said(data)}


async def _require_wanted(mail: Mail, account: UUID | None) -> None:
    """Whoever closed their account, or does not want this mail, does not get it."""
    if account is None:
        return
    found = await row(
        "SELECT a.disabled_at IS NOT NULL OR a.email = '' AS closed,"
        " EXISTS (SELECT FROM silence s WHERE s.account = a.id AND s.template = {}) AS refused"
        " FROM account a WHERE a.id = {}",
        *(mail.value, account),
    )
    if found is not None and found["closed"]:
        raise Outdated("the account was closed")
    if found is not None and found["refused"] and mail in OPTIONAL:
        raise Outdated("the person does not want this mail")


def _said(data: dict[str, Any]) -> dict[str, object]:
    """What the row itself tells, in words."""
    words: dict[str, Callable[[str], str]] = {
        "due": lambda said: by(datetime.fromisoformat(said)),
        "role": ROLES.__getitem__,
        "level": LEVELS.__getitem__,
        "at": lambda said: moment(datetime.fromisoformat(said)),
    }
    said = {"counts": data["counts"]} if "counts" in data else {}
    return said | {"changed" if name == "at" else name: put(data[name]) for name, put in words.items() if name in data}


async def _link(settings: Settings, mail: Mail, ticket: UUID, now: datetime) -> dict[str, object]:
    found = await row("SELECT expires_at, used_at FROM ticket WHERE id = {}", ticket)
    if found is None or found["used_at"] is not None or found["expires_at"] <= now:
        raise Outdated("the link was used, replaced, or has expired")
    secret = secrets.derive("ticket", ticket)
    return {"link": f"{settings.address}/{PATHS[mail]}/{secret}", "until": moment(found["expires_at"])}


async def _share(settings: Settings, share: UUID, now: datetime) -> dict[str, object]:
    found = await row(
        "SELECT s.expires_at, s.ended_at, a.email FROM share s JOIN account a ON a.id = s.inviter WHERE s.id = {}",
        share,
    )
    if found is None or found["ended_at"] is not None or found["expires_at"] <= now:
        raise Outdated("the invitation was answered, replaced or taken back, or has expired")
    link = f"{settings.address}/partage/{secrets.derive('share', share)}"
    # The address was proved; a name may be anything, and goes into no mail to a stranger.
    return {"link": link, "until": moment(found["expires_at"]), "inviter": found["email"]}


async def _require_part(mail: Mail, proposal: UUID, account: UUID | None, level: str) -> None:
    """What was queued for somebody who has left the proposal since, or was removed, stays untold."""
    if mail not in TO_APPLICANTS | {Mail.SHARE_CHANGED, Mail.SHARE_ENDED}:
        return
    part = await value(
        "SELECT CASE WHEN p.owner = {} THEN 'owner' ELSE coalesce((SELECT k.level FROM collaborator k"
        " WHERE k.proposal = p.id AND k.account = {}), '') END FROM proposal p WHERE p.id = {}",
        *(account, account, proposal),
    )
    wanted = {Mail.SHARE_CHANGED: (level,), Mail.SHARE_ENDED: ("",)}.get(mail, ("owner", "writer"))
    if part not in wanted:
        raise Outdated("the person's part in the proposal has changed")


async def _proposal(mail: Mail, proposal: UUID) -> dict[str, object]:
    found = await row(
        "SELECT p.id, p.reference, p.title, p.edition, p.returned, p.stage_kind, c.slug, d.due_at"
        " FROM proposal p JOIN call c ON c.id = p.call"
        " LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit AND d.kind ="
        " CASE WHEN p.returned THEN 'completion' WHEN p.stage_kind = 'submission' THEN 'stage' END"
        " WHERE p.id = {}",
        proposal,
    )
    if found is None:
        raise Outdated("the proposal is gone")
    if mail is Mail.RETURNED and not found["returned"]:
        raise Outdated("the proposal was completed or withdrawn, or it is too late")
    if mail is Mail.DRAFT_REMINDED and found["reference"] is not None:
        raise Outdated("the draft was submitted")
    if mail is Mail.NEXT_PART and found["stage_kind"] != "submission":
        raise Outdated("the next part was submitted, or it is too late")
    about = (await edition(found["edition"])).call
    return {
        "proposal": found["id"],
        "reference": found["reference"] or "",
        "title": found["title"],
        "call": found["slug"],
        "call_title": about.title.fr,
        "service": about.service.name.fr,
        "service_email": about.service.email,
        "own": about.mails.get(mail.value),
        "completion_due": by(found["due_at"]) if found["due_at"] else "",
    }


async def _assignment(mail: Mail, assignment: UUID) -> dict[str, object]:
    found = await row(
        "SELECT a.status, a.due_at, a.asked_again, a.review,"
        " EXISTS (SELECT FROM role o JOIN proposal p ON p.call = o.call"
        "  WHERE p.id = a.proposal AND o.account = a.expert AND o.role = 'expert') AS expert"
        " FROM assignment a WHERE a.id = {}",
        assignment,
    )
    given = found is not None and found["status"] == "done" and found["asked_again"] is None
    if found is None or found["status"] not in WAITING.get(mail, (found["status"],)) or (mail in WAITING and given):
        raise Outdated("the assignment has moved on")
    if mail in WAITING and not found["expert"]:
        raise Outdated("the person is no expert of the call any more")
    return {"review": found["review"] or "", "due": by(found["due_at"]) if found["due_at"] else ""}


async def _inquiry(mail: Mail, inquiry: UUID, slug: str) -> dict[str, object]:
    found = await row(
        "SELECT i.state, r.question, r.answer FROM inquiry i LEFT JOIN inquiry_revision r"
        " ON r.inquiry = i.id AND r.number = i.published WHERE i.id = {}",
        inquiry,
    )
    if found is None or (mail is Mail.INQUIRY_ASKED and found["state"] != "waiting"):
        raise Outdated("the question was answered or declined")
    return {"inquiry": inquiry, "call": slug, "question": found["question"] or "", "answer": found["answer"] or ""}


async def _call_title(slug: str) -> str:
    latest = await value(
        "SELECT e.id FROM edition e JOIN call c ON c.id = e.call WHERE c.slug = {} ORDER BY e.number DESC LIMIT 1", slug
    )
    return (await edition(latest)).call.title.fr if latest is not None else ""


def day(at: datetime) -> str:
    """« mardi 1er juin 2027 », as Paris counts days."""
    local = at.astimezone(PARIS).date()
    pattern = "EEEE d'er' MMMM y" if local.day == 1 else "EEEE d MMMM y"
    return format_date(local, pattern, locale="fr")


def moment(at: datetime) -> str:
    """« mardi 1er juin 2027 à 14 h 05 », at Paris."""
    local = at.astimezone(PARIS)
    return f"{day(at)} à {local.hour}\u00a0h\u00a0{local.minute:02d}"


def by(due: datetime) -> str:
    """A deadline: the day alone where it is the end of that day."""
    local = due.astimezone(PARIS)
    return day(due) if (local.hour, local.minute) == (23, 59) else moment(due)
