"""The committee's list: the proposals of a call in the order of their scores, with what was decided so far."""

from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import msgspec

from forms import FieldError, Grid, Summary, Totals
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action, Phase, ProposalFacts
from service.problems import Invalid, NotFound
from service.store.agenda import AGENDA
from service.store.conflicts import conflicted
from service.store.database import Row, rows, value
from service.store.decided import FIRST, IN_FORCE, STANDING, WAITS
from service.store.editions import edition as edition_of
from service.store.lettered import FROM, MARK
from service.store.tallied import tallied
from service.views.calibration import Agreement, Calibration, Correction, Sort, calibration, ranked
from service.views.calls import CallView, require_on_call
from service.views.calls import call as call_view
from service.views.opinions import outcome_name
from service.views.visible import visible

MOST = 200


class RankedLine(msgspec.Struct, frozen=True):
    """One proposal in the ranking. `rank` from 1 by the raw total, None without scores; `summary` by criterion,
    `totals` of the reviews; `correction`: the total corrected for severe and lenient experts, to be read beside the raw
    one; `recommendation` of the synthesis; `decision` the outcome taken, `published` or pending; `may_decide` by the
    reader, now."""

    id: UUID
    rank: int | None
    reference: str
    title: str
    organisation: str
    status: str
    phase: str
    stage_name: str
    summary: Summary
    totals: Totals
    correction: Correction | None
    recommendation: str
    decision: str
    decision_name: str
    published: bool
    may_decide: bool


class RankingView(msgspec.Struct, frozen=True):
    """One page of a call's ranking; `next`: the cursor of the following one. `proposals`: of all pages. `outcomes`: id
    and name of the decisions that the committee's stage knows, and how many of each were taken; `pending`: taken and
    not published; `may_publish` by the reader. `round` of `rounds`, from 1. `groups`: of experts who can be compared;
    `sigma`: residual standard error of the corrected totals, in points; `agreement`: Krippendorff's alpha."""

    call: str
    call_title: str
    round: int
    rounds: int
    grid: Grid
    lines: tuple[RankedLine, ...]
    outcomes: tuple[tuple[str, str, int], ...]
    pending: int
    may_publish: bool
    sort: str
    next: str | None
    proposals: int
    groups: int
    sigma: float | None
    agreement: Agreement


class PlaceView(msgspec.Struct, frozen=True):
    """A proposal's place among the `scored` ones of its call, by raw total; its totals; the corrected one beside."""

    rank: int | None
    scored: int
    totals: Totals
    correction: Correction
    groups: int


class PendingLine(msgspec.Struct, frozen=True):
    """A decision that waits for its publication, with who signed it; `correction`: in place of a published one;
    `checked`: its letter was read as it would be sent now."""

    id: UUID
    reference: str
    title: str
    organisation: str
    decision: str
    decision_name: str
    decided_at: datetime
    author_name: str
    capacity: str
    delegation: str
    reasons: str
    correction: bool
    checked: bool


async def ranking(
    actor: Actor,
    slug: str,
    number: int | None = None,
    *,
    sort: str = "total",
    cursor: str | None = None,
    limit: int = 100,
) -> RankingView:
    """The proposals whose reviews the reader may see, by the scores of a round: the one asked for, or else the last
    that has begun. `sort`: total, corrected or spread, the highest first. NotFound; Invalid for an unknown sort."""
    about = await require_on_call(actor, slug, Action.CALL_RANK)
    process = about.content.process
    number = number or await last_round(actor, about)
    if not 1 <= number <= process.rounds:
        raise NotFound("Ce tour n’existe pas dans cet appel.")
    grid = about.content.grid_of(number)
    counted = await calibration(actor, about.id, number, grid)
    ids, following = counted.page(_sort(sort), cursor, max(1, min(limit, MOST)))
    lines = {line["id"]: line for line in await _lines(actor, about.id, number, ids)}
    taken, pending = await _taken(actor, about.id, number)
    committee = process.committees(number)
    return RankingView(
        call=slug,
        call_title=about.content.call.title.fr,
        round=number,
        rounds=process.rounds,
        grid=grid,
        lines=tuple([await _ranked(actor, about, lines[one], counted, number) for one in ids if one in lines]),
        outcomes=tuple((o.id, o.name.fr, taken.get(o.id, 0)) for stage in committee for o in stage.outcomes),
        pending=pending,
        may_publish=Action.CALL_PUBLISH_DECISIONS in about.may,
        sort=sort,
        next=following,
        proposals=len(counted.orders["total"]),
        groups=counted.groups,
        sigma=counted.sigma,
        agreement=counted.agreement,
    )


