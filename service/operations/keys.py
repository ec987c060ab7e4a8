"""What is known of persons and proposals, kept as keys that compare; whatever changes it has them made anew."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from service.domain import conflicts, tracing
from service.domain.conflicts import Rule, Tie, Trace
from service.store.database import execute, rows
from service.store.editions import edition


class _Content(msgspec.Struct, frozen=True):
    """What is read of a revision of answers."""

    reference: str
    edition: UUID
    answers: dict[str, object]
    part: str = ""


async def keep_ties(accounts: Sequence[UUID]) -> None:
    """Make the ties of these persons anew: from their accounts, their organisations, the interests they declared."""
    kept: list[tuple[UUID, Tie]] = []
    for line in await rows("SELECT id, email, name, organisation FROM account WHERE id = ANY({})", list(accounts)):
        made = conflicts.ties_of(str(line["id"]), line["email"], line["name"], line["organisation"])
        kept += [(line["id"], tie) for tie in made]
    for line in await rows("SELECT * FROM affiliation WHERE account = ANY({})", list(accounts)):
        made = conflicts.affiliated(line["organisation"], line["identifier"], line["since"], line["until"])
        kept += [(line["account"], tie) for tie in made]
    for line in await rows("SELECT * FROM interest WHERE account = ANY({}) AND ended_at IS NULL", list(accounts)):
        made = conflicts.interested(line["kind"], line["name"], line["identifier"])
        kept += [(line["account"], tie) for tie in made]
    await execute("DELETE FROM tie WHERE account = ANY({})", list(accounts))
    await execute(
        "INSERT INTO tie (account, kind, value, source, since, until) SELECT * FROM"
        " unnest({}::uuid[], {}::text[], {}::text[], {}::text[], {}::date[], {}::date[])",
        *([account for account, _ in kept], [tie.kind for _, tie in kept], [tie.value for _, tie in kept]),
        *([tie.source for _, tie in kept], [tie.since for _, tie in kept], [tie.until for _, tie in kept]),
    )


async def keep_traces(proposals: Sequence[UUID]) -> None:
    """Make the traces of these proposals anew: from what was submitted last, and whoever is or was on its side."""
    kept: dict[UUID, set[Trace]] = {proposal: set() for proposal in proposals}
    for line in await rows(
        "SELECT DISTINCT ON (subject_id) subject_id, content FROM revision WHERE subject = 'answers'"
        " AND subject_id = ANY({}) ORDER BY subject_id, number DESC",
        list(proposals),
    ):
        content = msgspec.json.decode(line["content"], type=_Content)
        form = (await edition(content.edition)).form_at(content.part)
        kept[line["subject_id"]] |= tracing.traces_of(form, content.answers, content.reference)
    for line in await rows(
        "SELECT s.proposal, a.id, a.email, a.name, a.organisation FROM ("
        " SELECT id AS proposal, owner AS account FROM proposal WHERE id = ANY({})"
        " UNION SELECT proposal, account FROM collaborator WHERE proposal = ANY({})"
        " UNION SELECT proposal, expert FROM conflict WHERE proposal = ANY({}) AND rule = {}"
        ") s JOIN account a ON a.id = s.account",
        *(list(proposals), list(proposals), list(proposals), Rule.APPLICANT.value),
    ):
        made = tracing.of_applicant(str(line["id"]), line["email"], line["name"], line["organisation"])
        kept[line["proposal"]] |= made
    await _write_traces(kept)


async def _write_traces(kept: Mapping[UUID, Iterable[Trace]]) -> None:
    lines = [(proposal, trace) for proposal, traces in kept.items() for trace in traces]
    await execute("DELETE FROM trace WHERE proposal = ANY({})", list(kept))
    await execute("UPDATE proposal SET traced = true WHERE id = ANY({}) AND NOT traced", list(kept))
    await execute(
        "INSERT INTO trace (proposal, kind, value, field) SELECT * FROM"
        " unnest({}::uuid[], {}::text[], {}::text[], {}::text[])",
        *([proposal for proposal, _ in lines], [trace.kind for _, trace in lines]),
        *([trace.value for _, trace in lines], [trace.field for _, trace in lines]),
    )
