"""A pilot with a canary in a text of each kind; its partner is public."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from service.domain.actor import Actor
from service.operations import pilots
from service.operations.pilots import MeasureContent, MilestoneContent, PilotContent, PilotReviewContent

PUBLISHED = 3  # of the four proposals


class Planter(Protocol):
    """A world in the making: its clock, and where canaries are from."""

    at: datetime

    def plant(self, kind: str, number: int | str = "") -> str:
        """A new one."""

    def later(self) -> datetime:
        """A moment later."""


async def try_out(officer: Actor, applicant: Actor, proposal: UUID, world: Planter) -> None:
    """Described, with a milestone, a measure and a review."""
    day = world.at.date() - timedelta(days=1)
    what = PilotContent("Mairie de Valmont", f"Équipe {world.plant('team', PUBLISHED)}", "Délai")
    await pilots.describe_pilot(officer, proposal, what, 1, now=world.later())
    reached = MilestoneContent("Jalon", day, day, f"Preuve {world.plant('evidence', PUBLISHED)}")
    await pilots.plan_milestone(officer, proposal, reached, now=world.later())
    measured = MeasureContent(day, 1.0, f"Source {world.plant('source', PUBLISHED)}")
    await pilots.add_measure(applicant, proposal, measured, now=world.later())
    held = PilotReviewContent("investigation", "go", f"Motifs {world.plant('pilotreview', PUBLISHED)}")
    await pilots.hold_review(officer, proposal, held, now=world.later())
