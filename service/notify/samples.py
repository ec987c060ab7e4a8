"""A mail as one of its readers would get it, before any is sent."""

from datetime import datetime
from uuid import UUID

import msgspec

import forms
from service.identity.tickets import LIFE
from service.notify.dates import by, moment
from service.notify.facts import Outdated, known
from service.notify.letters import BLANK, PATHS, ROLES, invitation, template_words, words
from service.notify.mails import Mail
from service.notify.sittings import told_of_sitting
from service.settings import Settings
from service.store.database import Row, row
from service.store.editions import edition


class Sample(msgspec.Struct, frozen=True):
    """What somebody will read, where this mail alone is told to them."""

    subject: str
    body: str


async def sample(settings: Settings, queued: Row, now: datetime) -> Sample | None:
    """Of a row of the outbox, in the transaction that queues it; None for one that would not leave now."""
    (it,) = await known((queued,), now)
    try:
        return Sample(*await words(settings, it, now))
    except Outdated:
        return None


async def convocation_sample(settings: Settings, sitting: UUID, now: datetime) -> Sample | None:
    """Of the notice of a sitting, as one of those who are called gets it; None where nobody is."""
    mail = Mail.SITTING_CONVENED
    line = await row(
        "SELECT m.account, a.email, c.slug FROM sitting_member m JOIN account a ON a.id = m.account"
        " JOIN sitting s ON s.id = m.sitting JOIN call c ON c.id = s.call"
        " WHERE m.sitting = {} ORDER BY m.account LIMIT 1",
        sitting,
    )
    if line is None:
        return None
    data = msgspec.json.encode({"call": line["slug"], "sitting": str(sitting)})
    try:
        more = await told_of_sitting(settings, mail, sitting, line)
        (it,) = await known(({"template": mail, "account": line["account"], "data": data},), now)
        return Sample(*await words(settings, it, now, more))
    except Outdated:
        return None


def newcomer_sample(settings: Settings, call_title: str, now: datetime) -> Sample:
    """Of the invitation of an expert who has no account yet, without its link."""
    told = {"role": ROLES["expert"], "call_title": call_title, "until": moment(now + LIFE)}
    told["link"] = f"{settings.address}/{PATHS[Mail.INVITATION]}/…"
    return Sample(*template_words(Mail.INVITATION, {**BLANK, "address": settings.address, **told}))


async def invitation_sample(settings: Settings, proposal: UUID, now: datetime) -> Sample | None:
    """Of an invitation to review this proposal, as if it left now; None where its process has no review."""
    line = await row(
        "SELECT p.id, p.reference, p.title, p.edition, p.round, c.slug FROM proposal p JOIN call c ON c.id = p.call"
        " WHERE p.id = {}",
        proposal,
    )
    if line is None:
        return None
    process = (await edition(line["edition"])).process
    stage = process.review_stage(line["round"])
    if stage is None or stage.invitation is None:
        return None
    due = forms.due(now, stage.invitation, process.calendar)
    return Sample(*await invitation(settings, line, by(due)))
