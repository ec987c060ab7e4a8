"""The ways of proposals through their stages as the journal tells them, as the beginning of SQL for figures.

`moves`: each entry that moves a proposal: which stage it leaves, which one it enters ("" for none), and since when the
proposal had been there. `facts`: how far each submitted proposal has come.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from service.store.database import rows
from service.store.editions import edition

_ENTERING = "('proposal_submitted', 'withdrawal_undone')"  # they name the stage that is entered
# The entries that move a proposal.
MOVING = (
    "('proposal_submitted', 'withdrawal_undone', 'stage_closed', 'stage_reentered', 'proposal_reopened',"
    " 'process_stopped', 'proposal_withdrawn', 'decision_corrected')"
)
# Of the calls in the first parameter. A correction may leave its proposal where it is.
MOVES = (
    "WITH moves AS MATERIALIZED (SELECT id, call, seq, at, kind, stage, entered,"  # noqa: S608  our words
    " lag(at) OVER (PARTITION BY id ORDER BY seq) AS since FROM (SELECT *, lag(entered) OVER (PARTITION BY id"
    "  ORDER BY seq) AS before FROM (SELECT p.id, p.call, e.seq, e.at, e.kind, e.data ->> 'stage' AS stage,"
    f"  coalesce(e.data ->> CASE WHEN e.kind IN {_ENTERING} THEN 'stage' ELSE 'next' END, '') AS entered"
    "  FROM proposal p JOIN entry e ON e.stream = 'proposal:' || p.id::text"
    f"  WHERE p.call = ANY({{}}) AND p.submitted_at IS NOT NULL AND e.kind IN {MOVING}) told) placed"
    " WHERE kind <> 'decision_corrected' OR entered <> before)"
)
DECIDED = (
    "CASE WHEN p.status NOT IN ('in_progress', 'withdrawn') THEN (SELECT min(n.at)"
    " FROM decision y JOIN publication n ON n.id = y.publication WHERE y.proposal = p.id"
    " GROUP BY y.round ORDER BY y.round DESC LIMIT 1) END"
)
"""SQL over `proposal p`: when the decision that ended its examination was published first."""
# After the calls: the stages that check eligibility, those of a committee, the calls again.
FACTS = (
    f"{MOVES}, ways AS (SELECT id,"  # noqa: S608
    " bool_or(kind = 'stage_closed' AND stage = ANY({}) AND entered <> '') AS eligible,"
    " bool_or(entered = ANY({})) AS committee FROM moves GROUP BY id),"
    " facts AS MATERIALIZED (SELECT p.id, p.edition, p.submitted_at, p.status, coalesce(w.eligible, false) AS eligible,"
    " coalesce(w.committee, false) AS committee, p.status IN ('accepted', 'completed') AS retained,"
    " EXISTS (SELECT FROM tally t WHERE t.proposal = p.id AND t.n > 0) AS reviewed,"
    f" {DECIDED} AS decided_at"
    " FROM proposal p LEFT JOIN ways w ON w.id = p.id WHERE p.call = ANY({}) AND p.submitted_at IS NOT NULL)"
)


class KnownStage(msgspec.Struct, frozen=True):
    """A stage of any edition of a call, in the words of the last one that has it."""

    id: str
    kind: str
    name: str


async def stages_of(call: UUID) -> tuple[KnownStage, ...]:
    """The stages of a call in the order of its present process, then those that only earlier editions had."""
    editions = await rows("SELECT id FROM edition WHERE call = {} ORDER BY number DESC", call)
    found: dict[str, KnownStage] = {}
    for line in editions:
        for stage in (await edition(line["id"])).process.stages:
            found.setdefault(stage.id, KnownStage(stage.id, stage.kind, stage.name.fr))
    return tuple(found.values())


def of_kind(stages: Sequence[KnownStage], kind: str) -> list[str]:
    """The ids of the stages of a kind."""
    return [one.id for one in stages if one.kind == kind]
