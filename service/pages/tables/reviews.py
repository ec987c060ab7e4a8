"""The reviews of a call as last submitted, one a line, with each score and comment."""

from forms import Criterion, Edition
from reports.tables.model import Column, Kind
from service.domain.policy import Action
from service.pages.french import NBSP
from service.pages.tables.source import Batches, Source, Wanted
from service.views import written

MOMENT, NUMBER = Kind.MOMENT, Kind.NUMBER


def _criteria(content: Edition) -> list[Criterion]:
    """Those of every round, each once."""
    grids = [content.grid_of(number) for number in range(1, content.process.rounds + 1)]
    return list({one.id: one for grid in grids for one in grid.criteria}.values())


def _review_columns(content: Edition) -> tuple[Column, ...]:
    criteria = _criteria(content)
    return (
        Column("reference", "Référence"),
        Column("title", "Titre"),
        Column("round", "Tour", NUMBER, asked=content.process.rounds == 1),
        Column("experts", "Évaluateur"),
        Column("at", "Remise le", MOMENT),
        Column("revision", "Version", NUMBER, asked=True),
        *(Column(f"score_{one.id}", one.name.fr, NUMBER) for one in criteria),
        Column("confidence", "Assurance", asked=True),
        Column("recommendation", "Avis", asked=True),
        Column("comment", "Commentaire d’ensemble"),
        *(Column(f"comment_{one.id}", f"Commentaire{NBSP}: {one.name.fr}", asked=True) for one in criteria),
        *(Column(f"confidential_{one.id}", f"Pour le comité{NBSP}: {one.name.fr}", asked=True) for one in criteria),
    )


async def _reviews(wanted: Wanted) -> Batches:
    ids = [one.id for one in _criteria(wanted.call.content)]
    whole = any(column.startswith(("comment_", "confidential_")) for column in wanted.columns)
    async for batch in written.reviews_written(wanted.actor, wanted.call.slug, whole=whole):
        yield [
            (
                *(one.reference, one.title, one.round, one.experts, one.at, one.revision),
                *[one.content.scores.get(name) for name in ids],
                *(one.content.confidence, one.content.recommendation, one.content.comments.get("", "")),
                *[one.content.comments.get(name, "") for name in ids],
                *[one.content.confidential.get(name, "") for name in ids],
            )
            for one in batch
        ]


REVIEWS = Source(
    "evaluations",
    "Évaluations remises",
    "La note et le commentaire de chaque critère, une ligne par évaluation.",
    Action.CALL_BOARD,
    "/gestion/{slug}/tableau/evaluations",
    _review_columns,
    _reviews,
)
