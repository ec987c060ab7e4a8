"""A proposal brought to a stage through the API; where the workflow would act, its operations are called directly."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from forms import catalogue, examples, parse_edition
from service import clock
from service.domain.actor import Role
from service.operations import process
from service.operations.calls import PublishedEdition
from tests.api.people import client, signed_in, token_of
from tests.support.people import person
from workflows.messages import Answer, Case, Close, Look, OfSeat

EDITION = parse_edition(catalogue.read("ami-2025"))


async def read_letters(reader: httpx.AsyncClient, slug: str) -> None:
    """Somebody reads every letter that waits for the publication of a call's decisions."""
    while found := good(await reader.get(f"/api/calls/{slug}/letters", params={"unchecked": True}))["items"]:
        read = [{"decision": one["decision"], "mark": one["mark"]} for one in found]
        good(await reader.post(f"/api/calls/{slug}/letters/checks", json={"letters": read}))


def good(answer: httpx.Response) -> dict[str, Any]:
    """The content of an answer that must be one."""
    assert answer.status_code < 300, answer.text
    content: dict[str, Any] = answer.json()
    return content


@dataclass
class Scene:
    """The people of a call, and one proposal of the applicant."""

    call: PublishedEdition
    applicant: httpx.AsyncClient
    officer: httpx.AsyncClient
    chair: httpx.AsyncClient
    auditor: httpx.AsyncClient
    stranger: httpx.AsyncClient
    experts: list[httpx.AsyncClient]
    expert_ids: list[str]
    id: str = ""
    reviews: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The proposal's address."""
        return f"/api/proposals/{self.id}"

    async def look(self) -> Answer:
        """What the process sees."""
        return await process.look(Look(self.id, clock.now()))

    async def case(self) -> Case:
        """The ground of an act of the process."""
        seen = (await self.look()).snapshot
        return Case(self.id, seen.visit, seen.mark, clock.now())

    async def close(self, outcome: str) -> None:
        """The process leaves the stage."""
        assert (await process.close_stage(Close(await self.case(), outcome))).done

    async def prepare(self) -> None:
        """A complete draft."""
        self.id = good(await self.applicant.post(f"/api/calls/{self.call.slug}/proposals"))["id"]
        answers = examples.complete_answers(EDITION, 1)
        changes = {name: {"value": content, "based_on": 0} for name, content in answers.items()}
        good(await self.applicant.patch(f"{self.path}/answers", json=changes))
        for question, name, content in examples.small_files(EDITION, 1):
            sent = {"field": question, "name": name}
            good(await self.applicant.post(f"{self.path}/attachments", params=sent, content=content))

    async def save(self, answers: dict[str, Any]) -> None:
        """These answers, whatever was there."""
        kept = good(await self.applicant.get(self.path))["answers"]
        based_on = {name: kept.get(name, {"version": 0})["version"] for name in answers}
        changes = {name: {"value": content, "based_on": based_on[name]} for name, content in answers.items()}
        good(await self.applicant.patch(f"{self.path}/answers", json=changes))

    async def submit(self) -> None:
        """A complete proposal; the draft that is there, or a new one."""
        if not self.id:
            await self.prepare()
        good(await self.applicant.post(f"{self.path}/submit"))
        await self.look()

    async def to_review(self) -> None:
        """Eligible, both experts have accepted."""
        await self.submit()
        items = {item.id: True for item in EDITION.eligibility.items}
        good(await self.officer.post(f"{self.path}/eligibility", json={"verdict": "eligible", "items": items}))
        await self.close("eligible")
        good(await self.officer.post(f"{self.path}/assignments", json={"experts": self.expert_ids}))
        for seat in range(2):
            await process.fill_seat(OfSeat(await self.case(), seat))
        for expert in self.experts:
            (task,) = good(await expert.get("/api/reviews"))["items"]
            taken = good(await expert.post(f"/api/assignments/{task['assignment']}/accept"))
            self.reviews.append(taken["review"])

    async def to_synthesis(self) -> None:
        """Both reviews are given."""
        await self.to_review()
        for expert, review in zip(self.experts, self.reviews, strict=True):
            saved = await expert.put(f"/api/reviews/{review}", json=full_review(), headers={"If-Match": '"0"'})
            version = good(saved)["version"]
            good(await expert.post(f"/api/reviews/{review}/submit", headers={"If-Match": f'"{version}"'}))
        await self.close((await self.look()).snapshot.outcome)

    async def to_committee(self) -> None:
        """The synthesis is given."""
        await self.to_synthesis()
        content = {"text": "Deux avis favorables.", "recommendation": "pilot"}
        good(await self.officer.post(f"{self.path}/synthesis", json=content, headers={"If-Match": '"0"'}))
        await self.close((await self.look()).snapshot.outcome)


def full_review(score: int = 4) -> dict[str, Any]:
    """Scores and comments for every criterion."""
    criteria = [criterion.id for criterion in EDITION.grid.criteria]
    return {"scores": dict.fromkeys(criteria, score), "comments": dict.fromkeys(("", *criteria), "Avis motivé.")}


@asynccontextmanager
async def scene(web: str, call: PublishedEdition) -> AsyncIterator[Scene]:
    """Everybody signed in, nothing proposed yet."""
    own: UUID = call.call
    async with AsyncExitStack() as stack:
        experts, ids = [], []
        for _ in range(2):
            expert = await person((Role.EXPERT, own))
            ids.append(str(expert.account))
            experts.append(await stack.enter_async_context(client(web, await token_of(expert))))
        yield Scene(
            call=call,
            applicant=await stack.enter_async_context(signed_in(web)),
            officer=await stack.enter_async_context(signed_in(web, (Role.OFFICER, own))),
            chair=await stack.enter_async_context(signed_in(web, (Role.CHAIR, own))),
            auditor=await stack.enter_async_context(signed_in(web, (Role.AUDITOR, None))),
            stranger=await stack.enter_async_context(signed_in(web)),
            experts=experts,
            expert_ids=ids,
        )
