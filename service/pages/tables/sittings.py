"""The agenda of sittings with what the committee thought of each item, and the decisions, published or not yet."""

from collections.abc import Iterator
from uuid import UUID

from reports.committee import BALLOTS, CHOICES, OPINIONS
from reports.tables.model import Column, Kind, Row, by_column
from service.domain.policy import Action
from service.pages.french import NBSP
from service.pages.inputs import uuids
from service.pages.meeting import STATES
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.views import calls, ranking, sittings
from service.views.sittings import Item, SittingView, VoteView

FLAG, LIST, MOMENT, NUMBER = Kind.FLAG, Kind.LIST, Kind.MOMENT, Kind.NUMBER
_COUNTS = ("votes_for", "against", "abstained")

_AGENDA = fixed(
    Column("sitting", "Séance", NUMBER),
    Column("starts_at", "Date", MOMENT),
    Column("number", "Point", NUMBER),
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("organisation", "Organisme"),
    Column("recused", "Vous n’y prenez pas part", FLAG, asked=True),
    Column("away", "Déports", LIST),
    Column("opinion", "Avis du comité"),
    Column("outcome", "Issue"),
    Column("vote", "Scrutin n°", NUMBER),
    Column("kind", "Forme du scrutin"),
    Column("votes_for", "Pour", NUMBER),
    Column("against", "Contre", NUMBER),
    Column("abstained", "Abstentions", NUMBER),
    Column("voters", "Membres présents ou représentés", NUMBER, asked=True),
    Column("needed", "Quorum", NUMBER, asked=True),
    Column("ballots", "Votes", LIST, asked=True),
    Column("lacked", "Faute de quorum", FLAG, asked=True),
    Column("apart", "À examiner seule", FLAG, asked=True),
)


async def _agenda(wanted: Wanted) -> Batches:
    """Of the sitting that is asked for, or of all that the reader may know of, the first one first."""
    asked = wanted.asked.get("seance", "")
    known = (await sittings.sittings(wanted.actor, wanted.call.slug)).items
    chosen = set(uuids([asked])) if asked else {one.id for one in known}
    for line in sorted(known, key=lambda one: one.number):
        if line.id in chosen:
            found = await sittings.sitting(wanted.actor, line.id, wanted.call.slug, alone=True)
            yield by_column([_item(found, one, votes) for one, votes in _voted(found)])


def _voted(found: SittingView) -> Iterator[tuple[Item, VoteView | None]]:
    """Each item with the last vote on it that was closed."""
    last: dict[UUID, VoteView] = {}
    for vote in found.votes:
        if vote.state == "closed":
            last |= dict.fromkeys(vote.items, vote)
    for one in found.items:
        yield one, last.get(one.proposal) if one.proposal is not None else None


def _item(found: SittingView, one: Item, vote: VoteView | None) -> Row:
    figures = (vote.figures if vote else None) or {}
    return (
        *(found.number, found.starts_at, one.number, one.reference, one.title, one.organisation, one.recused, one.away),
        *(OPINIONS.get(one.opinion, ""), one.outcome_name),
        *((vote.number, BALLOTS[vote.kind]) if vote else (None, "")),
        *(figures.get(name) for name in (*_COUNTS, "voters", "needed")),
        tuple(f"{given.name}{NBSP}: {CHOICES[given.choice]}" for given in vote.given if given.choice) if vote else (),
        *(one.lacked, one.apart),
    )


_PENDING = fixed(
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("organisation", "Organisme"),
    Column("decision", "Décision"),
    Column("correction", "Rectificative", FLAG),
    Column("decided_at", "Décision prise le", MOMENT),
    Column("author", "Signataire"),
    Column("capacity", "En qualité de"),
    Column("delegation", "Acte de délégation"),
    Column("checked", "Lettre relue", FLAG),
    Column("reasons", "Motifs", asked=True),
)


async def _pending(wanted: Wanted) -> Batches:
    found = await ranking.pending(wanted.actor, wanted.call.slug)
    yield by_column(
        [
            (
                *(one.reference, one.title, one.organisation, one.decision_name, one.correction, one.decided_at),
                *(one.author_name, one.capacity, one.delegation, one.checked, one.reasons),
            )
            for one in found
        ]
    )


_DECIDED = fixed(
    Column("reference", "Référence"),
    Column("title", "Titre"),
    Column("organisation", "Organisme"),
    Column("decision", "Décision"),
    Column("published_at", "Publiée le", MOMENT),
    Column("in_force", "En vigueur", FLAG),
    Column("correction", "Rectificative", FLAG),
    Column("decided_at", "Décision prise le", MOMENT),
    Column("author", "Signataire"),
    Column("capacity", "En qualité de"),
    Column("delegation", "Acte de délégation"),
    Column("round", "Tour", NUMBER, asked=True),
    Column("reasons", "Motifs", asked=True),
)


async def _decided(wanted: Wanted) -> Batches:
    found = await ranking.decided(wanted.actor, wanted.call.slug)
    yield by_column(
        [
            (
                *(one.reference, one.title, one.organisation, one.decision_name, one.published_at, one.in_force),
                *(one.correction, one.decided_at, one.author_name, one.capacity, one.delegation, one.round),
                one.reasons,
            )
            for one in found
        ]
    )


_SITTINGS = fixed(
    Column("number", "Séance", NUMBER),
    Column("starts_at", "Date", MOMENT),
    Column("length", "Durée prévue, en minutes", NUMBER),
    Column("state", "État"),
    Column("place", "Lieu"),
    Column("link", "Visioconférence", asked=True),
    Column("items", "Points", NUMBER),
    Column("called", "Vous y êtes convoqué", FLAG, asked=True),
    Column("shared", "Commune aussi à", LIST, asked=True),
)


async def _sittings(wanted: Wanted) -> Batches:
    known = (await sittings.sittings(wanted.actor, wanted.call.slug)).items
    titles = {one.slug: one.title.fr for one in await calls.calls(wanted.actor)}
    yield by_column(
        [
            (
                *(one.number, one.starts_at, one.length, STATES[one.state][0], one.place, one.link),
                *(None if one.state == "prepared" else one.items, one.called),
                tuple(titles[slug] for slug in one.shared),
            )
            for one in sorted(known, key=lambda one: one.number)
        ]
    )


SITTINGS = Source(
    "seances",
    "Séances du comité",
    "Les séances de l’appel, tenues et à venir, avec leur date, leur lieu et leur état.",
    Action.SITTING_READ,
    "/comite/{slug}/seances",
    _SITTINGS,
    _sittings,
)
AGENDA = Source(
    "ordre-du-jour",
    "Ordres du jour et avis",
    "Les points de chaque séance du comité, les déports, les scrutins et les avis rendus.",
    Action.SITTING_READ,
    "/comite/{slug}/seances",
    _AGENDA,
    _agenda,
    ("seance",),
)
PENDING = Source(
    "decisions",
    "Décisions à publier",
    "Les décisions prises qui attendent leur publication, avec leur auteur et sa qualité.",
    Action.CALL_PUBLISH_DECISIONS,
    "/comite/{slug}/publication",
    _PENDING,
    _pending,
)
DECIDED = Source(
    "decisions-publiees",
    "Décisions publiées",
    "Les décisions publiées de l’appel, avec leur auteur, sa qualité et leurs motifs.",
    Action.CALL_RANK,
    "/comite/{slug}",
    _DECIDED,
    _decided,
)
