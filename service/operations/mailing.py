"""Mails: sent again by whoever runs a call or keeps the accounts; refused by whoever gets them."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.notify.mails import Mail
from service.notify.outbox import BY_SERVER, FINAL, GIVEN_UP
from service.notify.table import OF_ACCOUNTS, OF_CALLS, OF_WHOLE_CALLS, OPTIONAL
from service.operations.acting import operation
from service.operations.holding import call_named, held
from service.problems import Conflict, Invalid, NotFound
from service.store import journal
from service.store.database import Row, execute, row

PAUSE = timedelta(hours=1)


class Resent(msgspec.Struct, frozen=True):
    """A mail that waits again to be sent, under the same Message-ID."""

    id: UUID
    at: datetime


class MailChoices(msgspec.Struct, frozen=True):
    """The optional mails that one does not want."""

    refused: tuple[str, ...]


@operation
async def resend_mail(actor: Actor, mail_id: UUID, *, now: datetime) -> Resent:
    """Send a mail again that was sent, refused by a server, or given up; for a line of a digest, the digest. NotFound
    for whatever the actor may not know of; Conflict for one that still waits, that was sent again less than an hour
    ago, or whose time is over."""
    line = await row("SELECT * FROM outbox WHERE id = {}", mail_id)
    if line is None or not line["email"]:
        raise NotFound
    if line["about"] is not None:
        if line["template"] not in OF_CALLS:
            raise NotFound
        proposal = await held(actor, line["about"], now)
        await proposal.require(Action.MAIL_RESEND)
        line = await _locked(line)
        _require_sendable(line, proposal.now)
        await proposal.append("mail_resent", mail=mail_id, template=line["template"])
        now = proposal.now
    elif (slug := msgspec.json.decode(line["data"]).get("call")) and line["template"] in OF_WHOLE_CALLS:
        call = await call_named(slug)
        if policy.why_not_on_call(actor, Action.MAIL_READ, call["id"]) is not None:
            raise NotFound
        line = await _locked(line)
        _require_sendable(line, now)
        said = {"mail": mail_id, "template": line["template"]}
        await journal.append(f"call:{call['id']}", "mail_resent", actor, now, said)
    else:
        if line["template"] not in OF_ACCOUNTS or policy.why_not_everywhere(actor, Action.MAIL_READ) is not None:
            raise NotFound
        line = await _locked(line)
        _require_sendable(line, now)
        await journal.append("system", "mail_resent", actor, now, {"mail": mail_id, "template": line["template"]})
    sent = line["digest"] or mail_id
    await execute(
        "UPDATE outbox SET again_at = {}, sent_at = NULL, claimed_at = NULL, attempts = 0, error = ''"
        " WHERE id = {} OR digest = {}",
        *(now, sent, sent),
    )
    return Resent(mail_id, now)


async def _locked(line: Row) -> Row:
    """The mail as it is now, under the lock of what is sent, which two lines of a digest share. NotFound."""
    await execute("SELECT FROM outbox WHERE id = {} FOR UPDATE", line["digest"] or line["id"])
    fresh = await row("SELECT * FROM outbox WHERE id = {}", line["id"])
    if fresh is None:
        raise NotFound
    return fresh


def _require_sendable(line: Row, now: datetime) -> None:
    final = line["error"].startswith(FINAL)
    waits = line["held"] and line["gathered_at"] is None
    over = not waits and (line["again_at"] or line["gathered_at"] or line["created_at"]) <= now - GIVEN_UP
    if final and not line["error"].removeprefix(FINAL).startswith(BY_SERVER):
        raise Conflict("Ce courriel n’a plus lieu d’être : ce qu’il annonçait est passé ou refusé.", code="mail_over")
    if line["sent_at"] is None and not final and not over:
        raise Conflict("Ce courriel attend déjà d’être envoyé.", code="mail_waits")
    if line["again_at"] is not None and line["again_at"] > now - PAUSE:
        raise Conflict("Ce courriel a été renvoyé il y a moins d’une heure.", code="resent_lately")


@operation
async def choose_mails(actor: Actor, refused: tuple[str, ...], *, now: datetime) -> MailChoices:
    """Say which optional mails one does not want; all others are sent. Invalid for one that can't be refused."""
    wrong = [one for one in refused if one not in OPTIONAL]
    if wrong:
        said = "Ce courriel ne peut pas être refusé."
        raise Invalid([FieldError("refused", "not_optional", said, f"Not optional: {wrong[0][:60]}")], said)
    chosen = sorted(set(refused))
    await execute("DELETE FROM silence WHERE account = {} AND template <> ALL({})", actor.person, chosen)
    for one in chosen:
        await execute(
            "INSERT INTO silence (account, template, since) VALUES ({}, {}, {}) ON CONFLICT DO NOTHING",
            *(actor.person, Mail(one).value, now),
        )
    return MailChoices(tuple(chosen))
