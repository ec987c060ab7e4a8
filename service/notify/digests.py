"""The words of a digest: by call, then by what is to be done, a line for each proposal.

Its lines are chosen when it is sent. What has become pointless meanwhile is left out; what is left of one thing alone
is said as its own mail says it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

import msgspec

from forms.telling.french import plural
from forms.texts import MailText
from service.notify.dates import by
from service.notify.facts import Known, Outdated, known
from service.notify.headings import HEADINGS, Heading, Line
from service.notify.letters import BLANK, message_of, own_body, template_words, told_of, words
from service.notify.mails import Mail
from service.notify.table import OPTIONAL, TABLE
from service.settings import Settings
from service.store.database import Row, rows

MOST = 100  # lines under one heading
AT_A_GLANCE = 3  # references, or dates, that a sentence names
LONGEST = 80  # characters of a subject
_COUNTED = {
    "to_check": "Candidatures dont l’éligibilité est à vérifier",
    "to_sum_up": "Synthèses à rédiger",
    "overdue": "Candidatures dont l’étape a dépassé son délai",
    "to_name": "Candidatures pour lesquelles des évaluateurs sont à désigner",
    "silent": "Candidatures dont un évaluateur relancé n’a pas encore répondu",
}


class NothingLeft(Outdated):
    """Every line of a digest is done or over. `left`: why, by row."""

    def __init__(self, left: dict[UUID, str]) -> None:
        super().__init__("everything that it told is over")
        self.left = left


class Told(msgspec.Struct):
    """One line, of the mails that say the same of a proposal. `until`: its deadline in words, `due` its instant."""

    under: str
    call: str
    label: str
    link: str
    notes: list[str]
    until: str = ""
    due: datetime | None = None
    times: int = 1


class Part(msgspec.Struct, frozen=True):
    """What stands under a heading. `link`: where one goes for all of its lines; `own`: the call's words on them."""

    title: str
    says: str
    link: str
    lines: tuple[dict[str, str], ...]
    own: str = ""


async def compose_digest(settings: Settings, queued: Row, now: datetime) -> tuple[EmailMessage, dict[UUID, str]]:
    """The message of a digest, and why which of its rows were left out. NothingLeft."""
    members = await rows("SELECT * FROM outbox WHERE digest = {} ORDER BY created_at, id", queued["id"])
    found = list(zip(members, await known(members, now), strict=True))
    left = {line["id"]: it.why_not for line, it in found if it.why_not}
    good = [it for line, it in found if line["id"] not in left]
    if not good:
        raise NothingLeft(left)
    return message_of(settings, queued, await _said(settings, good, now)), left


async def _said(settings: Settings, good: Sequence[Known], now: datetime) -> tuple[str, str]:
    facts = [{**BLANK, **await told_of(it)} for it in good]
    lines = merged(_line(settings, it, told) for it, told in zip(good, facts, strict=True))
    if len(lines) == 1 and len({it.mail for it in good}) == 1:
        return await words(settings, good[-1], now)
    titles = {str(told["call"]): str(told["call_title"]) for told in facts}
    own = _own(settings, good, facts)
    calls = [
        {
            "title": f"Appel «\u00a0{title}\u00a0»",
            "parts": _parts([line for line in lines if line.call == call], own.get(call, "")),
        }
        for call, title in sorted(titles.items(), key=lambda one: one[1])
    ]
    optional = any(it.mail in OPTIONAL for it in good)
    known_words = {"address": settings.address, "subject": subject(lines), "calls": calls, "optional": optional}
    return template_words(Mail.DIGEST, known_words)


def _own(settings: Settings, good: Sequence[Known], facts: Sequence[dict[str, object]]) -> dict[str, str]:
    """What a call says in its own words to whoever is asked to review, once for all of its invitations."""
    asked: dict[str, list[dict[str, object]]] = {}
    for it, told in zip(good, facts, strict=True):
        if it.mail is Mail.EXPERT_INVITED:
            asked.setdefault(str(told["call"]), []).append(told)
    said = {}
    for call, invitations in asked.items():
        own = invitations[-1].get("own")
        if isinstance(own, MailText):
            references = list(dict.fromkeys(str(one["reference"]) for one in invitations))
            dates = list(dict.fromkeys(str(one["due"]) for one in invitations if one["due"]))
            many = {
                "reference": joined(references, f"{len(references)} candidatures"),
                "due": joined(dates, f"{dates[0]} au plus tôt" if dates else ""),
            }
            said[call] = own_body(Mail.EXPERT_INVITED, own, {**invitations[-1], **many, "address": settings.address})
    return said


