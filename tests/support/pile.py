"""A pile of proposals under review, made through the API of a running service: what an expert finds on a Monday."""

import asyncio
from typing import Any

import httpx

from forms import catalogue, parse_edition
from tests.support.journey import Client, Journey
from tests.support.plain import PLAIN


async def pile(address: str, cast: dict[str, Any], number: int, shipped: str = "ami-2025") -> list[str]:
    """So many proposals of this cast that expert1 has accepted, the first the most urgent: their reviews' ids."""
    journey = await _journey(address, cast, shipped)
    try:
        gate = asyncio.Semaphore(journey.at_once)
        return list(await asyncio.gather(*(_taken(journey, one, gate) for one in range(number))))
    finally:
        await journey.close()


async def submitted(address: str, cast: dict[str, Any], number: int, shipped: str = "ami-2025") -> None:
    """So many proposals of this cast that nobody has looked at."""
    journey = await _journey(address, cast, shipped)
    try:
        for one in range(number):
            await journey.submit(one)
    finally:
        await journey.close()


async def _journey(address: str, cast: dict[str, Any], shipped: str) -> Journey:
    edition = parse_edition(catalogue.read(shipped))
    people = {
        part: await _enter(address, cast, part) for part in ("applicant", "officer", "expert1", "expert2", "chair")
    }
    experts = {cast["people"][part]["id"]: people[part] for part in ("expert1", "expert2")}
    return Journey(cast["slug"], edition, people["applicant"], people["officer"], experts, people["chair"])


async def _taken(journey: Journey, number: int, gate: asyncio.Semaphore) -> str:
    async with gate:
        await journey.submit(number)
        await journey.check(number)
        expert = journey.experts[next(iter(journey.experts))]
        task = await journey.task(expert, number)
        taken = await expert.post(f"/api/assignments/{task['assignment']}/accept")
        return str(taken["review"])


async def _enter(address: str, cast: dict[str, Any], part: str) -> Client:
    http = httpx.AsyncClient(base_url=address, timeout=60, headers={"Origin": address}, verify=PLAIN)
    return await Client(http, cast["people"][part]["email"], cast["password"]).sign_in()
