"""How a route describes itself: who may use it, what it takes, what it answers. OpenAPI is made from this alone."""

from http import HTTPStatus
from typing import Any

import msgspec

from service.domain.policy import Action


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one route tells of itself.

    `action`: of the policy, or "public", or "signed_in". `body`, `answer`, `query`: structs. `media`: of an answer that
    is not JSON; `whole`: it has no parts to ask for (Range). `problems`: statuses beside those that every route may
    give. `versioned`: it needs If-Match; `gives_version`: it answers an ETag to send there. `example`: of the body.
    """

    action: str
    summary: str
    tag: str
    answer: Any = None
    status: int = HTTPStatus.OK
    body: Any = None
    query: Any = None
    media: str = ""
    whole: bool = False
    problems: tuple[int, ...] = ()
    versioned: bool = False
    gives_version: bool = False
    also: dict[int, tuple[str, Any]] = {}
    example: Any = None
    file: bool = False


def tell(action: Action | str, summary: str, tag: str, **rest: Any) -> dict[str, Any]:
    """The `opt` of a route handler."""
    return {"action": str(action), "told": Told(action=str(action), summary=summary, tag=tag, **rest)}
