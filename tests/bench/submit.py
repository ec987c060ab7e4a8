"""One proposal from draft to receipt number: answers, a file of 1 MB, submission; with 200 and 20,000 there already.

A product that was audited for accessibility sends the report too: what that second file takes is told beside.
"""

import asyncio
import itertools
from uuid import UUID

import httpx

from forms import examples
from service.operations.calls import PublishedEdition
from tests.api.acting import EDITION, good
from tests.api.people import PDF, signed_in
from tests.bench.figure import Figure
from tests.bench.served import Load, copies, served
from tests.support.calls import fresh_call

FEW, MANY = 200, 20_000
SIDE_BY_SIDE = 4  # applicants at once: a service is measured while it works, not between naps
TIMES, ROUNDS = 48, 5
MEGABYTE = PDF + bytes(1_000_000 - len(PDF))
PER_PERSON = 40  # drafts; 50 are the most


def measure() -> Figure:
    """A whole service on this machine, everything through its API. What the worker asks of the database counts too."""
    return asyncio.run(_measured())


async def _measured() -> Figure:
    async with served() as house:
        call = await fresh_call("ami-2025")
        first = await submitted(house.address, call, 1)
        await copies(house, UUID(first[0]), FEW - 1)
        await submitted(house.address, call, 10)
        few = await _spent(Load(house), call, audited=False)
        await copies(house, UUID(first[0]), MANY - FEW)
        await submitted(house.address, call, 10)
        many = await _spent(Load(house), call, audited=False)
        both = await _spent(Load(house), call, audited=True)
    told = (
        f"web {many[0]:.3g}, database {many[1]:.3g} at {MANY}; web {few[0]:.3g}, database {few[1]:.3g} at {FEW};"
        f" a second file {sum(both) - sum(many):.2g} more"
    )
    return Figure(sum(many), "ms CPU", "under 30 ms CPU, the same at 200", told)


async def _spent(load: Load, call: PublishedEdition, *, audited: bool) -> tuple[float, float]:
    """The median of some rounds: the database's own cleaning up after the copies falls into one or the other."""
    rounds = []
    for _ in range(ROUNDS):
        load.begin()
        await submitted(load.house.address, call, TIMES, audited=audited)
        rounds.append(load.cpu_ms(TIMES))
    return sorted(rounds, key=sum)[ROUNDS // 2]


async def submitted(address: str, call: PublishedEdition, number: int, *, audited: bool = True) -> list[str]:
    """So many new proposals, of some people at once, each one after the other; their ids. `audited`: with two files."""
    shares = [len(range(first, number, SIDE_BY_SIDE)) for first in range(SIDE_BY_SIDE)]
    return list(
        itertools.chain(*await asyncio.gather(*(_some(address, call, share, audited=audited) for share in shares)))
    )


async def _some(address: str, call: PublishedEdition, number: int, *, audited: bool) -> list[str]:
    made: list[str] = []
    while len(made) < number:
        async with signed_in(address) as person:
            made += [await _one(person, call, n, audited=audited) for n in range(min(PER_PERSON, number - len(made)))]
    return made


async def _one(person: httpx.AsyncClient, call: PublishedEdition, n: int, *, audited: bool) -> str:
    proposal = str(good(await person.post(f"/api/calls/{call.slug}/proposals"))["id"])
    path = f"/api/proposals/{proposal}"
    answers = examples.complete_answers(EDITION, n) | ({} if audited else {"accessibility": "not_audited"})
    changes = {name: {"value": value, "based_on": 0} for name, value in answers.items()}
    good(await person.patch(f"{path}/answers", json=changes))
    sizes = itertools.chain([MEGABYTE], itertools.repeat(PDF))
    for field, name, _ in examples.small_files(EDITION, n)[: None if audited else 1]:
        sent = await person.post(f"{path}/attachments", params={"field": field, "name": name}, content=next(sizes))
        good(sent)
    good(await person.post(f"{path}/submit"))
    return proposal
