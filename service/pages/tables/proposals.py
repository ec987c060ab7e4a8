"""The proposals of a call, one a line."""

from forms.process import STATUS_NAMES
from reports.tables.model import Column, Kind
from service.domain.policy import Action
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.views import lists
from service.views.lists import Filters

FLAG, MOMENT, NUMBER = Kind.FLAG, Kind.MOMENT, Kind.NUMBER


_PROPOSALS = fixed(
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("organisation", "Organisme"),
    Column("status", "État"),
    Column("stage", "Étape"),
    Column("submitted_at", "Déposée le", MOMENT),
    Column("due_at", "Échéance de l’étape", MOMENT),
    Column("late", "En retard", FLAG),
    Column("reviews", "Évaluations remises", NUMBER),
    Column("wanted", "Évaluations voulues", NUMBER),
    Column("total", "Total", NUMBER),
    Column("spread", "Écart", NUMBER),
    Column("pending", "Décision à publier", asked=True),
    Column("id", "Identifiant", asked=True),
)


async def _proposals(wanted: Wanted) -> Batches:
    asked = wanted.asked
    filters = Filters(
        call=wanted.call.slug,
        stage=asked.get("etape", ""),
        status=asked.get("statut", ""),
        q=asked.get("q", ""),
        late=asked.get("retard", "") == "oui",
        sort="reference",
    )
    names = {one.id: one.name.fr for stage in wanted.call.content.process.stages for one in stage.outcomes}
    cursor: str | None = None
    while True:
        page = await lists.proposals(wanted.actor, filters, cursor, lists.MOST)
        yield [
            (
                *(one.reference, one.title, one.organisation, STATUS_NAMES[one.status].fr, one.stage_name),
                *(one.submitted_at, one.due_at, one.late, one.reviews, one.wanted, one.total, one.spread),
                *(names.get(one.pending, one.pending), str(one.id)),
            )
            for one in page.items
        ]
        cursor = page.next
        if cursor is None:
            return


PROPOSALS = Source(
    "candidatures",
    "Candidatures",
    "Où en est chaque candidature déposée, ses délais, ses évaluations.",
    Action.CALL_LIST_PROPOSALS,
    "/gestion/{slug}",
    _PROPOSALS,
    _proposals,
    ("etape", "statut", "q", "retard"),
)
