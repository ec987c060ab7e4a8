"""The committee's list: the proposals of a call in the order of their scores, with what was decided so far."""

import asyncio
from uuid import UUID

import msgspec

from forms import Grid, Summary, summary
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action, Phase, ProposalFacts
from service.domain.ranking import Ranked, rank
from service.problems import NotFound
from service.store.conflicts import standing
from service.store.database import Row, rows, value
from service.store.editions import edition as edition_of
from service.views.calls import CallView, require_on_call
from service.views.opinions import outcome_name
from service.views.visible import visible


class RankedLine(msgspec.Struct, frozen=True):
    """One proposal in the ranking. `rank` from 1, None without scores; `recommendation` of the synthesis; `decision`
    the outcome taken, `published` or pending; `may_decide` by the reader, now."""

    id: UUID
    rank: int | None
    reference: str
    title: str
    organisation: str
    status: str
    phase: str
    stage_name: str
    summary: Summary
    recommendation: str
    decision: str
    decision_name: str
    published: bool
    may_decide: bool


class RankingView(msgspec.Struct, frozen=True):
    """A call's ranking. `outcomes`: id and name of the decisions that the committee's stage knows, and how many of each
    were taken; `pending`: taken and not published; `may_publish` by the reader. `round` of `rounds`, from 1."""

    call: str
    call_title: str
    round: int
    rounds: int
    grid: Grid
    lines: tuple[RankedLine, ...]
    outcomes: tuple[tuple[str, str, int], ...]
    pending: int
    may_publish: bool


async def ranking(actor: Actor, slug: str, number: int | None = None) -> RankingView:
    """The proposals whose reviews the reader may see, by the scores of a round: the one asked for, or else the last
    that has begun. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_RANK)
    edition = about.content
    number = number or await _last_round(actor, about.id)
    if not 1 <= number <= edition.process.rounds:
        raise NotFound("Cet appel n’a pas de tel tour.")
    lines = {line["id"]: line for line in await _lines(actor, about.id, number)}
    scores = await _scores(list(lines), number)
    # Each by the grid of the edition that it was scored with.
    grids = {line["id"]: (await edition_of(line["edition"])).grid_of(number) for line in lines.values()}
    scored = []
    for done, proposal in enumerate(lines):
        if done % 100 == 0:  # thousands take a second: other requests have their turn in between
            await asyncio.sleep(0)
        scored.append((proposal, summary(grids[proposal], scores.get(proposal, []))))
    ranked = [_ranked(actor, about, lines[place.proposal], place, number) for place in rank(scored)]
    process = edition.process
    committee = [one for one in process.stages if one.kind == "committee" and process.round_of(one.id) == number]
    taken = [one.decision for one in ranked]
    return RankingView(
        call=slug,
        call_title=edition.call.title.fr,
        round=number,
        rounds=process.rounds,
        grid=edition.grid_of(number),
        lines=tuple(ranked),
        outcomes=tuple((o.id, o.name.fr, taken.count(o.id)) for stage in committee for o in stage.outcomes),
        pending=sum(1 for one in ranked if one.decision and not one.published and one.status == "in_progress"),
        may_publish=Action.CALL_PUBLISH_DECISIONS in about.may,
    )


def _ranked(actor: Actor, about: CallView, line: Row, place: Ranked, number: int) -> RankedLine:
    edition = about.content
    facts = ProposalFacts(
        about.id, line["owner"], Phase(line["phase"]), conflicted=line["conflicted"], sharing=line["sharing"] or ""
    )
    may = policy.may(actor, facts)
    decision = line["outcome"] if line["published"] or Action.DECISION_READ_PENDING in may else None
    stage = edition.process.stage(line["stage"]) if line["stage"] else None
    return RankedLine(
        id=line["id"],
        rank=place.rank,
        reference=line["reference"],
        title=line["title"],
        organisation=line["organisation"],
        status=line["status"],
        phase=line["phase"],
        stage_name=stage.name.fr if stage else edition.process.status_name(line["status"]).fr,
        summary=place.summary,
        recommendation=outcome_name(edition, line["recommendation"]) if line["recommendation"] else "",
        decision=decision or "",
        decision_name=outcome_name(edition, decision) if decision else "",
        published=line["published"],
        may_decide=Action.DECISION_TAKE in may and line["round"] == number,
    )


async def _last_round(actor: Actor, call_id: UUID) -> int:
    may, args = visible(actor, Action.REVIEW_READ_ALL)
    found: int | None = await value(
        f"SELECT max(p.round) FROM proposal p WHERE p.call = {{}} AND p.phase <> 'submission' AND {may}",  # noqa: S608
        *(call_id, *args),
    )
    return found or 1


async def _lines(actor: Actor, call_id: UUID, number: int) -> list[Row]:
    """Those that have come to the review of this round, or further."""
    may, args = visible(actor, Action.REVIEW_READ_ALL)
    return await rows(
        "SELECT p.id, p.edition, p.owner, p.reference, p.title, p.organisation, p.status, p.phase, p.stage,"  # noqa: S608
        " p.round, d.outcome,"
        " d.publication IS NOT NULL AS published, coalesce(s.recommendation, '') AS recommendation,"
        f" {standing('p.id', '{}')} AS conflicted,"
        " (SELECT level FROM collaborator k WHERE k.proposal = p.id AND k.account = {}) AS sharing"
        " FROM proposal p LEFT JOIN decision d ON d.proposal = p.id AND d.round = {}"
        " LEFT JOIN synthesis s ON s.proposal = p.id AND s.round = {} AND s.submitted_at IS NOT NULL"
        " WHERE p.call = {} AND (p.round > {} OR p.round = {}"
        "  AND p.phase IN ('review', 'synthesis', 'committee', 'pilot', 'over'))"
        f" AND p.status NOT IN ('withdrawn', 'ineligible') AND {may} ORDER BY p.reference",
        *(actor.account, actor.account, number, number, call_id, number, number, *args),
    )


async def _scores(proposals: list[UUID], number: int) -> dict[UUID, list[dict[str, float | None]]]:
    """The scores of the last submitted state of every review that counts, in one query."""
    found = await rows(
        "SELECT DISTINCT ON (v.subject_id) v.proposal, v.content -> 'scores' AS scores FROM revision v"
        " JOIN review r ON r.id = v.subject_id JOIN assignment a ON a.id = r.assignment AND a.status = 'done'"
        " WHERE v.subject = 'review' AND v.proposal = ANY({}) AND a.round = {} ORDER BY v.subject_id, v.number DESC",
        *(proposals, number),
    )
    scores: dict[UUID, list[dict[str, float | None]]] = {}
    for line in found:
        scores.setdefault(line["proposal"], []).append(msgspec.json.decode(line["scores"]))
    return scores
