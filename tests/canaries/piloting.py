"""A pilot with a canary in a text of each kind; its partner is public."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from msgspec.structs import replace

from service.domain.actor import Actor
from service.domain.evidence import field_of
from service.domain.files import StoredFile
from service.operations import files, pilots
from service.operations.pilots import MeasureContent, MilestoneContent, PilotContent, PilotReviewContent
from service.store.ids import uuid7
from service.store.objects import store

TEXT = "text/plain"
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
    link = f"https://mairie.test/{world.plant('link', PUBLISHED)}"
    reached = MilestoneContent("Jalon", day, day, f"Preuve {world.plant('evidence', PUBLISHED)}", link)
    milestone = (await pilots.plan_milestone(officer, proposal, reached, now=world.later())).id
    file = StoredFile(uuid7(world.at), field_of(milestone), f"{world.plant('proof', PUBLISHED)}.txt", 6, "", TEXT)
    stored = await store().put_bytes(file.key, b"preuve")
    file = replace(file, sha256=stored.sha256)
    await files.add_attachment(applicant, proposal, file, now=world.later())
    measured = MeasureContent(day, 1.0, f"Source {world.plant('source', PUBLISHED)}")
    await pilots.add_measure(applicant, proposal, measured, now=world.later())
    held = PilotReviewContent("investigation", "go", f"Motifs {world.plant('pilotreview', PUBLISHED)}")
    await pilots.hold_review(officer, proposal, held, now=world.later())
