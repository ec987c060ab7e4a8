"""The experts of a replayed call: each looks at their list now and then, and answers what is new on it."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.support.journey import Json, RefusedError
from tests.support.replay.people import Expert
from tests.support.replay.together import AT_ONCE

if TYPE_CHECKING:
    from tests.support.replay.course import Course

LOOKING = 2.0  # seconds between two looks at one's list


def at_work(course: "Course") -> Iterator[asyncio.Task[None]]:
    """Each of them, until cancelled."""
    gate = asyncio.Semaphore(AT_ONCE)
    return (asyncio.create_task(_work(course, expert, gate)) for expert in course.crowd.experts)


async def _work(course: "Course", expert: Expert, gate: asyncio.Semaphore) -> None:
    while True:
        tasks = (await expert.client.get("/api/reviews"))["items"] if course.pairs else []
        fresh = [one for one in tasks if one["status"] == "invited" and one["assignment"] not in expert.answered]
        expert.answered |= {one["assignment"] for one in fresh}
        for task in fresh:
            async with gate:
                await _answer(course, expert, task)
        await asyncio.sleep(LOOKING)


async def _answer(course: "Course", expert: Expert, task: Json) -> None:
    n, path = course.numbers[task["proposal"]], f"/api/assignments/{task['assignment']}"
    if n in course.luck.silent and course.pairs[n][0] == expert.team:
        return
    try:
        if n in course.luck.conflicts and expert.place == 0:
            await expert.client.post(f"{path}/conflict", {"reason": "Je connais cette équipe."})
            return
        review = f"/api/reviews/{(await expert.client.post(f'{path}/accept'))['review']}"
        shown = await expert.client.get(review)
        scores = course.luck.scores(course.edition.grid, n, expert.place)
        content = {"scores": scores, "comments": dict.fromkeys(("", *scores), f"Avis {n}.{expert.place}.")}
        saved = await expert.client.act("PUT", review, content, version=shown["version"])
        await expert.client.post(f"{review}/submit", version=saved["version"])
    except RefusedError as error:
        course.refused.append(f"proposal {n}: {error}")
