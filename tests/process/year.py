"""The people of a call that never closes, who come on Tuesdays and Thursdays and do what waits for them.

What each of them does is their habit; what becomes of a proposal is told by its number.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from forms import Edition, examples
from forms.clocks import PARIS, local_day, works
from service.domain.actor import Actor, Role
from service.domain.files import StoredFile
from service.domain.profiles import Absence, Affiliation, Profile
from service.operations import (
    assignments,
    decisions,
    drafts,
    eligibility,
    files,
    profiles,
    rechecking,
    reviews,
    submissions,
)
from service.operations.calls import PublishedEdition
from service.operations.decisions import DecisionContent
from service.operations.eligibility import EligibilityAnswer, Verdict
from service.operations.reviews import ReviewContent
from service.store import objects
from service.store.database import Row, rows
from tests.forms.shipped import shipped
from tests.process.call import kinds, read_letters
from tests.process.engines import Engine
from tests.support.calls import fresh_call
from tests.support.people import person

COMING = (1, 3)  # Tuesday, Thursday
AWAY = Absence(date(2042, 4, 28), date(2042, 5, 9))  # an expert
OFFICERS_AWAY = (date(2042, 8, 4), date(2042, 8, 20))
CANCELLED = date(2042, 7, 8)  # the committee of July does not sit
OUTCOMES = ("funded", "rework", "funded", "declined")
RETURNED, SILENT, INELIGIBLE, WITHDRAWN, NEIGHBOUR = 3, 5, 6, 4, 2  # numbers of proposals, by eight
HABITS = ("prompt", "silent", "busy", "slow", "tied", "prompt", "away", "neighbour")


def sitting(day: date) -> bool:
    """Whether it is the second Tuesday of its month; that of November is a holiday, and the committee sits the day
    after."""
    if day.month == 11:
        return day == date(2042, 11, 12)
    return day.weekday() == 1 and 8 <= day.day <= 14


class Year:
    """A fund and its people. `engine` carries the processes, and time."""

    def __init__(self, engine: Engine, call: PublishedEdition, edition: Edition) -> None:
        self.engine = engine
        self.call = call
        self.edition = edition
        self.proposals: list[UUID] = []
        self.experts: dict[UUID, tuple[Actor, str]] = {}

    applicant: Actor
    officer: Actor
    chair: Actor

    @staticmethod
    async def begin(engine: Engine) -> "Year":
        """The call opens, its people are there."""
        call = await fresh_call("monthly-committee", opens=await engine.now(), closes=None)
        year = Year(engine, call, shipped("monthly-committee"))
        year.applicant = await person()
        year.officer = await person((Role.OFFICER, call.call))
        year.chair = await person((Role.CHAIR, call.call))
        name = str(examples.complete_answers(year.edition, NEIGHBOUR)[year.edition.form.organisation_field])
        for habit in HABITS:
            actor = await person((Role.EXPERT, call.call))
            year.experts[actor.person] = (actor, habit)
            profile = {
                "away": Profile(absences=(AWAY, Absence(date(2042, 8, 1), date(2042, 8, 31)))),
                "neighbour": Profile(affiliations=(Affiliation(name),)),
                "slow": Profile(most=2),
            }.get(habit)
            if profile is not None:
                await profiles.save_profile(actor, actor.person, profile, 0, now=await engine.now())
        await engine.poke_call(call.call)
        return year

    async def live(self, until: date, *, last_arrival: date, each: timedelta) -> None:
        """Until that day: proposals arrive, and whoever comes does what waits for them."""
        next_arrival = local_day(await self.engine.now())
        day = next_arrival
        while day < until:
            if (day.weekday() in COMING or sitting(day)) and works(day, self.edition.process.calendar):
                await self.reach(day)
                while next_arrival <= min(day, last_arrival):
                    await self.submit()
                    next_arrival += each
                await self.come(day)
            day += timedelta(days=1)
        await self.reach(until)

    async def reach(self, day: date) -> None:
        """Let time pass until ten o'clock of that day."""
        at = datetime.combine(day, time(10), PARIS)
        await self.engine.advance(at - await self.engine.now(), self.proposals)

    async def come(self, day: date) -> None:
        """Everybody looks at what waits for them, once; what follows of it by itself happens after each."""
        now = await self.engine.now()
        await self.apply(now)
        if not OFFICERS_AWAY[0] <= day <= OFFICERS_AWAY[1]:
            await self.instruct(now)
        await self.engine.settle(self.proposals)
        await self.judge(now)
        if sitting(day) and day != CANCELLED:
            await self.sit(now)
        if day.weekday() == COMING[1] and await self.pending():
            await read_letters(self.officer, self.call.slug, now)
            await decisions.publish_decisions(self.officer, self.call.slug, now=now)
        await self.engine.settle(self.proposals)

    async def submit(self) -> None:
        """The next proposal."""
        now, number = await self.engine.now(), len(self.proposals)
        opened = await drafts.open_draft(self.applicant, self.call.slug, now=now)
        answers = examples.complete_answers(self.edition, number)
        changes = {field: drafts.Change(answer) for field, answer in answers.items()}
        await drafts.save_answers(self.applicant, opened.id, changes, now=now)
        for field, name, content in examples.small_files(self.edition, number):
            kept = await objects.store().put_bytes(f"attachment/{(file := uuid4())}", content)
            about = StoredFile(file, field, name, kept.size, kept.sha256, "application/pdf")
            await files.add_attachment(self.applicant, opened.id, about, now=now)
        await submissions.submit_proposal(self.applicant, opened.id, now=now)
        self.proposals.append(opened.id)
        await rechecking.recheck_untraced([opened.id], now)  # as the relay does

    def kind(self, proposal: UUID) -> int:
        """What becomes of a proposal: its number, by eight."""
        return self.proposals.index(proposal) % len(HABITS)

    async def _in(self, stage: str) -> list[Row]:
        return await rows("SELECT * FROM proposal WHERE call = {} AND stage = {} ORDER BY id", self.call.call, stage)

    async def apply(self, now: datetime) -> None:
        """The applicants complete what was returned after a week, some never; one thinks again and withdraws."""
        for line in await self._in("eligibility"):
            known = await rows("SELECT at FROM eligibility WHERE proposal = {}", line["id"])
            old = any(one["at"] < now - timedelta(days=7) for one in known)
            if line["returned"] and old and self.kind(line["id"]) == RETURNED:
                await submissions.submit_proposal(self.applicant, line["id"], now=now)
        for line in await self._in("review"):
            if self.kind(line["id"]) == WITHDRAWN:
                await submissions.withdraw_proposal(self.applicant, line["id"], now=now)

    async def instruct(self, now: datetime) -> None:
        """The officers check what came, with three names on each list; and find more where nobody is left."""
        for line in await self._in("eligibility"):
            if not line["returned"]:
                await self.check(line["id"], await self.verdict(line["id"]), now)
        for line in await self._in("review"):
            left = await rows(
                "SELECT FROM assignment WHERE proposal = {} AND status IN ('proposed', 'invited', 'accepted')",
                line["id"],
            )
            if not left:
                await self.propose(line["id"], list(self.experts), now)

    async def verdict(self, proposal: UUID) -> Verdict:
        """What the officers find; whoever was asked to complete is asked once."""
        kind = self.kind(proposal)
        if kind in {RETURNED, SILENT} and "eligibility_returned" not in await kinds(proposal):
            return Verdict.RETURNED
        return Verdict.INELIGIBLE if kind in {SILENT, INELIGIBLE} else Verdict.ELIGIBLE

    async def check(self, proposal: UUID, verdict: Verdict, now: datetime) -> None:
        """The checklist, and a list of experts that begins elsewhere each time."""
        items = {item.id: True for item in self.edition.eligibility.items}
        if verdict is Verdict.ELIGIBLE:
            first = self.proposals.index(proposal) % len(self.experts)
            names = list(self.experts)
            await self.propose(proposal, (names + names)[first : first + 3], now)
        elif verdict is Verdict.INELIGIBLE:
            items["not_begun"] = False
        reasons = "" if verdict is Verdict.ELIGIBLE else "La délibération manque."
        answer = EligibilityAnswer(verdict, {} if verdict is Verdict.RETURNED else items, reasons)
        await eligibility.answer_eligibility(self.officer, proposal, answer, now=now)

    async def propose(self, proposal: UUID, names: list[UUID], now: datetime) -> None:
        """Put them on the list, but for whoever is or was on it, or has a conflict of interest."""
        out = await rows(
            "SELECT expert FROM assignment WHERE proposal = {} UNION SELECT expert FROM conflict WHERE proposal = {}"
            " AND stands",
            *(proposal, proposal),
        )
        left = [name for name in names if name not in {line["expert"] for line in out}]
        await assignments.propose_experts(self.officer, proposal, tuple(left), now=now)

    async def judge(self, now: datetime) -> None:
        """Each expert answers as they always do."""
        asked = await rows(
            "SELECT a.* FROM assignment a JOIN proposal p ON p.id = a.proposal WHERE p.call = {} AND p.stage = 'review'"
            " AND a.status IN ('invited', 'accepted') ORDER BY a.id",
            self.call.call,
        )
        for line in asked:
            expert, habit = self.experts[line["expert"]]
            if line["status"] == "accepted" and (habit != "slow" or line["invited_at"] < now - timedelta(days=6)):
                await self.review(expert, line, now)
            elif line["status"] == "invited":
                await self.answer(expert, habit, line, now)

    async def answer(self, expert: Actor, habit: str, line: Row, now: datetime) -> None:
        """To an invitation."""
        if habit == "busy":
            await assignments.decline_assignment(expert, line["id"], "Une autre fois.", now=now)
        elif habit == "tied":
            await assignments.declare_conflict(expert, line["id"], "Un proche y travaille.", now=now)
        elif habit != "silent":
            await assignments.accept_assignment(expert, line["id"], now=now)

    async def review(self, expert: Actor, line: Row, now: datetime) -> None:
        """Scores and a sentence."""
        scores: dict[str, int | float | None] = dict.fromkeys((one.id for one in self.edition.grid.criteria), 2)
        scores["everyone"] = 3
        content = ReviewContent(scores, {"": "Un projet utile."}, recommendation="support")
        saved = await reviews.save_review(expert, line["review"], content, 0, now=now)
        await reviews.submit_review(expert, line["review"], saved.version, now=now)

    async def pending(self) -> bool:
        """Whether a decision waits to be published."""
        waiting = (
            "SELECT FROM decision d JOIN proposal p ON p.id = d.proposal WHERE p.call = {} AND d.publication IS NULL"
        )
        return bool(await rows(waiting, self.call.call))

    async def sit(self, now: datetime) -> None:
        """The committee decides what is on its agenda: what is due by tonight."""
        for line in await rows(
            "SELECT p.id FROM proposal p JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit"
            " WHERE p.call = {} AND p.stage = 'committee' AND d.closed_at IS NULL AND d.due_at < {} ORDER BY p.id",
            *(self.call.call, now + timedelta(days=1)),
        ):
            outcome = OUTCOMES[self.proposals.index(line["id"]) % len(OUTCOMES)]
            content = DecisionContent(outcome, "Le comité a entendu le rapporteur.", "Présidente du comité")
            await decisions.take_decision(self.chair, line["id"], content, 0, now=now)
