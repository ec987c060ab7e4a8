"""400 applicants submit, each with 1 MB, in the last two minutes of a call while 40 experts read: errors and waits."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from uuid import UUID

import httpx

from forms import examples
from service import clock
from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.store.database import execute
from tests.api.acting import EDITION, good
from tests.api.people import PDF, client, token_of
from tests.bench.figure import Figure
from tests.bench.served import Waits, crowd, paced, served
from tests.support.calls import fresh_call
from tests.support.people import person

APPLICANTS, EXPERTS, SECONDS = 400, 40, 120
THINKING = 3.0  # seconds that an expert looks at a page
AT_ONCE = 8  # while it is prepared
MEGABYTE = PDF + bytes(1_000_000 - len(PDF))
RANDOM = random.Random(20250519)  # noqa: S311  the same minutes each time

Person = httpx.AsyncClient


def measure() -> Figure:
    """A whole service on this machine, 2 cores shared with those who ask. An answer other than 2xx or 3xx ends it."""
    return asyncio.run(_measured())


async def _measured() -> Figure:
    async with served() as house, AsyncExitStack() as stack:
        call = await fresh_call("ami-2025")
        officer = await stack.enter_async_context(_member(house.address, call, Role.OFFICER))
        experts = [await stack.enter_async_context(_member(house.address, call, Role.EXPERT)) for _ in range(EXPERTS)]
        applicants = await stack.enter_async_context(crowd(house.address, APPLICANTS + EXPERTS // 2))
        drafts = await _prepared(applicants, call)
        reviews = await _reviewing(officer[0], experts, applicants[APPLICANTS:], drafts[APPLICANTS:])
        closes = clock.now() + timedelta(seconds=SECONDS)
        await execute("UPDATE call SET closes_at = {} WHERE id = {}", closes, call.call)
        waits = Waits()
        reading = [
            asyncio.create_task(_read(waits, expert, review))
            for (expert, _), review in zip(experts, reviews, strict=True)
        ]
        instants = sorted(RANDOM.uniform(0, SECONDS - 2) for _ in range(APPLICANTS))
        began = time.monotonic()
        await paced(lambda n: _submit(waits, applicants[n], drafts[n]), instants)
        took = time.monotonic() - began
        await _stopped(reading)
    slowest = max(waits.seconds) * 1000
    more = f"{len(waits.seconds)} requests in {took:.0f} s, no error, slowest {slowest:.0f} ms"
    return Figure(waits.p95_ms(), "ms p95", "under 1000 ms, no error", more)


@asynccontextmanager
async def _member(address: str, call: PublishedEdition, role: Role) -> AsyncIterator[tuple[Person, UUID]]:
    """Somebody who works on the call, with their account."""
    actor = await person((role, call.call))
    assert actor.account is not None
    async with client(address, await token_of(actor)) as found:
        yield found, actor.account


async def _prepared(applicants: list[Person], call: PublishedEdition) -> list[str]:
    """The path of a filled draft of each, everything but the first file."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(applicant: Person, number: int) -> str:
        async with gate:
            path = f"/api/proposals/{good(await applicant.post(f'/api/calls/{call.slug}/proposals'))['id']}"
            answers = examples.complete_answers(EDITION, number)
            changes = {name: {"value": value, "based_on": 0} for name, value in answers.items()}
            good(await applicant.patch(f"{path}/answers", json=changes))
            for field, name, content in examples.small_files(EDITION, number)[1:]:
                params = {"field": field, "name": name}
                good(await applicant.post(f"{path}/attachments", params=params, content=content))
            return path

    return await asyncio.gather(*map(one, applicants, itertools.count()))


async def _submit(waits: Waits, applicant: Person, path: str) -> None:
    """The file that is still missing, then the submission."""
    field, name, _ = examples.small_files(EDITION, 0)[0]
    sent = applicant.post(f"{path}/attachments", params={"field": field, "name": name}, content=MEGABYTE)
    good(await waits.timed(sent))
    good(await waits.timed(applicant.post(f"{path}/submit")))


async def _reviewing(
    officer: Person, experts: list[tuple[Person, UUID]], applicants: list[Person], drafts: list[str]
) -> list[str]:
    """Two experts on each of these drafts, submitted and found eligible; the review that each expert has accepted."""
    items = {item.id: True for item in EDITION.eligibility.items}
    for number, (applicant, path) in enumerate(zip(applicants, drafts, strict=True)):
        await _submit(Waits(), applicant, path)
        good(await officer.post(f"{path}/eligibility", json={"verdict": "eligible", "items": items}))
        pair = [str(account) for _, account in experts[2 * number : 2 * number + 2]]
        good(await officer.post(f"{path}/assignments", json={"experts": pair}))
    reviews = []
    for expert, _ in experts:
        while not (tasks := good(await expert.get("/api/reviews"))["items"]):
            await asyncio.sleep(0.2)
        reviews.append(str(good(await expert.post(f"/api/assignments/{tasks[0]['assignment']}/accept"))["review"]))
    return reviews


async def _read(waits: Waits, expert: Person, review: str) -> None:
    """Their list and the proposal, in turns, until told to stop."""
    await asyncio.sleep(RANDOM.uniform(0, THINKING))
    for address in itertools.cycle(("/api/reviews", f"/api/reviews/{review}")):
        good(await waits.timed(expert.get(address)))
        await asyncio.sleep(THINKING)


async def _stopped(tasks: list["asyncio.Task[None]"]) -> None:
    """End them; what went wrong in one of them is raised."""
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if not isinstance(ended, asyncio.CancelledError) and ended is not None:
            raise ended
