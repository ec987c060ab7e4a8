"""Who is to review what: the pairs of a plan, each with its affinity and why; and the teams of a call."""

from collections.abc import Iterable
from typing import get_args

from reports.tables.model import Column, Kind, Row, by_column
from service.domain.policy import Action
from service.pages.french import typography
from service.pages.plans import because, plan_number
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.problems import NotFound
from service.views import cursors, planned, teams
from service.views.planned import PairView, PlannedProposal, Taker

FLAG, LIST, MOMENT, NUMBER = Kind.FLAG, Kind.LIST, Kind.MOMENT, Kind.NUMBER
MANY = 100  # proposals read at once
_KEPT = {"pin": "Fixé", "ban": "Écarté", "free": ""}

_PLAN = fixed(
    Column("plan", "Répartition n°", NUMBER, asked=True),
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("organisation", "Organisme"),
    Column("place", "Place"),
    Column("rank", "Rang", NUMBER),
    Column("taker", "Évaluateur ou équipe"),
    Column("team", "Équipe", FLAG, asked=True),
    Column("affinity", "Affinité, sur 100", NUMBER),
    Column("why", "Pourquoi"),
    Column("kept", "Votre choix"),
    Column("full", "Limite atteinte", FLAG, asked=True),
    Column("missing", "Évaluateurs qui manquent", NUMBER),
)


async def _plan(wanted: Wanted) -> Batches:
    """Of the plan that is asked for, or of the last one: which does not change while it is read."""
    asked, slug = wanted.asked, wanted.call.slug
    only = {code: code for code in get_args(planned.Only)}.get(asked.get("voir", ""), "")
    try:
        number = await planned.numbered(wanted.actor, slug, plan_number(asked.get("n", "")))
    except NotFound:  # no such plan: a table without lines
        return
    which = planned.Which(number, only, asked.get("q", ""))
    async for page in cursors.pages(lambda cursor: planned.planned(wanted.actor, slug, which, cursor, MANY)):
        yield by_column([line for item in page.items for line in _lines(number, item)])


def _lines(number: int, item: PlannedProposal) -> Iterable[Row]:
    """A proposal's pairs; one line where there is none, which says how many takers lack."""
    said = (number, item.proposal.reference, item.proposal.title, item.proposal.organisation)
    places = (("Évaluateur", item.seats), ("Remplaçant", item.reserves), ("Conviendrait aussi", item.alternatives))
    pairs = [(place, rank, pair) for place, many in places for rank, pair in enumerate(many, 1)]
    shown = {pair.taker.id for _, _, pair in pairs}
    banned = [one for one in item.banned if one.id not in shown]
    for place, rank, pair in pairs:
        yield (*said, place, rank, *_pair(pair), item.missing)
    for taker in banned:
        yield (*said, "", None, *_banned(taker), item.missing)
    if not pairs and not banned:
        yield (*said, "Personne", None, "", None, None, "", "", None, item.missing)


def _pair(pair: PairView) -> Row:
    affinity = max(0, round(100 * pair.affinity))
    return (
        *(pair.taker.name, pair.taker.team, affinity, typography(because(pair.reasons)), _KEPT.get(pair.kept, "")),
        pair.full,
    )


def _banned(taker: Taker) -> Row:
    return (taker.name, taker.team, None, "", _KEPT["ban"], None)


_TEAMS = fixed(
    Column("name", "Équipe"),
    Column("members", "Membres", LIST),
    Column("size", "Nombre de membres", NUMBER),
    Column("gone", "Membres qui ne sont plus évaluateurs de l’appel", LIST),
    Column("proposals", "Candidatures", NUMBER),
    Column("ended_at", "Dissoute le", MOMENT),
)


async def _teams(wanted: Wanted) -> Batches:
    found = await teams.teams(wanted.actor, wanted.call.slug)
    yield by_column(
        [
            (
                *(one.name, tuple(member.name for member in one.members), len(one.members)),
                *(tuple(member.name for member in one.members if not member.expert), one.proposals, one.ended_at),
            )
            for one in found.items
        ]
    )


PLAN = Source(
    "repartition",
    "Répartition",
    "Qui évaluerait chaque candidature selon la dernière répartition, qui le remplacerait, qui conviendrait aussi,"
    " avec l’affinité de chacun et ses raisons.",
    Action.CALL_PLAN,
    "/gestion/{slug}/repartition/candidatures",
    _PLAN,
    _plan,
    ("n", "voir", "q"),
)
TEAMS = Source(
    "equipes",
    "Équipes",
    "Les équipes d’évaluateurs de l’appel, leurs membres et le nombre de candidatures de chacune.",
    Action.TEAM_MANAGE,
    "/gestion/{slug}/equipes",
    _TEAMS,
    _teams,
)
