"""What OpenAPI says of every route; the page that shows it."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import httpx

from service.settings import Settings
from tests.api.test_routes import API, UNDESCRIBED, handlers


@cache
def _steps(text: str) -> tuple[str, ...]:
    return tuple(text.removeprefix("#/").split("/"))


def references(part: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


async def document(anybody: httpx.AsyncClient) -> dict[str, Any]:
    """The OpenAPI document."""
    answer = await anybody.get("/api/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found: dict[str, Any] = answer.json()
    return found


async def test_openapi_describes_every_route(anybody: httpx.AsyncClient) -> None:
    api = await document(anybody)
    described = {f"{method.upper()} {path}" for path, item in api["paths"].items() for method in item}
    wanted = {re.sub(r":\w+\}", "}", name) for name in set(API) - UNDESCRIBED if name.split()[1].startswith("/api")}
    assert described == wanted
    ids = [told["operationId"] for item in api["paths"].values() for told in item.values()]
    assert len(ids) == len(set(ids))


async def test_openapi_holds_together(anybody: httpx.AsyncClient) -> None:
    api = await document(anybody)
    assert api["openapi"] == "3.1.0"
    for reference in set(references(api)):
        found: Any = api
        for step in _steps(reference):
            found = found[step]
    tags = {tag["name"] for tag in api["tags"]}
    for path, item in api["paths"].items():
        for method, told in item.items():
            where = f"{method} {path}"
            assert set(told["tags"]) <= tags, where
            assert told["summary"], where
            in_path = {given["name"] for given in told.get("parameters", ()) if given.get("in") == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path)), where
            assert any(status.startswith("2") for status in told["responses"]), where
            assert {"400", "401", "503"} <= set(told["responses"]), where
            assert (told["security"] == [{}]) == ("Right: `public`" in told["description"]), where
            if "requestBody" in told and "application/json" in told["requestBody"]["content"]:
                assert "example" in told["requestBody"]["content"]["application/json"], where


async def test_examples_fit_what_the_routes_read(settings: Settings, anybody: httpx.AsyncClient) -> None:
    import msgspec

    seen = 0
    for name, handler in handlers(settings):
        told = handler.opt.get("told")
        if told is not None and told.body is not None:
            msgspec.convert(told.example, told.body)
            seen += 1
        assert (told is not None) == (name in API and name not in UNDESCRIBED and "/health/" not in name), name
    assert seen > 12


class Page(HTMLParser):
    """What a page loads, links to, and names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: set[str] = set()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = {name: value or "" for name, value in attrs}
        assert not {name for name in found if name.startswith("on") or name == "style"}
        if "id" in found:
            self.ids.append(found["id"])
        if "src" in found:
            self.loads.add(found["src"])
        if "href" in found:
            (self.links if tag == "a" else self.loads).add(found["href"])


async def test_the_page_loads_nothing_from_outside_and_its_links_lead_somewhere(anybody: httpx.AsyncClient) -> None:
    answer = await anybody.get("/api/docs")
    page = Page(answer.text)
    assert page.loads == {"/api/docs.css"}
    assert not page.tags & {"script", "style", "iframe", "img"}
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {link for link in page.links if not link.startswith("#")} == {"/api/openapi.json"}
    api = await document(anybody)
    assert all(told["operationId"] in page.ids for item in api["paths"].values() for told in item.values())
    assert "url(" not in (await anybody.get("/api/docs.css")).text
