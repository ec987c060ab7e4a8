"""Tells one tale: the acts of its people and of the process, each at its instant, by the same operations as ever."""

import tomllib
from datetime import UTC, datetime, timedelta
from importlib import resources
from random import Random
from uuid import UUID

from forms import Calendar, Edition, Stance, examples
from forms.clocks import PARIS, works
from service.demo.advancing import advance
from service.demo.cast import Cast
from service.demo.progress import once
from service.demo.tales import Tale, Until
from service.domain.files import StoredFile
from service.operations import (
    assignments,
    decisions,
    drafts,
    eligibility,
    files,
    process,
    reviews,
    submissions,
    syntheses,
)
from service.operations.decisions import DecisionContent
from service.operations.drafts import Change
from service.operations.eligibility import EligibilityAnswer, Verdict
from service.operations.reviews import ReviewContent
from service.operations.syntheses import SynthesisContent
from service.store import filetypes
from service.store.database import rows
from service.store.ids import uuid7
from service.store.objects import store
from workflows.messages import Answer, Look

TEXTS = tomllib.loads(resources.files("service.demo").joinpath("texts.toml").read_text())
HOUR = timedelta(hours=1)
MORNING, EVENING = 9, 18
ASKED = ("invited", "accepted", "done")
CAPACITY = "Directrice de l’incubateur, par délégation"
DELEGATION = "Arrêté du 5 janvier 2026 portant délégation de signature"


def at_work(instant: datetime) -> datetime:
    """This instant, or the next one between nine and six o'clock of a working day in Paris."""
    local = instant.astimezone(PARIS)
    if local.hour >= EVENING:
        local += timedelta(days=1)
    if not MORNING <= local.hour < EVENING or local.date() != instant.astimezone(PARIS).date():
        local = local.replace(hour=MORNING)
    while not works(local.date(), Calendar()):
        local += timedelta(days=1)
    return local.astimezone(UTC)


