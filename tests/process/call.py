"""A small call of our own, with its people: every duration that the tests rely on stands in `edition/process.toml`."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import forms
from service.domain.actor import PROCESS, Actor, Role
from service.operations import (
    assignments,
    calls,
    conciliations,
    decisions,
    drafts,
    eligibility,
    letter_checks,
    reviews,
    submissions,
    syntheses,
    threads,
    withdrawals,
)
from service.operations.eligibility import EligibilityAnswer, Verdict
from service.operations.letter_checks import ReadLetter, ReadLetters
from service.operations.threads import MessageContent
from service.store.database import rows, value
from service.views import letter_checks as views
from tests.support.people import person

EDITION = Path(__file__).parent / "edition"
TWO_ROUNDS = Path(__file__).parent / "two_rounds"
DISAGREEING = Path(__file__).parent / "disagreeing"


class Trial:
    """A published call, its officer, chair and experts; each method is one person doing one thing at `now`."""

    def __init__(self, slug: str, call: UUID) -> None:
        self.slug = slug
        self.call = call
        self.experts: list[Actor] = []

    @staticmethod
    async def publish(  # noqa: PLR0917  a trial has many sides
        now: datetime,
        experts: int = 4,
        durations: Mapping[str, str] | None = None,
        edits: Sequence[tuple[str, str, str]] = (),
        variant: Path = EDITION,
        about: str = "",
        letters: str = "",
    ) -> "Trial":
        """Publish the edition under a slug of its own, with the files that a variant has in place of its. `durations`:
        for those of process.toml (`"P60D"`), others. `edits`: file, a text of it, and what stands there instead.
        `about`, `letters`: more lines of call.toml, and of its letters."""
        tag = uuid.uuid4().hex[:8]
        files = {path.name: path.read_text() for folder in (EDITION, variant) for path in folder.glob("*.toml")}
        files["call.toml"] = (
            files["call.toml"].replace("@slug@", f"essai-{tag}").replace("@prefix@", f"T-{tag.upper()}")
        )
        files["call.toml"] = f"{about}\n{files['call.toml']}\n{letters}"
        for old, new in (durations or {}).items():
            files["process.toml"] = files["process.toml"].replace(f'"{old}"', f'"{new}"')
        for name, old, new in edits:
            assert old in files[name], old
            files[name] = files[name].replace(old, new, 1)
        encoded = {name: text.encode() for name, text in files.items()}
        published = await calls.publish_edition(PROCESS, encoded, now=now)
        trial = Trial(published.slug, published.call)
        trial.applicant = await person()
        trial.officer = await person((Role.OFFICER, trial.call))
        trial.chair = await person((Role.CHAIR, trial.call))
        trial.experts = [await person((Role.EXPERT, trial.call)) for _ in range(experts)]
        return trial

    applicant: Actor
    officer: Actor
    chair: Actor

    async def draft(self, now: datetime, title: str = "Un projet") -> UUID:
        """Open and fill in a proposal."""
        opened = await drafts.open_draft(self.applicant, self.slug, now=now)
        answers = {"title": drafts.Change(title), "organisation": drafts.Change("Un organisme")}
        await drafts.save_answers(self.applicant, opened.id, answers, now=now)
        return opened.id

    async def hand_in(self, proposal: UUID, now: datetime) -> None:
        """The applicant writes the next part and submits it."""
        answers = {"method": drafts.Change("Nous irons pas à pas.")}
        await drafts.save_answers(self.applicant, proposal, answers, now=now)
        await submissions.submit_proposal(self.applicant, proposal, now=now)

    async def submit(self, now: datetime, title: str = "Un projet") -> UUID:
        """Open, fill in and submit a proposal."""
        opened = await self.draft(now, title)
        await submissions.submit_proposal(self.applicant, opened, now=now)
        return opened

    async def withdraw(self, proposal: UUID, now: datetime) -> None:
        """The applicant takes it back."""
        await submissions.withdraw_proposal(self.applicant, proposal, now=now)

    async def undo(self, proposal: UUID, now: datetime) -> None:
        """The applicant thinks again."""
        await withdrawals.undo_withdrawal(self.applicant, proposal, now=now)

    async def ask(self, proposal: UUID, now: datetime) -> None:
        """The officer asks a question, which stops the clock."""
        await threads.send_message(self.officer, proposal, MessageContent("Et l’hébergement ?", question=True), now=now)

    async def reply(self, proposal: UUID, now: datetime) -> None:
        """The applicant writes to the officer."""
        await threads.send_message(self.applicant, proposal, MessageContent("En France."), now=now)

    async def complete(self, proposal: UUID, now: datetime) -> None:
        """The applicant submits again what was returned."""
        await submissions.submit_proposal(self.applicant, proposal, now=now)

    async def check(self, proposal: UUID, verdict: Verdict, now: datetime) -> None:
        """The officer answers the checklist."""
        answer = {
            Verdict.ELIGIBLE: EligibilityAnswer(verdict, {"european": True}),
            Verdict.INELIGIBLE: EligibilityAnswer(verdict, {"european": False}, "Hors de l’Union."),
            Verdict.RETURNED: EligibilityAnswer(verdict, {}, "Précisez le titre."),
        }[verdict]
        await eligibility.answer_eligibility(self.officer, proposal, answer, now=now)

    async def propose(self, proposal: UUID, experts: list[Actor], now: datetime) -> None:
        """The officer puts experts on the list."""
        await assignments.propose_experts(self.officer, proposal, tuple(one.person for one in experts), now=now)

    async def assignment(self, proposal: UUID, expert: Actor) -> UUID:
        """The assignment of an expert to a proposal."""
        found: UUID = await value(
            "SELECT id FROM assignment WHERE proposal = {} AND expert = {} ORDER BY round DESC LIMIT 1",
            *(proposal, expert.account),
        )
        return found

    async def accept(self, proposal: UUID, expert: Actor, now: datetime) -> None:
        """The expert takes the proposal."""
        await assignments.accept_assignment(expert, await self.assignment(proposal, expert), now=now)

    async def decline(self, proposal: UUID, expert: Actor, now: datetime) -> None:
        """The expert does not take it."""
        await assignments.decline_assignment(expert, await self.assignment(proposal, expert), "Indisponible.", now=now)

    async def declare(self, proposal: UUID, expert: Actor, now: datetime) -> None:
        """The expert declares a conflict of interest."""
        await assignments.declare_conflict(expert, await self.assignment(proposal, expert), "Un proche.", now=now)

    async def review(
        self, proposal: UUID, expert: Actor, now: datetime, content: reviews.ReviewContent | None = None
    ) -> None:
        """The expert scores and submits."""
        assignment = await self.assignment(proposal, expert)
        review = await value("SELECT id FROM review WHERE assignment = {}", assignment)
        content = content or reviews.ReviewContent({"impact": 5}, {})
        saved = await reviews.save_review(expert, review, content, 0, now=now)
        await reviews.submit_review(expert, review, saved.version, now=now)

    async def confirm(self, proposal: UUID, expert: Actor, now: datetime) -> None:
        """The expert, asked again, keeps the review as it is."""
        assignment = await self.assignment(proposal, expert)
        review = await value("SELECT review FROM assignment WHERE id = {}", assignment)
        await conciliations.confirm_review(expert, review, now=now)

    async def sum_up(self, proposal: UUID, now: datetime) -> None:
        """The officer writes and submits the synthesis."""
        content = syntheses.SynthesisContent("Deux avis concordants.", "retained")
        saved = await syntheses.save_synthesis(self.officer, proposal, content, 0, now=now)
        await syntheses.submit_synthesis(self.officer, proposal, saved.version, now=now)

    async def decide(self, proposal: UUID, outcome: str, now: datetime) -> None:
        """The chair decides; nothing is published."""
        content = decisions.DecisionContent(outcome, "Un projet mûr.", "Présidente du comité")
        await decisions.take_decision(self.chair, proposal, content, 0, now=now)

    async def publish_decisions(self, now: datetime) -> None:
        """The officer has read the letters, and publishes."""
        await read_letters(self.officer, self.slug, now)
        await decisions.publish_decisions(self.officer, self.slug, now=now)


async def read_letters(officer: Actor, slug: str, now: datetime) -> None:
    """Somebody reads every letter that waits, page by page."""
    while found := (await views.letters(officer, slug, unchecked=True)).items:
        read = tuple(ReadLetter(one.decision, one.mark) for one in found)
        await letter_checks.check_letters(officer, slug, ReadLetters(read), now=now)


async def told(proposal: UUID) -> list[tuple[str, str]]:
    """The journal of a proposal: when, to the minute in Paris, and what."""
    found = await rows("SELECT kind, at FROM entry WHERE stream = {} ORDER BY seq", f"proposal:{proposal}")
    return [(f"{line['at'].astimezone(forms.clocks.PARIS):%Y-%m-%d %H:%M}", line["kind"]) for line in found]


async def kinds(proposal: UUID) -> list[str]:
    """What happened to a proposal, in order."""
    return [kind for _, kind in await told(proposal)]


async def standing(proposal: UUID) -> tuple[str, str]:
    """Status and stage of a proposal."""
    line = (await rows("SELECT status, stage FROM proposal WHERE id = {}", proposal))[0]
    return line["status"], line["stage"]


async def all_seen(proposal: UUID) -> bool:
    """Whether its workflow has read its last entry."""
    seen: bool = await value("SELECT seen_seq = last_seq FROM proposal WHERE id = {}", proposal)
    return seen