def joined(parts: Sequence[str], otherwise: str) -> str:
    """« A, B et C », as long as that is read at a glance."""
    if len(parts) > AT_A_GLANCE:
        return otherwise
    return " et ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _line(settings: Settings, it: Known, told: dict[str, object]) -> Told:
    about: Line | None = TABLE[it.mail].line
    if about is None:
        raise LookupError(f"{it.mail} is sent at once")
    # A reminder of an invitation asks for an answer first.
    under = "answer" if about.under == "give" and not told["review"] else about.under
    due = it.due or (datetime.fromisoformat(it.data["due"]) if "due" in it.data else None)
    notes = [about.note] if about.note else []
    if it.mail is Mail.OFFICER_MORNING:
        counts: dict[str, int] = it.data["counts"]
        notes = [f"{said}\u00a0: {counts[name]}" for name, said in _COUNTED.items() if counts.get(name)]
    return Told(
        under=under,
        call=str(told["call"]),
        label=_label(it.mail, told),
        link=f"{settings.address}/{about.path.format(**told).rstrip('/')}",
        notes=notes,
        until=by(due) if due and HEADINGS[under].until else "",
        due=due,
    )


def _label(mail: Mail, told: dict[str, object]) -> str:
    """What a line is about; "" for what has no name, such as a question that nobody has answered."""
    if mail is Mail.ANSWER_PUBLISHED:
        return " ".join(str(told["question"]).split())[:200]
    if told["reference"] or TABLE[mail].to != "applicant":
        return str(told["reference"])
    title = " ".join(str(told["title"]).split())[:80]
    return f"«\u00a0{title}\u00a0»" if title else "Brouillon sans titre"


def merged(lines: Iterable[Told]) -> list[Told]:
    """One line for what is said of the same proposal under the same heading."""
    kept: dict[tuple[str, str, str, str], Told] = {}
    for line in lines:
        key = (line.call, line.under, line.label, line.link)
        before = kept.get(key)
        if before is not None and not HEADINGS[line.under].replaces:
            line.notes = [*before.notes, *(note for note in line.notes if note not in before.notes)]
            line.times += before.times
        kept[key] = line
    return list(kept.values())


def _parts(lines: Sequence[Told], own: str = "") -> list[Part]:
    """`own`: what the call says of its invitations."""
    parts = []
    for name, heading in HEADINGS.items():
        under = [line for line in lines if line.under == name]
        if name == "morning":
            parts += [_morning(heading, line) for line in under]
        elif under:
            part = _part(heading, sorted(under, key=lambda line: (line.due is None, line.due, line.label)))
            parts.append(msgspec.structs.replace(part, own=own if name == "answer" else ""))
    return parts


def _morning(heading: Heading, line: Told) -> Part:
    return Part(heading.title, "", line.link, tuple({"text": note, "link": ""} for note in line.notes))


def _part(heading: Heading, lines: Sequence[Told]) -> Part:
    """A date or a link that all lines share is said once."""
    links, dates = {line.link for line in lines}, {line.until for line in lines}
    nameless = not any(line.label for line in lines)
    link = lines[0].link if len(links) == 1 and (len(lines) > 1 or nameless) else ""
    date = lines[0].until if len(dates) == 1 and len(lines) > 1 else ""
    says = [f"{heading.all_until} {date}."] if date else []
    shown = [
        {"text": _text(heading, line, with_date=not date), "link": "" if link else line.link}
        for line in lines[: 0 if nameless else MOST]
    ]
    if len(lines) > MOST:
        shown.append(
            {"text": f"et {plural(len(lines) - MOST, 'autre', 'autres')}, à lire dans votre espace", "link": ""}
        )
    title = f"{heading.title} ({_number(heading, lines)})"
    return Part(title, " ".join([*says, heading.says]).strip(), link, tuple(shown))


def _text(heading: Heading, line: Told, *, with_date: bool) -> str:
    notes = [f"{line.times} messages"] if heading.adds and line.times > 1 else line.notes
    joined = "\u00a0; ".join(notes)
    noted = f" ({joined})" if joined else ""
    return line.label + noted + (f", {heading.until} {line.until}" if line.until and with_date else "")


def _number(heading: Heading, lines: Sequence[Told]) -> int:
    return sum(line.times for line in lines) if heading.adds else len(lines)


def subject(lines: Sequence[Told]) -> str:
    """What there is most to do about, as far as a subject reaches."""
    counted = []
    for name, heading in HEADINGS.items():
        number = _number(heading, [line for line in lines if line.under == name])
        if number and heading.one:
            counted.append(f"{number} {heading.one if number == 1 else heading.many}")
    if not counted:
        return "Ce qui vous attend aujourd’hui"
    said = counted[0]
    for place, one in enumerate(counted[1:], start=1):
        more = f"{said} et {one}" if place == len(counted) - 1 else f"{said}, {one}"
        if len(more) > LONGEST:
            return f"{said}, etc."
        said = more
    return said
