"""OpenAPI 3.1 from what the routes tell of themselves and from our structs: what runs is what is described."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler

from service.api.answering import PROBLEM, PointedError, ProblemBody
from service.api.routes import Told
from service.doors.people import PUBLIC
from service.doors.uploads import FORM
from service.problems import FieldClash

JSON = "application/json"
VERSION = "1.0.0"
REFERENCE = "#/components/schemas/{name}"
Json = dict[str, Any]

TAGS = {
    "Session": "Signing in, tokens, one's own account.",
    "Accounts": "Signing up, invitations, roles.",
    "Calls": "What one may propose to, and with which form.",
    "Proposals": "From the draft to its withdrawal.",
    "Attachments": "Files of a proposal.",
    "Mails": "What was sent, what waits and why; mails that one does without.",
    "Board": "What is awaited in a call, its experts and reviews at a glance, reminders.",
    "Evaluation": "Eligibility, assignments, synthesis, decision.",
    "Conflicts of interest": "Found and declared; the interests that one declares oneself.",
    "Experts": "Profiles, teams, lists of experts.",
    "Reviews": "An expert's invitations and reviews.",
    "Committee": "Sittings: agenda, convocation, recusals, votes, minutes.",
    "Pilots": "Accepted proposals in the field: milestones, measures, reviews, outcome.",
    "Catalogue": "Retained solutions and pilots, for everybody.",
    "Documents": "PDF: receipt, dossier, letter.",
    "Service": "How the service is doing, for whoever watches it.",
}
ABOUT = """Everything that the pages offer, from the same operations, under the same rights.

