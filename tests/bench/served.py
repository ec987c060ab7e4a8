"""A whole service to be measured: its processor time by part, its waiting times, and proposals by the thousand."""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import httpx
import psutil
from temporalio.client import Client

from service.identity import secrets
from service.settings import Settings
from service.store.database import DB, execute, rows, transaction, value
from tests.api.people import signed_in
from tests.support.house import House
from workflows.names import proposal_workflow
from workflows.proposal import ProposalWorkflow

Answer = TypeVar("Answer")

# What another row of the same table must have of its own; every other column is copied.
ITS_OWN = {
    "id": "gen_random_uuid()",
    "proposal": "copy.id",
    "subject_id": "copy.id",
    "reference": "source.reference || '-' || right(copy.id::text, 12)",
    "salt": "decode(md5(random()::text), 'hex')",
}
SOME = 2000  # copies of one transaction: a statement may take half a minute, on a busy machine too
# In the order in which they refer to each other.
OF_A_PROPOSAL = ("proposal", "answer", "attachment", "revision", "deadline", "job")


@asynccontextmanager
async def served() -> AsyncIterator[House]:
    """`alliance up` on fresh data, with its database connected; nothing is left of it."""
    house = House()
    try:
        await asyncio.to_thread(house.start)
        settings = settings_of(house)
        secrets.configure(settings.secret)
        await DB.connect(settings.database_url)
        try:
            yield house
        finally:
            await DB.disconnect()
    finally:
        await asyncio.to_thread(house.remove)


def settings_of(house: House) -> Settings:
    """Those that its parts run with."""
    return Settings.read(json.loads((house.data / "run" / "settings.json").read_bytes()))


@dataclass
class Load:
    """What the web process and the database spend, from `begin` on."""

    house: House
    before: tuple[float, float] = (0.0, 0.0)

    def begin(self) -> None:
        """What came before does not count."""
        self.before = self._spent()

    def cpu_ms(self, acts: int) -> tuple[float, float]:
        """Milliseconds of processor time of web and of database for each of so many acts, housekeeping included."""
        web, database = ((now - then) * 1000 / acts for now, then in zip(self._spent(), self.before, strict=True))
        return web, database

    def _spent(self) -> tuple[float, float]:
        """Seconds of processor time up to now. Of PostgreSQL also what its ended processes have spent."""
        web, root = (psutil.Process(self.house.pid(part)) for part in ("web", "postgres"))
        ended = root.cpu_times()
        database = sum(_cpu(one) for one in (root, *root.children(recursive=True)))
        return _cpu(web), database + ended.children_user + ended.children_system


def _cpu(process: psutil.Process) -> float:
    """One that has just ended is counted with its parent's ended ones, the next time at the latest."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


@dataclass
class Waits:
    """How long whoever asked has waited, in seconds, for each answer."""

    seconds: list[float] = field(default_factory=list)

    async def timed(self, act: Awaitable[Answer]) -> Answer:
        """The same, its time noted."""
        began = time.monotonic()
        answer = await act
        self.seconds.append(time.monotonic() - began)
        return answer

    def p95_ms(self) -> float:
        """What one wait in twenty exceeds, in milliseconds."""
        return statistics.quantiles(self.seconds, n=20)[-1] * 1000


@asynccontextmanager
async def crowd(address: str, number: int) -> AsyncIterator[list[httpx.AsyncClient]]:
    """So many new persons, each signed in with a client of their own."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(signed_in(address)) for _ in range(number)]


async def paced(act: Callable[[int], Awaitable[object]], instants: list[float]) -> None:
    """Begin act 0, 1, … at these seconds from now, however long the others take."""
    began = time.monotonic()

    async def one(number: int, instant: float) -> None:
        await asyncio.sleep(max(0.0, began + instant - time.monotonic()))
        await act(number)

    await asyncio.gather(*(one(number, instant) for number, instant in enumerate(instants)))


