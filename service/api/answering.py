"""What the API answers: our structs as JSON, or a problem (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response

from forms import FieldError
from service.doors.failures import Failure

JSON = "application/json"
PROBLEM = "application/problem+json"
Answer = Response[bytes]
MOST_ERRORS = 1000  # more than any form has; a body of nonsense may hold a million

_encoder = msgspec.json.Encoder()


class PointedError(msgspec.Struct, frozen=True):
    """One fault: a JSON pointer into what was sent (or into the answers, at submission), a stable code, what to do."""

    pointer: str
    code: str
    detail: str
    detail_en: str


class ProblemBody(msgspec.Struct, frozen=True, kw_only=True):
    """A problem as RFC 9457 has it. `type` leads to the explanation of the code, `detail` is a French sentence for the
    person concerned; the number to tell us is in the header X-Request-Id."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[PointedError, ...] = ()


def answer(content: Any, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Answer:
    """A struct as JSON."""
    return Response(_encoder.encode(content), status_code=status, headers=headers, media_type=JSON)


def unchanged(mark: str) -> Answer:
    """304: what was asked is still what `mark` says."""
    return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": mark})


def etag(version: int) -> dict[str, str]:
    """The header that gives a version, to be sent back in If-Match."""
    return {"ETag": f'"{version}"'}


def told(failure: Failure) -> Answer:
    """A failure as the API answers it."""
    base = ProblemBody(
        type=f"/api/docs#{failure.problem.code}",
        title=HTTPStatus(failure.status).phrase,
        status=failure.status,
        detail=failure.problem.detail,
        code=failure.problem.code,
        errors=tuple(pointed(error) for error in failure.errors[:MOST_ERRORS]),
    )
    content = _encoder.encode(msgspec.to_builtins(base, builtin_types=()) | failure.extra)
    return Response(content, status_code=failure.status, headers=failure.headers, media_type=PROBLEM)


def pointed(error: FieldError) -> PointedError:
    """A field's error; its path is a JSON pointer (RFC 6901) but for the first slash: `forms.step` makes each step."""
    return PointedError(f"/{error.path}" if error.path else "", error.code, error.fr, error.en)