Sign in with `POST /api/session` (a cookie, for browsers) or make a token with `POST /api/tokens` and send it as \
`Authorization: Bearer`. Every POST takes an `Idempotency-Key`: the same key with the same request gives the same \
answer for seven days, without acting again. Reviews, syntheses and decisions carry a version in `ETag`, to be sent \
back in `If-Match`. A client that acts for one account may name it in `Alliance-Account`: where another one is \
signed in by then, nothing is done (401, `other_account`). What went wrong is told as a problem (RFC 9457) with a \
stable `code`; `errors` names every fault by JSON pointer. Lists come in pages: `next` is the `cursor` of the \
following one. Instants are UTC, sizes bytes, digests SHA-256 in hexadecimal."""

STATUSES = {
    400: "The request can't be read.",
    401: "Nobody is signed in, or the token is not good; or another account is (`other_account`).",
    403: "One may see this, but not do that.",
    404: "It does not exist, or must not be known to exist by this person.",
    409: "The present state does not allow it; for answers, both values of each field that clashes.",
    412: "Changed since the version in If-Match; `current` is the present one. For tus: another version of it.",
    413: "Too large.",
    415: "The body is of a type that is not taken here.",
    416: "The range is outside the file.",
    422: "Every fault by JSON pointer; or the Idempotency-Key served another request.",
    428: "The header If-Match is missing.",
    429: "Too many attempts; `Retry-After` says how long to wait.",
    503: "A component is down (`component`); nothing was recorded, trying again is safe.",
}
_CONVERTER = re.compile(r"\{(\w+):(\w+)\}")


def described(handlers: Iterable[HTTPRouteHandler], address: str) -> Json:
    """The whole document. `address`: of this installation."""
    routes = [handler for handler in handlers if isinstance(handler.opt.get("told"), Told)]
    schemas = _Schemas(routes)
    paths: Json = {}
    for handler in routes:
        for path in sorted(handler.paths):
            item = paths.setdefault(_CONVERTER.sub(r"{\1}", path), {})
            for method in sorted(handler.http_methods):
                item[method.lower()] = _operation(handler, path, str(method), schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AllIAnce",
            "version": VERSION,
            "summary": "Calls of the French State's AI incubator: proposals, reviews, decisions.",
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": address}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": {f"Problem{status}": _problem(status, text) for status, text in STATUSES.items()},
            "parameters": _PARAMETERS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A token of POST /api/tokens."},
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-alliance" if address.startswith("https") else "alliance",
                    "description": "The session of POST /api/session. What changes something must come from this site.",
                },
            },
        },
    }


class _Schemas:
    """JSON Schema of every struct that the routes name."""

    def __init__(self, routes: list[HTTPRouteHandler]) -> None:
        kinds: list[Any] = [ProblemBody, PointedError, FieldClash]
        for handler in routes:
            told: Told = handler.opt["told"]
            kinds += [kind for kind in (told.body, told.answer, told.query) if kind is not None]
            kinds += [kind for _, kind in told.also.values()]
        unique = list({repr(kind): kind for kind in kinds}.values())
        found, self.components = msgspec.json.schema_components(unique, schema_hook=_anything, ref_template=REFERENCE)
        self._by_kind = {repr(kind): schema for kind, schema in zip(unique, found, strict=True)}
        # What a problem may hold beside what every problem holds.
        self.components["ProblemBody"]["properties"] |= {
            "clashes": {"type": "array", "items": self.of(FieldClash)},
            "saved": {"type": "object", "additionalProperties": {"type": "integer"}},
            "current": {"type": "integer"},
            "component": {"enum": ["database", "objects"]},
            "until": {"type": "string", "format": "date-time"},
        }

    def of(self, kind: Any) -> Json:
        """The schema of a kind, by reference where it has a name."""
        found: Json = self._by_kind[repr(kind)]
        return found

    def properties(self, kind: Any) -> tuple[Json, list[str]]:
        """The fields of a struct and which of them are required."""
        name = str(self.of(kind)["$ref"]).rsplit("/", 1)[-1]
        schema = self.components[name]
        return schema["properties"], schema.get("required", [])


def _anything(kind: type) -> Json:
    """An answer's value, whose shape the call's form tells."""
    if kind is object:
        return {"description": "Any JSON value; the call's form says which."}
    raise NotImplementedError


def _operation(handler: HTTPRouteHandler, path: str, method: str, schemas: _Schemas) -> Json:
    told: Told = handler.opt["told"]
    operation: Json = {
        "operationId": handler.handler_name,
        "summary": told.summary,
        "description": (handler.fn.__doc__ or "").strip() + f"\n\nRight: `{told.action}`.",
        "tags": [told.tag],
        "parameters": _parameters(told, path, method, schemas),
        "responses": _responses(told, method, schemas),
        "security": [{}] if told.action == PUBLIC else [{"bearer": []}, {"cookie": []}],
    }
    if told.body is not None:
        content: Json = {"schema": schemas.of(told.body)}
        if told.example is not None:
            content["example"] = told.example
        operation["requestBody"] = {"required": True, "content": {JSON: content}}
    if told.file:
        operation["requestBody"] = _FILE
    if not operation["parameters"]:
        del operation["parameters"]
    return operation


def _parameters(told: Told, path: str, method: str, schemas: _Schemas) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": _PATH_TYPES[kind]}
        for name, kind in _CONVERTER.findall(path)
    ]
    if told.query is not None:
        properties, required = schemas.properties(told.query)
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in properties.items()
        ]
    if method == "POST":
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if told.versioned:
        found.append({"$ref": "#/components/parameters/IfMatch"})
    if told.media and not told.whole:
        found.append({"$ref": "#/components/parameters/Range"})
    return found


def _responses(told: Told, method: str, schemas: _Schemas) -> Json:
    good: Json = {"description": HTTPStatus(told.status).phrase}
    content: Json = {}
    if told.status != HTTPStatus.NO_CONTENT:
        content = {told.media: {}} if told.media else {JSON: {"schema": schemas.of(told.answer)}}
        good["content"] = content
    if told.gives_version:
        good["headers"] = {"ETag": {"schema": {"type": "string"}, "description": "The version, for If-Match."}}
    found: Json = {str(int(told.status)): good}
    if told.media and not told.whole:
        found["206"] = {"description": "The part that Range asked for", "content": content}
        found["304"] = {"description": "The receiver has it (If-None-Match)"}
    for status, (text, kind) in told.also.items():
        found[str(int(status))] = {"description": text, "content": {JSON: {"schema": schemas.of(kind)}}}
    # 401 everywhere: a bearer token that is not good is refused even where nobody needs one.
    statuses = {400, 401, 503, *told.problems}
    if method != "GET":
        statuses |= {403}  # from another site
    if method == "POST":
        statuses.add(422)
    if told.body is not None:
        statuses |= {413, 415, 422}
    if told.versioned:
        statuses |= {412, 428}
    return found | {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)}


def _problem(status: int, text: str) -> Json:
    example = {
        "type": "/api/docs#problems",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": "Une phrase en français pour la personne concernée.",
        "code": "a_stable_code",
        "errors": [],
    }
    schema = {"$ref": REFERENCE.format(name="ProblemBody")}
    return {"description": text, "content": {PROBLEM: {"schema": schema, "example": example}}}


_PATH_TYPES: dict[str, Json] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer"},
    "str": {"type": "string", "maxLength": 60},
}
_BINARY: Json = {"schema": {"type": "string", "format": "binary"}}
_FILE: Json = {
    "required": True,
    "description": "The file itself, its name in `name` or Content-Disposition; or a form with one file."
    " For tus: bytes as application/offset+octet-stream.",
    "content": {
        "application/octet-stream": _BINARY,
        FORM: {"schema": {"type": "object", "properties": {"file": _BINARY["schema"]}, "required": ["file"]}},
    },
}
_PARAMETERS: Json = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "1 to 200 visible ASCII characters, new for each act; the same again repeats the answer only.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        "example": "5c2f6a5e-6f0c-4c38-9a55-3f3d0a8b7e11",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": 'The version that the change is based on, as ETag gave it; `"0"` where nothing was saved.',
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "Range": {
        "name": "Range",
        "in": "header",
        "required": False,
        "description": "One range of bytes.",
        "schema": {"type": "string"},
        "example": "bytes=0-1023",
    },
}
