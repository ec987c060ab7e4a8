"""A replayed call from its first draft to its published decisions: what people would do, and nothing else."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forms import Edition, examples
from forms.kinds import Integer
from service import clock
from tests.support.journey import Client, Json, RefusedError
from tests.support.replay import papers
from tests.support.replay.copied import SLUG
from tests.support.replay.experts import at_work
from tests.support.replay.luck import Luck, decisions
from tests.support.replay.people import Crowd
from tests.support.replay.sitting import Sitting, opinions
from tests.support.replay.together import all_of, some_at_once

LOOKING = 1.0  # seconds between two looks at where the call stands
DOSSIERS = 20
DRAWING = 1800.0  # seconds: a machine that others use too lets the drawers, which are nice, wait
LAST_MINUTE, MORE = timedelta(seconds=8), timedelta(seconds=20)


@dataclass
class Course:
    """What the robots know and do. `numbers`: of proposals by their ids. `pairs`: the takers of a proposal by the plan
    that was applied, first those of its seats: numbers of teams. `drawn`: how many dossiers are asked for.
    `refused`: what an expert came too late for. `chosen`: what was decided of each. `faults`: of the documents."""

    crowd: Crowd
    luck: Luck
    edition: Edition
    teams: int
    drawn: int = DOSSIERS
    ids: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    team_ids: list[str] = field(default_factory=list)
    pairs: dict[int, list[int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)
    dossiers: list[str] = field(default_factory=list)
    chosen: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    sitting: Sitting = field(init=False)

    def __post_init__(self) -> None:
        self.sitting = Sitting(self)

    async def run(self) -> None:
        """From the first draft until every decision is published, every process has followed, and the dossiers are
        drawn. Whatever fails on the way is raised."""
        tasks = [asyncio.create_task(self._led()), *at_work(self)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _led(self) -> None:
        began = time.monotonic()
        for name, part in (
            ("submitted", self._received),
            ("checked and planned", self._examined),
            ("summed up", self._summed_up),
            ("examined by the committee", self._sat),
            ("decided", self._decided),
            ("published", self._published),
            ("dossiers drawn", self._drawn),
            ("documents read", self._read),
        ):
            await part()
            self.times[name] = time.monotonic() - began

    @property
    def seats(self) -> int:
        """How many pairs review a proposal."""
        return sum(stage.seats for stage in self.edition.process.stages)

    def path(self, n: int, *rest: str) -> str:
        """Below a proposal's address."""
        return "/".join(("/api/proposals", self.ids[n], *rest))

    async def _received(self) -> None:
        """While the call is open its pairs are formed."""
        await all_of((self._form_teams(), self._submitted()))

    async def _examined(self) -> None:
        """Both rest on what was submitted alone."""
        await all_of((self._checked(), self._planned()))

    async def _form_teams(self) -> None:
        words = [option.label.fr for one in self.edition.form.fields for option in getattr(one, "options", ())]
        for expert in self.crowd.experts:
            known = words[expert.team :: self.teams]
            content = {"headline": "Évaluation", "keywords": known[:10], "languages": ["fr"]}
            await expert.client.act("PUT", f"/api/experts/{expert.account}/profile", content, version=0)
        for team in range(self.teams):
            members = [one.account for one in self.crowd.experts if one.team == team]
            content = {"name": f"Binôme {team + 1:02}", "members": members}
            self.team_ids.append((await self.crowd.officer.post(f"/api/calls/{SLUG}/teams", content))["id"])

    # The applicants

    async def _submitted(self) -> None:
        """Drafts, answers, files, submissions; the officer gives more time as long as somebody has not submitted."""
        keeping = asyncio.create_task(self._kept_open())
        try:
            for n in range(self.luck.proposals):  # one after the other: their ids are in the order of their numbers
                opened = await self.applicant(n).post(f"/api/calls/{SLUG}/proposals")
                self.numbers[opened["id"]] = n
                self.ids.append(opened["id"])
            await some_at_once(self._submit, range(self.luck.proposals))
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        await self._until(self._closed)

    def applicant(self, n: int) -> Client:
        """Whose proposal it is."""
        return self.crowd.applicants[n % len(self.crowd.applicants)]

    async def _submit(self, n: int) -> None:
        applicant = self.applicant(n)
        answers = examples.complete_answers(self.edition, n)
        changes = {name: {"value": value, "based_on": 0} for name, value in answers.items()}
        await applicant.act("PATCH", self.path(n, "answers"), changes)
        for question, name, content in examples.small_files(self.edition, n):
            await applicant.attach(self.path(n, "attachments"), name, content, question)
        await applicant.post(self.path(n, "submit"))

    async def _kept_open(self) -> None:
        while True:
            closes = datetime.fromisoformat((await self.crowd.officer.get(f"/api/calls/{SLUG}"))["closes_at"])
            if closes - clock.now() < LAST_MINUTE:
                more = {"until": (clock.now() + MORE).isoformat(), "reason": "Dépôts en cours."}
                await self.crowd.officer.post(f"/api/calls/{SLUG}/extensions", more)
            await asyncio.sleep(1)

    async def _closed(self) -> bool:
        return bool((await self.crowd.officer.get(f"/api/calls/{SLUG}"))["state"] == "closed")

    async def _complete(self, n: int) -> None:
        """The applicant was told by mail what is missing: a number, since who reviews is planned by texts, and a plan
        may be made before or after this."""
        applicant = self.applicant(n)
        answers = (await applicant.get(self.path(n)))["answers"]
        numbers = (one for one in self.edition.form.fields if isinstance(one, Integer) and one.id in answers)
        field_id = next(numbers).id
        known = answers[field_id]
        change = {field_id: {"value": known["value"] + 1, "based_on": known["version"]}}
        await applicant.act("PATCH", self.path(n, "answers"), change)
        await applicant.post(self.path(n, "submit"))

    # The officer

    async def _checked(self) -> None:
        await some_at_once(self._check, range(self.luck.proposals))

    async def _check(self, n: int) -> None:
        items = {item.id: True for item in self.edition.eligibility.items}
        if n in self.luck.returned:
            said = {"verdict": "returned", "reasons": "Précisez la description."}
            await self.crowd.officer.post(self.path(n, "eligibility"), said)
            await self._complete(n)
        await self.crowd.officer.post(self.path(n, "eligibility"), {"verdict": "eligible", "items": items})

    async def _planned(self) -> None:
        """Apply the plan that the closing of the call had made; ask for another one where that is outdated."""
        officer, path = self.crowd.officer, f"/api/calls/{SLUG}/plan"
        while True:
            plan = await self._plan(lambda found: found["state"] in ("done", "failed"))
            if plan["state"] == "done" and not plan["outdated"]:
                try:
                    await officer.post(f"{path}/application", {"number": plan["number"]})
                    break
                except RefusedError as error:
                    if "plan_outdated" not in str(error):
                        raise
            await officer.post(path, {"takers": "teams"})
        if plan["missing"]:
            raise RefusedError(f"{len(plan['missing'])} proposals lack a pair")
        await self._know_pairs()
        await self._plan(lambda found: found["state"] == "applied")

    async def _plan(self, ready: Callable[[Json], bool]) -> Json:
        found: Json = {}

        async def looked() -> bool:
            found.update(await self.crowd.officer.get(f"/api/calls/{SLUG}/plan"))
            return ready(found)

        await self._until(looked)
        return found

    async def _know_pairs(self) -> None:
        cursor = ""
        while cursor is not None:
            page = await self.crowd.officer.get(
                f"/api/calls/{SLUG}/plan/proposals", **({"cursor": cursor} if cursor else {})
            )
            for line in page["items"]:
                takers = [one["taker"]["id"] for one in (*line["seats"], *line["reserves"])]
                self.pairs[self.numbers[line["proposal"]["id"]]] = [self.team_ids.index(one) for one in takers]
            cursor = page["next"]

    async def _summed_up(self) -> None:
        """A synthesis for each proposal, as it comes to that stage."""
        done: set[int] = set()

        async def looked() -> bool:
            waiting = [n for n in await self._in_stage("synthesis") if n not in done]
            await some_at_once(self._sum_up, waiting)
            done.update(waiting)
            return len(done) == self.luck.proposals

        await self._until(looked)

    async def _sum_up(self, n: int) -> None:
        content = {"text": f"Synthèse de la candidature {n}.", "recommendation": "retained"}
        await self.crowd.officer.act("POST", self.path(n, "synthesis"), content, version=0)

    async def _in_stage(self, stage: str) -> list[int]:
        found: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            wanted = {"call": SLUG, "stage": stage, "limit": 100, "sort": "reference", "cursor": cursor}
            page = await self.crowd.officer.get("/api/proposals", **wanted)
            found += [self.numbers[line["id"]] for line in page["items"]]
            cursor = page["next"]
        return found

    # The committee

    async def _sat(self) -> None:
        """Dossiers for the sitting; then its opinion on each proposal by its total."""
        await self._until(self._all_in_committee)
        for n in range(min(self.drawn, self.luck.proposals)):
            asked = await self.crowd.officer.get(self.path(n, "dossier.pdf"))
            self.dossiers.append(f"/api/jobs/{asked['id']}")
        await self.sitting.held(decisions(await self._totals()))

    async def _decided(self) -> None:
        """The authority follows the committee."""
        shown = await self.crowd.officer.get(self.sitting.path)
        self.chosen = opinions(shown, self.edition, self.numbers)
        await some_at_once(lambda n: self._decide(n, self.chosen[n]), self.chosen)

    async def _all_in_committee(self) -> bool:
        return len(await self._in_stage("committee")) == self.luck.proposals

    async def _drawn(self) -> None:
        """The dossiers are there; receipts were queued before them, letters after."""

        async def ready() -> bool:
            jobs = [await self.crowd.officer.get(job) for job in self.dossiers]
            if any(job["status"] == "failed" for job in jobs):
                raise RefusedError("a dossier was not drawn")
            return all(job["status"] == "done" for job in jobs)

        async with asyncio.timeout(DRAWING):
            await self._until(ready)

    async def _read(self) -> None:
        self.faults = await papers.faults(self, self.chosen)

    async def _totals(self) -> dict[int, float]:
        found: dict[int, float] = {}
        cursor: str | None = ""
        while cursor is not None:
            wanted = {"cursor": cursor} if cursor else {}
            page = await self.crowd.chair.client.get(f"/api/calls/{SLUG}/ranking", **wanted)
            found |= {self.numbers[line["id"]]: line["summary"]["total"] or 0.0 for line in page["lines"]}
            cursor = page["next"]
        return found

    async def _decide(self, n: int, outcome: str) -> None:
        said = {"outcome": outcome, "reasons": f"Motifs de la décision {n}.", "capacity": "Présidente du comité"}
        await self.crowd.chair.client.post(self.path(n, "decision"), said, version=0)

    async def _published(self) -> None:
        await self.crowd.officer.read_letters(SLUG)
        await self.crowd.officer.post(f"/api/calls/{SLUG}/publication")
        await self._until(self._committee_empty)

    async def _committee_empty(self) -> bool:
        return not await self._in_stage("committee")

    async def _until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        while not await ready():
            await asyncio.sleep(LOOKING)
