"""Mails: their state, sent again, and those that one does without."""

from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import mailing
from service.operations.mailing import MailChoices, Resent
from service.views import mailbox

MAILS = "Mails"


class MailQuery(msgspec.Struct, frozen=True):
    """`state`: waiting, sent, retried, unwanted, refused or given_up; `cursor`: of the page, "" for the first one."""

    state: str = ""
    cursor: str = ""
    limit: int = 50


class MailOfCallQuery(MailQuery, frozen=True):
    """As of any mails; `digest`: those that went with it alone."""

    digest: UUID | None = None


class Choices(msgspec.Struct, frozen=True):
    """The mails that one may do without."""

    items: tuple[mailbox.Choice, ...]


class Refused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Those that one does not want; all others are sent."""

    refused: tuple[str, ...]


@get(
    "/api/calls/{slug:str}/mails",
    opt=tell(
        Action.MAIL_READ,
        "The mails about a call's proposals, and what became of them, for its officers",
        MAILS,
        query=MailOfCallQuery,
        answer=mailbox.MailPage,
        problems=(403, 404, 422),
    ),
)
async def list_mails(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The latest first; not those between applicants."""
    query = reading.query(request, MailOfCallQuery)
    found = await mailbox.of_call(
        actor_of(request),
        slug,
        state=query.state,
        digest=query.digest,
        cursor=query.cursor or None,
        limit=query.limit,
    )
    return answer(found)


@get(
    "/api/mails",
    opt=tell(
        Action.MAIL_READ,
        "The mails about accounts, for whoever keeps the accounts",
        MAILS,
        query=MailQuery,
        answer=mailbox.MailPage,
        problems=(403, 404, 422),
    ),
)
async def list_account_mails(request: AnyRequest) -> Answer:
    """The latest first."""
    query = reading.query(request, MailQuery)
    found = await mailbox.of_accounts(
        actor_of(request), state=query.state, cursor=query.cursor or None, limit=query.limit
    )
    return answer(found)


@post(
    "/api/mails/{mail_id:uuid}/resend",
    opt=tell(
        Action.MAIL_RESEND,
        "Send a mail again, under the same Message-ID",
        MAILS,
        answer=Resent,
        problems=(403, 404, 409),
    ),
)
async def resend_mail(request: AnyRequest, mail_id: FromPath[UUID]) -> Answer:
    """One that was sent, refused or given up."""
    await reading.nothing(request)
    return answer(await mailing.resend_mail(actor_of(request), mail_id, now=clock.now()))


@get("/api/me/mails", opt=tell(SIGNED_IN, "The mails that I may do without", MAILS, answer=Choices))
async def show_choices(request: AnyRequest) -> Answer:
    """Of those that my roles may bring."""
    return answer(Choices(await mailbox.choices(actor_of(request))))


@put(
    "/api/me/mails",
    opt=tell(
        SIGNED_IN,
        "Say which optional mails I do not want",
        MAILS,
        body=Refused,
        answer=MailChoices,
        problems=(422,),
        example={"refused": ["officer_submitted"]},
    ),
)
async def choose_mails(request: AnyRequest) -> Answer:
    """All others are sent."""
    content = await reading.body(request, Refused)
    return answer(await mailing.choose_mails(actor_of(request), content.refused, now=clock.now()))


routes = (list_mails, list_account_mails, resend_mail, show_choices, choose_mails)
