"""The conflicts of interest of a call: who with which proposal, why, and what an officer made of it."""

from reports.tables.model import Column, Kind, Row, by_column
from service.domain.policy import Action
from service.pages.grounds import badge, reason
from service.pages.reviewers import ASSIGNMENTS
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.views.conflicts import CallConflict, known_of_call

FLAG, MOMENT = Kind.FLAG, Kind.MOMENT
_COLUMNS = fixed(
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("expert", "Évaluateur"),
    Column("email", "Adresse électronique", asked=True),
    Column("why", "Pourquoi"),
    Column("strength", "Degré"),
    Column("stands", "Fait obstacle", FLAG),
    Column("listed", "Place de l’évaluateur"),
    Column("created_at", "Depuis le", MOMENT),
    Column("declared", "Ce qu’en dit l’évaluateur"),
    Column("dismissed_at", "Écarté le", MOMENT),
    Column("dismissed_by", "Écarté par", asked=True),
    Column("dismissal", "Motif de l’agent"),
    Column("confirmed_at", "Confirmé le", MOMENT, asked=True),
    Column("confirmed_by", "Confirmé par", asked=True),
)


async def _rows(wanted: Wanted) -> Batches:
    async for some in known_of_call(wanted.actor, wanted.call.slug):
        yield by_column([_line(wanted, one) for one in some])


def _line(wanted: Wanted, one: CallConflict) -> Row:
    told = one.conflict
    return (
        *(one.reference, one.title, told.name, one.email, reason(told, wanted.call.content.form), badge(told)[0]),
        *(told.stands, ASSIGNMENTS.get(told.listed, ("", ""))[0], told.created_at, told.reason),
        *(told.dismissed_at, told.dismissed_by, told.dismissal, told.confirmed_at, told.confirmed_by),
    )


CONFLICTS = Source(
    "conflits",
    "Conflits d’intérêts",
    "Les conflits trouvés ou déclarés, candidature par candidature, avec ce qu’il en a été décidé.",
    Action.CALL_BOARD,
    "/gestion/{slug}/experts",
    _COLUMNS,
    _rows,
)
