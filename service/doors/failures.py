"""From what went wrong to an answer: one table for pages and API.

A Problem has a status; the framework's refusals and a server that is down become Problems; anything else is a fault of
ours, logged with its traceback and told without.
"""

import math
import socket
from http import HTTPStatus
from typing import Any

import asyncpg
import msgspec
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from forms import FieldError
from service import logs, problems
from service.problems import Problem

log = logs.logger(__name__)


class BadRequest(Problem):
    """What was sent can't be read."""

    code = "bad_request"


class WrongMedia(Problem):
    """The body is of a type that this address does not take."""

    code = "unsupported_media_type"


class BadRange(Problem):
    """A Range that the file does not have."""

    code = "range_not_satisfiable"

    def __init__(self, size: int) -> None:
        super().__init__("La partie demandée est en dehors du fichier.")
        self.size = size


class VersionNeeded(Problem):
    """A change that must say which version it is based on."""

    code = "if_match_required"

    def __init__(self) -> None:
        super().__init__(
            "Indiquez dans l’en-tête If-Match la version sur laquelle se fonde cette modification, reçue dans ETag."
        )


class WrongVersion(Problem):
    """Another version of the tus protocol, or none named."""

    code = "tus_version"

    def __init__(self) -> None:
        super().__init__("Indiquez dans l’en-tête Tus-Resumable la version 1.0.0 du protocole tus.")


class MethodUnknown(Problem):
    """The address exists, the method doesn't."""

    code = "method_not_allowed"


class Fault(Problem):
    """A fault of ours."""

    code = "internal_error"


STATUS: dict[type[Problem], HTTPStatus] = {
    Problem: HTTPStatus.BAD_REQUEST,
    BadRequest: HTTPStatus.BAD_REQUEST,
    problems.SignInNeeded: HTTPStatus.UNAUTHORIZED,
    problems.Forbidden: HTTPStatus.FORBIDDEN,
    problems.NotFound: HTTPStatus.NOT_FOUND,
    MethodUnknown: HTTPStatus.METHOD_NOT_ALLOWED,
    problems.Conflict: HTTPStatus.CONFLICT,
    problems.WrongOffset: HTTPStatus.CONFLICT,
    WrongVersion: HTTPStatus.PRECONDITION_FAILED,
    problems.AnswersClash: HTTPStatus.CONFLICT,
    problems.Stale: HTTPStatus.PRECONDITION_FAILED,
    problems.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    WrongMedia: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    BadRange: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    problems.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    problems.KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    VersionNeeded: HTTPStatus.PRECONDITION_REQUIRED,
    problems.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Fault: HTTPStatus.INTERNAL_SERVER_ERROR,
    problems.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Failure(msgspec.Struct, frozen=True):
    """An answer to be given. `extra`: members of the problem beyond those of every problem."""

    status: int
    problem: Problem
    headers: dict[str, str] = {}
    errors: tuple[FieldError, ...] = ()
    extra: dict[str, Any] = {}


def explain(error: Exception) -> Failure:
    """The answer to whatever was raised. Logs what is a fault of ours, or of a component."""
    problem = _problem(error)
    status = next(STATUS[kind] for kind in type(problem).__mro__ if kind in STATUS)
    if isinstance(problem, Fault):
        log.error("request_failed", exc_info=error)
    elif isinstance(problem, problems.Unavailable):
        log.warning("component_unavailable", component=problem.component, error=repr(error.__cause__ or error)[:300])
    errors = tuple(problem.errors) if isinstance(problem, problems.Invalid) else ()
    return Failure(status, problem, _headers(problem, error), errors, _extra(problem))


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return _refusal_of_framework(error)
    return _failure_of_database(error) or Fault(
        "Une erreur inattendue s’est produite. Elle a été enregistrée ; réessayez, ou signalez-la avec son numéro."
    )


_MALFORMED = "La demande n’a pas la forme attendue."


def _refusal_of_framework(error: HTTPException) -> Problem:
    problem: Problem = BadRequest(_MALFORMED)
    match error:
        case NotFoundException():
            problem = problems.NotFound()
        case MethodNotAllowedException():
            problem = MethodUnknown("Cette adresse n’accepte pas cette méthode.")
        case RequestEntityTooLarge():
            problem = problems.TooLarge("Ce qui a été envoyé dépasse la taille que cette adresse accepte.")
        case _ if "disconnected" in error.detail:
            problem = BadRequest("La connexion s’est interrompue avant la fin de l’envoi.", code="upload_interrupted")
        case _ if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            problem = Fault("Une erreur inattendue s’est produite. Elle a été enregistrée.")
    return problem


# The server answers that it can't answer now: starting, stopping, full, out of connections.
_DOWN = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalClientError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)


def _failure_of_database(error: Exception) -> Problem | None:
    # A value that no column holds is the sender's fault; its class derives from one of those below.
    if isinstance(error, asyncpg.DataError):
        return BadRequest("Une des valeurs envoyées ne peut pas être enregistrée.", code="value_out_of_range")
    if isinstance(error, asyncpg.IntegrityConstraintViolationError | asyncpg.TransactionRollbackError):
        log.warning("concurrent_change", constraint=getattr(error, "constraint_name", None), error=type(error).__name__)
        return problems.Conflict(
            "Une autre action a été enregistrée au même moment. Rechargez, puis réessayez.", code="concurrent_change"
        )
    # Both classes also mean other things: their words tell.
    closed = isinstance(error, asyncpg.InterfaceError) and "clos" in str(error)
    unreachable = type(error) is OSError and "onnect" in str(error)
    if isinstance(error, _DOWN) or closed or unreachable:
        return problems.Unavailable("database")
    return None


def _headers(problem: Problem, error: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    match problem:
        case problems.SignInNeeded():
            headers["WWW-Authenticate"] = 'Bearer realm="alliance"'
        case problems.Unavailable():
            headers["Retry-After"] = "2"
        case problems.TooMany():
            headers["Retry-After"] = str(max(1, math.ceil(problem.seconds)))
        case problems.Stale():
            headers["ETag"] = f'"{problem.current}"'
        case WrongVersion():
            headers["Tus-Version"] = "1.0.0"
        case problems.WrongOffset():
            headers["Upload-Offset"] = str(problem.offset)
        case BadRange():
            headers["Content-Range"] = f"bytes */{problem.size}"
        case MethodUnknown():
            headers.update(getattr(error, "headers", None) or {})
    return headers


def _extra(problem: Problem) -> dict[str, Any]:
    match problem:
        case problems.AnswersClash():
            return {"clashes": problem.clashes, "saved": problem.saved}
        case problems.Stale():
            return {"current": problem.current}
        case problems.TooMany():
            return {"until": problem.until}
        case problems.Unavailable():
            return {"component": problem.component}
        case _:
            return {}
