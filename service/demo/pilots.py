"""What has become of the first proposals that were accepted with a pilot."""

from datetime import datetime, timedelta
from uuid import UUID

from forms import local_day
from service.demo.advancing import advance
from service.demo.cast import Cast
from service.demo.progress import once
from service.domain.actor import Actor
from service.operations import pilots
from service.operations.pilots import (
    MeasureContent,
    MilestoneContent,
    PilotContent,
    PilotReviewContent,
)
from service.store.database import rows

DAY = timedelta(days=1)
FIRST = PilotContent(
    partner="Département de la Sambre-Aval, maison des solidarités",
    team="Une cheffe de projet du département, deux développeurs de l’équipe candidate, un agent d’accueil référent",
    indicator="Délai moyen de réponse à une demande",
    unit="jours",
    baseline=12.0,
    target=4.0,
)
SECOND = PilotContent("Préfecture de la région Rives-de-Loire", indicator="Demandes traitées sans relance", unit="%")
MEASURES = ((-13, 12.1), (-10, 11.6), (-7, 10.4), (-4, 9.1), (-1, 8.3))  # days from now
REASONS = (
    "L’investigation confirme le besoin : les agents passent un tiers de leur temps à reclasser des demandes. Le"
    " partenaire met deux sites à disposition. La construction peut commencer."
)


async def tell_pilots(cast: Cast, call: UUID, at: datetime, now: datetime) -> None:
    """Of the accepted proposals with a pilot, the first one has passed a review, the second is described."""
    found = await rows("SELECT proposal FROM pilot WHERE call = {} ORDER BY proposal", call)
    for line, content in zip(found, (FIRST, SECOND), strict=False):
        await once(pilots.describe_pilot, cast.officer(1), line["proposal"], content, 1, now=at + DAY)
        if content is FIRST:
            await _report(cast.officer(1), line["proposal"], at + DAY, now)
        await advance(line["proposal"], now)


async def _report(officer: Actor, proposal: UUID, at: datetime, now: datetime) -> None:
    today = local_day(now)
    told = now - DAY / 8
    for days, number in MEASURES:
        measured = MeasureContent(today + days * DAY, number, "Outil de suivi des demandes du département")
        await once(pilots.add_measure, officer, proposal, measured, now=told)
    begun = MilestoneContent("Entretiens avec vingt agents", local_day(at), local_day(at), "Synthèse des entretiens")
    await once(pilots.plan_milestone, officer, proposal, begun, now=told)
    for title, days in (("Mise en service sur deux sites", 45), ("Mesure de l’effet par le contrôle de gestion", 120)):
        ahead = MilestoneContent(title, today + days * DAY)
        await once(pilots.plan_milestone, officer, proposal, ahead, now=told)
    verdict = PilotReviewContent("investigation", "go", REASONS)
    await once(pilots.hold_review, officer, proposal, verdict, now=now - DAY / 9)
