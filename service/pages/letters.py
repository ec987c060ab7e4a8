"""The letters of a publication, read one by one before it."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import letter_checks
from service.operations.letter_checks import ReadLetter, ReadLetters
from service.pages.door import once, sent_form
from service.pages.render import page, see
from service.pages.wording import with_query
from service.problems import Conflict, NotFound
from service.views import calls
from service.views import letter_checks as views

Answer = Response[Any]
PAGE = 10
FAULTS = {
    "no_recipient": "Le nom du destinataire manque.",
    "no_body": "L’édition n’a pas de texte de lettre pour cette décision.",
    "no_changes": "La lettre ne dit pas ce qui change.",
    "no_reasons": "La décision n’est pas motivée.",
    "no_capacity": "La qualité du signataire manque.",
    "no_delegation": "Le signataire décide par délégation, et l’acte de délégation n’est pas cité.",
    "no_author": "Le nom du signataire manque.",
    "no_remedies": "Les voies et délais de recours manquent.",
    "no_algorithms": "La mention du traitement algorithmique manque.",
    "placeholder": "Un passage reste à compléter :",
}


@get("/comite/{slug:str}/publication/lettres", opt={"action": Action.CALL_CHECK_LETTERS})
async def letters(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """A page of them, each as it will be drawn."""
    return await _page(request, slug, request.query_params.get("suite", ""))


async def _page(request: AnyRequest, slug: str, cursor: str, problem: str = "", *, left: bool | None = None) -> Answer:
    actor = actor_of(request)
    about = await calls.require_on_call(actor, slug, Action.CALL_CHECK_LETTERS)
    only = request.query_params.get("a-relire") == "oui" if left is None else left
    found = await views.letters(actor, slug, cursor or None, PAGE, unchecked=only)
    context = {
        "call": about,
        "found": found,
        "cursor": cursor,
        "only": only,
        "wording": FAULTS,
        "problem": problem,
        "here": f"/comite/{slug}/publication/lettres",
    }
    return page(request, "staff/letters.html", context, status=409 if problem else 200)


@post("/comite/{slug:str}/publication/lettres", opt={"action": Action.CALL_CHECK_LETTERS})
async def check(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Those of the page are read; then the next page, or back to the publication."""
    sent = await sent_form(request)
    only = sent.one("a-relire") == "oui"
    try:
        read = tuple(ReadLetter(UUID(one[:36]), one[37:]) for one in sent.all("lettre"))
    except ValueError:
        raise NotFound from None
    try:
        with once(sent):
            await letter_checks.check_letters(actor_of(request), slug, ReadLetters(read), now=clock.now())
    except Conflict as conflict:
        return await _page(request, slug, sent.one("page"), conflict.detail, left=only)
    following = sent.one("suite")
    if not following:
        return see(f"/comite/{slug}/publication", "lettres-relues")
    return see(
        with_query(f"/comite/{slug}/publication/lettres", {"suite": following, "a-relire": "oui" if only else ""}),
        "lettres-relues",
    )


routes = [letters, check]
