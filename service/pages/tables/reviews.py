"""The reviews of a call as last submitted, one a line, with each score and comment."""

from collections.abc import Mapping, Sequence
from typing import Any

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
        Column("confidence", "Degré de certitude", asked=True),
        Column("recommendation", "Recommandation", asked=True),
        Column("comment", "Avis général"),
        *(Column(f"comment_{one.id}", f"Commentaire{NBSP}: {one.name.fr}", asked=True) for one in criteria),
        *(Column(f"confidential_{one.id}", f"Pour le comité{NBSP}: {one.name.fr}", asked=True) for one in criteria),
    )


# Columns of criteria begin with what they hold of a review, which by criterion is this part of it.
_BY_CRITERION = {"score": "scores", "comment": "comments", "confidential": "confidential"}


def _part(column: str) -> tuple[str, str | None]:
    """The part of a review that a column holds, and the criterion where it holds that one's alone."""
    kind, _, criterion = column.partition("_")
    return (_BY_CRITERION[kind], criterion) if criterion else (column, None)


def _told(column: str, said: Mapping[str, Sequence[Any]]) -> Sequence[Any]:
    part, criterion = _part(column)
    if criterion is None:
        return said[part]
    nothing = None if part == "scores" else ""
    return [one.get(criterion, nothing) for one in said[part]]


async def _reviews(wanted: Wanted) -> Batches:
    every = [column.id for column in _review_columns(wanted.call.content)]
    parts = {_part(column)[0] for column in wanted.columns}
    async for said in written.reviews_written(wanted.actor, wanted.call.slug, parts):
        yield [_told(column, said) if column in wanted.columns else () for column in every]


REVIEWS = Source(
    "evaluations",
    "Évaluations remises",
    "La note et le commentaire de chaque critère, une ligne par évaluation.",
    Action.CALL_BOARD,
    "/gestion/{slug}/tableau/evaluations",
    _review_columns,
    _reviews,
)
