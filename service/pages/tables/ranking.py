"""The committee’s list, in the order of the totals."""

from collections.abc import Awaitable, Mapping

from reports.tables.model import Column, Kind, Row, by_column
from service.domain.policy import Action
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.views import cursors, ranking

FLAG, NUMBER = Kind.FLAG, Kind.NUMBER


_RANKING = fixed(
    Column("rank", "Rang", NUMBER),
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("organisation", "Organisme"),
    Column("total", "Total", NUMBER),
    Column("median", "Médiane", NUMBER, asked=True),
    Column("spread", "Écart", NUMBER),
    Column("reviews", "Évaluations", NUMBER),
    Column("corrected", "Total corrigé", NUMBER),
    Column("low", "Total corrigé, borne basse", NUMBER, asked=True),
    Column("high", "Total corrigé, borne haute", NUMBER, asked=True),
    Column("recommendation", "Avis de la synthèse"),
    Column("decision", "Décision"),
    Column("published", "Publiée", FLAG),
)


async def _ranking(wanted: Wanted) -> Batches:

    def read(cursor: str | None) -> Awaitable[ranking.RankingView]:
        return ranking.ranking(wanted.actor, wanted.call.slug, cursor=cursor, limit=ranking.MOST)

    async for page in cursors.pages(read):
        names = {code: name for code, name, _ in page.outcomes}
        yield by_column([_ranked(one, names) for one in page.lines])


def _ranked(one: ranking.RankedLine, names: Mapping[str, str]) -> Row:
    corrected = one.correction
    return (
        *(
            one.rank,
            one.reference,
            one.title,
            one.organisation,
            one.summary.total,
            one.totals.median,
            one.totals.spread,
        ),
        one.summary.n,
        *((corrected.corrected, corrected.low, corrected.high) if corrected else (None, None, None)),
        *(names.get(one.recommendation, one.recommendation), one.decision_name, one.published),
    )


RANKING = Source(
    "classement",
    "Classement",
    "Les candidatures dans l’ordre de leur total, avec le total corrigé et la décision.",
    Action.CALL_RANK,
    "/comite/{slug}",
    _RANKING,
    _ranking,
)
