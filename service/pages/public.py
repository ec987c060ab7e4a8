"""Pages for everybody: the calls, one call, and the three pages that the law asks for."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.pages.render import page
from service.views import calls, lists
from service.views.lists import Filters

Answer = Response[Any]


@get("/", opt={"action": PUBLIC})
async def home(request: AnyRequest) -> Answer:
    """The calls, open ones first."""
    return page(request, "home.html", {"calls": await calls.calls(actor_of(request))})


@get("/appels/{slug:str}", opt={"action": PUBLIC})
async def call(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """One call: what it asks for, how it judges, when it closes."""
    actor = actor_of(request)
    found = await calls.call(actor, slug)
    mine = await lists.proposals(actor, Filters(call=slug, status="draft", mine=True)) if actor.account else None
    return page(request, "call.html", {"call": found, "drafts": mine.items if mine else ()})


@get("/appels/{slug:str}/formulaire", opt={"action": PUBLIC})
async def blank_form(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Every question of a call, to prepare one's answers."""
    return page(request, "blank_form.html", {"call": await calls.call(actor_of(request), slug)})


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


routes = [home, call, blank_form, legal_notice, personal_data, accessibility]
