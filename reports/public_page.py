"""A page of a call's transparency export: parts as plain data, drawn by one template that needs nothing else."""

from pathlib import Path

import jinja2
from markupsafe import Markup
from msgspec import Struct

from reports import words
from reports.disclosed import Disclosure


class Link(Struct, frozen=True):
    """Another file of the export. `detail`: what it is, as « CSV »."""

    path: str
    label: str
    detail: str = ""


class Grid(Struct, frozen=True):
    """A table. `caption`: what a screen reader says of it first."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Section(Struct, frozen=True):
    """A part of a page; what it does not have is left out."""

    title: str
    texts: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    links: tuple[Link, ...] = ()


class Card(Struct, frozen=True):
    """A thing to read on the summary, and its forms."""

    title: str
    text: str
    links: tuple[Link, ...]


class Page(Struct, frozen=True):
    """One of them. `up`: the way to the summary, "" on the summary itself."""

    title: str
    lead: str
    sections: tuple[Section, ...]
    up: str = "index.html"
    cards: tuple[Card, ...] = ()


def paragraphs(text: str) -> tuple[str, ...]:
    """A text in its paragraphs."""
    return tuple(block.strip("\n") for block in text.replace("\r\n", "\n").split("\n\n") if block.strip())


def drawn(d: Disclosure, page: Page) -> bytes:
    """Its HTML."""
    return _pages.get_template("public.html").render(page=page, call=d.title, service=d.service).encode()


def _said(content: object) -> object:
    """Every text with the no-break spaces of French."""
    return words.glued(content) if isinstance(content, str) and not isinstance(content, Markup) else content


_pages = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    finalize=_said,
    trim_blocks=True,
    lstrip_blocks=True,
)
