"""What is counted of a call: its funnel, stages, delays, answers, the load of its experts, its scores.

What is the same for every reader is counted once per change into this process: a mark of the call's proposals is read
at each request.
"""

from collections import OrderedDict
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from forms import Field
from reports.figures import (
    AnswerGroup,
    Breakdown,
    CallFigures,
    DelayFigures,
    ExpertsLoad,
    FunnelStep,
    LoadBand,
    ReachFigures,
    StageFigures,
)
from service import clock
from service.domain import figures as rules
from service.domain.actor import ANONYMOUS, Actor
from service.domain.policy import Action
from service.store.audiences import kept_from, tells
from service.store.database import Row, row, rows, value
from service.store.moves import FACTS, MOVES, KnownStage, of_kind, stages_of
from service.views.calls import CallView, call, require_on_call
from service.views.roundscores import apart, round_figures
from service.views.workers import named_experts

KEPT = 32
BANDS = (0, 1, 3, 6, 11, 21)
"""From how many reviews each band of experts begins."""


class _Counted(msgspec.Struct, frozen=True):
    first: datetime | None
    last: datetime | None
    funnel: tuple[FunnelStep, ...]
    statuses: tuple[FunnelStep, ...]
    stages: tuple[StageFigures, ...]
    decision: DelayFigures | None
    breakdowns: tuple[Breakdown, ...]
    reach: ReachFigures | None


_kept: OrderedDict[tuple[Any, ...], _Counted] = OrderedDict()


async def figures(actor: Actor | None, slug: str) -> CallFigures:
    """Those of a call, for whoever may read its report. None: for everybody, so that no figure is of a few.
    NotFound."""
    about = await (call(ANONYMOUS, slug) if actor is None else require_on_call(actor, slug, Action.CALL_REPORT))
    public = actor is None
    counted = await _counted(about, public=public)
    least = rules.FEW if public else 1
    decided = next((one.count for one in counted.funnel if one.code == "decided"), 0)
    told = not public or decided >= rules.FEW_SCORED
    delays = (counted.decision, *await _expert_delays(about.id, least))
    named, unnamed = await named_experts(actor, about)
    return CallFigures(
        call=slug,
        title=about.content.call.title.fr,
        service=about.content.call.service.name.fr,
        at=clock.now(),
        opens_at=about.opens_at,
        closes_at=about.closes_at,
        first=counted.first,
        last=counted.last,
        funnel=counted.funnel,
        statuses=counted.statuses,
        stages=counted.stages,
        delays=tuple(one for one in delays if one is not None and one.n >= least),
        breakdowns=counted.breakdowns,
        reach=counted.reach,
        load=await _load(about.id, public=public),
        rounds=await round_figures(actor, about) if told else (),
        left_out=0 if actor is None else len(await apart(actor, [about.id])),
        named=named,
        unnamed=unnamed,
    )


async def _counted(about: CallView, *, public: bool) -> _Counted:
    mark = await row(
        "SELECT count(*) AS number, coalesce(sum(last_seq), 0) AS entries, count(*) FILTER (WHERE status = 'draft') AS"
        " drafts, coalesce(bit_xor(uuid_hash_extended(id, 0)), 0) AS which FROM proposal WHERE call = {}",
        about.id,
    )
    assert mark is not None  # noqa: S101  an aggregate gives one row
    key = (about.id, about.edition, public, *mark.values())
    if key not in _kept:
        _kept[key] = await _count(about, public=public)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


async def _count(about: CallView, *, public: bool) -> _Counted:
    stages = await stages_of(about.id)
    facts = ([about.id], of_kind(stages, "eligibility"), of_kind(stages, "committee"), [about.id])
    whole = await row(
        f"{FACTS} SELECT count(*) AS submitted,"  # noqa: S608  our words
        " count(*) FILTER (WHERE status = 'withdrawn') AS withdrawn,"
        " count(*) FILTER (WHERE eligible) AS eligible, count(*) FILTER (WHERE reviewed) AS reviewed,"
        " count(*) FILTER (WHERE committee) AS committee, count(decided_at) AS decided,"
        " count(*) FILTER (WHERE retained) AS retained, min(submitted_at) AS first, max(decided_at) AS last,"
        " percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP"
        " (ORDER BY extract(epoch FROM decided_at - submitted_at) / 86400) AS spans FROM facts",
        *facts,
    )
    assert whole is not None  # noqa: S101  an aggregate gives one row
    drafts: int = await value(
        "SELECT count(*) FROM proposal WHERE call = {} AND status = 'draft' AND discarded_at IS NULL", about.id
    )
    known = [code for code in _STEPS if code != "eligible" or facts[1]]
    statuses = await rows(
        "SELECT status, count(*) AS n FROM proposal WHERE call = {} AND status <> 'draft' GROUP BY 1", about.id
    )
    number = {line["status"]: line["n"] for line in statuses}
    asked, reach = rules.chosen(about.content.form, public=public), rules.reach(about.content.form, public=public)
    questions = [one.id for one in (*asked, *([reach] if reach else []))]
    kept = await kept_from(about.id, questions, partial(rules.told, public=public))
    said = await _reach(reach, facts, kept)
    return _Counted(
        first=whole["first"],
        last=whole["last"],
        funnel=(FunnelStep("drafts", drafts), *(FunnelStep(code, whole[code]) for code in known)),
        statuses=tuple(FunnelStep(code, number[code]) for code in _STATUSES if code in number),
        stages=await _stages(about.id, stages, rules.FEW if public else 1),
        decision=_delay("decision", whole["decided"], whole["spans"]),
        breakdowns=await _breakdowns(asked, facts, kept, public=public),
        reach=rules.public_reach(said) if public else said,
    )


