"""The public catalogue of retained solutions and pilots, and the same as open data."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from service.domain.piloting import Point
from service.doors.caching import kept
from service.doors.people import PUBLIC, AnyRequest
from service.pages import opening, piloting
from service.pages.feeds import ATOM, catalogue_feed
from service.pages.render import page
from service.settings import Settings
from service.views import catalogue as views

Answer = Response[Any]
FACET = "r-"  # before a question, in an address
IN_FEED = 100
FILTERS = ("q", "appel", "phase")


@get("/catalogue", opt={"action": PUBLIC})
async def listed(request: AnyRequest) -> Answer:
    """What was retained, by words, call and phase."""
    asked = {name: request.query_params.get(name, "").replace("\0", "")[:200] for name in FILTERS}
    asked["phase"] = asked["phase"] if asked["phase"] in piloting.PHASES else ""
    calls = {one.entry.call: one.entry.call_title for one in await views.everything()}
    facets = await views.facets(asked["appel"] or (next(iter(calls)) if len(calls) == 1 else ""))
    chosen = {one.field: request.query_params.get(f"{FACET}{one.field}", "")[:100] for one in facets}
    chosen = {field: option for field, option in chosen.items() if option}
    cursor = request.query_params.get("suite") or None
    found = await views.catalogue(asked["q"], asked["appel"], asked["phase"], cursor, answers=chosen)
    context = {
        "found": found,
        "asked": asked,
        "facets": facets,
        "chosen": chosen,
        "query": {name: said for name, said in asked.items() if said}
        | {f"{FACET}{field}": option for field, option in chosen.items()},
        "calls": sorted(calls.items(), key=lambda one: one[1]),
        "phases": [(code, name) for code, (name, _) in piloting.PHASES.items()],
        "further": bool(request.query_params.get("suite")),
    }
    return kept(request, lambda: page(request, "catalogue/list.html", context))


@get("/catalogue/{reference:str}", opt={"action": PUBLIC})
async def one(request: AnyRequest, reference: FromPath[str]) -> Answer:
    """One entry, at an address for good."""
    found = await views.entry(reference)
    pilot = found.entry.pilot
    points = tuple(Point(at.day, at.value) for at in pilot.measures) if pilot else ()
    context = {
        "entry": found.entry,
        "answers": [
            (field, said.value)
            for field, said in zip(found.fields, found.entry.answers, strict=True)
            if said.value not in (found.entry.title, found.entry.organisation)
        ],
        "curve": piloting.curve(points, pilot.baseline, pilot.target) if pilot else None,
    }
    return kept(request, lambda: page(request, "catalogue/entry.html", context))


@get("/catalogue.json", opt={"action": PUBLIC})
async def as_json(request: AnyRequest) -> Answer:
    """All of it, as its schema says."""
    every = await views.everything()
    return kept(request, lambda: Response(opening.as_json(every), media_type="application/json"))


@get("/catalogue.schema.json", opt={"action": PUBLIC})
async def schema(request: AnyRequest) -> Answer:
    """The JSON Schema of the file."""
    content = msgspec.json.encode(opening.schema(_address(request)))
    return kept(request, lambda: Response(content, media_type="application/schema+json"))


@get("/catalogue.csv", opt={"action": PUBLIC})
async def as_csv(request: AnyRequest) -> Answer:
    """All of it, one line for each entry."""
    every = await views.everything()
    return kept(request, lambda: Response(opening.as_csv(every), media_type="text/csv"))


@get("/catalogue.jsonld", opt={"action": PUBLIC})
async def as_dcat(request: AnyRequest) -> Answer:
    """What the files are, for portals of open data."""
    content = msgspec.json.encode(opening.as_dcat(_address(request), await views.everything()))
    return kept(request, lambda: Response(content, media_type="application/ld+json"))


@get("/catalogue.atom", opt={"action": PUBLIC})
async def atom(request: AnyRequest) -> Answer:
    """What was retained last (RFC 4287)."""
    entries = [one.entry for one in (await views.everything())[:IN_FEED]]
    content = catalogue_feed(_address(request), opening.TITLE, entries)
    return kept(request, lambda: Response(content, media_type=ATOM))


def _address(request: AnyRequest) -> str:
    settings: Settings = request.app.state.settings
    return settings.address


routes = [listed, one, as_json, schema, as_csv, as_dcat, atom]