@asynccontextmanager
async def still(house: House) -> AsyncIterator[None]:
    """The worker stands still: nothing happens but what is measured, and proposals need no workflows."""
    assert house.process is not None
    keeper, worker = psutil.Process(house.process.pid), psutil.Process(house.pid("worker"))
    keeper.suspend()  # it would start another one
    worker.suspend()
    while await value(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"
        " AND datname = current_database())"
    ):  # it would keep its locks
        worker.resume()
        await asyncio.sleep(0.1)
        worker.suspend()
    try:
        yield
    finally:
        worker.resume()
        keeper.resume()


@asynccontextmanager
async def at_once(ids: list[UUID]) -> AsyncIterator[None]:
    """A transaction that writes many rows of these proposals: what triggers would keep of each is kept at its end."""
    kept = (
        "SELECT tgrelid::regclass || ' % TRIGGER ' || tgname AS what FROM pg_trigger JOIN pg_proc f ON f.oid = tgfoid"
        " WHERE f.proname IN ('agenda_of_proposal', 'agenda_of_part')"
    )
    async with transaction():
        triggers = [line["what"] for line in await rows(kept)]
        for one in triggers:
            await execute(f"ALTER TABLE {one.replace('%', 'DISABLE')}")
        yield
        await execute("DELETE FROM agenda WHERE proposal = ANY({})", ids)
        await execute(
            "INSERT INTO agenda SELECT n.* FROM unnest({}::uuid[]) AS p (id), LATERAL agenda_now(p.id) n", ids
        )
        await execute("SET CONSTRAINTS ALL IMMEDIATE")
        for one in triggers:
            await execute(f"ALTER TABLE {one.replace('%', 'ENABLE')}")


async def copies(house: House, source: UUID, number: int, *, asleep: bool = True) -> None:
    """So many more proposals like this one, in the tables that grow with each of them. Their workflows run and have
    nothing to see, unless the worker is `still`; their documents are drawn: they are only there."""
    ids = [uuid4() for _ in range(number)]
    if asleep:
        await _asleep(house, ids)  # first: the relay would take them for lost, and begin them again
    for start in range(0, number, SOME):
        await _copy(source, ids[start : start + SOME])
    await execute("VACUUM ANALYZE")  # not in the middle of what is measured


async def _copy(source: UUID, ids: list[UUID]) -> None:
    async with at_once(ids):
        await execute("CREATE TEMPORARY TABLE copy ON COMMIT DROP AS SELECT unnest({}::uuid[]) AS id", ids)
        for table in OF_A_PROPOSAL:
            own = ITS_OWN | ({"id": "copy.id", "seen_seq": "source.last_seq"} if table == "proposal" else {})
            at = "id" if table == "proposal" else "proposal"
            await _multiply(table, own, f"source.{at} = {{}}", source)
        await _multiply("trace", ITS_OWN | {"value": "source.value || copy.id"}, "source.proposal = {}", source)
        stream = f"proposal:{source}"
        own = {"name": "'proposal:' || copy.id", "stream": "'proposal:' || copy.id"}
        await _multiply("stream", own, "source.name = {}", stream)
        await _multiply("entry", own, "source.stream = {}", stream)


async def _asleep(house: House, ids: list[UUID]) -> None:
    """A workflow for each of these proposals, which begins to look long after what is measured."""
    settings = settings_of(house)
    client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    places = asyncio.Semaphore(20)

    async def one(proposal: UUID) -> None:
        async with places:
            await client.start_workflow(
                ProposalWorkflow.run,
                str(proposal),
                id=proposal_workflow(proposal),
                task_queue=settings.task_queue,
                start_delay=timedelta(days=30),
            )

    await asyncio.gather(*map(one, ids))


async def _multiply(table: str, own: dict[str, str], where: str, *values: object) -> None:
    """Each row that fits, once for every line of `copy`."""
    columns = [
        str(row["column_name"])
        for row in await rows(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = {} AND is_generated = 'NEVER'",
            table,
        )
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    taken = ", ".join(own.get(name, f'source."{name}"') for name in columns)
    source = f'"{table}" AS source, copy WHERE {where}'
    await execute(f'INSERT INTO "{table}" ({names}) SELECT {taken} FROM {source}', *values)  # noqa: S608  names above