def _sort(wanted: str) -> Sort:
    known: tuple[Sort, ...] = get_args(Sort)
    found = next((one for one in known if one == wanted), None)
    if found is None:
        said = "Tri inconnu : choisissez parmi total, corrected, spread."
        raise Invalid([FieldError("sort", "unknown_sort", said, "Known: total, corrected, spread.")], said)
    return found


async def _ranked(actor: Actor, about: CallView, line: Row, counted: Calibration, number: int) -> RankedLine:
    edition = about.content
    facts = ProposalFacts(
        about.id, line["owner"], Phase(line["phase"]), conflicted=line["conflicted"], sharing=line["sharing"] or ""
    )
    may = policy.may(actor, facts)
    decision = line["outcome"] if line["published"] or Action.DECISION_READ_PENDING in may else None
    stage = edition.process.stage(line["stage"]) if line["stage"] else None
    # Each by the grid of the edition that it was scored with.
    found = tallied(line["content"], (await edition_of(line["edition"])).grid_of(number))
    return RankedLine(
        id=line["id"],
        rank=counted.ranks.get(line["id"]),
        reference=line["reference"],
        title=line["title"],
        organisation=line["organisation"],
        status=line["status"],
        phase=line["phase"],
        stage_name=stage.name.fr if stage else edition.process.status_name(line["status"]).fr,
        summary=found.summary,
        totals=found.totals,
        correction=counted.corrected.get(line["id"]),
        recommendation=outcome_name(edition, line["recommendation"]) if line["recommendation"] else "",
        decision=decision or "",
        decision_name=outcome_name(edition, decision) if decision else "",
        published=line["published"],
        may_decide=Action.DECISION_TAKE in may and line["round"] == number,
    )


async def place(actor: Actor, slug: str, proposal_id: UUID, number: int) -> PlaceView | None:
    """Where a proposal stands in a round of its call, for whoever may rank it; None for the others, and without
    reviews."""
    about = await call_view(actor, slug)
    process = about.content.process
    if Action.CALL_RANK not in about.may or not 1 <= number <= process.rounds:
        return None
    counted = await calibration(actor, about.id, number, about.content.grid_of(number))
    lines = await _lines(actor, about.id, number, [proposal_id])
    if not lines or proposal_id not in counted.corrected:
        return None
    found = tallied(lines[0]["content"], (await edition_of(lines[0]["edition"])).grid_of(number))
    correction = counted.corrected[proposal_id]
    return PlaceView(counted.ranks.get(proposal_id), len(counted.ranks), found.totals, correction, counted.groups)


async def last_round(actor: Actor, about: CallView) -> int:
    """The last round that has begun for a proposal whose reviews the reader may see."""
    if about.content.process.rounds == 1:
        return 1
    may, args = visible(actor, Action.REVIEW_READ_ALL)
    found: int | None = await value(
        f"SELECT max(p.round) FROM {AGENDA} WHERE p.call = {{}} AND p.phase <> 'submission' AND {may}",  # noqa: S608
        *(about.id, *args),
    )
    return found or 1