_STEPS = ("submitted", "withdrawn", "eligible", "reviewed", "committee", "decided", "retained")
_STATUSES = ("in_progress", "accepted", "completed", "reserve", "declined", "ineligible", "withdrawn")


def _delay(code: str, n: int, spans: list[float | None] | None) -> DelayFigures | None:
    median, most = spans or (None, None)
    return None if not n or median is None or most is None else DelayFigures(code, n, median, most)


async def _stages(about: UUID, stages: tuple[KnownStage, ...], least: int) -> tuple[StageFigures, ...]:
    """Leaving by the process alone is counted: what is sent back, stopped or withdrawn tells nothing of a stage's
    length."""
    found = await rows(
        f"{MOVES}, gone AS (SELECT stage, count(*) AS n, count(DISTINCT id) AS each,"  # noqa: S608  our words
        " percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP"
        " (ORDER BY extract(epoch FROM at - since) / 86400) AS spans FROM moves"
        " WHERE kind = 'stage_closed' AND since IS NOT NULL GROUP BY stage),"
        " come AS (SELECT entered AS stage, count(DISTINCT id) AS n FROM moves WHERE entered <> '' GROUP BY 1),"
        " here AS (SELECT stage, count(*) AS n FROM proposal WHERE call = {} AND stage <> '' AND status <> 'draft'"
        " GROUP BY 1)"
        " SELECT stage, coalesce(c.n, 0) AS entered, coalesce(h.n, 0) AS here,"
        " coalesce(g.n, 0) AS gone, coalesce(g.each, 0) AS each, g.spans"
        " FROM come c FULL JOIN here h USING (stage) FULL JOIN gone g USING (stage)",
        *([about], about),
    )
    by_stage = {line["stage"]: line for line in found}
    return tuple(_stage(one, by_stage[one.id], least) for one in stages if one.id in by_stage)


def _stage(known: KnownStage, line: Row, least: int) -> StageFigures:
    median, most = line["spans"] if line["each"] >= least and line["gone"] else (None, None)
    return StageFigures(known.id, known.name, line["entered"], line["here"], line["gone"], median, most)


# The answers as they were last submitted, each looked at once.
_ANSWERS = (
    " CROSS JOIN LATERAL (SELECT r.content -> 'answers' AS given, r.content ->> 'edition' AS edition FROM revision r"
    " WHERE r.subject = 'answers' AND r.subject_id = f.id ORDER BY r.number DESC LIMIT 1) a"
)


async def _breakdowns(
    asked: list[Field], facts: tuple[object, ...], kept: list[str], *, public: bool
) -> tuple[Breakdown, ...]:
    found = await rows(
        f"{FACTS} SELECT k.field, o.code, count(*) AS submitted,"  # noqa: S608  our words
        " count(*) FILTER (WHERE f.committee) AS committee,"
        " count(f.decided_at) AS decided, count(*) FILTER (WHERE f.retained) AS retained"
        f" FROM facts f{_ANSWERS} CROSS JOIN LATERAL unnest({{}}::text[]) AS k (field)"
        " CROSS JOIN LATERAL (SELECT DISTINCT CASE jsonb_typeof(v) WHEN 'object' THEN {} ELSE v #>> ARRAY[]::text[] END"
        "  AS code FROM jsonb_array_elements(CASE jsonb_typeof(a.given -> k.field) WHEN 'array' THEN a.given -> k.field"
        "  ELSE jsonb_build_array(a.given -> k.field) END) AS v) o"
        f" WHERE coalesce(o.code, '') <> '' AND {tells('k.field', 'a.edition', 'f.edition')}"
        " GROUP BY 1, 2 ORDER BY 3 DESC, 2",
        *(*facts, [one.id for one in asked], rules.OTHER, kept, kept),
    )
    counts: dict[str, dict[str, AnswerGroup]] = {}
    for line in found:
        numbers = (line[name] for name in ("submitted", "committee", "decided", "retained"))
        counts.setdefault(line["field"], {})[line["code"]] = AnswerGroup(line["code"], "", *numbers)
    told = [(one, rules.grouped(one, counts.get(one.id, {}), public=public)) for one in asked]
    return tuple(
        Breakdown(one.id, one.label.fr, one.kind == "several_of", groups, one.id in rules.BENEFICIARIES)
        for one, groups in told
        if groups
    )


