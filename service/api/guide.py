"""The description of the API: as OpenAPI, and as a page that loads nothing from outside and runs no script."""

import functools
import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response, get

from service.api.openapi import STATUSES, TAGS, described
from service.doors.people import PUBLIC

HERE = Path(__file__).parent
_SHORT = "public, max-age=300"


@functools.lru_cache(maxsize=4)
def _document(app: Any, address: str) -> dict[str, Any]:
    handlers = [handler for route in app.routes for handler in getattr(route, "route_handlers", ())]
    return described(handlers, address)


def document(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The OpenAPI document of the running application."""
    return _document(request.app, request.app.state.settings.address)


@get("/api/openapi.json", opt={"action": PUBLIC, "nobody": True})
async def show_openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """OpenAPI 3.1."""
    content = json.dumps(document(request), ensure_ascii=False).encode()
    return Response(content, media_type="application/json", headers={"Cache-Control": _SHORT})


@get(["/api", "/api/docs"], opt={"action": PUBLIC, "nobody": True})
async def show_guide(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same, for people."""
    page = (
        _templates()
        .get_template("guide.html")
        .render(api=document(request), tags=TAGS, statuses=STATUSES, schema=_schema_text, resolved=_resolved)
    )
    return Response(page.encode(), media_type="text/html", headers={"Cache-Control": _SHORT})


@get("/api/docs.css", opt={"action": PUBLIC, "nobody": True})
async def show_style() -> Response[bytes]:
    """Its style sheet."""
    content = (HERE / "guide.css").read_bytes()
    return Response(content, media_type="text/css", headers={"Cache-Control": _SHORT})


@functools.cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _resolved(api: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` leads to."""
    while "$ref" in part:
        found: Any = api
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _schema_text(schema: dict[str, Any]) -> str:
    """A schema in a few words: `string uuid`, `array of Item`, `integer or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(_schema_text(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        inner = schema.get("items")
        return f"array of {_schema_text(inner)}" if isinstance(inner, dict) else "array"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"object of {_schema_text(inner)}" if isinstance(inner, dict) and inner else "object"
    return f"{kind} {schema['format']}" if "format" in schema else kind


routes = (show_openapi, show_guide, show_style)
