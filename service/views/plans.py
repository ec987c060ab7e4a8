"""Plans of who reviews what, as officers read them: loads, worst matches, what is missing and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

import forms
from service import clock
from service.domain.actor import Actor
from service.domain.plans import Missing, More, RefusedPin, Summary, Wanted
from service.domain.policy import Action
from service.store import matched
from service.store.database import row, rows, value
from service.views.calls import require_on_call
from service.views.planned import Head, PairView, Taker, head, heads, line_of, pair, takers
from service.views.visible import Clause, visible

WORST = 10


class LoadView(msgspec.Struct, frozen=True):
    """Places of a taker in the call: `before` the plan, `planned` by it; of at most `most`, None without a limit."""

    taker: Taker
    before: int
    planned: int
    most: int | None


class MatchView(msgspec.Struct, frozen=True):
    """A proposal and one of its takers."""

    proposal: Head
    pair: PairView


class MissingView(msgspec.Struct, frozen=True):
    """A proposal with takers too few, and what becomes of all takers for it."""

    proposal: Head
    counts: Missing


class BottleneckView(msgspec.Struct, frozen=True):
    """Proposals that want `wanted` of these takers, who have `room` together."""

    proposals: tuple[Head, ...]
    takers: tuple[Taker, ...]
    wanted: int
    room: int


class MorePlaces(msgspec.Struct, frozen=True):
    """So many places more for a taker."""

    taker: Taker
    number: int


class MoreTakers(msgspec.Struct, frozen=True):
    """So many takers more for a proposal. `banned`: how many officers have set aside there, whom no conflict stops: to
    have these back is enough too, as far as they go."""

    proposal: Head
    number: int
    banned: int = 0


class RefusedView(msgspec.Struct, frozen=True):
    """A pin that the plan could not keep, and why."""

    proposal: Head
    taker: Taker
    reason: str


class PlanView(msgspec.Struct, frozen=True):
    """A plan of a call. `state`: none (of this call yet), queued, running, done, failed, applying or applied.
    `outdated`: it rests on what has changed since, and cannot be applied. `teams`: its takers are teams. Of the
    proposals that the reader may read: `proposals` that the plan places, `seats`, their `mean` affinity, the `worst`
    matches, what is `missing`. `places`, `recruits`: the least that would be enough. `looked_at`: of a plan that is
    applied, proposals done so far; `listed` takers put on lists, `skipped` who could not be any more."""

    call: str
    number: int = 0
    state: str = "none"
    wanted: Wanted = Wanted()
    at: datetime | None = None
    applied_at: datetime | None = None
    error: str = ""
    outdated: bool = False
    teams: bool = False
    proposals: int = 0
    seats: int = 0
    mean: float | None = None
    loads: tuple[LoadView, ...] = ()
    worst: tuple[MatchView, ...] = ()
    missing: tuple[MissingView, ...] = ()
    bottlenecks: tuple[BottleneckView, ...] = ()
    places: tuple[MorePlaces, ...] = ()
    recruits: tuple[MoreTakers, ...] = ()
    refused: tuple[RefusedView, ...] = ()
    looked_at: int = 0
    listed: int = 0
    skipped: int = 0


async def plan(actor: Actor, slug: str, number: int = 0) -> PlanView:
    """A plan of a call, the last one for 0. NotFound for whoever makes no plans of it, and a number there is not."""
    call = await require_on_call(actor, slug, Action.CALL_PLAN)
    line = await line_of(call.id, number)
    if line is None:
        return PlanView(slug)
    wanted = msgspec.json.decode(line["settings"], type=Wanted)
    bare = PlanView(
        call=slug,
        number=line["number"],
        state=line["status"],
        wanted=wanted,
        at=line["finished_at"] or line["created_at"],
        applied_at=line["applied_at"],
        error=line["error"],
    )
    if line["outcome"] is None:
        return bare
    outcome = msgspec.json.decode(line["outcome"], type=Summary)
    shown = await _Shown.of(actor, line["id"], outcome)
    done = await row(
        "SELECT count(*) AS looked_at, coalesce(sum(listed), 0) AS listed, coalesce(sum(skipped), 0) AS skipped"
        " FROM plan_item WHERE plan = {}",
        line["id"],
    )
    outdated = False
    if line["status"] == "done":
        newest = await value("SELECT max(number) FROM plan WHERE call = {}", call.id)
        now = await matched.facts(call.id, wanted, forms.local_day(clock.now()))
        outdated = newest != line["number"] or now.state != line["state"]
    return msgspec.structs.replace(bare, outdated=outdated, **await shown.parts(), **(done or {}))


class _Shown:
    """A plan's outcome as a reader may see it: proposals that they may not read are in none of it."""

    def __init__(self, plan_id: UUID, outcome: Summary, may: Clause) -> None:
        self._plan, self._outcome, self._may = plan_id, outcome, may
        self.heads: dict[UUID, Head] = {}
        self.takers: dict[UUID, Taker] = {}

    @classmethod
    async def of(cls, actor: Actor, plan_id: UUID, outcome: Summary) -> "_Shown":
        shown = cls(plan_id, outcome, visible(actor, Action.PROPOSAL_READ))
        named = {one.proposal for one in outcome.missing} | {one.proposal for one in outcome.refused}
        named |= {proposal for one in outcome.bottlenecks for proposal in one.proposals}
        named |= {more.id for more in outcome.relaxation.recruits}
        shown.heads = await heads(named, shown._may)
        shown.takers = await takers(
            {one.taker for one in outcome.loads}
            | {one.taker for one in outcome.refused}
            | {taker for one in outcome.bottlenecks for taker in one.takers}
        )
        return shown

    async def parts(self) -> dict[str, Any]:
        """What a `PlanView` has of it."""
        outcome = self._outcome
        may, args = self._may
        planned = await rows(
            "SELECT coalesce(l.team, l.expert) AS taker, count(*) AS number, sum(l.affinity) AS total"  # noqa: S608
            f" FROM plan_line l JOIN proposal p ON p.id = l.proposal WHERE l.plan = {{}} AND l.place = 'seat' AND {may}"
            " GROUP BY 1",
            *(self._plan, *args),
        )
        number = {line["taker"]: line["number"] for line in planned}
        seats = sum(number.values())
        return {
            "teams": any(one.team for one in self.takers.values()),
            "proposals": await value(
                "SELECT count(DISTINCT l.proposal) FROM plan_line l JOIN proposal p ON p.id = l.proposal"  # noqa: S608
                f" WHERE l.plan = {{}} AND {may}",
                *(self._plan, *args),
            ),
            "seats": seats,
            "mean": sum(line["total"] for line in planned) / seats if seats else None,
            "loads": tuple(self._loads(number)),
            "worst": await self._worst(),
            "missing": tuple(
                MissingView(self.heads[one.proposal], one) for one in outcome.missing if one.proposal in self.heads
            ),
            "bottlenecks": tuple(self._bottlenecks()),
            "places": tuple(
                MorePlaces(self.takers[more.id], more.number)
                for more in outcome.relaxation.places
                if more.id in self.takers
            ),
            "recruits": tuple(self._recruits(outcome.relaxation.recruits)),
            "refused": tuple(self._refused(outcome.refused)),
        }

    def _loads(self, planned: dict[UUID, int]) -> list[LoadView]:
        found = [
            LoadView(self.takers[one.taker], one.before, planned.get(one.taker, 0), one.most)
            for one in self._outcome.loads
            if one.taker in self.takers
        ]
        return sorted(found, key=lambda one: (-one.before - one.planned, one.taker.name.casefold(), one.taker.id))

    async def _worst(self) -> tuple[MatchView, ...]:
        may, args = self._may
        found = await rows(
            "SELECT l.*, p.id AS proposal, p.reference, p.title, p.organisation FROM plan_line l"  # noqa: S608
            f" JOIN proposal p ON p.id = l.proposal WHERE l.plan = {{}} AND l.place = 'seat' AND {may}"
            " ORDER BY l.affinity, l.proposal, l.rank LIMIT {}",
            *(self._plan, *args, WORST),
        )
        return tuple(MatchView(head(line, "proposal"), pair(line, self.takers)) for line in found)

    def _bottlenecks(self) -> Iterable[BottleneckView]:
        for one in self._outcome.bottlenecks:
            proposals = tuple(self.heads[proposal] for proposal in one.proposals if proposal in self.heads)
            known = tuple(self.takers[taker] for taker in one.takers if taker in self.takers)
            if len(proposals) == len(one.proposals):
                yield BottleneckView(proposals, known, one.wanted, one.room)

    def _recruits(self, more: Iterable[More]) -> Iterable[MoreTakers]:
        banned = {one.proposal: one.banned for one in self._outcome.missing}
        return (
            MoreTakers(self.heads[one.id], one.number, banned.get(one.id, 0)) for one in more if one.id in self.heads
        )

    def _refused(self, pins: Iterable[RefusedPin]) -> Iterable[RefusedView]:
        for one in pins:
            if one.proposal in self.heads:
                known = self.takers.get(one.taker, Taker(one.taker, "—"))
                yield RefusedView(self.heads[one.proposal], known, one.reason)
