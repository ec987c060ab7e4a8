"""The relay: what was committed in PostgreSQL reaches Temporal, and the mails leave, whatever was down meanwhile.

It holds nothing: what is to be done is read from the rows each time, so a lost wake-up costs a second, and any number
of relays may run. Nothing it does is an acknowledgement of anything.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable
from datetime import timedelta
from functools import partial
from typing import Generic, TypeVar, cast
from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from forms import local_day
from service import clock, housekeeping, logs
from service.notify.gathering import gather
from service.notify.outbox import drain
from service.operations import batches, documents, process, rosters
from service.operations.rechecking import recheck_calls, recheck_untraced
from service.operations.tallying import tally_stale
from service.settings import Settings
from service.starting import CALL, TASK, carry, poke_call, start_drawing
from service.store import backlog, database
from service.store.conflicts import untraced
from service.store.database import rows
from service.store.hearing import hear, heed_cancellation
from workflows.messages import Look
from workflows.names import proposal_workflow
from workflows.proposal import ProposalWorkflow

log = logs.logger(__name__)

MAILS = 50  # of one round
READ, BATCH, AT_ONCE = 5000, 200, 10  # rows looked at, things done in one round, calls at the same time
BREATH = 0.02  # seconds: commits that come together are one round
SLOWEST = 5.0  # seconds between two rounds while something is down: what is back is soon noticed
LOST = timedelta(minutes=10)  # a drawing lasts five minutes at most
OUTAGES = (RPCError, RuntimeError, *database.OUTAGES)  # a lazy client that cannot connect raises RuntimeError
# What Temporal answers about one workflow, not about itself: too many signals in one run, say.
OF_ONE = (RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.OUT_OF_RANGE)
RUNNING = "WorkflowType = 'ProposalWorkflow' AND ExecutionStatus = 'Running'"

T = TypeVar("T", bound=Hashable)


class Patience(Generic[T]):
    """When to try each thing again: at once what is new, ever more rarely what nothing comes of. Times in seconds."""

    def __init__(self, first: float, longest: float = 60.0) -> None:
        self._first = first
        self._longest = longest
        self._tried: dict[T, tuple[float, float]] = {}

    def due(self, things: Iterable[T], now: float) -> list[T]:
        """Those to try now, a batch at most; each counts as tried."""
        self._tried = {thing: (at, pause) for thing, (at, pause) in self._tried.items() if at + self._longest > now}
        ripe = [thing for thing in things if thing not in self._tried or self._tried[thing][0] <= now]
        chosen = sorted(ripe, key=lambda thing: thing in self._tried)[:BATCH]  # what fails again keeps nobody waiting
        for thing in chosen:
            pause = min(2 * self._tried[thing][1], self._longest) if thing in self._tried else self._first
            self._tried[thing] = (now + pause, pause)
        return chosen

    def forget(self) -> None:
        """Everything may be tried at once: what was down is back."""
        self._tried.clear()


async def poke(client: Client, queue: str, proposal: UUID, *, anew: bool = False) -> None:
    """Tell a proposal's workflow to look, starting it where there is none. Carries nothing; safe to repeat.

    `anew`: in the place of the one that runs, which holds nothing that its successor could not read again.
    """
    async with asyncio.timeout(CALL):
        await client.start_workflow(
            ProposalWorkflow.run,
            str(proposal),
            id=proposal_workflow(proposal),
            task_queue=queue,
            task_timeout=TASK,
            id_conflict_policy=(
                WorkflowIDConflictPolicy.TERMINATE_EXISTING if anew else WorkflowIDConflictPolicy.UNSPECIFIED
            ),
            start_signal="poke",
        )


async def poke_closed(client: Client, proposal: UUID) -> None:
    """Tell the workflow of a proposal whose process is over, if one still runs; none is started for it."""
    async with asyncio.timeout(CALL):
        try:
            await client.get_workflow_handle(proposal_workflow(proposal)).signal("poke")
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await process.look(Look(str(proposal), clock.now()))


async def all_of(acts: Iterable[Awaitable[None]]) -> None:
    """Do them all, some at a time; raises the first failure when no more is in flight.

    What Temporal refuses of one workflow alone is logged, and the others go on.
    """
    waiting = list(acts)
    for start in range(0, len(waiting), AT_ONCE):
        ends = await asyncio.gather(*waiting[start : start + AT_ONCE], return_exceptions=True)
        failures = [end for end in ends if isinstance(end, BaseException) and not _of_one(end)]
        if failures:
            for left in waiting[start + AT_ONCE :]:
                cast(Coroutine[None, None, None], left).close()
            raise failures[0]


async def one_by_one(*acts: Callable[[], Awaitable[object]]) -> None:
    """Do them all in turn; raises the first failure when each was tried."""
    failures: list[Exception] = []
    for act in acts:
        try:
            await act()
        except Exception as error:
            heed_cancellation()
            if failures:  # the first is logged by whoever hears of it
                log.warning("also_failed", error=type(error).__name__, exc_info=not isinstance(error, OUTAGES))
            failures.append(error)
    if failures:
        raise failures[0]


def _of_one(failure: BaseException) -> bool:
    """Log a failure that says nothing about the servers: a refusal of one call, or a fault of ours."""
    if isinstance(failure, RPCError) and failure.status in OF_ONE:
        log.error("workflow_not_told", status=failure.status.name, said=failure.message)
        return True
    if isinstance(failure, OUTAGES) or not isinstance(failure, Exception):
        return False
    log.error("workflow_not_told", error=type(failure).__name__, exc_info=failure)
    return True


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
            group.create_task(self._forever(self.find_conflicts, 5.0, "proposal"))
            group.create_task(self._forever(self.keep_house, 3600.0))

    async def relay(self) -> None:
        """One round: poke the proposals that have an unseen entry, have the queued documents drawn."""
        now = asyncio.get_running_loop().time()
        unseen = await backlog.unseen(READ)
        queued = await documents.waiting_jobs(READ)
        pokes = self._unseen.due(((line["id"], line["last_seq"], line["closed"]) for line in unseen), now)
        jobs = self._queued.due((line["id"] for line in queued), now)
        try:
            await all_of(
                poke_closed(self._client, proposal)
                if closed
                else poke(self._client, self._settings.task_queue, proposal)
                for proposal, _, closed in pokes
            )
            await all_of(start_drawing(self._client, self._settings.documents_queue, job) for job in jobs)
        except OUTAGES:
            self._unseen.forget()
            self._queued.forget()
            raise

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
        try:
            await all_of(poke(self._client, self._settings.task_queue, proposal) for proposal in chosen)
            await all_of(start_drawing(self._client, self._settings.documents_queue, line["id"]) for line in lost)
        except OUTAGES:
            self._missed.forget()
            raise

    async def begin_batches(self) -> None:
        """One round: have the batches that are not finished carried on."""
        waiting = self._batches.due(await batches.waiting_batches(BATCH), asyncio.get_running_loop().time())
        try:
            await all_of(carry(self._client, self._settings.task_queue, batch) for batch in waiting)
        except OUTAGES:
            self._batches.forget()
            raise

    async def guide_calls(self) -> None:
        """One round: poke the calls of which something is new, or should have happened."""
        waiting = [*await backlog.calls_unseen(BATCH), *await backlog.calls_missed(clock.now(), BATCH)]
        chosen = self._calls.due(dict.fromkeys(waiting), asyncio.get_running_loop().time())
        try:
            await all_of(poke_call(self._client, self._settings.task_queue, call) for call in chosen)
        except OUTAGES:
            self._calls.forget()
            raise

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
        try:
            await all_of(poke(self._client, self._settings.task_queue, proposal) for proposal in chosen)
        except OUTAGES:
            self._lost.forget()
            raise

    async def apply_lists(self) -> None:
        """One round: lists of experts that somebody had applied, or that a stop cut short."""
        await rosters.apply_begun(clock.now())

    async def find_conflicts(self) -> None:
        """One round: conflicts of interest of what was submitted since."""
        chosen = self._untraced.due(await untraced("true"), asyncio.get_running_loop().time())
        try:
            await recheck_untraced(chosen, clock.now())
        except OUTAGES:
            self._untraced.forget()
            raise
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

    async def _forever(self, act: Callable[[], Awaitable[None]], pause: float, *concerned: str) -> None:
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
                await asyncio.sleep(BREATH)

    def wake(self, said: str = "") -> None:
        """Begin the next round now of what is concerned: "proposal", "job", "mail"; everything for ""."""
        for concerned, waking in self._wakings:
            if said in concerned or (concerned and not said):
                waking.set()
