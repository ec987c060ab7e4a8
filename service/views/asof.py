"""A proposal as of an entry of its journal: what documents are made of. Read from append-only rows alone."""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from forms import Edition, Form, Grid
from service.problems import NotFound
from service.store.database import Row, row, rows, value
from service.store.editions import edition
from service.views.opinions import label

ENTERING = ("stage_closed", "decision_corrected")  # what may open another round
LEAVING = (
    *("conflict_declared", "assignment_declined"),
    *("expert_released", "expert_replaced", "expert_excluded", "expert_left"),
)


class State:
    """A proposal as of an entry of its journal. `edition`, of that `number`, is the one that it was on then; `form` the
    one that its last answers were given on; `present` the edition that it is on now, which may have taken back what an
    earlier one told."""

    def __init__(  # noqa: PLR0917  all that was true then
        self, line: Row, kept: Edition, present: Edition, number: int, form: Form, position: int,
        kept_revisions: list[Row], entries: list[Row],
    ) -> None:  # fmt: skip
        self.line = line
        self.edition = kept
        self.present = present
        self.number = number
        self.form = form
        self.position = position
        self.entries = entries
        self._revisions = kept_revisions

    @cached_property
    def _opening(self) -> tuple[int, int]:
        """The round that it was in, from 1, and the entry that opened it (0: none did). What experts, officer and
        committee said before that entry was of the round before. The entry that ends a round still tells of it."""
        number, opened = 1, 0
        for entry in self.entries[:-1]:
            # Entries of before there were rounds name none.
            if entry["kind"] in ENTERING and entry["data"].get("round", 1) > number:
                number, opened = entry["data"]["round"], entry["seq"]
        return number, opened

    @property
    def round(self) -> int:
        """The round that it was in, from 1."""
        return self._opening[0]

    @property
    def grid(self) -> Grid:
        """The grid of the round."""
        return self.edition.grid_of(self.round)

    def last(self, subject: str) -> Row | None:
        """The last revision of a text of which a proposal has one; of syntheses and decisions, one each round."""
        first = self._opening[1] if subject in ("synthesis", "decision") else 0
        found = [line for line in self._revisions if line["subject"] == subject and line["seq"] > first]
        return found[-1] if found else None

    def decided(self) -> tuple[Row, dict[str, Any], Row] | None:
        """The published decision of the round: its revision, its content, the entry that made it public. What was
        written after it waits for its publication, and is no part of any document."""
        published = self.entry("decision_published")
        found = [
            line
            for line in self._revisions
            if line["subject"] == "decision"
            and published is not None
            and self._opening[1] < line["seq"] < published["seq"]
        ]
        return (found[-1], msgspec.json.decode(found[-1]["content"]), published) if found and published else None

    def said(self, decision: str) -> dict[str, Any]:
        """What the decision of that id says, pending or not. LookupError."""
        found = [one for one in self._revisions if one["subject"] == "decision" and str(one["subject_id"]) == decision]
        if not found:
            raise LookupError(f"no decision {decision}")
        content: dict[str, Any] = msgspec.json.decode(found[-1]["content"])
        return content

    def cited(self, decision: str) -> tuple[Row, dict[str, Any], Row] | None:
        """The same of the decision of that id, which a later one may have replaced."""
        found = [one for one in self._revisions if one["subject"] == "decision" and str(one["subject_id"]) == decision]
        after = [one for one in self.entries if one["kind"] == "decision_published" and found]
        published = next((one for one in after if one["seq"] > found[-1]["seq"]), None)
        return (found[-1], msgspec.json.decode(found[-1]["content"]), published) if found and published else None

    def content(self, subject: str) -> dict[str, Any] | None:
        """Its content."""
        found = self.last(subject)
        return msgspec.json.decode(found["content"]) if found else None

    def submitted(self) -> tuple[Row, dict[str, Any]]:
        """The last answers submitted: the revision, and its content. NotFound."""
        found = self.last("answers")
        if found is None:
            raise NotFound("Cette candidature n’a pas encore été déposée.")
        return found, msgspec.json.decode(found["content"])

    def reviews(self, *, named: bool = False) -> list[tuple[str, dict[str, Any], datetime]]:
        """The reviews that count: label, content, instant; without those of experts who left (a conflict declared),
        unless they were given after that: late, or by the rest of a team. `named`: with their authors' names, for those
        who know them."""
        return [
            (
                self._called(line["author_name"], f"Évaluateur {label(number)}", named=named),
                msgspec.json.decode(line["content"]),
                line["at"],
            )
            for number, line in enumerate(self.counted())
        ]

    def counted(self) -> list[Row]:
        """The revisions of those reviews, in the order of their experts."""
        left: dict[str, int] = {}
        for entry in self.entries:
            about = entry["data"].get("review") or entry["data"].get("assignment")
            if entry["kind"] in LEAVING:
                left[about] = entry["seq"]
            elif entry["kind"] == "expert_restored":  # what they had given counts again
                left.pop(about, None)
        latest: dict[UUID, Row] = {}
        for line in self._revisions:
            gone = max(left.get(str(line["assignment"]), 0), left.get(str(line["subject_id"]), 0))
            if line["subject"] == "review" and line["seq"] > max(self._opening[1], gone):
                latest[line["subject_id"]] = line
        return sorted(latest.values(), key=lambda line: line["rank"])

    @property
    def open(self) -> bool:
        """Whether experts are named to those who read their reviews, then and now."""
        return self.edition.process.blind == self.present.process.blind == "open"

    def _called(self, name: str, letter: str, *, named: bool) -> str:
        if self.open:
            return name
        return f"{letter}, {name}" if named and name else letter

    def entry(self, *kinds: str) -> Row | None:
        """The last entry of one of these kinds."""
        found = [entry for entry in self.entries if entry["kind"] in kinds]
        return found[-1] if found else None


