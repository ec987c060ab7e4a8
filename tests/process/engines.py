"""What carries the processes of a trial while its actors act: the rules on paper, or the workers of a real Temporal."""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from temporalio.service import RPCError, RPCStatusCode

from service.starting import poke_closed
from service.store import backlog
from service.store.database import rows
from tests.process.ahead import Ahead
from tests.process.paper import Paper
from workflows.calls import CallWorkflow
from workflows.names import call_workflow, proposal_workflow

PATIENCE = 150.0
QUIET = 8  # looks in a row that find nothing new: a workflow that was told something acts within that time


class Engine(Protocol):
    """Time, and everything that happens by itself."""

    async def now(self) -> datetime:
        """This instant."""

    async def settle(self, proposals: list[UUID]) -> None:
        """Return when these have gone on as far as they can without anybody and without time."""

    async def advance(self, by: timedelta, proposals: list[UUID]) -> None:
        """Let time pass."""

    async def poke_call(self, call: UUID) -> None:
        """Tell the workflow of a call to look, starting it where there is none."""

    async def end(self, call: UUID, proposals: list[UUID]) -> None:
        """Nothing of a trial goes on: who comes next does not wait for its people."""


async def _unseen(proposals: list[UUID]) -> list[tuple[UUID, bool]]:
    found = await rows(
        "SELECT id, stage = '' AS closed FROM proposal WHERE id = ANY({}) AND status <> 'draft' AND seen_seq < last_seq"
        " ORDER BY id",
        proposals,
    )
    return [(line["id"], line["closed"]) for line in found]


class OnPaper:
    """The pure rules; the relay's part is done at once."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.began = paper.at

    async def now(self) -> datetime:
        """The instant that it was set to."""
        return self.paper.at

    async def settle(self, proposals: list[UUID]) -> None:
        """Poke as long as something is unseen."""
        await self.paper.settle()
        while unseen := await _unseen(proposals):
            for proposal, closed in unseen:
                if closed:
                    await self.paper.poke_closed(proposal)
                else:
                    self.paper.poke(proposal)
            await self.paper.settle()

    async def advance(self, by: timedelta, proposals: list[UUID]) -> None:
        """From one instant that somebody waits for to the next."""
        await self.paper.advance(self.paper.at + by)
        await self.settle(proposals)

    async def poke_call(self, call: UUID) -> None:
        """At once."""
        self.paper.poke(call, CallWorkflow)
        await self.paper.settle()

    async def end(self, call: UUID, proposals: list[UUID]) -> None:  # noqa: ARG002
        """Nobody waits, and the next trial begins when this one did: no date holds ten thousand years."""
        await self.paper.stop()
        self.paper.at = self.began


class OnTemporal:
    """Workers, and a server whose clock is set ahead."""

    def __init__(self, ahead: Ahead) -> None:
        self.ahead = ahead

    async def now(self) -> datetime:
        """The server's."""
        return await self.ahead.now()

    async def settle(self, proposals: list[UUID]) -> None:
        """Poke what is unseen until nothing is, nothing is due, and nothing has happened for a while."""
        before, quiet = await self._ends(proposals), 0
        async with asyncio.timeout(PATIENCE):
            while quiet < QUIET:
                unseen = await _unseen(proposals)
                for proposal, closed in unseen:
                    if closed:
                        await poke_closed(self.ahead.environment.client, proposal)
                    else:
                        await self.ahead.poke(proposal)
                await asyncio.sleep(0.03)
                due = {line["id"] for line in await backlog.missed(await self.now() + backlog.LATE, 10_000)}
                after = await self._ends(proposals)
                quiet = 0 if unseen or due & set(proposals) or after != before else quiet + 1
                before = after

    async def _ends(self, proposals: list[UUID]) -> list[int]:
        found = await rows("SELECT last_seq FROM proposal WHERE id = ANY({}) ORDER BY id", proposals)
        return [line["last_seq"] for line in found]

    async def advance(self, by: timedelta, proposals: list[UUID]) -> None:
        """The server skips to the next timer, and the next; a month at a time, as it answers within seconds or not."""
        while by:
            await self.settle(proposals)
            leap = min(by, timedelta(days=30))
            await self.ahead.sleep(leap)
            by -= leap
        await self.settle(proposals)

    async def poke_call(self, call: UUID) -> None:
        """As the relay does."""
        await self.ahead.poke_call(call)

    async def end(self, call: UUID, proposals: list[UUID]) -> None:
        """Their workflows are terminated, where they have not ended."""
        client = self.ahead.environment.client
        for workflow in (call_workflow(call), *map(proposal_workflow, proposals)):
            try:
                await client.get_workflow_handle(workflow).terminate("the trial is over")
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
