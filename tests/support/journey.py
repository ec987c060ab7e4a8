"""A call run through the API alone: proposals taken from draft to letter by an applicant, an officer, experts, a chair.

The client never gives up: what got no answer, or a 5xx, is asked again with the same Idempotency-Key.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from forms import Edition, examples

Json = dict[str, Any]


class RefusedError(AssertionError):
    """An answer that no patience would change."""


@dataclass
class Client:
    """One signed-in person. `patience`: seconds for which a request is tried again."""

    http: httpx.AsyncClient
    email: str
    password: str
    patience: float = 180.0
    retries: int = 0

    async def sign_in(self) -> "Client":
        """Open a session; its cookie stays with this client alone."""
        await self.ask("POST", "/api/session", json={"email": self.email, "password": self.password})
        return self

    async def get(self, path: str, **params: Any) -> Json:
        """The JSON of a page that must be there."""
        content: Json = (await self.ask("GET", path, params=params)).json()
        return content

    async def post(self, path: str, body: Any = None, *, version: int | None = None) -> Json:
        """Act once, however often it must be asked."""
        return await self.act("POST", path, body, version=version)

    async def read_letters(self, slug: str) -> None:
        """Every letter that waits for the publication of a call's decisions."""
        while found := (await self.get(f"/api/calls/{slug}/letters", unchecked=True, limit=50))["items"]:
            read = [{"decision": one["decision"], "mark": one["mark"]} for one in found]
            await self.post(f"/api/calls/{slug}/letters/checks", {"letters": read})

    async def act(self, method: str, path: str, body: Any = None, *, version: int | None = None) -> Json:
        """An act with an Idempotency-Key and, where it has one, its version."""
        headers = {"Idempotency-Key": str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        content: Json = (await self.ask(method, path, json=body, headers=headers)).json()
        return content

    async def attach(self, path: str, name: str, content: bytes, question: str) -> Json:
        """Upload one file as a raw body."""
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/octet-stream"}
        params = {"field": question, "name": name}
        answer: Json = (await self.ask("POST", path, params=params, content=content, headers=headers)).json()
        return answer

    async def pdf(self, path: str) -> bytes:
        """A document, waited for while it is drawn."""
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            response = await self.ask("GET", path)
            if response.status_code == httpx.codes.OK:
                return response.content
            await asyncio.sleep(0.3)
        raise RefusedError(f"{path} was not drawn in {self.patience:.0f} s")

    async def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """One request, again and again until it is answered by something other than an outage."""
        until = time.monotonic() + self.patience
        while True:
            try:
                response = await self.http.request(method, path, **sent)
            except httpx.TransportError as error:
                why = repr(error)
            else:
                if response.status_code < 400:
                    return response
                why = f"{response.status_code} {response.text[:500]}"
                if response.status_code < 500:
                    raise RefusedError(f"{method} {path}: {why}")
            if time.monotonic() > until:
                raise RefusedError(f"{method} {path}: no answer in {self.patience:.0f} s: {why}")
            self.retries += 1
            await asyncio.sleep(0.3)


@dataclass
class Journey:
    """`proposals` proposals of one applicant, each reviewed by two of the experts, or by their `team`, decided and
    published."""

    slug: str
    edition: Edition
    applicant: Client
    officer: Client
    experts: dict[str, Client]
    chair: Client
    at_once: int = 4
    outcomes: tuple[str, ...] = ("pilot", "retained", "reserve", "declined")
    team: str = ""
    ids: dict[int, str] = field(default_factory=dict)

    async def run(self, proposals: int) -> None:
        """All of them from draft to letter."""
        gate = asyncio.Semaphore(self.at_once)

        async def guarded(number: int) -> None:
            async with gate:
                await self.to_committee(number)

        await asyncio.gather(*(guarded(number) for number in range(proposals)))
        await self.officer.read_letters(self.slug)
        await self.officer.post(f"/api/calls/{self.slug}/publication")
        await asyncio.gather(
            *(self.until(self.applicant, n, lambda p: p["phase"] in ("pilot", "over")) for n in self.ids)
        )

    async def close(self) -> None:
        """Hang up."""
        for client in (self.applicant, self.officer, self.chair, *self.experts.values()):
            await client.http.aclose()

    async def to_committee(self, number: int) -> None:
        """One proposal, up to the pending decision."""
        await self.submit(number)
        await self.check(number)
        await self.review(number)
        await self.decide(number)

    async def submit(self, number: int) -> None:
        """Draft, answers in two parts, attachments, submission."""
        opened = await self.applicant.post(f"/api/calls/{self.slug}/proposals")
        self.ids[number] = opened["id"]
        answers = examples.complete_answers(self.edition, number)
        names = list(answers)
        for part in (names[: len(names) // 2], names[len(names) // 2 :]):
            changes = {name: {"value": answers[name], "based_on": 0} for name in part}
            await self.applicant.act("PATCH", self.path(number, "answers"), changes)
        for question, name, content in examples.small_files(self.edition, number):
            await self.applicant.attach(self.path(number, "attachments"), name, content, question)
        await self.applicant.post(self.path(number, "submit"))

    async def check(self, number: int) -> None:
        """The officer finds it eligible and names two experts."""
        items = {item.id: True for item in self.edition.eligibility.items}
        await self.officer.post(self.path(number, "eligibility"), {"verdict": "eligible", "items": items})
        wanted = {"teams": [self.team]} if self.team else {"experts": self.chosen(number)}
        await self.officer.post(self.path(number, "assignments"), wanted)

    def chosen(self, number: int) -> list[str]:
        """The two experts of a proposal, taking turns."""
        known = list(self.experts)
        return [known[(number + place) % len(known)] for place in range(2)]

    async def review(self, number: int) -> None:
        """Both accept, save, submit."""
        await asyncio.gather(
            *(self.give_review(number, expert, place) for place, expert in enumerate(self.chosen(number)))
        )

    async def give_review(self, number: int, expert: str, place: int) -> None:
        """One expert's review, with scores that depend on the proposal and the expert's place alone."""
        client = self.experts[expert]
        task = await self.task(client, number)
        review = task["review"] or (await client.post(f"/api/assignments/{task['assignment']}/accept"))["review"]
        shown = await client.get(f"/api/reviews/{review}")
        scores = {
            criterion.id: criterion.levels[(number + place + rank) % len(criterion.levels)].value
            for rank, criterion in enumerate(self.edition.grid.criteria)
        }
        comments = dict.fromkeys(("", *scores), f"Avis motivé {number}.{place} sur ce critère.")
        content = {"scores": scores, "comments": comments}
        saved = await client.act("PUT", f"/api/reviews/{review}", content, version=shown["version"])
        await client.post(f"/api/reviews/{review}/submit", version=saved["version"])

    async def task(self, expert: Client, number: int) -> Json:
        """The expert's invitation to a proposal, waited for."""
        until = time.monotonic() + expert.patience
        while time.monotonic() < until:
            for task in (await expert.get("/api/reviews"))["items"]:
                if task["proposal"] == self.ids[number]:
                    found: Json = task
                    return found
            await asyncio.sleep(0.2)
        raise RefusedError(f"proposal {number}: no invitation in {expert.patience:.0f} s")

    async def decide(self, number: int) -> None:
        """The officer's synthesis, then the chair's decision."""
        await self.until(self.officer, number, lambda p: p["phase"] == "synthesis")
        outcome = self.outcomes[number % len(self.outcomes)]
        content = {"text": f"Synthèse de la candidature {number}.", "recommendation": outcome}
        saved = await self.officer.act("PUT", self.path(number, "synthesis"), content, version=0)
        await self.officer.post(self.path(number, "synthesis"), version=saved["version"])
        await self.until(self.officer, number, lambda p: p["phase"] == "committee")
        decision = {
            "outcome": outcome,
            "reasons": f"Motifs de la décision {number}.",
            "capacity": "Présidente du comité",
        }
        await self.chair.post(self.path(number, "decision"), decision, version=0)

    async def until(self, client: Client, number: int, ready: Callable[[Json], bool]) -> Json:
        """The proposal, once it is so."""
        until = time.monotonic() + client.patience
        while time.monotonic() < until:
            shown = await client.get(self.path(number))
            if ready(shown):
                return shown
            await asyncio.sleep(0.2)
        raise RefusedError(f"proposal {number} stayed in {shown['phase']} for {client.patience:.0f} s")

    def path(self, number: int, *rest: str) -> str:
        """Below a proposal's address."""
        return "/".join(("/api/proposals", self.ids[number], *rest))

    async def state(self, number: int) -> Json:
        """All that must come out the same whatever failed on the way; ids, instants and hashes left out."""
        shown = await self.officer.get(self.path(number))
        journal = await self.officer.get(self.path(number, "journal"))
        return {
            "status": shown["status"],
            "phase": shown["phase"],
            "answers": {name: answer["value"] for name, answer in shown["answers"].items()},
            "files": sorted((file["field"], file["name"], file["sha256"]) for file in shown["attachments"]),
            "revision": shown["revision"]["number"],
            "reviews": sorted(
                (sorted(r["scores"].items()), sorted(r["comments"].items()), r["total"]) for r in shown["reviews"]
            ),
            "assignments": sorted(a["status"] for a in shown["assignments"]),
            "synthesis": shown["synthesis"]["text"],
            "decision": (shown["decision"]["outcome"], shown["decision"]["reasons"]),
            "entries": sorted(entry["kind"] for entry in journal["entries"]),
            "documents": sorted(shown["documents"]),
        }
