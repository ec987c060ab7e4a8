"""The experts of a call, with what they know and how much they take."""

from collections.abc import Mapping

from reports.tables.model import Column, Kind, by_column
from service.domain.languages import language_names
from service.domain.policy import Action
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.views import cursors
from service.views import experts as directory
from service.views.experts import ExpertFilters

DAY, FLAG, LIST, NUMBER = Kind.DAY, Kind.FLAG, Kind.LIST, Kind.NUMBER


_DIRECTORY = fixed(
    Column("name", "Nom"),
    Column("email", "Adresse électronique"),
    Column("organisation", "Organisme"),
    Column("headline", "Titre"),
    Column("keywords", "Mots-clés", LIST),
    Column("languages", "Langues", LIST),
    Column("active", "Compte ouvert", FLAG),
    Column("invited", "À répondre", NUMBER),
    Column("accepted", "En cours", NUMBER),
    Column("done", "Remises", NUMBER),
    Column("left", "Déclinées ou sans suite", NUMBER),
    Column("late", "En retard", NUMBER),
    Column("most_in_call", "Limite dans l’appel", NUMBER),
    Column("most", "Limite tous appels", NUMBER),
    Column("open", "En cours tous appels", NUMBER),
    Column("reviews", "Remises tous appels", NUMBER),
    Column("absent_until", "Absence jusqu’au", DAY),
    Column("teams", "Équipes", LIST),
)


def expert_filters(asked: Mapping[str, str]) -> ExpertFilters:
    """Those of the directory's page."""
    return ExpertFilters(
        asked.get("q", "").replace("\0", "")[:200],
        asked.get("mot", "").replace("\0", "")[:100],
        asked.get("langue", "").replace("\0", "")[:2],
        asked.get("libre", "") == "oui",
    )


async def _directory(wanted: Wanted) -> Batches:
    names, filters, slug = language_names(), expert_filters(wanted.asked), wanted.call.slug
    async for page in cursors.pages(
        lambda cursor: directory.experts(wanted.actor, slug, filters, cursor, directory.MOST)
    ):
        lines = [
            (
                *(one.name, one.email, one.organisation, one.headline, one.keywords),
                *(tuple(names.get(code, code) for code in one.languages), one.active),
                *(one.invited, one.accepted, one.done, one.left, one.late, one.load.most_in_call, one.load.most),
                *(one.load.open, one.reviews, one.absent_until, one.teams),
            )
            for one in page.items
        ]
        yield by_column(lines)


DIRECTORY = Source(
    "evaluateurs",
    "Évaluateurs",
    "Compétences, équipes, limites et absences de chaque évaluateur de l’appel.",
    Action.ACCOUNT_INVITE,
    "/gestion/{slug}/experts",
    _DIRECTORY,
    _directory,
    ("q", "mot", "langue", "libre"),
)
