"""Temporal gone, its database gone, the worker killed: every proposal goes on, and nothing happens twice."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from service import clock
from service.operations import batches
from service.operations.batches import NewBatch
from service.operations.eligibility import Verdict
from service.settings import Settings
from service.store import objects
from service.store.database import row, transaction, value
from tests.process.call import Trial, all_seen, kinds, standing
from tests.process.real import OwnTemporal, client_of, relays, until, workers
from workflows.names import proposal_workflow

ROOT = Path(__file__).parents[2]


async def at_stage(proposal: UUID, stage: str) -> bool:
    return (await standing(proposal))[1] == stage


async def happened(proposal: UUID, kind: str, times: int = 1) -> bool:
    return (await kinds(proposal)).count(kind) >= times


@pytest.mark.long  # `tests/faults` deletes it at each run, under a whole service
async def test_temporal_deleted_in_the_middle_of_a_call(settings: Settings, database: None, tmp_path: Path) -> None:
    async with OwnTemporal(tmp_path / "own", settings) as own:
        trial = await Trial.publish(clock.now(), durations={"10wd": "PT15S", "P20D": "PT40S", "P60D": "PT80S"})
        async with workers(own.settings), relays(own.settings):
            waiting = await trial.submit(clock.now(), "Attend le délai")
            returned = await trial.submit(clock.now(), "À compléter")
            reviewed = await trial.submit(clock.now(), "En évaluation")
            await trial.check(returned, Verdict.RETURNED, clock.now())
            await trial.propose(reviewed, trial.experts[:2], clock.now())
            await trial.check(reviewed, Verdict.ELIGIBLE, clock.now())
            await until(partial(happened, reviewed, "expert_invited", 2))
            for proposal in (waiting, returned, reviewed):
                await until(partial(all_seen, proposal))
            await trial.accept(reviewed, trial.experts[0], clock.now())

            own.kill()
            own.forget()
            # People go on meanwhile.
            await trial.complete(returned, clock.now())
            await trial.review(reviewed, trial.experts[0], clock.now())
            late = await trial.submit(clock.now(), "Déposée pendant la panne")
            await own.start()

            # The one that nobody touches has no unseen entry: only the lost workflow tells.
            for proposal in (waiting, returned, late):
                await until(partial(happened, proposal, "deadline_passed"), 120)
            await until(partial(happened, reviewed, "expert_reminded"), 120)
            await trial.accept(reviewed, trial.experts[1], clock.now())
            await trial.review(reviewed, trial.experts[1], clock.now())
            await until(partial(at_stage, reviewed, "synthesis"))
        assert (await kinds(waiting))[2:] == ["deadline_passed"]
        assert (await kinds(returned))[2:] == ["eligibility_returned", "proposal_completed", "deadline_passed"]
        assert (await kinds(reviewed)).count("expert_invited") == 2


@contextmanager
def worker_process(environ: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`alliance worker`; whatever remains of it is killed at the end."""
    with log.open("ab") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "worker"],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdout=written,
            stderr=written,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def still_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that do not end within seconds; what only waits to be reaped by the system has ended."""
    _, left = psutil.wait_procs(processes, timeout=30)
    return [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


async def drawn(proposal: UUID) -> bool:
    return await jobs(proposal, "done") == 1


async def jobs(proposal: UUID, status: str) -> int:
    count: int = await value("SELECT count(*) FROM job WHERE proposal = {} AND status = {}", proposal, status)
    return count


@pytest.mark.long
async def test_a_killed_worker_is_replaced_and_leaves_no_process(
    servers: dict[str, str], settings: Settings, database: None, tmp_path: Path
) -> None:
    objects.configure(settings)
    trial = await Trial.publish(clock.now())
    log = tmp_path / "worker.log"
    with worker_process(servers, log) as first:
        proposal = await trial.submit(clock.now())
        await until(partial(drawn, proposal), 120)
        children = psutil.Process(first.pid).children(recursive=True)
        assert children, "documents are drawn in processes of their own"
        await trial.propose(proposal, trial.experts[:2], clock.now())
        await trial.check(proposal, Verdict.ELIGIBLE, clock.now())
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert await asyncio.to_thread(still_running, children) == []
    with worker_process(servers, log) as second:
        await until(partial(happened, proposal, "expert_invited", 2), 120)
        assert (await kinds(proposal)).count("stage_closed") == 1
        other = await trial.submit(clock.now())
        await until(partial(drawn, other), 120)
        children = psutil.Process(second.pid).children(recursive=True)
        began = asyncio.get_running_loop().time()
        second.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(second.wait, 10) == 0
        assert asyncio.get_running_loop().time() - began < 5
        assert await asyncio.to_thread(still_running, children) == []
    assert "Traceback" not in log.read_text(encoding="utf-8")
    handle = (await client_of(settings)).get_workflow_handle(proposal_workflow(proposal))
    await handle.terminate("the test is over")


async def test_a_worker_waits_for_a_temporal_that_is_not_there_yet(
    settings: Settings, database: None, tmp_path: Path
) -> None:
    own = OwnTemporal(tmp_path / "own", settings)
    try:
        async with workers(own.settings), relays(own.settings):
            trial = await Trial.publish(clock.now())
            proposal = await trial.submit(clock.now())
            await asyncio.sleep(2)
            assert not await all_seen(proposal)
            await own.start()
            await until(partial(all_seen, proposal), 120)
    finally:
        own.release()


@pytest.mark.long
async def test_a_batch_whose_worker_is_killed_does_nothing_twice(
    servers: dict[str, str], settings: Settings, database: None, tmp_path: Path
) -> None:
    """Killed in the middle of one proposal's act, which another transaction keeps waiting."""
    trial = await Trial.publish(clock.now(), experts=0)
    proposals = [await trial.submit(clock.now(), f"Projet {number}") for number in range(12)]
    new = NewBatch("extend", "Jours de fermeture.", "eligibility", until=clock.now() + timedelta(days=90))
    begun = await batches.begin_batch(trial.officer, trial.slug, new, now=clock.now())

    async def done(number: int) -> bool:
        found: int = await value("SELECT count(*) FROM batch_item WHERE batch = {} AND state = 'done'", begun.id)
        return found >= number

    log = tmp_path / "worker.log"
    with worker_process(servers, log) as first:
        async with transaction():
            await row("SELECT id FROM proposal WHERE id = {} FOR UPDATE", proposals[6])
            await asyncio.create_task(until(partial(done, 6), 60), context=Context())
            first.send_signal(signal.SIGKILL)
            first.wait()
    assert not await done(7)
    async with workers(settings), relays(settings):
        await until(partial(done, 12), 60)
    for proposal in proposals:
        assert (await kinds(proposal)).count("stage_extended") == 1
        assert await value("SELECT count(*) FROM steering WHERE proposal = {}", proposal) == 1
