"""A call of the gallery, walked from draft to published decision through the API.

What the process does in between is done by whoever runs meanwhile: `process_of` here, or real workers.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from forms import Edition, examples
from service import clock
from service.demo.advancing import advance
from service.domain.actor import Role
from service.operations.calls import PublishedEdition
from service.store.database import rows
from tests.api.acting import good, read_letters
from tests.api.people import client, signed_in, token_of
from tests.forms.shipped import shipped
from tests.process.real import background
from tests.support.calls import fresh_call
from tests.support.people import person

Json = dict[str, Any]
PATIENCE = 150.0


async def until(ready: Callable[[], Awaitable[bool]]) -> None:
    """Wait for the process to do its part."""
    async with asyncio.timeout(PATIENCE):
        while not await ready():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def process_of(call: UUID) -> AsyncIterator[None]:
    """What the workflows of a call would do, as soon as anything has happened to one of its proposals."""

    async def drive() -> None:
        while True:
            for line in await rows(
                "SELECT id FROM proposal WHERE call = {} AND status <> 'draft' AND seen_seq < last_seq", call
            ):
                await advance(line["id"], clock.now())
            await asyncio.sleep(0.02)

    async with background(drive()):
        yield


@dataclass
class Travel:
    """A published call and its people; each method is one of them acting on one proposal."""

    edition: Edition
    call: PublishedEdition
    applicant: httpx.AsyncClient
    officer: httpx.AsyncClient
    chair: httpx.AsyncClient
    experts: dict[str, httpx.AsyncClient]

    async def shown(self, proposal: str) -> Json:
        """The proposal as its officer reads it."""
        return good(await self.officer.get(f"/api/proposals/{proposal}"))

    async def reach(self, proposal: str, stage: str) -> None:
        """The process brings it to this stage ("": its end)."""

        async def there() -> bool:
            return bool((await self.shown(proposal))["stage"] == stage)

        await until(there)

    async def submit(self, number: int) -> str:
        """A draft with the answers of the first part, submitted."""
        proposal: str = good(await self.applicant.post(f"/api/calls/{self.call.slug}/proposals"))["id"]
        await self.hand_in(proposal, number, "")
        return proposal

    async def hand_in(self, proposal: str, number: int, part: str) -> None:
        """The answers and files that a part of the form asks, and its submission."""
        path = f"/api/proposals/{proposal}"
        form = self.edition.form_at(part)
        kept = good(await self.applicant.get(path))["answers"]
        answers = examples.complete_answers(self.edition, number)
        changes = {
            name: {"value": value, "based_on": 0}
            for name, value in answers.items()
            if name in form.index and name not in kept
        }
        good(await self.applicant.patch(f"{path}/answers", json=changes))
        for field, name, content in examples.small_files(self.edition, number):
            if field in form.index:
                sent = {"field": field, "name": name}
                good(await self.applicant.post(f"{path}/attachments", params=sent, content=content))
        good(await self.applicant.post(f"{path}/submit"))

    async def check(self, proposal: str) -> None:
        """The officer finds it eligible."""
        items = {item.id: True for item in self.edition.eligibility.items}
        path = f"/api/proposals/{proposal}/eligibility"
        good(await self.officer.post(path, json={"verdict": "eligible", "items": items}))

    async def review(self, proposal: str, scores: dict[str, list[float]]) -> None:
        """These experts are proposed and invited, accept, and give these scores, in the order of the grid."""
        good(await self.officer.post(f"/api/proposals/{proposal}/assignments", json={"experts": list(scores)}))
        grid = self.edition.grid_of((await self.shown(proposal))["round"])
        names = [criterion.id for criterion in grid.criteria]
        for expert, values in scores.items():
            acting = self.experts[expert]

            async def invited(acting: httpx.AsyncClient = acting) -> bool:
                return await self.task(acting, proposal) != ""

            await until(invited)
            task = await self.task(acting, proposal)
            review = f"/api/reviews/{good(await acting.post(f'/api/assignments/{task}/accept'))['review']}"
            content = {
                "scores": dict(zip(names, values, strict=True)),
                "comments": dict.fromkeys(("", *names), "Avis motivé."),
                "confidence": grid.confidence[0].id if grid.confidence else "",
                "recommendation": grid.recommendation[0].id if grid.recommendation else "",
            }
            saved = good(await acting.put(review, json=content, headers={"If-Match": '"0"'}))
            good(await acting.post(f"{review}/submit", headers={"If-Match": f'"{saved["version"]}"'}))

    async def task(self, expert: httpx.AsyncClient, proposal: str) -> str:
        """The assignment that waits for an expert's answer, "" while there is none."""
        tasks = good(await expert.get("/api/reviews"))["items"]
        found = (one["assignment"] for one in tasks if one["proposal"] == proposal and not one["review"])
        return str(next(found, ""))

    async def agree(self, proposal: str, recommendation: str) -> None:
        """The officer writes down what the experts agreed on."""
        content = {"text": "Les experts s’accordent sur cette note.", "recommendation": recommendation}
        path = f"/api/proposals/{proposal}/synthesis"
        good(await self.officer.post(path, json=content, headers={"If-Match": '"0"'}))

    async def decide(self, outcomes: dict[str, str]) -> None:
        """The chair decides these proposals, and all decisions are published at once."""
        for proposal, outcome in outcomes.items():
            content = {"outcome": outcome, "reasons": "Au vu des avis des experts.", "capacity": "Présidente du comité"}
            path = f"/api/proposals/{proposal}/decision"
            good(await self.chair.post(path, json=content, headers={"If-Match": '"0"'}))
        await read_letters(self.officer, self.call.slug)
        told = good(await self.officer.post(f"/api/calls/{self.call.slug}/publication"))
        assert told["count"] == len(outcomes)

    async def ranked(self, number: int) -> list[tuple[str, float | None, bool | None]]:
        """The ranking of a round: proposal, total, whether it meets every threshold."""
        found = good(await self.chair.get(f"/api/calls/{self.call.slug}/ranking", params={"round": number}))
        return [(line["id"], line["summary"]["total"], line["summary"]["met"]) for line in found["lines"]]

    async def told(self, proposal: str) -> tuple[str, str]:
        """What the applicant reads in the end: status and outcome."""
        path = f"/api/proposals/{proposal}"
        decision = good(await self.applicant.get(f"{path}/decision"))
        return good(await self.applicant.get(path))["status"], decision["outcome"]


