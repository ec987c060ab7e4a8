"""The officer’s board: whom each proposal waits for, each seat, the work of each expert."""

from collections.abc import AsyncIterator

from reports.tables.model import Column, Kind, Row, by_column
from service.domain.policy import Action
from service.pages.boarding import THEN, WHOM, round_of, standing_of_seat, wanted_of
from service.pages.tables.source import Batches, Source, Wanted, fixed, in_batches
from service.views import cursors, workloads
from service.views.awaited import all_awaited
from service.views.heat import whole_heat

FLAG, LIST, MOMENT, NUMBER = Kind.FLAG, Kind.LIST, Kind.MOMENT, Kind.NUMBER


_AWAITED = fixed(
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("stage", "Étape"),
    Column("whom", "Attendu"),
    Column("since", "Depuis", MOMENT),
    Column("due_at", "Échéance", MOMENT),
    Column("late", "En retard", FLAG),
    Column("then", "Ensuite"),
    Column("given", "Évaluations remises", NUMBER),
    Column("wanted", "Évaluations voulues", NUMBER),
    Column("experts", "Évaluateurs attendus", LIST),
)


async def _awaited(wanted: Wanted) -> AsyncIterator[Row]:
    async for line in all_awaited(wanted.actor, wanted.call.slug, wanted_of(wanted.asked)):
        yield (
            *(line.reference, line.title, line.stage_name, WHOM[line.whom], line.since, line.due_at, line.late),
            *(THEN.get(line.then, ""), line.given, line.wanted),
            tuple(seat.name for seat in line.seats if seat.state != "done"),
        )


_SEATS = fixed(
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("place", "Place", NUMBER),
    Column("expert", "Évaluateur"),
    Column("standing", "État"),
    Column("total", "Total", NUMBER),
    Column("proposal_total", "Total de la candidature", NUMBER),
    Column("spread", "Écart", NUMBER),
)


async def _seats(wanted: Wanted) -> AsyncIterator[Row]:
    """A line for each seat of each proposal, empty ones too."""
    number, incomplete = round_of(wanted.asked), wanted.asked.get("manque", "") == "oui"
    async for line, _ in whole_heat(wanted.actor, wanted.call.slug, number, incomplete=incomplete):
        for place, cells in enumerate(line.cells, start=1):
            for cell in cells or (None,):
                said = (cell.seat.name, standing_of_seat(cell), cell.total) if cell else ("", "Place libre", None)
                yield (line.reference, line.title, place, *said, line.total, line.spread)


_WORK = fixed(
    Column("name", "Évaluateur"),
    Column("email", "Adresse électronique"),
    Column("organisation", "Organisme"),
    Column("asked", "Sollicitations", NUMBER),
    Column("waiting", "Sans réponse encore", NUMBER),
    Column("silent", "dont relancées", NUMBER),
    Column("writing", "En cours", NUMBER),
    Column("late", "dont en retard", NUMBER),
    Column("done", "Remises", NUMBER),
    Column("left", "Déclinées", NUMBER),
    Column("dropped", "Dessaisies", NUMBER),
    Column("since", "En attente depuis", MOMENT),
    Column("due_at", "Prochaine échéance", MOMENT),
    Column("days", "Délai moyen (jours)", NUMBER),
    Column("effect", "Effet (points)", NUMBER),
    Column("low", "Effet, borne basse", NUMBER),
    Column("high", "Effet, borne haute", NUMBER),
)


async def _work(wanted: Wanted) -> Batches:
    slug = wanted.call.slug
    async for page in cursors.pages(lambda cursor: workloads.workloads(wanted.actor, slug, cursor, workloads.MOST)):
        yield by_column([_worked(one) for one in page.items])


def _worked(one: workloads.Workload) -> Row:
    effect = one.severity if one.severity is not None and not one.severity.alone else None
    return (
        *(one.name, one.email, one.organisation, one.asked, one.waiting, one.silent, one.writing, one.late),
        *(one.done, one.left, one.dropped, one.since, one.due_at, one.days),
        *((effect.effect, effect.low, effect.high) if effect else (None, None, None)),
    )


AWAITED = Source(
    "attentes",
    "En attente",
    "Qui est attendu sur chaque candidature, depuis quand, et ce qui suit.",
    Action.CALL_BOARD,
    "/gestion/{slug}/tableau",
    _AWAITED,
    lambda wanted: in_batches(_awaited(wanted)),
    ("attente", "retard", "evaluateur", "etape", "q"),
)
SEATS = Source(
    "places",
    "Places d’évaluation",
    "Qui occupe chaque place de chaque candidature, et où en est l’évaluation.",
    Action.CALL_BOARD,
    "/gestion/{slug}/tableau/evaluations",
    _SEATS,
    lambda wanted: in_batches(_seats(wanted)),
    ("tour", "manque"),
)
WORK = Source(
    "charges",
    "Travail des évaluateurs",
    "Ce que chaque évaluateur a reçu, rendu et garde en retard, et sa sévérité.",
    Action.CALL_BOARD,
    "/gestion/{slug}/tableau/evaluateurs",
    _WORK,
    _work,
)
