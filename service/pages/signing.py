"""Pages to get an account, to sign in and out, and to choose a new password."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.doors.people import PUBLIC, AnyRequest, actor_of, session_cookie, session_name, session_token
from service.identity.tickets import TicketKind
from service.operations import accounts
from service.pages.door import faults, return_path, sent_form, sentences
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.problems import Conflict, Invalid, Problem, SignInRefused, TooMany
from service.views import accounts as views

Answer = Response[Any]
LABELS = {
    "email": "Adresse électronique",
    "name": "Prénom et nom",
    "organisation": "Organisme",
    "password": "Mot de passe",
    "new_password": "Nouveau mot de passe",
}
# The address of these pages is a secret: no other site, and no log of theirs, may learn it.
SECRET_ADDRESS = {"Referrer-Policy": "no-referrer"}


def _status(problem: Problem | None) -> int:
    if problem is None:
        return 200
    return 429 if isinstance(problem, TooMany) else 422


def _form(
    request: AnyRequest, template: str, sent: Inputs, problem: Problem | None = None, **more: Any
) -> Response[str]:
    return page(
        request,
        f"account/{template}.html",
        {
            "sent": sent,
            "wrong": sentences(problem),
            "onward": request.query_params.get("suite", "") or sent.one("suite"),
            **more,
        },
        status=_status(problem),
        errors=faults(problem, LABELS) if problem is not None else (),
        headers=SECRET_ADDRESS if "link" in more else None,
    )


@get("/inscription", opt={"action": PUBLIC})
async def sign_up_page(request: AnyRequest) -> Answer:
    """Ask for what makes an account."""
    return _form(request, "sign_up", Inputs())


@post("/inscription", opt={"action": PUBLIC})
async def sign_up(request: AnyRequest) -> Answer:
    """Open an account that waits for its address to be confirmed; the answer is the same for a known address."""
    sent = await sent_form(request)
    try:
        opened = await accounts.sign_up(
            actor_of(request),
            sent.one("email"),
            sent.one("name"),
            sent.one("password"),
            organisation=sent.one("organisation"),
            now=clock.now(),
        )
    except (Invalid, TooMany) as problem:
        return _form(request, "sign_up", sent, problem)
    return page(request, "account/mail_sent.html", {"email": opened.email, "purpose": "inscription"})


@get("/confirmer/{token:str}", opt={"action": PUBLIC})
async def confirm_page(request: AnyRequest, token: FromPath[str]) -> Answer:
    """The link of a sign-up. It is used up by the button: mail scanners open links too."""
    link = await views.link(TicketKind.CONFIRM, token, clock.now())
    return _form(request, "confirm", Inputs(), link=link, token=token)


@post("/confirmer/{token:str}", opt={"action": PUBLIC})
async def confirm(request: AnyRequest, token: FromPath[str]) -> Answer:
    """Prove the address, with the password chosen before; it opens a session too, unless this browser has one."""
    sent, now = await sent_form(request), clock.now()
    try:
        done = await accounts.confirm_address(actor_of(request), token, sent.one("password"), now=now)
    except (Invalid, TooMany) as problem:
        link = await views.link(TicketKind.CONFIRM, token, now)
        return _form(request, "confirm", sent, problem, link=link, token=token)
    except Conflict:
        return _form(request, "confirm", sent, link=None, token=token)
    if actor_of(request).account is not None:
        return see("/connexion", "confirme")
    try:
        opened = await accounts.sign_in(actor_of(request), done.email, sent.one("password"), now=now)
    except (SignInRefused, TooMany):
        return see("/connexion", "confirme")
    answer = see("/candidatures", "bienvenue")
    answer.cookies.append(session_cookie(request.app.state.settings, opened.session_token, opened.expires_at))
    return answer


@get("/connexion", opt={"action": PUBLIC})
async def sign_in_page(request: AnyRequest) -> Answer:
    """Ask for address and password; whoever is signed in goes on, unless a page of another account (`compte`) asks."""
    actor = actor_of(request)
    if actor.account is not None and request.query_params.get("compte", str(actor.account)) != str(actor.account):
        return page(request, "account/other_account.html", {"address": "", "typed": ()})
    if actor.account is not None:
        return see(return_path(request.query_params.get("suite", "")))
    return _form(request, "sign_in", Inputs())


@post("/connexion", opt={"action": PUBLIC})
async def sign_in(request: AnyRequest) -> Answer:
    """Open a session and go back to where the person came from."""
    sent = await sent_form(request)
    try:
        opened = await accounts.sign_in(
            actor_of(request),
            sent.one("email"),
            sent.one("password"),
            now=clock.now(),
            previous=session_token(request),
        )
    except (SignInRefused, TooMany) as problem:
        return _form(request, "sign_in", sent, problem)
    answer = see(return_path(sent.one("suite")))
    answer.cookies.append(session_cookie(request.app.state.settings, opened.session_token, opened.expires_at))
    return answer


@post("/deconnexion", opt={"action": PUBLIC})
async def sign_out(request: AnyRequest) -> Answer:
    """End this session; `suite`: where to go then, the home page without it."""
    onward = return_path((await sent_form(request)).one("suite"), "/")
    await accounts.sign_out(actor_of(request), session_token(request), now=clock.now())
    return _without_session(request, see(onward, "deconnecte"))


def _without_session(request: AnyRequest, answer: Any) -> Answer:
    settings = request.app.state.settings
    answer.delete_cookie(key=session_name(settings), path="/")
    # Files on their way, which the browser keeps so that they go on, are not left for who uses it next.
    answer.headers["Clear-Site-Data"] = '"storage"'
    gone: Answer = answer
    return gone


@get("/mot-de-passe", opt={"action": PUBLIC})
async def ask_reset_page(request: AnyRequest) -> Answer:
    """Ask where to send a link."""
    return _form(request, "ask_reset", Inputs())


@post("/mot-de-passe", opt={"action": PUBLIC})
async def ask_reset(request: AnyRequest) -> Answer:
    """Send a link to choose a new password; the answer is the same for an unknown address."""
    sent = await sent_form(request)
    try:
        asked = await accounts.ask_reset(actor_of(request), sent.one("email"), now=clock.now())
    except (Invalid, TooMany) as problem:
        return _form(request, "ask_reset", sent, problem)
    return page(request, "account/mail_sent.html", {"email": asked.email, "purpose": "mot-de-passe"})


@get("/mot-de-passe/{token:str}", opt={"action": PUBLIC})
async def reset_page(request: AnyRequest, token: FromPath[str]) -> Answer:
    """The link of a lost password."""
    link = await views.link(TicketKind.RESET, token, clock.now())
    return _form(request, "reset", Inputs(), link=link, token=token)


@post("/mot-de-passe/{token:str}", opt={"action": PUBLIC})
async def reset(request: AnyRequest, token: FromPath[str]) -> Answer:
    """Choose the new password; every session ends."""
    sent = await sent_form(request)
    try:
        await accounts.reset_password(actor_of(request), token, sent.one("new_password"), now=clock.now())
    except Invalid as problem:
        link = await views.link(TicketKind.RESET, token, clock.now())
        return _form(request, "reset", sent, problem, link=link, token=token)
    except Conflict:
        return _form(request, "reset", sent, link=None, token=token)
    return see("/connexion", "mot-de-passe")


@get("/invitation/{token:str}", opt={"action": PUBLIC})
async def invitation_page(request: AnyRequest, token: FromPath[str]) -> Answer:
    """The link of an invitation."""
    link = await views.link(TicketKind.INVITE, token, clock.now())
    known = [("name", link.name), ("organisation", link.organisation)] if link else []
    return _form(request, "invitation", Inputs(known), link=link, token=token)


@post("/invitation/{token:str}", opt={"action": PUBLIC})
async def accept_invitation(request: AnyRequest, token: FromPath[str]) -> Answer:
    """Open the invited account with a name and a password of one's own."""
    sent = await sent_form(request)
    try:
        await accounts.accept_invitation(
            actor_of(request),
            token,
            sent.one("name"),
            sent.one("password"),
            organisation=sent.one("organisation"),
            now=clock.now(),
        )
    except Invalid as problem:
        link = await views.link(TicketKind.INVITE, token, clock.now())
        return _form(request, "invitation", sent, problem, link=link, token=token)
    except Conflict:
        return _form(request, "invitation", sent, link=None, token=token)
    return see("/connexion", "confirme")


routes = [
    sign_up_page,
    sign_up,
    confirm_page,
    confirm,
    sign_in_page,
    sign_in,
    sign_out,
    ask_reset_page,
    ask_reset,
    reset_page,
    reset,
    invitation_page,
    accept_invitation,
]
