"""A mail's words, chosen when it is sent: French, plain text, from what is true then."""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from forms.texts import MAILS, MailText, filled, line
from service.domain.invites import Event, calendar
from service.identity import secrets
from service.notify.dates import by, moment
from service.notify.facts import WAITING, Known, Outdated, known
from service.notify.mails import Mail
from service.notify.sittings import TO_MEMBERS, told_of_sitting
from service.settings import Settings
from service.store.database import Row, row
from service.store.editions import edition

SENDER = "AllIAnce"
PATHS = {Mail.CONFIRM_ADDRESS: "confirmer", Mail.RESET_PASSWORD: "mot-de-passe", Mail.INVITATION: "invitation"}
ROLES = {
    "admin": "administrateur ou administratrice",
    "auditor": "auditeur ou auditrice",
    "authority": "autorité de décision",
    "chair": "président ou présidente du comité",
    "committee": "membre du comité",
    "expert": "évaluateur ou évaluatrice",
    "officer": "chargé ou chargée de programme",
}
LEVELS = {"reader": "pour la lire", "writer": "pour la lire et la rédiger", "owner": "pour en devenir le porteur"}
BLANK: dict[str, object] = dict.fromkeys(
    (
        *("inquiry", "question", "answer", "counts", "plan"),
        *("link", "until", "changed", "role", "call", "call_title", "service", "service_email"),
        *("proposal", "reference", "title", "completion_due", "review", "due", "level", "inviter"),
        *("sitting", "starts", "length", "place", "room", "number", "second", "of_calls"),
        *("cancelled", "reason", "event"),
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


async def compose(settings: Settings, queued: Row, now: datetime) -> EmailMessage:
    """The message of a row of the outbox. The same row makes the same Message-ID and date, however often. Outdated."""
    (it,) = await known((queued,), now)
    sitting = it.data.get("sitting")
    more = await told_of_sitting(settings, it.mail, UUID(sitting), queued) if sitting else {}
    message = message_of(settings, queued, await words(settings, it, now, more))
    event = more.get("event")
    if isinstance(event, Event):
        _attach(message, event)
    return message


def message_of(settings: Settings, queued: Row, said: tuple[str, str]) -> EmailMessage:
    """Subject and body under the headers of a row."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER, addr_spec=settings.mail_from)
    message["To"] = queued["email"]
    message["Subject"] = said[0]
    message["Date"] = format_datetime(queued["created_at"])
    message["Message-ID"] = f"<{queued['message_id']}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    message.set_content(said[1], charset="utf-8", cte="quoted-printable")
    return message


def _attach(message: EmailMessage, event: Event) -> None:
    """A sitting for the reader's calendar."""
    message.add_attachment(
        calendar(event).encode(),
        *("text", "calendar"),
        filename="seance.ics",
        params={"method": event.method, "charset": "utf-8"},
    )


async def words(
    settings: Settings, it: Known, now: datetime, more: Mapping[str, object] = MappingProxyType({})
) -> tuple[str, str]:
    """Subject and body of one mail, with what is known of it beside. Outdated."""
    facts = {**await told_of(it), **more}
    if "ticket" in it.data:
        facts |= await _link(settings, it.mail, UUID(it.data["ticket"]), now)
    if "share" in it.data:
        facts |= await _share(settings, UUID(it.data["share"]), now)
    return _words(it.mail, {**BLANK, "address": settings.address, **facts})


async def reminder_words(settings: Settings, assignment: UUID, now: datetime) -> tuple[str, str]:
    """Subject and body of the reminder that the expert of an assignment would get now. Outdated."""
    found = await row("SELECT proposal, expert FROM assignment WHERE id = {}", assignment)
    if found is None:
        raise Outdated("the assignment is gone")
    told = {"proposal": str(found["proposal"]), "assignment": str(assignment), "pressing": True}
    (it,) = await known(
        ({"template": Mail.EXPERT_REMINDED, "account": found["expert"], "data": msgspec.json.encode(told)},), now
    )
    return await words(settings, it, now)


async def invitation(settings: Settings, proposal: Row, due: str) -> tuple[str, str]:
    """Subject and body of the invitation to review a proposal until then, whoever is invited."""
    about = await _of_call(Mail.EXPERT_INVITED, proposal["edition"])
    facts = {"reference": proposal["reference"] or "", "title": proposal["title"], "call": proposal["slug"], "due": due}
    return _words(Mail.EXPERT_INVITED, {**BLANK, "address": settings.address, **about, **facts})


def _words(mail: Mail, known: dict[str, object]) -> tuple[str, str]:
    """Subject and body: the edition's own words, in our frame, or ours."""
    own = known.pop("own", None)
    if isinstance(own, MailText):
        known["own_body"] = own_body(mail, own, known)
        template = _templates.get_template("own_sitting.txt" if mail in TO_MEMBERS else "own.txt")
        return line(filled(own.subject.fr, _placeholders(mail, known))), template.render(known).strip() + "\n"
    return template_words(mail, known)


def own_body(mail: Mail, own: MailText, known: Mapping[str, object]) -> str:
    """What an edition's own words say, without greeting and service's line."""
    return filled(own.body.fr, _placeholders(mail, known)).strip()


def template_words(mail: Mail, known: dict[str, object]) -> tuple[str, str]:
    """Subject and body by the template of a mail."""
    template = _templates.get_template(f"{mail.value}.txt")
    subject = "".join(template.blocks["subject"](template.new_context(known))).strip()
    return subject, template.render(known).strip() + "\n"


_PAGES = {
    Mail.MESSAGE: "candidatures/{proposal}/echanges",
    Mail.QUESTION: "candidatures/{proposal}/echanges",
    Mail.EXPERT_CONCILIATION: "conciliation/{proposal}",
    **dict.fromkeys(TO_MEMBERS, "comite/{call}/seances/{sitting}"),
}
_ROOMS = {"expert": "evaluations", "officer": "gestion/{call}/{proposal}"}


def _placeholders(mail: Mail, known: Mapping[str, object]) -> dict[str, str]:
    """What this mail's placeholders stand for, and no others: an edition can't name an applicant to an expert."""
    page = _PAGES.get(mail) or _ROOMS.get(mail.value.partition("_")[0], "candidatures/{proposal}")
    if page == "evaluations" and known["review"] and mail in WAITING:
        page = "evaluations/{review}"
    facts = {
        **{name: known[name] for name in ("reference", "service", "service_email", "number", "starts")},
        "title": known["title"] or "Candidature sans titre",
        "call": known["call_title"],
        "due": known["due"] or known["completion_due"],
        "link": f"{known['address']}/{page.format(**known).rstrip('/')}",
    }
    return {name: str(facts[name]) for name in MAILS[mail.value]}


async def told_of(it: Known) -> dict[str, object]:
    """What a mail's words are made of, except its links. Outdated."""
    if it.why_not:
        raise Outdated(it.why_not)
    facts: dict[str, object] = {}
    if "proposal" in it.data:
        facts |= await _proposal(it)
    if "assignment" in it.data:
        facts |= {"review": it.line["review"] or "", "due": by(it.due) if it.due else ""}
    if "inquiry" in it.data:
        facts |= {name: it.line[name] or "" for name in ("inquiry", "question", "answer")}
    if it.data.get("call"):
        latest = it.line["latest"]
        about = await _of_call(it.mail, latest) if latest is not None and "proposal" not in it.data else {}
        facts |= {"call_title": "", **about, "call": it.data["call"]}
    return {**facts, **_said(it.data)}


def _said(data: dict[str, Any]) -> dict[str, object]:
    """What the row itself tells, in words."""
    words: dict[str, Callable[[str], str]] = {
        "due": lambda said: by(datetime.fromisoformat(said)),
        "role": ROLES.__getitem__,
        "level": LEVELS.__getitem__,
        "at": lambda said: moment(datetime.fromisoformat(said)),
    }
    said = {name: data[name] for name in ("counts", "plan") if name in data}
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


async def _of_call(mail: Mail, of: UUID) -> dict[str, object]:
    """What an edition says of its call, with its own words for this mail."""
    about = (await edition(of)).call
    return {
        "call_title": about.title.fr,
        "service": about.service.name.fr,
        "service_email": about.service.email,
        "own": about.mails.get(mail.value),
    }


async def _proposal(it: Known) -> dict[str, object]:
    until = it.line["completion_due"]
    return {
        "proposal": it.line["proposal"],
        "reference": it.line["reference"] or "",
        "title": it.line["title"],
        "call": it.line["slug"],
        **await _of_call(it.mail, it.line["edition"]),
        "completion_due": by(until) if until else "",
    }
