"""Lists as files, of a call or of the whole service: which there are, one with its columns to choose, the file in the
format that is wanted."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from reports.tables.model import Column, Format, Table
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.tabling import chosen, send
from service.pages.render import page
from service.pages.tables.board import AWAITED, SEATS, WORK
from service.pages.tables.conflicts import CONFLICTS
from service.pages.tables.directory import DIRECTORY
from service.pages.tables.figures import FIGURES
from service.pages.tables.members import ACCOUNTS, MAILS_OF_ACCOUNTS
from service.pages.tables.pilots import PILOTS
from service.pages.tables.plans import PLAN, TEAMS
from service.pages.tables.proposals import PROPOSALS
from service.pages.tables.ranking import RANKING
from service.pages.tables.reviews import REVIEWS
from service.pages.tables.sittings import AGENDA, DECIDED, PENDING, SITTINGS
from service.pages.tables.source import Batches, Everywhere, Source, Wanted
from service.pages.tables.told import MAILS, QUESTIONS
from service.problems import NotFound
from service.views import calls

Answer = Response[Any]
_ALL = (
    PROPOSALS,
    AWAITED,
    REVIEWS,
    SEATS,
    WORK,
    DIRECTORY,
    TEAMS,
    PLAN,
    CONFLICTS,
    RANKING,
    SITTINGS,
    AGENDA,
    PENDING,
    DECIDED,
    PILOTS,
    FIGURES,
    MAILS,
    QUESTIONS,
)
TABLES = {one.name: one for one in _ALL}
WHOLE = {one.name: one for one in (ACCOUNTS, MAILS_OF_ACCOUNTS)}
FORMATS = (
    (Format.XLSX, "XLSX", "Excel et la plupart des tableurs"),
    (Format.ODS, "ODS", "LibreOffice et les tableurs ouverts"),
    (Format.CSV_FR, "CSV", "Texte, tel que les tableurs français l’ouvrent"),
    (Format.CSV, "CSV pour programmes", "Virgules, dates ISO 8601, noms techniques des colonnes"),
    (Format.JSON, "JSON", "Un objet par ligne, pour programmes"),
)


@get("/appels/{slug:str}/tables", opt={"action": SIGNED_IN})
async def listed(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The tables of a call that the person may have."""
    about = await calls.call(actor_of(request), slug)
    mine = [one for one in TABLES.values() if one.action in about.may]
    if not mine:
        raise NotFound
    return page(request, "staff/tables.html", {"call": about, "tables": mine})


@get("/appels/{slug:str}/tables/{name:str}", opt={"action": SIGNED_IN})
async def one(request: AnyRequest, slug: FromPath[str], name: FromPath[str]) -> Answer:
    """One table: the columns to choose from, the format; the filters of the list it comes from hold."""
    source, wanted = await _wanted(request, slug, name)
    title, base = wanted.call.content.call.title.fr, f"/appels/{slug}/tables"
    trail = [(title, f"/appels/{slug}"), ("Tables à télécharger", base)]
    columns, back = source.columns(wanted.call.content), source.page.format(slug=slug)
    return _choosing(request, source, columns, wanted.asked, {"base": base, "trail": trail, "of": title, "back": back})


@get("/appels/{slug:str}/tables/{name:str}/fichier", opt={"action": SIGNED_IN})
async def file(request: AnyRequest, slug: FromPath[str], name: FromPath[str]) -> Answer:
    """The file. Without a format, that of French spreadsheets; without columns, those that go without saying."""
    source, wanted = await _wanted(request, slug, name)
    title = f"{source.title} – {wanted.call.content.call.title.fr}"
    table, places = _table(request, Table(source.name, title, source.columns(wanted.call.content)))
    wanted = msgspec.structs.replace(wanted, columns=frozenset(column.id for column in table.columns))
    return _file(request, table, places, source.rows(wanted), f"{slug}-{source.name}")


async def _wanted(request: AnyRequest, slug: str, name: str) -> tuple[Source, Wanted]:
    """NotFound where there is no such table, or not for this person."""
    source = TABLES.get(name)
    if source is None:
        raise NotFound
    actor = actor_of(request)
    about = await calls.require_on_call(actor, slug, source.action)
    return source, Wanted(actor, about, _filters(request, source))


@get("/comptes/tables/{name:str}", opt={"action": Action.ACCOUNT_DISABLE})
async def one_of_all(request: AnyRequest, name: FromPath[str]) -> Answer:
    """One table of the whole service, in the same way."""
    source, asked = _of_all(request, name)
    about = {"base": "/comptes/tables", "trail": [("Comptes", "/comptes")], "of": "Service", "back": source.page}
    return _choosing(request, source, source.columns, asked, about)


@get("/comptes/tables/{name:str}/fichier", opt={"action": Action.ACCOUNT_DISABLE})
async def file_of_all(request: AnyRequest, name: FromPath[str]) -> Answer:
    """Its file."""
    source, asked = _of_all(request, name)
    table, places = _table(request, Table(source.name, source.title, source.columns))
    return _file(request, table, places, source.rows(actor_of(request), asked), source.name)


def _of_all(request: AnyRequest, name: str) -> tuple[Everywhere, Mapping[str, str]]:
    """NotFound where there is no such table, or not for this person."""
    source = WHOLE.get(name)
    if source is None:
        raise NotFound
    source.require(actor_of(request))
    return source, _filters(request, source)


def _filters(request: AnyRequest, source: Source | Everywhere) -> dict[str, str]:
    asked = request.query_params
    return {one: asked[one].replace("\0", "")[:200] for one in source.filters if asked.get(one)}


def _choosing(
    request: AnyRequest,
    source: Source | Everywhere,
    columns: Sequence[Column],
    asked: Mapping[str, str],
    about: Mapping[str, Any],
) -> Answer:
    """The page of a table. `about`: `base`, the address that its own is below; `trail` that leads to it; `of` which
    call, or of what; `back` to its list."""
    formats = [(code.value, name, hint) for code, name, hint in FORMATS]
    every = request.query_params.get("colonnes") == "toutes"
    context = {"source": source, "columns": columns, "formats": formats, "asked": asked, "every": every, **about}
    return page(request, "staff/table.html", context)


def _table(request: AnyRequest, whole: Table) -> tuple[Table, list[int]]:
    return chosen(whole, request.query_params.getall("colonne", []))


def _file(request: AnyRequest, table: Table, places: Sequence[int], batches: Batches, name: str) -> Answer:
    try:
        wanted = Format(request.query_params.get("format", Format.CSV_FR))
    except ValueError:
        wanted = Format.CSV_FR
    return send(table, places, batches, wanted, name)


routes = [listed, one, file, one_of_all, file_of_all]
