"""A committee of five with proposals before it, for tests of sittings."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from service.domain.actor import Actor, Role
from service.operations import sittings
from service.operations.seating import SittingContent
from service.operations.sittings import Convening, KeptSitting
from service.store.database import execute, rows
from tests.process.call import EDITION, Trial
from tests.support.people import person

START = datetime(2044, 4, 8, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SITS = START + 20 * DAY


class Committee:
    """The chair, four members, an officer; proposals that wait for them. `now` grows by a minute with each act."""

    trial: Trial
    members: list[Actor]
    proposals: list[UUID]
    at: datetime

    @staticmethod
    async def gather(
        proposals: int = 3,
        rules: str = "",
        now: datetime = START,
        variant: Path = EDITION,
        more: Sequence[tuple[str, str, str]] = (),
    ) -> "Committee":
        """`rules`: lines of process.toml's [committee]. `variant`: files in place of the edition's; `more`: other edits
        of them."""
        found = Committee()
        edits = [("process.toml", "[[stages]]", f"[committee]\n{rules}\n\n[[stages]]")] if rules else []
        found.trial = await Trial.publish(now, experts=1, edits=[*edits, *more], variant=variant)
        found.at = now
        found.members = [
            found.trial.chair,
            *[await person((Role.COMMITTEE, found.trial.call), name=f"Membre {n}") for n in range(1, 5)],
        ]
        found.proposals = []
        for number in range(proposals):
            found.proposals.append(await found.waiting(f"Projet {number + 1}"))
        return found

    async def waiting(self, title: str, stage: str = "committee", number: int = 1) -> UUID:
        """One more proposal, before the committee already, in that stage and round."""
        proposal = await self.trial.submit(self.now, title)
        await self.enter(proposal, stage, "committee", number)
        return proposal

    async def enter(self, proposal: UUID, stage: str, kind: str, number: int = 1) -> None:
        """It is in that stage, whatever lies between."""
        await execute(
            "UPDATE proposal SET stage = {}, stage_kind = {}, round = {}, visit = visit + 1, seen_seq = last_seq"
            " WHERE id = {}",
            *(stage, kind, number, proposal),
        )

    @property
    def officer(self) -> Actor:
        """Who prepares the sittings."""
        return self.trial.officer

    @property
    def chair(self) -> Actor:
        """Who is in the chair."""
        return self.members[0]

    @property
    def now(self) -> datetime:
        """A minute later."""
        self.at += timedelta(minutes=1)
        return self.at

    async def prepared(self, at: datetime = SITS) -> KeptSitting:
        """A sitting that nobody knows of."""
        content = SittingContent(at, 120, "Salle 4", "https://video.example/comite")
        return await sittings.open_sitting(self.officer, self.trial.slug, content, now=self.now)

    async def convened(self, at: datetime = SITS) -> KeptSitting:
        """A sitting that everybody is called to."""
        kept = await self.prepared(at)
        return await sittings.convene_sitting(self.officer, kept.id, Convening(), kept.version, now=self.now)


async def entries(sitting: UUID) -> list[str]:
    """What happened to a sitting."""
    found = await rows("SELECT kind FROM entry WHERE stream = {} ORDER BY seq", f"sitting:{sitting}")
    return [line["kind"] for line in found]
