"""What else people may do in a call: an officer's hand on a proposal, limits and absences, teams, conflicts found."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from forms.clocks import local_day
from service.domain.actor import Actor
from service.domain.profiles import Absence, Affiliation, Profile
from service.operations import (
    assignments,
    delegating,
    dismissals,
    extending,
    interests,
    pilots,
    profiles,
    reassigning,
    steering,
)
from service.operations.dismissals import DismissalContent
from service.operations.extending import Extend
from service.operations.interests import InterestContent
from service.operations.pilots import PilotEnd, PilotReviewContent
from service.operations.reassigning import Reassign
from service.operations.steering import GoBack, Reopen, Skip, Stop
from service.store.database import row, rows, value
from tests.process.actors import WHICH, WHO, People

WHY = "Motif de l’acte."
NUMBER = st.integers(0, 9)
BODY = "Un organisme"  # which applies


class Hands(People):
    """The same people, with every right that they have."""

    # The officer's hand -------------------------------------------------------------------------------------------

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, what=st.sampled_from(["skip", "go_back", "go_back", "reopen", "extend", "stop"]), number=NUMBER)
    def steer(self, which: int, what: str, number: int) -> None:
        self.act(self._steer, self.one(which), what, number)

    async def _steer(self, proposal: UUID, what: str, number: int, now: datetime) -> None:
        line = await row("SELECT stage, edition FROM proposal WHERE id = {}", proposal)
        assert line is not None
        officer, stage = self.trial.officer, line["stage"]
        to = ("eligibility", "review", "synthesis", "committee", "pilot")[number % 5]
        end = "completed" if stage == "pilot" else "declined"
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "skip": lambda: steering.skip_stage(officer, proposal, Skip(stage, _way_on(stage), WHY), now=now),
            "go_back": lambda: steering.go_back(officer, proposal, GoBack(stage, to, WHY), now=now),
            "reopen": lambda: steering.reopen(officer, proposal, Reopen(to, WHY), now=now),
            "stop": lambda: steering.stop(officer, proposal, Stop(stage, end, WHY), now=now),
            "extend": lambda: extending.extend_stage(
                officer, proposal, Extend(stage, now + timedelta(days=90), WHY), now=now
            ),
        }
        await acts[what]()

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, who=WHO, leaves=st.booleans())
    def reassign(self, which: int, who: int, *, leaves: bool) -> None:
        self.act(self._reassign, self.one(which), who, leaves)

    async def _reassign(self, proposal: UUID, who: int, leaves: bool, now: datetime) -> None:  # noqa: FBT001
        held = await rows(
            "SELECT id FROM assignment WHERE proposal = {} AND status NOT IN ('declined', 'released') ORDER BY id",
            proposal,
        )
        release = (held[who % len(held)]["id"],) if held and leaves else ()
        act = Reassign(WHY, release, (self.trial.experts[who].person,))
        await reassigning.reassign(self.trial.officer, proposal, act, now=now)

    # Pilots -------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, what=st.sampled_from(["go", "go", "stay", "stop", "end"]))
    def pilot(self, which: int, what: str) -> None:
        self.act(self._pilot, self.one(which), what)

    async def _pilot(self, proposal: UUID, what: str, now: datetime) -> None:
        officer = self.trial.officer
        if what == "end":
            await pilots.end_pilot(officer, proposal, PilotEnd("completed", WHY), now=now)
            return
        phase = await value("SELECT phase FROM pilot WHERE proposal = {}", proposal) or ""
        await pilots.hold_review(officer, proposal, PilotReviewContent(phase, what, WHY), now=now)

    # Limits, absences, teams --------------------------------------------------------------------------------------

    @rule(who=WHO, most=st.sampled_from([None, 0, 1, 2]))
    def limit(self, who: int, most: int | None) -> None:
        self.act(self._limit, self.trial.experts[who], most)

    async def _limit(self, expert: Actor, most: int | None, now: datetime) -> None:
        await profiles.limit_expert(self.trial.officer, self.trial.slug, expert.person, most, now=now)

    @rule(who=WHO, most=st.sampled_from([None, 1, 2]), away=st.integers(0, 40), works=st.booleans())
    def say(self, who: int, most: int | None, away: int, *, works: bool) -> None:
        """An expert says how much they take, when they are away, and where they work: with the applicant, it may be."""
        self.act(self._say, self.trial.experts[who], most, away, works)

    async def _say(self, expert: Actor, most: int | None, away: int, works: bool, now: datetime) -> None:  # noqa: FBT001
        today = local_day(now)
        absences = (Absence(today + timedelta(days=2), today + timedelta(days=2 + away)),) if away else ()
        profile = Profile(most=most, absences=absences, affiliations=(Affiliation(BODY),) if works else ())
        version = await value("SELECT version FROM profile WHERE account = {}", expert.person) or 0
        await profiles.save_profile(expert, expert.person, profile, version, now=now)

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH)
    def propose_team(self, which: int) -> None:
        self.act(self._propose_team, self.one(which))

    async def _propose_team(self, proposal: UUID, now: datetime) -> None:
        await assignments.propose_experts(self.trial.officer, proposal, (), (self.team,), now=now)

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, who=st.integers(0, 1))
    def hand_on(self, which: int, who: int) -> None:
        self.act(self._hand_on, self.one(which), who)

    async def _hand_on(self, proposal: UUID, who: int, now: datetime) -> None:
        one, other = self.trial.experts[-2 + who], self.trial.experts[-1 - who]
        assignment = await self.trial.assignment(proposal, one)
        await delegating.delegate_assignment(one, assignment, other.person, WHY, now=now)

    # Conflicts that are found ---------------------------------------------------------------------------------------

    @rule(who=WHO, ends=st.booleans())
    def declare(self, who: int, *, ends: bool) -> None:
        self.act(self._declare, self.trial.experts[who], ends)

    async def _declare(self, expert: Actor, ends: bool, now: datetime) -> None:  # noqa: FBT001
        if not ends:
            await interests.declare_interest(expert, InterestContent("organisation", BODY), now=now)
            return
        for line in await rows("SELECT id FROM interest WHERE account = {} AND ended_at IS NULL", expert.person):
            await interests.end_interest(expert, line["id"], now=now)

    @precondition(lambda self: self.proposals)
    @rule(which=WHICH, back=st.booleans())
    def dismiss(self, which: int, *, back: bool) -> None:
        self.act(self._dismiss, self.one(which), back)

    async def _dismiss(self, proposal: UUID, back: bool, now: datetime) -> None:  # noqa: FBT001
        found = await row(
            "SELECT id FROM conflict WHERE proposal = {} AND origin = 'found' AND closed_at IS NULL"
            " AND (dismissed_at IS NULL) <> {} ORDER BY created_at LIMIT 1",
            *(proposal, back),
        )
        if found is None:
            return
        if back:
            await dismissals.reinstate_conflict(self.trial.officer, proposal, found["id"], now=now)
        else:
            await dismissals.dismiss_conflict(self.trial.officer, proposal, found["id"], DismissalContent(WHY), now=now)


def _way_on(stage: str) -> str:
    """The outcome by which an officer may have a stage left."""
    return {
        "eligibility": "eligible",
        "review": "partial",
        "conciliation": "unsettled",
        "synthesis": "submitted",
        "pilot": "completed",
    }.get(stage, "retained")