class Teller:
    """One tale being told; `at` is its present instant and never passes `now`."""

    def __init__(self, tale: Tale, cast: Cast, edition: Edition, now: datetime) -> None:
        self.tale = tale
        self.cast = cast
        self.edition = edition
        self.now = now
        self.minutes = Random(f"minutes of {tale.number}")  # noqa: S311  nor does a minute
        self.at = min(at_work(now - timedelta(days=tale.days)), now)
        self.applicant = cast.applicant(tale.number)
        self.officer = cast.officer(tale.number)
        self.random = Random(tale.number)  # noqa: S311  an invented score guards nothing
        self.proposal = UUID(int=0)

    def later(self, hours: float) -> datetime:
        """Some hours later, when people are at work."""
        self.at = min(at_work(self.at + hours * HOUR + timedelta(minutes=self.minutes.randrange(50))), self.now)
        return self.at

    async def tell(self) -> None:
        """From the draft to where the tale ends; what is published is decided after the first sitting."""
        await self.draft()
        until = self.tale.until
        if until is Until.DRAFT:
            return
        await once(submissions.submit_proposal, self.applicant, self.proposal, now=self.later(3))
        if until is Until.SUBMITTED:
            await self.look()
            return
        if until is Until.RETURNED:
            await self.check(Verdict.RETURNED, TEXTS["returned"])
            return
        if until is Until.INELIGIBLE:
            await self.check(Verdict.INELIGIBLE, TEXTS["ineligible"])
            return
        await self.check(Verdict.ELIGIBLE)
        await self.propose()
        if until is Until.WITHDRAWN:
            await once(
                submissions.withdraw_proposal, self.applicant, self.proposal, TEXTS["withdrawn"], now=self.later(30)
            )
            return
        await self.review()
        if until >= Until.SYNTHESISED:
            await self.synthesise()
        if until is Until.DECIDED:
            await self.decide()

    async def draft(self) -> None:
        """A draft with all its answers; the last tale's is only begun."""
        opened = await once(
            drafts.open_draft, self.applicant, self.tale.call, of=self.tale.number, now=self.at - 50 * HOUR
        )
        self.proposal = opened.id
        answers = examples.complete_answers(self.edition, self.tale.number)
        if self.tale.until is Until.DRAFT:
            answers = dict(list(answers.items())[: len(answers) // 2])
        changes = {field: Change(answer) for field, answer in answers.items()}
        await once(drafts.save_answers, self.applicant, self.proposal, changes, now=self.at - 20 * HOUR)
        for field, name, content in examples.small_files(self.edition, self.tale.number):
            await self.attach(field, name, content)

    async def attach(self, field: str, name: str, content: bytes) -> None:
        """One file, in the object store and on the draft, unless it is there."""
        there = "SELECT FROM attachment WHERE proposal = {} AND field = {} AND name = {}"
        if await rows(there, self.proposal, field, name):
            return
        file_id = uuid7(self.at)
        stored = await store().put_bytes(f"attachment/{file_id}", content)
        kind = filetypes.media_type(stored.head, stored.tail, stored.size)
        file = StoredFile(file_id, field, name, stored.size, stored.sha256, kind)
        await files.add_attachment(self.applicant, self.proposal, file, now=self.at - 2 * HOUR)

    async def check(self, verdict: Verdict, reasons: str = "") -> None:
        """The officer answers the checklist."""
        items = {item.id: True for item in self.edition.eligibility.items}
        if verdict is Verdict.INELIGIBLE:
            blocking = [item.id for item in self.edition.eligibility.items if item.blocking]
            items[blocking[-1]] = False
        remarks = {}
        if verdict is Verdict.RETURNED:
            items = {}
            remarks = {field.id: TEXTS["returned"] for field in self.edition.form.fields if field.kind == "table"}
            reasons = "" if remarks else reasons
        answer = EligibilityAnswer(verdict, items, reasons, dict(list(remarks.items())[:1]))
        await once(eligibility.answer_eligibility, self.officer, self.proposal, answer, now=self.later(26))
        await self.advance()

    async def propose(self) -> None:
        """Two teams in an order, where the call wants teams, or three experts; the process invites the first."""
        waiting = self.tale.until in (Until.INVITED, Until.ACCEPTED)
        experts, teams = tuple[UUID, ...](), tuple[UUID, ...]()
        if any(stage.team > 1 for stage in self.edition.process.stages):
            teams = await self.cast.teams(self.tale.number, self.tale.call, waiting=waiting)
        else:
            experts = tuple(expert.person for expert in self.cast.experts(self.tale.number, waiting=waiting))
        await once(assignments.propose_experts, self.officer, self.proposal, experts, teams, now=self.later(1))
        await self.advance()

    async def review(self) -> None:
        """The invited experts answer and write, as far as the tale goes."""
        if self.tale.turn:
            await self.turn()
        wanted = {Until.INVITED: 0, Until.ACCEPTED: 1}.get(self.tale.until, 2)
        given = {Until.INVITED: 0, Until.ACCEPTED: 0, Until.REVIEWED_ONCE: 1}.get(self.tale.until, 2)
        for number, line in enumerate(await self.asked(*ASKED)):
            if number >= wanted:
                break
            expert = self.cast.expert(line["expert"])
            taken = await once(assignments.accept_assignment, expert, line["id"], now=self.later(9))
            if number < given and taken.review is not None:
                content = self.opinion(expert.name)
                saved = await once(reviews.save_review, expert, taken.review, content, 0, now=self.later(20))
                await once(reviews.submit_review, expert, taken.review, saved.version, now=self.later(1))
        await self.advance()

    async def turn(self) -> None:
        """The first expert does not take it, whoever is in a team with them neither, and the process invites the
        next."""
        first, *others = await self.asked(*ASKED, "declined", "released")
        expert = self.cast.expert(first["expert"])
        if self.tale.turn == "conflict":
            await once(assignments.declare_conflict, expert, first["id"], TEXTS["conflict"], now=self.later(5))
        else:
            await once(assignments.decline_assignment, expert, first["id"], TEXTS["declined"], now=self.later(5))
        for line in others:
            if line["team"] is not None and line["team"] == first["team"]:
                expert = self.cast.expert(line["expert"])
                await once(assignments.decline_assignment, expert, line["id"], TEXTS["declined"], now=self.later(2))
        await self.advance()

    async def asked(self, *statuses: str) -> list[dict[str, UUID]]:
        """The assignments that were asked and stand so, whatever was answered already."""
        return await rows(
            "SELECT id, expert, team FROM assignment WHERE proposal = {} AND seat IS NOT NULL AND status = ANY({})"
            " ORDER BY seat, rank",
            *(self.proposal, list(statuses)),
        )

    def opinion(self, expert: str) -> ReviewContent:
        """An expert's scores and comments, around the tale's quality."""
        scores: dict[str, int | float | None] = {}
        comments = {"": TEXTS["overall"][self.tale.quality]}
        for number, criterion in enumerate(self.edition.grid.criteria):
            levels = sorted(choice.value for choice in criterion.choices)
            place = round((0.3, 0.6, 0.9)[self.tale.quality] * (len(levels) - 1)) + self.random.choice((-1, 0, 0, 1))
            scores[criterion.id] = levels[max(0, min(place, len(levels) - 1))]
            texts = TEXTS["comments"][self.tale.quality]
            comments[criterion.id] = texts[(number + len(expert)) % len(texts)]
        grid = self.edition.grid
        return ReviewContent(
            scores,
            comments,
            {"": TEXTS["private"][self.tale.quality]} if grid.confidential else {},
            self.stance(grid.confidence),
            # From the best to the worst, as forms have it.
            self.stance(tuple(reversed(grid.recommendation))),
        )

    def stance(self, offered: tuple[Stance, ...]) -> str:
        """One of the grid's answers, the least for a weak proposal; "" where it has none."""
        return offered[self.tale.quality * (len(offered) - 1) // 2].id if offered else ""

    async def synthesise(self) -> None:
        """The officer's summary."""
        content = SynthesisContent(
            TEXTS["syntheses"][self.tale.quality], ("declined", "retained", "pilot")[self.tale.quality]
        )
        saved = await once(syntheses.save_synthesis, self.officer, self.proposal, content, 0, now=self.later(30))
        await once(syntheses.submit_synthesis, self.officer, self.proposal, saved.version, now=self.later(1))
        await self.advance()

    async def decide(self) -> None:
        """The authority decides; it is pending until published."""
        content = DecisionContent(self.tale.outcome, TEXTS["reasons"][self.tale.outcome], CAPACITY, DELEGATION)
        await once(decisions.take_decision, self.cast.authority, self.proposal, content, 0, now=self.later(72))
        await self.look()

    async def look(self) -> Answer:
        """The proposal as its process sees it."""
        return await process.look(Look(str(self.proposal), self.at))

    async def advance(self) -> None:
        """What the workflow would do at this instant."""
        await advance(self.proposal, self.at)
