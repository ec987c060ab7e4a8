"""Pages of one's own account: password, sessions, tokens for scripts."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.actor import ANONYMOUS
from service.doors import downloads
from service.doors.people import SIGNED_IN, AnyRequest, actor_of, session_cookie, session_name, session_token
from service.operations import accounts, erasing
from service.operations.signing import CreatedToken
from service.pages.door import faults, sent_form, sentences
from service.pages.inputs import Inputs
from service.pages.render import own_place, page, see
from service.problems import Conflict, Invalid, Problem, SignInRefused, TooMany
from service.views import accounts as views
from service.views.personal import erasable, personal_data

Answer = Response[Any]
LABELS = {
    "password": "Mot de passe actuel",
    "new_password": "Nouveau mot de passe",
    "erase_password": "Mot de passe",
    "label": "Nom du jeton",
    "days": "Durée en jours",
}
MONTH = "30"


async def _account_page(
    request: AnyRequest,
    sent: Inputs | None = None,
    problem: Problem | None = None,
    created: CreatedToken | None = None,
) -> Answer:
    actor = actor_of(request)
    return page(
        request,
        "account/account.html",
        {
            "me": await views.me(actor),
            "sessions": await views.my_sessions(actor, clock.now(), session_token(request)),
            "sent": sent or Inputs([("days", MONTH)]),
            "wrong": sentences(problem),
            "created": created,
            "erasable": await erasable(actor),
        },
        status=200 if problem is None else 429 if isinstance(problem, TooMany) else 422,
        errors=faults(problem, LABELS) if problem is not None else (),
    )


@get("/espace", opt={"action": SIGNED_IN})
async def own_space(request: AnyRequest) -> Answer:
    """Go where one's own work waits."""
    return see(own_place(actor_of(request)))


@get("/compte", opt={"action": SIGNED_IN})
async def account(request: AnyRequest) -> Answer:
    """One's own account."""
    return await _account_page(request)


@post("/compte/mot-de-passe", opt={"action": SIGNED_IN})
async def change_password(request: AnyRequest) -> Answer:
    """Change the password; every other session ends, this one is replaced."""
    sent = await sent_form(request)
    try:
        opened = await accounts.change_password(
            actor_of(request), sent.one("password"), sent.one("new_password"), now=clock.now()
        )
    except (Invalid, SignInRefused, TooMany) as problem:
        return await _account_page(request, sent, problem)
    answer = see("/compte", "mot-de-passe")
    answer.cookies.append(session_cookie(request.app.state.settings, opened.session_token, opened.expires_at))
    return answer


@post("/compte/partout", opt={"action": SIGNED_IN})
async def sign_out_everywhere(request: AnyRequest) -> Answer:
    """End every session and token."""
    await sent_form(request)
    await accounts.sign_out_everywhere(actor_of(request), now=clock.now())
    answer = see("/connexion", "partout")
    answer.delete_cookie(key=session_name(request.app.state.settings), path="/")
    return answer


@post("/compte/jetons", opt={"action": SIGNED_IN})
async def create_token(request: AnyRequest) -> Answer:
    """A token for scripts. It is shown on this answer alone, which is therefore no redirect."""
    sent = await sent_form(request)
    days = sent.one("days").strip()
    try:
        made = await accounts.create_token(
            actor_of(request),
            sent.one("label"),
            int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
            now=clock.now(),
        )
    except Invalid as problem:
        return await _account_page(request, sent, problem)
    return await _account_page(request, created=made)


@post("/compte/sessions/{session_id:uuid}", opt={"action": SIGNED_IN})
async def end_session(request: AnyRequest, session_id: FromPath[UUID]) -> Answer:
    """End one session, or withdraw one token."""
    await sent_form(request)
    await accounts.end_session(actor_of(request), session_id, now=clock.now())
    return see("/compte", "jeton-retire")


@get("/compte/donnees", opt={"action": SIGNED_IN})
async def own_data(request: AnyRequest) -> Answer:
    """Everything that is held on oneself, as a ZIP that is made while it is sent."""
    actor, now = actor_of(request), clock.now()
    return downloads.made(await personal_data(actor, actor.person, now), f"mes-donnees-{now:%Y-%m-%d}.zip")


@post("/compte/effacement", opt={"action": SIGNED_IN})
async def erase_own(request: AnyRequest) -> Answer:
    """Close one's account for good. The answer tells what is kept and until when: the session ends."""
    sent = await sent_form(request)
    try:
        erased = await erasing.erase_own(actor_of(request), sent.one("erase_password"), now=clock.now())
    except Invalid as problem:  # the page asks for a password twice
        here = [msgspec.structs.replace(error, path=f"erase_{error.path}") for error in problem.errors]
        return await _account_page(request, sent, Invalid(here))
    except (TooMany, Conflict) as problem:
        return await _account_page(request, sent, problem)
    gone = actor_of(request).account
    request.scope["user"] = ANONYMOUS  # the page is nobody's any more
    answer = page(request, "account/erased.html", {"erased": erased, "gone": gone})
    answer.delete_cookie(key=session_name(request.app.state.settings), path="/")
    return answer


routes = [own_data, erase_own, own_space, account, change_password, sign_out_everywhere, create_token, end_session]
