"""Pages for everybody: the calls, one call, and the three pages that the law asks for."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from service.doors.caching import kept
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.pages.presenting import PAGES
from service.pages.render import page, said_of
from service.views import calls, lists
from service.views.lists import Filters

Answer = Response[Any]


@get("/", opt={"action": PUBLIC})
async def home(request: AnyRequest) -> Answer:
    """The calls, open ones first."""
    return page(request, "home.html", {"calls": await calls.calls(actor_of(request))})


@get("/appels/{slug:str}", opt={"action": PUBLIC})
async def call(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """One call: what it asks for, how it goes on, when it closes."""
    actor = actor_of(request)
    mine = await lists.proposals(actor, Filters(call=slug, status="draft", mine=True)) if actor.account else None
    return await _part(request, slug, "", drafts=mine.items if mine else ())


@get("/appels/{slug:str}/criteres", opt={"action": PUBLIC})
async def criteria(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What is verified and scored, level by level."""
    return await _part(request, slug, "criteres")


@get("/appels/{slug:str}/formulaire", opt={"action": PUBLIC})
async def blank_form(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Every question of a call with its conditions and limits, to prepare one's answers."""
    return await _part(request, slug, "formulaire")


@get("/appels/{slug:str}/regles", opt={"action": PUBLIC})
async def rules(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The committee's rules of procedure."""
    return await _part(request, slug, "regles")


@get("/appels/{slug:str}/donnees", opt={"action": PUBLIC})
async def data(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """What is collected, what for, who reads it, for how long, and one's rights."""
    return await _part(request, slug, "donnees")


async def _part(request: AnyRequest, slug: str, part: str, **more: Any) -> Answer:
    found = await calls.call(actor_of(request), slug)
    template, shown = PAGES[part]

    def draw() -> Answer:
        return page(request, template, {"call": found, **shown(found.content), **more})

    return kept(request, draw, found.edition, found.state, found.closes_at, said_of(request))


@get("/mentions-legales", opt={"action": PUBLIC})
async def legal_notice(request: AnyRequest) -> Answer:
    """Who publishes this site."""
    return page(request, "legal/notice.html")


@get("/donnees-personnelles", opt={"action": PUBLIC})
async def personal_data(request: AnyRequest) -> Answer:
    """What is done with personal data, in general and by each call."""
    actor = actor_of(request)
    every = [await calls.call(actor, line.slug) for line in await calls.calls(actor)]
    return page(request, "legal/data.html", {"calls": every})


@get("/accessibilite", opt={"action": PUBLIC})
async def accessibility(request: AnyRequest) -> Answer:
    """The accessibility statement."""
    return page(request, "legal/accessibility.html")


routes = [home, call, criteria, blank_form, rules, data, legal_notice, personal_data, accessibility]