async def state_of(proposal_id: UUID, position: int) -> State:
    """The proposal as it was. NotFound."""
    line = await row(
        # Who owned it then: whoever the next transfer took it from.
        "SELECT p.id, p.edition, a.name AS owner_name FROM proposal p JOIN account a ON a.id = coalesce("
        " (SELECT (e.data ->> 'previous')::uuid FROM entry e WHERE e.stream = {} AND e.seq > {}"
        "  AND e.kind = 'ownership_transferred' ORDER BY e.seq LIMIT 1), p.owner) WHERE p.id = {}",
        *(f"proposal:{proposal_id}", position, proposal_id),
    )
    if line is None:
        raise NotFound
    revisions = await rows(
        "SELECT v.*, a.rank, a.id AS assignment, p.name AS author_name FROM revision v"
        " JOIN account p ON p.id = v.author LEFT JOIN review r ON v.subject = 'review' AND r.id = v.subject_id"
        " LEFT JOIN assignment a ON a.id = r.assignment WHERE v.proposal = {} AND v.seq <= {} ORDER BY v.seq",
        *(proposal_id, position),
    )
    entries = await rows(
        "SELECT seq, kind, at, data, hash FROM entry WHERE stream = {} AND seq <= {} ORDER BY seq",
        *(f"proposal:{proposal_id}", position),
    )
    decoded = [{**entry, "data": msgspec.json.decode(entry["data"])} for entry in entries]
    then = _edition_then(line, decoded)
    answers = [msgspec.json.decode(one["content"]) for one in revisions if one["subject"] == "answers"]
    given_on = await edition(UUID(answers[-1]["edition"]) if answers else then)
    form = given_on.form_at(answers[-1].get("part", "") if answers else "")
    number = await value("SELECT number FROM edition WHERE id = {}", then)
    present = await edition(line["edition"])
    return State(line, await edition(then), present, number, form, position, revisions, decoded)


def _edition_then(line: Row, entries: list[Row]) -> UUID:
    """The edition after these entries: the last that the proposal was moved to, else that of its draft."""
    for entry in reversed(entries):
        if entry["kind"] == "edition_changed":
            return UUID(entry["data"]["to"])
        if entry["kind"] == "draft_opened":
            return UUID(entry["data"]["edition"])
    found: UUID = line["edition"]
    return found
