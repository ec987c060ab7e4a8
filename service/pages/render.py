"""Templates to answers: one environment, French typography, what every page shows around its content."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from litestar import MediaType, Response
from litestar.response import Redirect

from service import clock
from service.domain.actor import Actor, Role
from service.doors.people import AnyRequest, actor_of
from service.pages import (
    boarding,
    drawn,
    fields,
    french,
    grids,
    mails,
    meeting,
    piloting,
    reading,
    reviewers,
    wording,
)
from service.pages.door import fresh_key
from service.pages.faults import Fault, Said
from service.pages.said import SAID
from service.pages.static import address as static_address

TEMPLATES = Path(__file__).parent / "templates"
PRIVATE = {"Cache-Control": "no-store"}
Page = Response[str]


class Typography(Extension):
    """Puts the no-break spaces of French into templates when they are compiled: text between tags, and sentences that
    are handed to macros. Tags are left alone."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        in_tag = False
        for token in stream:
            if token.type == "string":
                yield Token(token.lineno, "string", french.typography(token.value))
            elif token.type == "data":
                text, in_tag = _outside_tags(token.value, in_tag=in_tag)
                yield Token(token.lineno, "data", text)
            else:
                yield token


def _outside_tags(html: str, *, in_tag: bool) -> tuple[str, bool]:
    """The same HTML with French spaces in its text; and whether it ends inside a tag."""
    parts = re.split(r"([<>])", html)
    made = []
    for part in parts:
        if part in ("<", ">"):
            in_tag = part == "<"
        made.append(part if in_tag or part in ("<", ">") else french.typography(part))
    return "".join(made), in_tag


class MenuEntry(msgspec.Struct, frozen=True):
    """One entry of the main menu; `here`: the page is in its part of the site."""

    label: str
    address: str
    here: bool


@functools.cache
def environment() -> Environment:
    """The only environment. What is undefined is an error, never an empty string."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # no look at each file of a page for each page: they change with the code
        extensions=[Typography, "jinja2.ext.do"],
    )
    made.globals["static"] = static_address
    made.globals["once"] = drawn.once
    made.globals["filled"] = drawn.filled
    made.globals["left"] = french.left
    made.globals["remaining"] = french.remaining
    made.globals["plural"] = french.plural
    made.globals["role_options"] = [(role.value, name) for role, name in wording.ROLES.items()]
    made.filters |= {
        "day": french.day,
        "moment": french.moment,
        "deadline": french.deadline,
        "hour": french.hour,
        "short_day": french.short_day,
        "number": french.number,
        "filesize": french.size,
        "duration": french.duration,
        "paragraphs": reading.paragraphs,
        "typo": french.typography,
        **fields.FILTERS,
        **grids.FILTERS,
        **reading.FILTERS,
        **wording.FILTERS,
        **reviewers.FILTERS,
        **boarding.FILTERS,
        **mails.FILTERS,
        **meeting.FILTERS,
        **piloting.FILTERS,
    }
    made.tests["address"] = reading.is_address
    made.tests["far_apart"] = grids.far_apart
    made.tests["fitted"] = reading.is_fitted
    made.globals["ui"] = made.get_template("dsfr/components.html").module
    made.globals["ask"] = made.get_template("dsfr/inputs.html").module
    return made


def menu(actor: Actor, path: str) -> tuple[MenuEntry, ...]:
    """Where a person may want to go. Each place checks rights itself: this is a sign-post, not a lock."""
    wanted = [("Appels à candidatures", "/", path == "/" or path.startswith("/appels"))]
    wanted.append(("Catalogue", "/catalogue", path.startswith("/catalogue")))
    if actor.account is not None:
        wanted.append(("Mes candidatures", "/candidatures", path.startswith("/candidatures")))
        if actor.calls(Role.EXPERT):
            wanted.append(("Mes évaluations", "/evaluations", path.startswith(("/evaluations", "/profil"))))
        if actor.calls(Role.OFFICER) or actor.has(Role.AUDITOR):
            wanted.append(("Instruction", "/gestion", path.startswith("/gestion")))
        if actor.calls(Role.COMMITTEE, Role.CHAIR, Role.AUTHORITY, Role.OFFICER) or actor.has(Role.AUDITOR):
            wanted.append(("Comité", "/comite", path.startswith("/comite")))
        if actor.has(Role.ADMIN):
            wanted.append(("Comptes", "/comptes", path.startswith("/comptes")))
    return tuple(MenuEntry(*entry) for entry in wanted)


def own_place(actor: Actor) -> str:
    """Where a person's work waits: the page that signing in leads to, unless they asked for another."""
    places = (
        (bool(actor.calls(Role.OFFICER)), "/gestion"),
        (bool(actor.calls(Role.COMMITTEE, Role.CHAIR, Role.AUTHORITY)), "/comite"),
        (bool(actor.calls(Role.EXPERT)), "/evaluations"),
        (actor.has(Role.ADMIN), "/comptes"),
        (actor.has(Role.AUDITOR), "/gestion"),
    )
    return next((address for here, address in places if here), "/candidatures")


def said_of(request: AnyRequest) -> Said | None:
    """The sentence of the act that led here, which the address names."""
    return SAID.get(request.query_params.get("fait", ""))


def page(
    request: AnyRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    errors: Sequence[Fault] = (),
    said: Said | None = None,
    headers: Mapping[str, str] | None = None,
) -> Page:
    """One HTML page. `errors` begin it and mark its title; `said` is the sentence that follows an act."""
    actor = actor_of(request)
    html = (
        environment()
        .get_template(template)
        .render(
            {
                "actor": actor,
                # An address that leads nowhere is answered before anybody is asked who they are.
                "asked_who": "user" in request.scope,
                "path": request.url.path,
                "menu": menu(actor, request.url.path),
                "now": clock.now(),
                "key": fresh_key(actor),
                "errors": errors,
                "said": said or said_of(request),
                **(context or {}),
            }
        )
    )
    return Response(html, media_type=MediaType.HTML, status_code=status, headers={**PRIVATE, **(headers or {})})


def see(address: str, done: str = "") -> Redirect:
    """Go there after an act that succeeded (303); `done` names the sentence that the page will say."""
    if done:
        path, _, anchor = address.partition("#")
        address = f"{path}{'&' if '?' in path else '?'}fait={done}{'#' + anchor if anchor else ''}"
    return Redirect(address, status_code=303)
