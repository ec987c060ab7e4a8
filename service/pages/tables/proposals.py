"""The proposals of a call, one a line."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from forms import Edition, Field, kinds
from forms.process import STATUS_NAMES
from reports.tables.model import Column, Kind, Value, by_column
from service.domain.policy import Action
from service.pages.aloud import read_aloud
from service.pages.tables.source import Batches, Source, Wanted
from service.views import answered, cursors, lists
from service.views.answered import Given
from service.views.lists import Filters

FLAG, MOMENT, NUMBER = Kind.FLAG, Kind.MOMENT, Kind.NUMBER
# What a spreadsheet may count or sort by; every other answer is told in words.
_KINDS: dict[type, Kind] = {
    **dict.fromkeys((kinds.Integer, kinds.DecimalNumber, kinds.Money, kinds.Percentage, kinds.Computed), Kind.NUMBER),
    kinds.YesNo: Kind.FLAG,
    kinds.Date: Kind.DAY,
}
_NONE = (kinds.Explanation, kinds.File)  # no answers, or none in words

_STANDING = (
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


def _answered(content: Edition) -> list[Field]:
    return [field for field in content.form.fields if not isinstance(field, _NONE)]


def _columns(content: Edition) -> tuple[Column, ...]:
    """How each proposal stands, and each question of the form."""
    return _STANDING + tuple(
        Column(f"answer_{field.id}", field.label.fr, _KINDS.get(type(field), Kind.TEXT), asked=True, group="Réponses")
        for field in _answered(content)
    )


def _told(field: Field, given: Given | None) -> Value:
    """What was answered, as the column of `field` takes it. It is read by the form that it was given on."""
    asked = given.form.field(field.id) if given is not None else None
    value = given.answers.get(field.id) if given is not None and asked is not None else None
    if asked is None or value is None:
        return None
    match _KINDS.get(type(field), Kind.TEXT):
        case Kind.NUMBER:
            return value if isinstance(value, int | float) else None
        case Kind.FLAG:
            return value if isinstance(value, bool) else None
        case Kind.DAY:
            return _day(value)
        case _:
            return read_aloud(asked, value)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


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
    fields = _answered(wanted.call.content)
    asked_for = any(column.startswith("answer_") for column in wanted.columns)
    async for page in cursors.pages(lambda cursor: lists.proposals(wanted.actor, filters, cursor, lists.MOST)):
        told: Mapping[UUID, Given] = {}
        if asked_for:
            told = await answered.answers_given(wanted.actor, [one.id for one in page.items])
        lines = [
            (
                *(one.reference, one.title, one.organisation, STATUS_NAMES[one.status].fr, one.stage_name),
                *(one.submitted_at, one.due_at, one.late, one.reviews, one.wanted, one.total, one.spread),
                *(names.get(one.pending, one.pending), str(one.id)),
                *[_told(field, told.get(one.id)) for field in fields],
            )
            for one in page.items
        ]
        yield by_column(lines)


PROPOSALS = Source(
    "candidatures",
    "Candidatures",
    "Où en est chaque candidature déposée, ses délais, ses évaluations, ses réponses.",
    Action.CALL_LIST_PROPOSALS,
    "/gestion/{slug}",
    _columns,
    _proposals,
    ("etape", "statut", "q", "retard"),
)