async def _lines(actor: Actor, call_id: UUID, number: int, ids: list[UUID]) -> list[Row]:
    """Those of one page. The rights are asked again: what was counted is a moment older."""
    where, args = ranked(actor, call_id, number)
    return await rows(
        "SELECT p.id, p.edition, p.owner, p.reference, p.title, p.organisation, p.status, p.phase, p.stage,"  # noqa: S608
        " p.round, t.content, d.outcome,"
        " d.publication IS NOT NULL AS published, coalesce(s.recommendation, '') AS recommendation,"
        f" {conflicted('p.id', '{}')} AS conflicted,"
        " (SELECT level FROM collaborator k WHERE k.proposal = p.id AND k.account = {}) AS sharing"
        f" FROM proposal p LEFT JOIN decision d ON d.proposal = p.id AND d.round = {{}} AND {STANDING}"
        " LEFT JOIN tally t ON t.proposal = p.id AND t.round = {}"
        " LEFT JOIN synthesis s ON s.proposal = p.id AND s.round = {} AND s.submitted_at IS NOT NULL"
        f" WHERE p.id = ANY({{}}) AND {where}",
        *(actor.account, actor.account, number, number, number, ids, *args),
    )


async def _taken(actor: Actor, call_id: UUID, number: int) -> tuple[dict[str, int], int]:
    """How many decisions of each outcome there are in the round, and how many of all wait for their publication."""
    where, args = ranked(actor, call_id, number)
    pending, whose = visible(actor, Action.DECISION_READ_PENDING)
    found = await rows(
        "SELECT o.outcome, count(*) FILTER (WHERE o.stands) AS number, count(*) FILTER (WHERE o.waits) AS pending"  # noqa: S608
        f" FROM (SELECT d.outcome, {WAITS} AS waits, {FIRST} AS stands"
        " FROM decision d JOIN proposal p ON p.id = d.proposal"
        f" WHERE d.round = {{}} AND {where} AND (d.publication IS NOT NULL OR {pending})) o GROUP BY o.outcome",
        *(number, *args, *whose),
    )
    return {line["outcome"]: line["number"] for line in found if line["number"]}, sum(line["pending"] for line in found)


class DecidedLine(msgspec.Struct, frozen=True):
    """A published decision, with who signed it; `in_force`: no published correction stands in its place."""

    reference: str
    title: str
    organisation: str
    round: int
    decision_name: str
    correction: bool
    in_force: bool
    decided_at: datetime
    published_at: datetime
    author_name: str
    capacity: str
    delegation: str
    reasons: str


async def decided(actor: Actor, slug: str) -> tuple[DecidedLine, ...]:
    """Every published decision of a call, the first one first, as far as the reader takes part in it. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_RANK)
    may, args = visible(actor, Action.DECISION_READ_PENDING)
    found: list[dict[str, Any]] = await rows(
        "SELECT p.reference, p.title, p.organisation, d.round, d.outcome, d.corrects IS NOT NULL AS correction,"  # noqa: S608
        f" {IN_FORCE} AS in_force, d.decided_at, n.at AS published_at, d.author_name, d.capacity, d.delegation,"
        " d.reasons FROM decision d JOIN proposal p ON p.id = d.proposal JOIN publication n ON n.id = d.publication"
        f" WHERE p.call = {{}} AND {may} ORDER BY n.at, p.reference, d.round, d.number",
        *(about.id, *args),
    )
    return tuple(DecidedLine(decision_name=outcome_name(about.content, line.pop("outcome")), **line) for line in found)


async def pending(actor: Actor, slug: str) -> tuple[PendingLine, ...]:
    """Every decision of a call that waits for its publication, whatever its round. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_PUBLISH_DECISIONS)
    may, args = visible(actor, Action.DECISION_READ_PENDING)
    found: list[dict[str, Any]] = await rows(
        "SELECT p.id, p.reference, p.title, p.organisation, d.outcome AS decision, d.decided_at, d.author_name,"  # noqa: S608
        " d.capacity, d.delegation, d.reasons, d.corrects IS NOT NULL AS correction,"
        f" k.mark IS NOT DISTINCT FROM {MARK} AS checked"
        f" FROM {FROM} WHERE p.call = {{}} AND {WAITS} AND {may} ORDER BY d.round, p.reference",
        *(about.id, *args),
    )
    return tuple(PendingLine(**line, decision_name=outcome_name(about.content, line["decision"])) for line in found)
