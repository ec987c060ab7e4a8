"""Whatever is killed on the way, a call of 10 proposals (`--long`: 20) ends as one that nothing happened to."""

import asyncio
from random import Random
from typing import Any

import pytest

from tests.support.house import PARTS, House
from tests.support.journey import Journey
from tests.support.thorough import many

pytestmark = [pytest.mark.timeout(540), pytest.mark.xdist_group("faults")]

PROPOSALS = many(10, long=20)


async def states(journey: Journey) -> dict[int, Any]:
    """How every proposal ended."""
    return {number: await journey.state(number) for number in sorted(journey.ids)}


async def kill_on(house: House, order: list[str], running: asyncio.Task[None], seed: int) -> list[str]:
    """Kill the parts in that order, some time apart, while the journey runs."""
    random = Random(seed)  # noqa: S311  when to kill
    killed = []
    for part in order:
        await asyncio.wait({running}, timeout=random.uniform(1.0, 2.5))
        if running.done():
            break
        house.kill(part)
        killed.append(part)
    return killed


@pytest.fixture(scope="module")
async def undisturbed(house: House) -> dict[int, Any]:
    """The reference: the same journey without a fault."""
    async with house.journey() as journey:
        await journey.run(PROPOSALS)
        return await states(journey)


LATER = [pytest.param(seed, marks=pytest.mark.long) for seed in range(20250520, 20250530)]


@pytest.mark.parametrize("seed", [20250519, *LATER])
async def test_every_part_killed_during_a_call(house: House, undisturbed: dict[int, Any], seed: int) -> None:
    async with house.journey() as journey:
        running = asyncio.create_task(journey.run(PROPOSALS))
        order = [*PARTS, "postgres", "worker", "objects", "temporal", "web"]
        killed = await kill_on(house, order, running, seed)
        await running
        assert set(killed) == set(PARTS)
        assert await states(journey) == undisturbed
        letters = [await journey.applicant.pdf(journey.path(number, "letter.pdf")) for number in (0, PROPOSALS - 1)]
        assert all(letter.startswith(b"%PDF-") for letter in letters)
    verified = house.command("journal", "verify")
    assert (verified.returncode, verified.stderr) == (0, "")


def forget_temporal(house: House) -> None:
    """Delete all that Temporal knows."""
    for file in (house.data / "temporal").rglob("*"):
        if file.is_file():
            file.unlink()


@pytest.mark.parametrize("forgotten", [True, pytest.param(False, marks=pytest.mark.long)])
async def test_everything_killed_at_once_then_up_again(
    house: House, undisturbed: dict[int, Any], *, forgotten: bool
) -> None:
    """Whether or not Temporal's database is lost as well."""
    async with house.journey() as journey:
        running = asyncio.create_task(journey.run(6))
        await asyncio.sleep(4)
        house.kill_all()
        if forgotten:
            forget_temporal(house)
        await asyncio.to_thread(house.start)
        await running
        assert await states(journey) == {number: undisturbed[number] for number in range(6)}


@pytest.mark.long
async def test_temporals_database_deleted_while_the_others_run(house: House, undisturbed: dict[int, Any]) -> None:
    async with house.journey() as journey:
        running = asyncio.create_task(journey.run(6))
        await asyncio.sleep(4)
        forget_temporal(house)
        house.kill("temporal")
        await running
        assert await states(journey) == {number: undisturbed[number] for number in range(6)}
