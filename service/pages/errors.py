"""What went wrong, on a page: what, and what to do now; with what a form had brought, which is lost by no error."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Response

from service import logs
from service.doors.people import AnyRequest, actor_of, typed
from service.pages.door import address_of
from service.pages.french import typography
from service.pages.render import page, see
from service.problems import AnswersClash, Invalid, OtherAccount, Problem, SignInNeeded, TooMany

TITLES = {
    HTTPStatus.BAD_REQUEST: "La demande n’a pas été comprise",
    HTTPStatus.FORBIDDEN: "Cette action ne vous est pas ouverte",
    HTTPStatus.NOT_FOUND: "Page introuvable",
    HTTPStatus.METHOD_NOT_ALLOWED: "Cette page s’ouvre autrement",
    HTTPStatus.CONFLICT: "Cette action n’est plus possible",
    HTTPStatus.PRECONDITION_FAILED: "Ce texte a changé entre-temps",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "L’envoi est trop volumineux",
    HTTPStatus.UNPROCESSABLE_ENTITY: "La demande est à corriger",
    HTTPStatus.TOO_MANY_REQUESTS: "Trop de tentatives",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Une erreur s’est produite",
    HTTPStatus.SERVICE_UNAVAILABLE: "Service momentanément indisponible",
}
ADVICE = {
    HTTPStatus.BAD_REQUEST: "Revenez à la page précédente et recommencez.",
    HTTPStatus.FORBIDDEN: "Si vous pensez que c’est une erreur, écrivez au service chargé de l’appel.",
    HTTPStatus.NOT_FOUND: "Vérifiez l’adresse de la page. Si vous l’avez reçue dans un message, copiez-la en entier.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Revenez à la page précédente et suivez ses boutons.",
    HTTPStatus.CONFLICT: "Revenez à la page précédente et rechargez-la : elle montrera la situation actuelle.",
    HTTPStatus.PRECONDITION_FAILED: "Rechargez la page pour voir le texte actuel avant de le modifier.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Réduisez ou scindez le fichier, puis réessayez.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Revenez à la page précédente, corrigez, puis envoyez à nouveau.",
    HTTPStatus.TOO_MANY_REQUESTS: "Patientez, puis réessayez. Votre compte n’est pas bloqué.",
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "L’incident est enregistré. Réessayez dans un instant ; s’il se répète, signalez-le avec le numéro ci-dessous."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: "Rien de ce que vous aviez enregistré n’est perdu. Réessayez dans une minute.",
}
# Sending the same again may do: nothing was recorded, and the reason may have gone.
PASSING = frozenset({
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
})  # fmt: skip
# A number, a name of ours, an identifier, a day, a token: a person reads nothing in it.
_MACHINE = re.compile(r"[0-9]+|[a-z0-9][a-z0-9_.:-]*|[A-Za-z0-9_.+/=-]{24,}")


def error_page(request: AnyRequest, status: int, problem: Problem) -> Response[Any]:
    """The page of an error, with what a form had brought. Where signing in is what is missing, the sign-in page, which
    leads back here; or, where something was typed, a page that keeps it until somebody is signed in again."""
    if isinstance(problem, OtherAccount):
        return _other_account(request, problem, status)
    sent = typed(request)
    if isinstance(problem, SignInNeeded) and sent:
        kept = {"address": address_of(request), "typed": sent}
        return page(request, "account/session_over.html", kept, status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        return _sign_in(request)
    known = _known(status)
    return page(
        request,
        "error.html",
        {
            "title": TITLES[known],
            "detail": typography(_detail(known, problem)),
            "advice": typography(ADVICE[known]),
            "sentences": _sentences(problem),
            "status": status,
            "number": logs.request() or "",
            "signed_in": actor_of(request).account is not None,
            "address": address_of(request),
            "typed": sent if known in PASSING or problem.code == "concurrent_change" else (),
            "texts": texts_of(sent),
        },
        status=status,
    )


def _known(status: int) -> HTTPStatus:
    """The status that has a title and an advice, and is nearest to this one."""
    if status in TITLES:
        return HTTPStatus(status)
    return HTTPStatus.INTERNAL_SERVER_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.BAD_REQUEST


def _detail(known: HTTPStatus, problem: Problem) -> str:
    """What happened, and how long to wait where waiting helps."""
    if known is HTTPStatus.METHOD_NOT_ALLOWED:
        return "Cette adresse reçoit l’envoi d’un formulaire : elle n’a rien à montrer."
    wait = f" Réessayez dans {max(1, round(problem.seconds / 60))} min." if isinstance(problem, TooMany) else ""
    return problem.detail + wait


def _sentences(problem: Problem) -> list[str]:
    """The faults of what was sent, one by one."""
    if isinstance(problem, AnswersClash):
        return [f"{clash.field} a été modifié entre-temps." for clash in problem.clashes]
    return [error.fr for error in problem.errors] if isinstance(problem, Invalid) else []


def _sign_in(request: AnyRequest) -> Response[Any]:
    """To the sign-in page, which leads back."""
    target = request.url.path if request.method == "GET" else _origin_path(request)
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return see(f"/connexion?suite={quote(target + query, safe='/')}")


def texts_of(sent: Iterable[tuple[str, str]]) -> list[str]:
    """What a person may want to read again, and to copy, of a form that was sent."""
    lines = ((name, value.strip()) for name, value in sent if not name.startswith(("_", "v:", "clash:")))
    return list(dict.fromkeys(value for _, value in lines if value and not _MACHINE.fullmatch(value)))


def _other_account(request: AnyRequest, problem: OtherAccount, status: int) -> Response[Any]:
    """What was typed on another account's page goes back to it; a script only needs to know."""
    if "text/html" not in request.headers.get("accept", ""):
        return Response({"code": problem.code}, status_code=status)
    kept = {"address": address_of(request), "typed": typed(request)}
    return page(request, "account/other_account.html", kept, status=status)


def _origin_path(request: AnyRequest) -> str:
    """The page that a form was on: an address that only takes POST can't be come back to."""
    referer = request.headers.get("referer", "")
    start = str(request.base_url).rstrip("/")
    return referer[len(start) :] if referer.startswith(f"{start}/") else "/"
