"""A small world in which every name and every text is a canary: a word found nowhere else."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from forms import examples
from service.demo.advancing import advance
from service.domain import matching
from service.domain.actor import Actor, Role
from service.domain.closing import code_of
from service.domain.files import StoredFile
from service.domain.plans import Wanted
from service.domain.profiles import Profile
from service.identity import secrets
from service.operations import (
    assignments,
    batches,
    corrections,
    deadlines,
    decisions,
    dismissals,
    drafts,
    eligibility,
    extending,
    files,
    inquiries,
    interests,
    joining,
    marks,
    plans,
    profiles,
    reviews,
    rosters,
    sharing,
    sittings,
    submissions,
    syntheses,
    teams,
    threads,
    uploads,
)
from service.operations.batches import NewBatch
from service.operations.calls import PublishedEdition
from service.operations.corrections import CorrectionContent
from service.operations.deadlines import MoreTime
from service.operations.decisions import DecisionContent
from service.operations.dismissals import DismissalContent
from service.operations.drafts import Change
from service.operations.eligibility import EligibilityAnswer, Verdict
from service.operations.extending import Extend
from service.operations.inquiries import InquiryContent
from service.operations.interests import InterestContent
from service.operations.marks import MarkContent
from service.operations.reviews import ReviewContent
from service.operations.seating import SittingContent
from service.operations.sharing import Level
from service.operations.sittings import Convening
from service.operations.syntheses import SynthesisContent
from service.operations.teams import TeamContent
from service.operations.threads import MessageContent
from service.operations.uploads import NewUpload
from service.store import matched
from service.store.database import execute, rows, value
from service.store.editions import edition
from service.store.ids import uuid7
from service.store.objects import store
from tests.canaries.deliberating import deliberate
from tests.canaries.piloting import try_out
from tests.process.call import read_letters
from tests.support.calls import CLOSES, fresh_call
from tests.support.people import person

HOUR = timedelta(hours=1)
# How far each proposal of the world has come: draft, under review, before the committee, decided and published.
DRAFT, REVIEW, COMMITTEE, PUBLISHED = range(4)
LEVELS: dict[str, Level] = {"reader": "reader", "writer": "writer"}


def word(kind: str, number: int | str = "") -> str:
    """A canary: a word that says what it was planted as, and that no other world has."""
    return f"Zq{kind}{number}x{uuid.uuid4().hex[:10]}"


@dataclass
class World:
    """One call with its people and four proposals; `words` is (kind, proposal or "") -> canary."""

    call: PublishedEdition
    other: PublishedEdition
    words: dict[tuple[str, int | str], str] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    proposals: list[UUID] = field(default_factory=list)
    inquiry: UUID | None = None
    team: UUID | None = None
    roster: UUID | None = None
    batch: UUID | None = None
    sitting: UUID | None = None
    held: UUID | None = None
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    @staticmethod
    async def build(now: datetime) -> "World":
        """Everybody and everything."""
        world = World(await fresh_call(), await fresh_call(), at=now - 120 * HOUR)
        await world.gather()
        for stage in (DRAFT, REVIEW, COMMITTEE, PUBLISHED):
            await world.propose(stage)
        question = InquiryContent(f"Une question : {world.plant('inquiry')} ?")
        asked = await inquiries.ask_inquiry(world.people["stranger"], world.call.slug, question, now=world.later())
        world.inquiry = asked.id
        pair = TeamContent("Binôme", tuple(world.people[name].person for name in ("expert1", "expert2")))
        world.team = (await teams.form_team(world.people["officer"], world.call.slug, pair, now=world.later())).id
        await world.plan()
        await world.steer()
        officer, expert = world.people["officer"], world.people["expert1"]
        content = f"courriel;nom\nliste@personne.test;{world.plant('roster')}".encode()
        world.roster = (await rosters.read_roster(officer, world.call.slug, "liste.csv", content, now=world.later())).id
        profile = Profile(biography=world.plant("profile"))
        await profiles.save_profile(expert, expert.person, profile, 0, now=world.later())
        await world.conflict(world.proposals[REVIEW])
        await world.meet(now)
        for proposal in world.proposals:  # one who has not answered yet
            email = world.people["invited"].email
            await sharing.invite_collaborator(world.people["owner"], proposal, email, "writer", now=now)
        return world

    async def meet(self, now: datetime) -> None:
        """A sitting to come, on what is before the committee still, from which one member is recused."""
        officer = self.people["officer"]
        content = SittingContent(now + 100 * 24 * HOUR, place=f"Salle {self.plant('place')}")
        kept = await sittings.open_sitting(officer, self.call.slug, content, now=self.later())
        await sittings.convene_sitting(officer, kept.id, Convening(), kept.version, now=self.later())
        self.sitting = kept.id

    async def plan(self) -> None:
        """A plan of who reviews what, made as a worker makes it."""
        await plans.make_plan(self.people["officer"], self.call.slug, Wanted("experts"), now=self.later())
        claimed = await plans.claim_plan(now=self.later())
        assert claimed is not None
        found = await matched.problem(claimed.call, claimed.wanted, self.at.date())
        await plans.record_plan(claimed.id, matching.make_plan(found.problem), found, now=self.later())

    def plant(self, kind: str, number: int | str = "") -> str:
        """A new canary."""
        return self.words.setdefault((kind, number), word(kind, number))

    def later(self) -> datetime:
        """An hour later."""
        self.at += HOUR
        return self.at

    async def conflict(self, proposal: UUID) -> None:
        """What an expert declares for all proposals, and what an officer thinks of what was found on one."""
        content = InterestContent("organisation", self.plant("interest"), reason=f"Par {self.plant('reason')}.")
        await interests.declare_interest(self.people["expert3"], content, now=self.later())
        found = uuid7(self.at)
        await execute(
            "INSERT INTO conflict (id, proposal, expert, origin, rule, strength, value, reason, created_at)"
            " VALUES ({}, {}, {}, 'found', 'near_domain', 'weak', {}, '', {})",
            *(found, proposal, self.people["expert2"].account, self.plant("key"), self.at),
        )
        why = DismissalContent(f"Écarté : {self.plant('dismissal')}.")
        await dismissals.dismiss_conflict(self.people["officer"], proposal, found, why, now=self.later())

    async def gather(self) -> None:
        """One person per part, each under a canary."""
        here, elsewhere = self.call.call, self.other.call
        parts: dict[str, tuple[tuple[Role, UUID | None], ...]] = {
            "owner": (),
            "stranger": (),
            "writer": (),
            "reader": (),
            "invited": (),
            "expert1": ((Role.EXPERT, here),),
            "expert2": ((Role.EXPERT, here),),
            "expert3": ((Role.EXPERT, here),),
            "officer": ((Role.OFFICER, here),),
            "committee": ((Role.COMMITTEE, here),),
            "recused": ((Role.COMMITTEE, here),),
            "chair": ((Role.CHAIR, here),),
            "authority": ((Role.AUTHORITY, here),),
            "auditor": ((Role.AUDITOR, None),),
            "admin": ((Role.ADMIN, None),),
            "officer elsewhere": ((Role.OFFICER, elsewhere), (Role.COMMITTEE, elsewhere), (Role.EXPERT, elsewhere)),
        }
        for part, roles in parts.items():
            self.people[part] = await person(*roles, name=self.plant(f"name{part.replace(' ', '')}"))

    async def propose(self, number: int) -> None:
        """One proposal, as far as it goes."""
        await self.draft(number)
        if number == DRAFT:
            await self.extend(number)
            return
        await submissions.submit_proposal(self.people["owner"], self.proposals[number], now=self.later())
        for part in ("owner", "officer"):
            message = MessageContent(f"Message : {self.plant('thread', number)}.")
            await threads.send_message(self.people[part], self.proposals[number], message, now=self.later())
        await self.advance(number)
        items = {item.id: True for item in (await edition(self.call.edition)).eligibility.items}
        answer = EligibilityAnswer(Verdict.ELIGIBLE, items)
        await eligibility.answer_eligibility(self.people["officer"], self.proposals[number], answer, now=self.later())
        experts = tuple(self.people[part].person for part in ("expert1", "expert2"))
        await assignments.propose_experts(self.people["officer"], self.proposals[number], experts, now=self.later())
        await self.advance(number)
        await self.review(number, "expert1", submit=number != REVIEW)
        await self.review(number, "expert2", submit=True)
        if number >= COMMITTEE:
            await self.judge(number)

    async def draft(self, number: int) -> None:
        """Answers and files, with canaries in every text."""
        kept = await edition(self.call.edition)
        opened = await drafts.open_draft(self.people["owner"], self.call.slug, now=self.later())
        self.proposals.append(opened.id)
        await self.share(opened.id)
        answers = examples.complete_answers(kept, number)
        form = kept.form
        answers[form.title_field] = self.plant("title", number)
        answers[form.organisation_field] = self.plant("organisation", number)
        answers["problem"] = f"{answers['problem']} {self.plant('answer', number)}."
        confidential = next(f.id for f in form.fields if f.audience == "officers" and f.kind == "person")
        answers[confidential] = {**answers[confidential], "family_name": self.plant("contact", number)}
        changes = {name: Change(answer) for name, answer in answers.items()}
        await drafts.save_answers(self.people["owner"], opened.id, changes, now=self.later())
        for question, name, content in examples.small_files(kept, number):
            file_id = uuid7(self.at)
            stored = await store().put_bytes(f"attachment/{file_id}", content)
            planted = f"{self.plant('file', number)}-{name}"
            file = StoredFile(file_id, question, planted, stored.size, stored.sha256, "application/pdf")
            await files.add_attachment(self.people["owner"], opened.id, file, now=self.later())

        coming = NewUpload("annexes", f"{self.plant('upload', number)}.pdf", 9)
        await uploads.begin_upload(self.people["owner"], opened.id, coming, now=self.later())

    async def steer(self) -> None:
        """An officer gives the experts of one more time, then orders the same of all."""
        officer, until = self.people["officer"], self.at + 9000 * HOUR
        why = f"Motif : {self.plant('steering', REVIEW)}."
        await extending.extend_stage(officer, self.proposals[REVIEW], Extend("review", until, why), now=self.later())
        new = NewBatch("extend", f"Motif : {self.plant('batch')}.", "review", until=until + HOUR)
        self.batch = (await batches.begin_batch(officer, self.call.slug, new, now=self.later())).id

    async def share(self, proposal: UUID) -> None:
        """One joins to write, one to read."""
        owner = self.people["owner"]
        for part, level in (("writer", "writer"), ("reader", "reader")):
            invited = await sharing.invite_collaborator(
                owner, proposal, self.people[part].email, LEVELS[level], now=self.later()
            )
            await joining.join_proposal(self.people[part], secrets.derive("share", invited.id), now=self.later())

    async def extend(self, number: int) -> None:
        """More time for a draft: the reason is its owner's to read, and the officers'."""
        code = code_of(self.proposals[number])
        more = MoreTime(CLOSES + HOUR, f"Motif : {self.plant('extension', number)}.", code)
        await deadlines.extend_deadline(self.people["officer"], self.call.slug, more, now=self.later())

    async def review(self, number: int, part: str, *, submit: bool) -> None:
        """Accept, save, perhaps submit."""
        expert, proposal = self.people[part], self.proposals[number]
        assignment = await value(
            "SELECT id FROM assignment WHERE proposal = {} AND expert = {}", proposal, expert.account
        )
        taken = await assignments.accept_assignment(expert, assignment, now=self.later())
        assert taken.review is not None
        grid = (await edition(self.call.edition)).grid
        comment = self.plant(f"comment{part}", number)
        content = ReviewContent({c.id: c.highest for c in grid.criteria}, dict.fromkeys(["", *self.ids(grid)], comment))
        saved = await reviews.save_review(expert, taken.review, content, 0, now=self.later())
        note = MarkContent(doubt=True, note=f"Pour moi : {self.plant(f'note{part}', number)}.")
        await marks.save_mark(expert, taken.review, note, now=self.later())
        if submit:
            await reviews.submit_review(expert, taken.review, saved.version, now=self.later())
        await self.advance(number)

    @staticmethod
    def ids(grid: object) -> list[str]:
        """The criteria of a grid."""
        return [criterion.id for criterion in grid.criteria]  # type: ignore[attr-defined]

    async def judge(self, number: int) -> None:
        """Synthesis, decision, and for the last one its publication."""
        proposal = self.proposals[number]
        officer, authority = self.people["officer"], self.people["authority"]
        text = SynthesisContent(f"Synthèse : {self.plant('synthesis', number)}.", "retained")
        saved = await syntheses.save_synthesis(officer, proposal, text, 0, now=self.later())
        await syntheses.submit_synthesis(officer, proposal, saved.version, now=self.later())
        await self.advance(number)
        decision = DecisionContent("pilot", f"Motifs : {self.plant('reasons', number)}.", "Directrice")
        if number == PUBLISHED:
            self.held = await deliberate(self.call.slug, self)
            # The one before it is decided after this publication, and stays pending.
            await decisions.take_decision(authority, proposal, decision, 0, now=self.later())
            await read_letters(officer, self.call.slug, self.later())
            await decisions.publish_decisions(officer, self.call.slug, now=self.later())
            await self.advance(number)
            await self._correct(proposal, number)
            await try_out(officer, self.people["owner"], proposal, self)
            pending = self.proposals[COMMITTEE]
            decision = DecisionContent("pilot", f"Motifs : {self.plant('reasons', COMMITTEE)}.", "Directrice")
            await decisions.take_decision(authority, pending, decision, 0, now=self.later())

    async def _correct(self, proposal: UUID, number: int) -> None:
        """A decision that is to replace the published one, and waits."""
        cited = await value("SELECT id FROM decision WHERE proposal = {}", proposal)
        changes = f"Change : {self.plant('correction', number)}."
        content = CorrectionContent(cited, "error", changes, "pilot", "Motifs.", "Directrice")
        await corrections.take_correction(self.people["authority"], proposal, content, 0, now=self.later())

    async def advance(self, number: int) -> None:
        """What the workflow would do."""
        await advance(self.proposals[number], self.at)

    async def ids_of(self, table: str) -> list[UUID]:
        """Every row's id of a table that belongs to these proposals."""
        found = await rows(f"SELECT id FROM {table} WHERE proposal = ANY({{}})", self.proposals)  # noqa: S608
        return [line["id"] for line in found]
