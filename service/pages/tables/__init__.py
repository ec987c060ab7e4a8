"""Lists of a call as files: which there are, one with its columns to choose, the file in the format that is wanted."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from reports.tables.model import Format, Table
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.tabling import chosen, send
from service.pages.render import page
from service.pages.tables.board import AWAITED, SEATS, WORK
from service.pages.tables.conflicts import CONFLICTS
from service.pages.tables.directory import DIRECTORY
from service.pages.tables.figures import FIGURES
from service.pages.tables.pilots import PILOTS
from service.pages.tables.proposals import PROPOSALS
from service.pages.tables.ranking import RANKING
from service.pages.tables.reviews import REVIEWS
from service.pages.tables.sittings import AGENDA, DECIDED, PENDING, SITTINGS
from service.pages.tables.source import Source, Wanted
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
FORMATS = (
    (Format.XLSX, "XLSX", "Excel et la plupart des tableurs"),
    (Format.ODS, "ODS", "LibreOffice et les tableurs ouverts"),
    (Format.CSV_FR, "CSV", "texte, tel que les tableurs français l’ouvrent"),
    (Format.CSV, "CSV pour programmes", "virgules, dates ISO 8601, noms techniques des colonnes"),
    (Format.JSON, "JSON", "un objet par ligne, pour programmes"),
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
    return page(
        request,
        "staff/table.html",
        {
            "call": wanted.call,
            "source": source,
            "columns": source.columns(wanted.call.content),
            "formats": [(code.value, name, hint) for code, name, hint in FORMATS],
            "asked": wanted.asked,
            "back": source.page.format(slug=slug),
        },
    )


@get("/appels/{slug:str}/tables/{name:str}/fichier", opt={"action": SIGNED_IN})
async def file(request: AnyRequest, slug: FromPath[str], name: FromPath[str]) -> Answer:
    """The file. Without a format, that of French spreadsheets; without columns, those that go without saying."""
    source, wanted = await _wanted(request, slug, name)
    columns = source.columns(wanted.call.content)
    title = f"{source.title} – {wanted.call.content.call.title.fr}"
    table, places = chosen(Table(source.name, title, columns), request.query_params.getall("colonne", []))
    try:
        format_wanted = Format(request.query_params.get("format", Format.CSV_FR))
    except ValueError:
        format_wanted = Format.CSV_FR
    wanted = msgspec.structs.replace(wanted, columns=frozenset(column.id for column in table.columns))
    return send(table, places, source.rows(wanted), format_wanted, f"{slug}-{source.name}")


async def _wanted(request: AnyRequest, slug: str, name: str) -> tuple[Source, Wanted]:
    """NotFound where there is no such table, or not for this person."""
    source = TABLES.get(name)
    if source is None:
        raise NotFound
    actor, asked = actor_of(request), request.query_params
    about = await calls.require_on_call(actor, slug, source.action)
    filters = {one: asked[one].replace("\0", "")[:200] for one in source.filters if asked.get(one)}
    return source, Wanted(actor, about, filters)


routes = [listed, one, file]
