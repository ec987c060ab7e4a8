"""What is read first of a package: one proposal, or a call, as one HTML page, which needs nothing else to be read."""

from datetime import datetime
from pathlib import Path

import jinja2
from msgspec import Struct

from reports import words
from reports.model import AnswerSection, Dossier


class Fact(Struct, frozen=True):
    """One line of the head of the page."""

    label: str
    text: str


class Piece(Struct, frozen=True):
    """A file of the package: where it is in there, what it is called and answers, its bytes and SHA-256. `note`: why it
    is not there, or what became of it."""

    path: str
    name: str
    about: str
    size: int
    sha256: str
    note: str = ""


class Said(Struct, frozen=True):
    """One message between applicant and service."""

    at: datetime
    who: str
    text: str


class ArchiveIndex(Struct, frozen=True, kw_only=True):
    """`dossier`: what its reader may read, for everything but the answers, which are all here. `answers`, as officers
    read them. `files`: submitted or sent; `documents`: drawn by the service. `guide`: what is where in the package;
    `home`: the way to its summary, "" for none."""

    dossier: Dossier
    facts: tuple[Fact, ...]
    guide: tuple[Fact, ...]
    answers: tuple[AnswerSection, ...]
    files: tuple[Piece, ...]
    documents: tuple[Piece, ...]
    messages: tuple[Said, ...]
    home: str = ""


class Listed(Struct, frozen=True):
    """A proposal in a bundle, and the way to its page."""

    path: str
    reference: str
    title: str
    organisation: str
    stage: str


class CallIndex(Struct, frozen=True, kw_only=True):
    """All of a call that its reader may read. `sittings`: title and way of each."""

    title: str
    facts: tuple[Fact, ...]
    guide: tuple[Fact, ...]
    sittings: tuple[Fact, ...]
    proposals: tuple[Listed, ...]


def render_call(index: CallIndex) -> str:
    """The first page of a call's bundle, in French."""
    return _pages.get_template("bundle.html").render(one=index)


def render_index(index: ArchiveIndex) -> str:
    """The page, in French."""
    return _pages.get_template("archive.html").render(one=index, d=index.dossier)


def _environment() -> jinja2.Environment:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(
        moment=words.moment,
        size=words.size,
        number=words.number,
        mean=lambda value: "–" if value is None else words.mean(value),
        marked=words.marked,
        kind=lambda content: type(content).__name__,
        fr=words.glued,
    )
    return pages


_pages = _environment()