@asynccontextmanager
async def travel(web: str, slug: str, experts: int) -> AsyncIterator[Travel]:
    """A fresh copy of the call, open now, and everybody signed in."""
    edition = shipped(slug)
    call = await (fresh_call(slug) if edition.call.closes else fresh_call(slug, closes=None))
    async with AsyncExitStack() as stack:
        invited = {}
        for _ in range(experts):
            expert = await person((Role.EXPERT, call.call))
            invited[str(expert.account)] = await stack.enter_async_context(client(web, await token_of(expert)))
        yield Travel(
            edition=edition,
            call=call,
            applicant=await stack.enter_async_context(signed_in(web)),
            officer=await stack.enter_async_context(signed_in(web, (Role.OFFICER, call.call))),
            chair=await stack.enter_async_context(signed_in(web, (Role.CHAIR, call.call))),
            experts=invited,
        )


async def monthly(travel: Travel) -> str:
    """A request of a small town, funded by the committee of the month."""
    proposal = await travel.submit(0)
    await travel.check(proposal)
    await travel.reach(proposal, "review")
    await travel.review(proposal, {next(iter(travel.experts)): [3, 2, 3]})
    await travel.reach(proposal, "committee")
    return proposal


async def european(travel: Travel) -> tuple[str, str]:
    """Two outlines that pass the first stage; full proposals of which the second misses the threshold of one criterion
    and is not selected. Other experts read the second stage."""
    experts = list(travel.experts)
    proposals = [await travel.submit(number) for number in (0, 1)]
    for proposal in proposals:
        await travel.check(proposal)
        await travel.reach(proposal, "outline_review")
        await travel.review(proposal, {expert: [4.5, 4] for expert in experts[:3]})
        await travel.reach(proposal, "outline_consensus")
        await travel.agree(proposal, "invited")
        await travel.reach(proposal, "outline_panel")
    await travel.decide(dict.fromkeys(proposals, "invited"))
    second = ([4.5, 4, 3.5], [4.5, 4.5, 2.5])
    for number, (proposal, scores) in enumerate(zip(proposals, second, strict=True)):
        await travel.reach(proposal, "full")
        await travel.hand_in(proposal, number, "full")
        await travel.reach(proposal, "review")
        await travel.review(proposal, dict.fromkeys(experts[3:], scores))
        await travel.reach(proposal, "consensus")
        await travel.agree(proposal, ("funded", "rejected")[number])
        await travel.reach(proposal, "panel")
    return proposals[0], proposals[1]
