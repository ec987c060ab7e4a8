"""The relay: what was committed reaches the workflows, whatever was lost on the way."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest
import structlog
from structlog.testing import capture_logs
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from service import clock, logs, worker
from service.operations import submissions
from service.operations.eligibility import Verdict
from service.patience import AT_ONCE, OF_ONE
from service.relay import Relay
from service.settings import Settings
from service.starting import poke
from service.store.database import execute, rows, value
from service.store.hearing import hear
from tests.process.call import Trial, all_seen, kinds, standing
from tests.process.real import OwnTemporal, alone, client_of, relays, until, workers
from workflows.names import proposal_workflow

QUICK = {"10wd": "PT4S", "P14D": "PT2S", "P60D": "PT30S", "P20D": "PT20S", "5wd": "PT20S", "P30D": "PT20S"}


async def test_one_proposal_that_cannot_be_told_keeps_no_other_waiting(
    settings: Settings, database: None, tmp_path: Path
) -> None:
    async with OwnTemporal(tmp_path / "own", settings, "history.maximumSignalsPerExecution=3") as own:
        trial = await Trial.publish(clock.now(), experts=0)
        refused = await trial.submit(clock.now())
        client = await client_of(own.settings)
        for _ in range(3):
            await poke(client, own.settings.task_queue, refused)
        with pytest.raises(RPCError) as limit:
            await poke(client, own.settings.task_queue, refused)
        assert limit.value.status in OF_ONE
        others = [await trial.submit(clock.now()) for _ in range(2 * AT_ONCE)]
        await Relay(own.settings, client).relay()
        for proposal in others:
            assert (await client.get_workflow_handle(proposal_workflow(proposal)).describe()).history_length > 1


async def test_what_a_lost_poke_announced_is_seen(settings: Settings, database: None) -> None:
    trial = await Trial.publish(clock.now())
    proposal = await trial.submit(clock.now())
    async with workers(settings):
        relay = Relay(settings, await client_of(settings))
        assert not await all_seen(proposal)
        await relay.relay()
        await until(lambda: all_seen(proposal))
        await trial.check(proposal, Verdict.RETURNED, clock.now())
        assert not await all_seen(proposal)
        await relay.relay()
        await until(lambda: all_seen(proposal))


async def test_a_commit_wakes_the_relay_and_a_lost_connection_is_made_again(settings: Settings, database: None) -> None:
    relay = Relay(settings, await client_of(settings))
    woken = asyncio.Event()
    relay._wakings.append((("job",), woken))
    listening = asyncio.create_task(hear(settings.database_url, "relay", relay.wake))
    trial = await Trial.publish(clock.now(), experts=0)
    try:
        for _ in range(2):
            await asyncio.wait_for(woken.wait(), 60)  # when it begins to listen
            woken.clear()
            await trial.submit(clock.now())
            await asyncio.wait_for(woken.wait(), 60)
            await asyncio.sleep(0.1)
            woken.clear()
            connection = await asyncpg.connect(settings.database_url)
            ended = await connection.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%relay%'"
            )
            await connection.close()
            assert len(ended) == 1
    finally:
        listening.cancel()


async def test_a_closed_proposal_starts_no_workflow(settings: Settings, database: None) -> None:
    trial = await Trial.publish(clock.now())
    proposal = await trial.submit(clock.now())
    await submissions.withdraw_proposal(trial.applicant, proposal, now=clock.now())
    client = await client_of(settings)
    await Relay(settings, client).relay()
    assert await all_seen(proposal)
    with pytest.raises(RPCError) as refused:
        await client.get_workflow_handle(proposal_workflow(proposal)).describe()
    assert refused.value.status is RPCStatusCode.NOT_FOUND


async def test_a_withdrawal_reaches_a_workflow_that_runs(settings: Settings, database: None) -> None:
    trial = await Trial.publish(clock.now())
    proposal = await trial.submit(clock.now())
    async with workers(settings), relays(settings):
        await until(lambda: all_seen(proposal))
        await submissions.withdraw_proposal(trial.applicant, proposal, now=clock.now())
        handle = (await client_of(settings)).get_workflow_handle(proposal_workflow(proposal))

        async def ended() -> bool:
            return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

        await until(ended)
    assert await kinds(proposal) == ["draft_opened", "proposal_submitted", "proposal_withdrawn"]
    assert await standing(proposal) == ("withdrawn", "")


async def test_a_deadline_that_nobody_noticed_is_swept(settings: Settings, database: None) -> None:
    trial = await Trial.publish(clock.now() - timedelta(days=1), durations=QUICK)
    proposal = await trial.submit(clock.now() - timedelta(minutes=2))
    await execute("UPDATE proposal SET seen_seq = last_seq WHERE id = {}", proposal)  # as if it had been read, and lost
    async with workers(settings):
        relay = Relay(settings, await client_of(settings))
        await relay.sweep()
        await until(lambda: happened(proposal, "deadline_passed"))
    assert await kinds(proposal) == ["draft_opened", "proposal_submitted", "deadline_passed"]


async def test_an_answer_that_nobody_acted_upon_is_swept(settings: Settings, database: None) -> None:
    """As if an act of a run that had ended had read the entry, and no other run since."""
    trial = await Trial.publish(clock.now() - timedelta(days=1), experts=0)
    proposal = await trial.submit(clock.now() - timedelta(hours=1))
    async with workers(settings):
        relay = Relay(settings, await client_of(settings))
        await relay.relay()
        await until(lambda: all_seen(proposal))
        await trial.check(proposal, Verdict.INELIGIBLE, clock.now() - timedelta(minutes=2))
        await execute("UPDATE proposal SET seen_seq = last_seq WHERE id = {}", proposal)
        await relay.relay()
        assert await standing(proposal) == ("in_progress", "eligibility")
        await relay.sweep()
        await until(lambda: happened(proposal, "stage_closed"))


async def happened(proposal: UUID, kind: str, times: int = 1) -> bool:
    return (await kinds(proposal)).count(kind) >= times


async def test_queued_documents_are_drawn_once(settings: Settings, database: None) -> None:
    settings = await alone(settings)
    trial = await Trial.publish(clock.now())
    proposal = await trial.submit(clock.now())

    async def drawn() -> bool:
        return bool(await value("SELECT status = 'done' FROM job WHERE proposal = {}", proposal))

    async with workers(settings), relays(settings, 2, documents=True):
        await until(drawn)
    job = (await rows("SELECT * FROM job WHERE proposal = {}", proposal))[0]
    assert (job["attempts"], job["error"]) == (1, "")
    assert job["size"] > 1000


async def test_the_request_is_followed_into_the_worker(settings: Settings, database: None) -> None:
    settings = await alone(settings)
    trial = await Trial.publish(clock.now())

    async def done(documents: int) -> bool:
        drawn = await value("SELECT count(*) FROM job WHERE proposal = {} AND status = 'done'", proposal)
        unsent = await value(
            "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND NOT held AND data ->> 'proposal' = {}",
            str(proposal),
        )
        return bool(drawn == documents and unsent == 0)

    # Their tasks begin outside of any request, as in a process of their own.
    async with workers(settings), relays(settings, documents=True):
        with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as told:
            with logs.bind(request="r-17"):
                proposal = await trial.submit(clock.now())
            await until(partial(done, 1))
            with logs.bind(request="r-18"):
                await trial.check(proposal, Verdict.INELIGIBLE, clock.now())
            await until(partial(done, 2))
    about = [event for event in told if event.get("request", "").startswith("r-")]
    said = {(event["request"], event["event"], event.get("mail") or event.get("kind")) for event in about}
    assert said == {
        ("r-17", "document_drawn", "receipt"),
        ("r-17", "mail_sent", "receipt"),
        ("r-18", "stage_closed", None),
        ("r-18", "document_drawn", "letter"),
        ("r-18", "mail_sent", "letter"),
    }


async def test_two_relays_and_two_workers_do_everything_once(settings: Settings, database: None) -> None:
    trial = await Trial.publish(clock.now())
    async with workers(settings), workers(settings), relays(settings, 2):
        proposals = [await trial.submit(clock.now(), f"Projet {number}") for number in range(5)]
        for proposal in proposals:
            await trial.propose(proposal, trial.experts[:2], clock.now())
            await trial.check(proposal, Verdict.ELIGIBLE, clock.now())
        for proposal in proposals:
            await until(partial(happened, proposal, "expert_invited", 2))
            for expert in trial.experts[:2]:
                await trial.accept(proposal, expert, clock.now())
                await trial.review(proposal, expert, clock.now())
        for proposal in proposals:
            await until(partial(happened, proposal, "stage_closed", 2))
            await trial.sum_up(proposal, clock.now())
        for proposal in proposals:
            await until(partial(happened, proposal, "stage_closed", 3))
            await trial.decide(proposal, "retained", clock.now())
        await trial.publish_decisions(clock.now())
        for proposal in proposals:
            await until(partial(happened, proposal, "stage_closed", 4))
    for proposal in proposals:
        assert await standing(proposal) == ("accepted", "pilot")
        assert sorted(await kinds(proposal)) == sorted(
            ["draft_opened", "proposal_submitted", "experts_proposed", "eligibility_eligible", "synthesis_submitted"]
            + ["expert_invited", "assignment_accepted", "review_submitted"] * 2
            + ["decision_taken", "decision_published"]
            + ["stage_closed"] * 4
        )


async def test_a_long_stage_starts_a_new_run_before_its_history_grows_heavy(
    settings: Settings, database: None, tmp_path: Path
) -> None:
    async with OwnTemporal(tmp_path / "own", settings, "limit.historyCount.suggestContinueAsNew=100") as own:
        trial = await Trial.publish(clock.now(), experts=0)
        proposal = await trial.submit(clock.now())
        client = await client_of(own.settings)
        handle = client.get_workflow_handle(proposal_workflow(proposal))
        async with workers(own.settings):
            await poke(client, own.settings.task_queue, proposal)
            first = (await handle.describe()).run_id

            async def another_run() -> bool:
                await poke(client, own.settings.task_queue, proposal)
                return (await handle.describe()).run_id != first

            await until(another_run)
            assert (await client.get_workflow_handle(handle.id, run_id=first).describe()).history_length < 200
            await trial.check(proposal, Verdict.INELIGIBLE, clock.now())
            await poke(client, own.settings.task_queue, proposal)
            await until(partial(happened, proposal, "stage_closed"))


async def test_poke_is_bounded_while_temporal_is_down(settings: Settings, database: None) -> None:
    trial = await Trial.publish(clock.now())
    proposal = await trial.submit(clock.now())
    nowhere = msgspec.structs.replace(settings, temporal_address="127.0.0.1:1")
    down = await worker.connect(nowhere, lazy=True)
    began = asyncio.get_running_loop().time()
    with pytest.raises((RuntimeError, TimeoutError)):
        await poke(down, settings.task_queue, proposal)
    assert asyncio.get_running_loop().time() - began < 30
