"""The pilots of a call, with where each one is."""

from reports.tables.model import Column, Kind, by_column
from service.domain.policy import Action
from service.pages.piloting import PHASES
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.views import cursors
from service.views import pilots as views

_PILOTS = fixed(
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("organisation", "Organisme"),
    Column("partner", "Partenaire public"),
    Column("phase", "Phase"),
    Column("began_at", "Commencé le", Kind.MOMENT),
    Column("next_review", "Prochaine revue", Kind.MOMENT),
    Column("convened", "Revue à tenir", Kind.FLAG),
    Column("indicator", "Indicateur"),
    Column("unit", "Unité"),
    Column("last", "Dernière mesure", Kind.NUMBER),
    Column("ended_at", "Terminé le", Kind.MOMENT),
    Column("outcome", "Résultat"),
)


async def _rows(wanted: Wanted) -> Batches:
    phase = wanted.asked.get("phase", "")
    phase, slug = phase if phase in PHASES else "", wanted.call.slug
    async for page in cursors.pages(lambda cursor: views.pilots(wanted.actor, slug, phase, cursor, views.MOST)):
        lines = [
            (
                *(one.reference, one.title, one.organisation, one.partner, PHASES[one.phase][0], one.began_at),
                *(one.next_review, one.convened, one.indicator, one.unit, one.last, one.ended_at, one.outcome_name),
            )
            for one in page.items
        ]
        yield by_column(lines)


PILOTS = Source(
    "pilotes",
    "Pilotes",
    "Phase, partenaire, indicateur et prochaine revue de chaque pilote de l’appel.",
    Action.CALL_BOARD,
    "/pilotes?appel={slug}",
    _PILOTS,
    _rows,
    ("phase",),
)