async def _reach(field: Field | None, facts: tuple[object, ...], kept: list[str]) -> ReachFigures | None:
    if field is None:
        return None
    found = await row(
        f"{FACTS}, said AS (SELECT f.retained, (a.given ->> {{}})::float8 AS number"  # noqa: S608  our words
        f" FROM facts f{_ANSWERS}"
        f" WHERE jsonb_typeof(a.given -> {{}}) = 'number' AND {tells('{}', 'a.edition', 'f.edition')})"
        " SELECT count(*) AS n, coalesce(sum(number), 0) AS total, percentile_cont(0.5) WITHIN GROUP (ORDER BY number)"
        " AS median, count(*) FILTER (WHERE retained) AS retained,"
        " coalesce(sum(number) FILTER (WHERE retained), 0) AS retained_total FROM said",
        *(*facts, field.id, field.id, field.id, kept, field.id, kept),
    )
    return ReachFigures(field.label.fr, **found) if found and found["n"] else None


async def _expert_delays(about: UUID, least: int) -> tuple[DelayFigures | None, ...]:
    """Of so many proposals and so many experts, or more: one expert's delays are theirs, on however many proposals."""
    done = "a.status = 'done'"
    found = await row(
        "SELECT count(*) FILTER (WHERE a.status = 'done') AS done, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP"  # noqa: S608
        " (ORDER BY extract(epoch FROM a.ended_at - a.invited_at) / 86400) FILTER (WHERE a.status = 'done') AS reviews,"
        " count(a.answered_at) AS answered, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP"
        " (ORDER BY extract(epoch FROM a.answered_at - a.invited_at) / 86400) AS answers"
        f", {_of('a.answered_at IS NOT NULL')} AS answers_of, {_of(done)} AS reviews_of"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal WHERE p.call = {} AND a.invited_at IS NOT NULL",
        about,
    )
    assert found is not None  # noqa: S101  an aggregate gives one row
    answer = _delay("answer", found["answered"], found["answers"]) if found["answers_of"] >= least else None
    return answer, _delay("review", found["done"], found["reviews"]) if found["reviews_of"] >= least else None


def _of(which: str) -> str:
    """SQL: of how many proposals, or of how many experts where these are fewer."""
    proposals, experts = (f"count(DISTINCT a.{one}) FILTER (WHERE {which})" for one in ("proposal", "expert"))
    return f"least({proposals}, {experts})"


async def _load(about: UUID, *, public: bool) -> ExpertsLoad | None:
    found = await row(
        "WITH each AS (SELECT a.expert, count(*) AS asked,"
        " count(*) FILTER (WHERE a.status IN ('invited', 'accepted')) AS waiting,"
        " count(*) FILTER (WHERE a.status IN ('invited', 'accepted') AND coalesce(a.last_at, a.due_at) < {}) AS late,"
        " count(*) FILTER (WHERE a.status = 'done') AS done, count(*) FILTER (WHERE a.status = 'declined') AS declined,"
        " count(*) FILTER (WHERE a.status = 'released') AS released"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal WHERE p.call = {} AND a.invited_at IS NOT NULL"
        " GROUP BY a.expert)"
        " SELECT count(*) AS experts, coalesce(sum(asked), 0)::integer AS asked,"
        " coalesce(sum(waiting), 0)::integer AS waiting, coalesce(sum(late), 0)::integer AS late,"
        " coalesce(sum(done), 0)::integer AS done, coalesce(sum(declined), 0)::integer AS declined,"
        " coalesce(sum(released), 0)::integer AS released,"
        " ARRAY(SELECT count(e.expert) FROM generate_series(1, {}::integer) AS b LEFT JOIN each e"
        "  ON width_bucket(e.done, {}::bigint[]) = b GROUP BY b ORDER BY b) AS bands FROM each",
        *(clock.now(), about, len(BANDS), list(BANDS)),
    )
    assert found is not None  # noqa: S101  an aggregate gives one row
    ends = (*(start - 1 for start in BANDS[1:]), None)
    shown = () if public else zip(BANDS, ends, found.pop("bands"), strict=True)
    found.pop("bands", None)
    if public and found["experts"] < rules.FEW:
        return None
    return ExpertsLoad(**found, bands=tuple(LoadBand(*one) for one in shown))
