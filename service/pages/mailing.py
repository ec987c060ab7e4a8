"""« Courriels »: what went out, what waits and why, sent again; which mails exist; which of them one does without."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.notify.table import TABLE
from service.operations import mailing
from service.pages.door import once, return_path, sent_form
from service.pages.faults import Said
from service.pages.mails import STATES
from service.pages.render import page, see
from service.problems import Conflict
from service.views import calls, mailbox
from service.views.calls import CallView

Answer = Response[Any]


@get("/gestion/{slug:str}/courriels", opt={"action": Action.MAIL_READ})
async def of_call(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The mails about a call's proposals."""
    return await _of_call(request, slug)


async def _of_call(request: AnyRequest, slug: str, said: Said | None = None, status: int = 200) -> Answer:
    about = await calls.require_on_call(actor_of(request), slug, Action.MAIL_READ)
    asked = request.query_params
    found = await mailbox.of_call(
        actor_of(request),
        slug,
        state=_state(asked.get("etat", "")),
        digest=_digest(asked.get("recapitulatif", "")),
        cursor=asked.get("suite") or None,
    )
    return _page(request, f"/gestion/{slug}/courriels", found, about, said=said, status=status)


@get("/comptes/courriels", opt={"action": Action.MAIL_READ})
async def of_accounts(request: AnyRequest) -> Answer:
    """The mails about accounts."""
    return await _of_accounts(request)


async def _of_accounts(request: AnyRequest, said: Said | None = None, status: int = 200) -> Answer:
    asked = request.query_params
    found = await mailbox.of_accounts(
        actor_of(request), state=_state(asked.get("etat", "")), cursor=asked.get("suite") or None
    )
    return _page(request, "/comptes/courriels", found, None, said=said, status=status)


def _state(wanted: str) -> str:
    return wanted if wanted in STATES else ""


def _digest(wanted: str) -> UUID | None:
    try:
        return UUID(wanted)
    except ValueError:
        return None


def _page(
    request: AnyRequest, base: str, found: mailbox.MailPage, call: CallView | None, *, said: Said | None, status: int
) -> Answer:
    asked = request.query_params
    context = {
        "base": base,
        "found": found,
        "state": _state(asked.get("etat", "")),
        "query": {name: asked[name] for name in ("etat", "recapitulatif") if asked.get(name)},
        "digest": _digest(asked.get("recapitulatif", "")),
        "further": bool(asked.get("suite")),
        "states": STATES,
        "rows": [row for row in TABLE.values() if not row.private or row.to == "account"],
        "call": call,
    }
    return page(request, "staff/mails.html", context, said=said, status=status)


@post("/gestion/{slug:str}/courriels/{mail_id:uuid}", opt={"action": Action.MAIL_RESEND})
async def resend_of_call(request: AnyRequest, slug: FromPath[str], mail_id: FromPath[UUID]) -> Answer:
    """Send one again."""
    sent = await sent_form(request)
    await calls.require_on_call(actor_of(request), slug, Action.MAIL_READ)
    try:
        with once(sent):
            await mailing.resend_mail(actor_of(request), mail_id, now=clock.now())
    except Conflict as problem:
        return await _of_call(request, slug, Said("warning", problem.detail), 409)
    return see(return_path(sent.one("retour"), f"/gestion/{slug}/courriels"), "courriel-renvoye")


@post("/comptes/courriels/{mail_id:uuid}", opt={"action": Action.MAIL_READ})
async def resend_of_accounts(request: AnyRequest, mail_id: FromPath[UUID]) -> Answer:
    """Send one about an account again."""
    sent = await sent_form(request)
    try:
        with once(sent):
            await mailing.resend_mail(actor_of(request), mail_id, now=clock.now())
    except Conflict as problem:
        return await _of_accounts(request, Said("warning", problem.detail), 409)
    return see(return_path(sent.one("retour"), "/comptes/courriels"), "courriel-renvoye")


@get("/compte/courriels", opt={"action": SIGNED_IN})
async def own(request: AnyRequest) -> Answer:
    """The mails that one may do without."""
    return page(request, "account/mails.html", {"choices": await mailbox.choices(actor_of(request))})


@post("/compte/courriels", opt={"action": SIGNED_IN})
async def choose(request: AnyRequest) -> Answer:
    """Keep which of them one wants."""
    actor, sent = actor_of(request), await sent_form(request)
    wanted = set(sent.all("wanted"))
    refused = tuple(one.mail for one in await mailbox.choices(actor) if one.mail not in wanted)
    with once(sent):
        await mailing.choose_mails(actor, refused, now=clock.now())
    return see("/compte/courriels", "courriels-choisis")


routes = [of_call, of_accounts, resend_of_call, resend_of_accounts, own, choose]
