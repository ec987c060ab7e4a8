"""The relay: what was committed in PostgreSQL reaches Temporal, and the mails leave, whatever was down meanwhile.

It holds nothing: what is to be done is read from the rows each time, so a lost wake-up costs a second, and any number
of relays may run. Nothing it does is an acknowledgement of anything.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from temporalio.client import Client

from forms import local_day
from service import clock, housekeeping, logs
from service.notify.gathering import gather
from service.notify.outbox import drain
from service.operations import batches, documents, rosters
from service.operations.rechecking import recheck_calls, recheck_untraced
from service.operations.tallying import tally_stale
from service.patience import BATCH, OUTAGES, Patience, all_of, forgiving, one_by_one
from service.settings import Settings
from service.starting import CALL, carry, poke, poke_call, poke_closed, start_drawing
from service.store import backlog
from service.store.conflicts import untraced
from service.store.database import rows
from service.store.hearing import hear, heed_cancellation

log = logs.logger(__name__)

MAILS = 50  # of one round
READ = 5000  # rows looked at in one round
BREATH = 0.02  # seconds: commits that come together are one round
CALM = 1.0  # the same for what nobody waits for: a second's proposals are looked at together, which costs half
SLOWEST = 5.0  # seconds between two rounds while something is down: what is back is soon noticed
LOST = timedelta(minutes=10)  # then its drawing is begun again, unless it still goes on
RUNNING = "WorkflowType = 'ProposalWorkflow' AND ExecutionStatus = 'Running'"


class Relay:
    """One worker's relay. `client` may be lazy: what needs no Temporal goes on without it."""

    def __init__(self, settings: Settings, client: Client) -> None:
        self._settings = settings
        self._client = client
        self._unseen: Patience[tuple[UUID, int, bool]] = Patience(2.0)
        self._missed: Patience[UUID] = Patience(30.0, 300.0)
        self._queued: Patience[UUID] = Patience(5.0)
        self._lost: Patience[UUID] = Patience(60.0, 600.0)
        self._batches: Patience[UUID] = Patience(5.0)
        self._calls: Patience[UUID] = Patience(5.0, 60.0)
        self._untraced: Patience[UUID] = Patience(5.0, 600.0)
        self._short = False
        self._wakings: list[tuple[tuple[str, ...], asyncio.Event]] = []

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(hear(self._settings.database_url, "relay", self.wake))
            group.create_task(self._forever(self.relay, 1.0, "proposal", "job"))
            group.create_task(self._forever(self.send_mails, 1.0, "mail"))
            group.create_task(self._forever(self.gather_mails, 10.0))
            group.create_task(self._forever(self.begin_batches, 5.0, "batch"))
            group.create_task(self._forever(self.guide_calls, 5.0, "call"))
            group.create_task(self._forever(self.sweep, 10.0))
            group.create_task(self._forever(self.recover, 10.0))
            group.create_task(self._forever(self.apply_lists, 2.0))
            group.create_task(self._forever(self.count_reviews, 30.0))
            group.create_task(self._forever(self.find_conflicts, 5.0, "proposal", breath=CALM))
            group.create_task(self._forever(self.keep_house, 3600.0))

    async def relay(self) -> None:
        """One round: poke the proposals that have an unseen entry, have the queued documents drawn."""
        now = asyncio.get_running_loop().time()
        unseen = await backlog.unseen(READ)
        queued = await documents.waiting_jobs(READ)
        pokes = self._unseen.due(((line["id"], line["last_seq"], line["closed"]) for line in unseen), now)
        jobs = self._queued.due((line["id"] for line in queued), now)
        with forgiving(self._unseen, self._queued):
            await all_of(
                poke_closed(self._client, proposal)
                if closed
                else poke(self._client, self._settings.task_queue, proposal)
                for proposal, _, closed in pokes
            )
            await all_of(start_drawing(self._client, self._settings.documents_queue, job) for job in jobs)

    async def sweep(self) -> None:
        """One round: poke the proposals that should have gone on, have lost drawings begun again."""
        now = clock.now()
        missed = [line["id"] for line in await backlog.missed(now, READ)]
        missed += await backlog.fed(local_day(now), READ)
        lost = await rows(
            "SELECT id FROM job WHERE status = 'running' AND started_at < {} ORDER BY started_at LIMIT {}",
            now - LOST,
            BATCH,
        )
        chosen = self._missed.due(iter(missed), asyncio.get_running_loop().time())
        with forgiving(self._missed):
            await all_of(poke(self._client, self._settings.task_queue, proposal) for proposal in chosen)
            await all_of(start_drawing(self._client, self._settings.documents_queue, line["id"]) for line in lost)

    async def begin_batches(self) -> None:
        """One round: have the batches that are not finished carried on."""
        waiting = self._batches.due(await batches.waiting_batches(BATCH), asyncio.get_running_loop().time())
        with forgiving(self._batches):
            await all_of(carry(self._client, self._settings.task_queue, batch) for batch in waiting)

    async def guide_calls(self) -> None:
        """One round: poke the calls of which something is new, or should have happened."""
        waiting = [*await backlog.calls_unseen(BATCH), *await backlog.calls_missed(clock.now(), BATCH)]
        chosen = self._calls.due(dict.fromkeys(waiting), asyncio.get_running_loop().time())
        with forgiving(self._calls):
            await all_of(poke_call(self._client, self._settings.task_queue, call) for call in chosen)

    async def recover(self) -> None:
        """One round: poke every open proposal where Temporal has lost workflows, its database with them.

        Twice in a row, because what has just begun or ended may not be counted yet.
        """
        open_and_seen = await backlog.opened_and_seen()
        async with asyncio.timeout(CALL):
            running = await self._client.count_workflows(RUNNING)
        short, self._short = self._short, running.count < open_and_seen
        if not (short and self._short):
            return
        chosen = self._lost.due(await backlog.opened(), asyncio.get_running_loop().time())
        log.warning("workflows_lost", running=running.count, proposals=open_and_seen, poked=len(chosen))
        with forgiving(self._lost):
            await all_of(poke(self._client, self._settings.task_queue, proposal) for proposal in chosen)

    async def apply_lists(self) -> None:
        """One round: lists of experts that somebody had applied, or that a stop cut short."""
        await rosters.apply_begun(clock.now())

    async def find_conflicts(self) -> None:
        """One round: conflicts of interest of what was submitted since."""
        chosen = self._untraced.due(await untraced("true"), asyncio.get_running_loop().time())
        with forgiving(self._untraced):
            await recheck_untraced(chosen, clock.now())
        if len(chosen) == BATCH:
            self.wake("proposal")  # there may be more than one round looks at

    async def send_mails(self) -> None:
        """One round of the outbox."""
        if await drain(self._settings, clock.now(), MAILS) == MAILS:
            self.wake("mail")  # there may be more than one round sends

    async def gather_mails(self) -> None:
        """One round: what is told together and has waited long enough."""
        if await gather(clock.now()):
            self.wake("mail")

    async def count_reviews(self) -> None:
        """Count the reviews that no operation has counted."""
        await tally_stale(clock.now())

    async def keep_house(self) -> None:
        """Drop what has had its time, have ready what will be asked for."""
        now = clock.now()
        await one_by_one(
            *(partial(act, now) for act in (housekeeping.forget, recheck_calls, housekeeping.drop_removed)),
            housekeeping.drop_disposed,
            *(partial(act, now) for act in (housekeeping.drop_unsent, housekeeping.drop_uploads)),
            *(partial(act, now) for act in (housekeeping.erase_discarded, housekeeping.sweep_objects)),
            partial(housekeeping.ready_packs, now),
        )

    async def _forever(
        self, act: Callable[[], Awaitable[None]], pause: float, *concerned: str, breath: float = BREATH
    ) -> None:
        """Run rounds, `pause` seconds apart or when the database says what concerns them; more rarely while something
        is down."""
        waking, wait = asyncio.Event(), pause
        self._wakings.append((concerned, waking))
        while True:
            waking.clear()
            try:
                await act()
                wait = pause
            except Exception as error:
                heed_cancellation()
                wait = max(pause, min(2 * wait, SLOWEST))
                known = isinstance(error, OUTAGES)
                log.warning(
                    "relay_failed", act=act.__name__, error=type(error).__name__, again=wait, exc_info=not known
                )
                await asyncio.sleep(wait)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await waking.wait()
                await asyncio.sleep(breath)

    def wake(self, said: str = "") -> None:
        """Begin the next round now of what is concerned: "proposal", "job", "mail"; everything for ""."""
        for concerned, waking in self._wakings:
            if said in concerned or (concerned and not said):
                waking.set()
