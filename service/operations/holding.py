"""A proposal held under its row lock, and a call held under its: the only writers of their state.

Locks are taken in this order: calls (by id), sitting, proposals (by id), experts (by id).
"""

import secrets
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

import forms
from forms import Edition, Form, Grid, Stage
from service import logs
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action, Phase, ProposalFacts
from service.problems import Conflict as ConflictProblem
from service.problems import Forbidden, NotFound, Problem, SignInNeeded
from service.store import journal
from service.store.conflicts import conflicted
from service.store.database import Row, execute, row, rows, value
from service.store.editions import edition
from service.store.ids import uuid7
from service.store.seats import STANDING


def refuse(refusal: policy.Refusal | None) -> None:
    """Raise the problem that a refusal stands for; nothing when there is none."""
    if refusal is None:
        return
    if refusal.hidden:
        raise NotFound(refusal.detail)
    if refusal.code == "sign_in_needed":
        raise SignInNeeded
    kind: type[Problem] = ConflictProblem if refusal.code == "wrong_phase" else Forbidden
    raise kind(refusal.detail, code=refusal.code)


class Held:
    """A proposal under its lock, until the transaction ends. `now` never runs behind its journal.

    `opened`: the edition that the present stage was opened with, where the proposal was moved to another one since.
    """

    def __init__(self, line: Row, kept: Edition, actor: Actor, now: datetime, opened: Edition | None = None) -> None:
        self.line = line
        self.id: UUID = line["id"]
        self.edition = kept
        self.opened = opened or kept
        self.actor = actor
        self.now = max(now, line["last_at"])
        self._planned: dict[str, Any] = {}
        self._along: list[tuple[str, tuple[object, ...]]] = []

    @property
    def stage(self) -> Stage | None:
        """The present stage, or None before and after the process."""
        return self.edition.process.stage(self.line["stage"]) if self.line["stage"] else None

    @property
    def phase(self) -> Phase:
        """Where it stands, for rights."""
        return policy.phase(
            self.line["status"],
            self.line["stage_kind"],
            returned=self.line["returned"],
            discarded=self.line["discarded_at"] is not None,
        )

    @property
    def round(self) -> int:
        """The round of its present stage, or of its last one."""
        number: int = self.line["round"]
        return number

    @property
    def today(self) -> date:
        """The day that it is, in Paris."""
        return forms.local_day(self.now)

    @property
    def form(self) -> Form:
        """The form as far as it is asked of this proposal."""
        return self.edition.form_at(self.line["part"])

    @property
    def grid(self) -> Grid:
        """The grid of its round."""
        return self.edition.grid_of(self.round)

    async def facts(self) -> ProposalFacts:
        """What the policy needs to know about this actor and this proposal. Whoever owns it is nothing else there."""
        found: Row = {"assignment": "", "conflicted": False, "sharing": ""}
        if self.actor.account is None or self.actor.account != self.line["owner"]:
            [found] = await rows(
                f"SELECT (SELECT {STANDING} FROM assignment a"  # noqa: S608  our names
                "  WHERE a.proposal = {} AND a.round = {} AND a.expert = {}) AS assignment,"
                f" {conflicted('{}', '{}')} AS conflicted,"
                " (SELECT level FROM collaborator WHERE proposal = {} AND account = {}) AS sharing",
                *(self.id, self.round, self.actor.account, self.id, self.actor.account, self.id, self.actor.account),
            )
        return ProposalFacts(
            call=self.line["call"],
            owner=self.line["owner"],
            phase=self.phase,
            assignment=found["assignment"] or "",
            conflicted=found["conflicted"],
            amending=self.line["amending_since"] is not None,
            sharing=found["sharing"] or "",
        )

    async def require(self, action: Action) -> None:
        """Raise the refusal, if the actor may not do this now."""
        refuse(policy.why_not(self.actor, action, await self.facts()))

    async def append(self, kind: str, **data: object) -> None:
        """One entry in the proposal's journal; the relay will poke its workflow."""
        stream, expected = f"proposal:{self.id}", self.line["last_seq"] + 1
        self.plan(last_seq=expected, last_at=self.now, request=self.actor.request or logs.request() or "")
        beside = [self._write(), *self._along]
        self._along.clear()
        seq, at = await journal.append(stream, kind, self.actor, self.now, data, expected, beside)
        if (seq, at) != (expected, self.now):
            await self.set(last_seq=seq, last_at=at)

    async def set(self, **columns: Any) -> None:
        """Write columns of the proposal's row."""
        self.plan(**columns)
        sql, values = self._write()
        await execute(sql, *values)

    async def write(self, sql: str, *values: object) -> None:
        """Run a statement on another table, and with it write what is planned of the proposal's row."""
        if self._planned:
            beside, planned = self._write()
            sql, values = f"WITH beside AS ({beside}) {sql}", (*planned, *values)
        await execute(sql, *values)

    async def flush(self) -> None:
        """Write what is planned, if anything is."""
        if self._planned:
            await self.set()

    def along(self, sql: str, *values: object) -> None:
        """Have the next `append` of this act run a statement with its own, for one of which this act reads nothing
        back: each way to the database and back costs more than most statements."""
        self._along.append((sql, values))

    def _write(self) -> tuple[str, tuple[object, ...]]:
        """The statement that writes what is planned, with its values."""
        names, values = ", ".join(f"{name} = {{}}" for name in self._planned), (*self._planned.values(), self.id)
        self._planned.clear()
        return f"UPDATE proposal SET {names} WHERE id = {{}}", values  # noqa: S608  our names

    def plan(self, **columns: Any) -> None:
        """Columns that the next `set` or `append` of this act writes with its own: each write is a whole row anew."""
        self._planned.update(columns)
        self.line.update(columns)

    async def seen(self) -> None:
        """The workflow has read everything up to the last entry."""
        if self.line["seen_seq"] != self.line["last_seq"]:
            await self.set(seen_seq=self.line["last_seq"])

    async def keep_revision(self, subject: str, subject_id: UUID, content: object) -> "Revision":
        """Store one submitted state of a text, append-only. The entry that announces it is appended next."""
        encoded = msgspec.json.encode(content, order="deterministic")
        salt = secrets.token_bytes(16)
        digest = journal.salted(salt, encoded)
        number = await value(
            "INSERT INTO revision (id, proposal, subject, subject_id, number, seq, content, salt, digest, author, at)"
            " VALUES ({}, {}, {}, {}, (SELECT 1 + coalesce(max(number), 0) FROM revision"
            " WHERE subject = {} AND subject_id = {}), {}, {}, {}, {}, {}, {}) RETURNING number",
            *(uuid7(self.now), self.id, subject, subject_id, subject, subject_id, self.line["last_seq"] + 1),
            *(encoded.decode(), salt, digest, self.actor.person, self.now),
        )
        return Revision(number, digest)


class Revision(msgspec.Struct, frozen=True):
    """Number (from 1) and salted SHA-256 of a kept text."""

    number: int
    digest: str


async def held(actor: Actor, proposal_id: UUID, now: datetime) -> Held:
    """Take the row lock of a proposal. Raises NotFound."""
    line = await row("SELECT * FROM proposal WHERE id = {} FOR NO KEY UPDATE", proposal_id)
    if line is None:
        raise NotFound
    return Held(
        line, await edition(line["edition"]), actor, now, await edition(line["stage_edition"] or line["edition"])
    )


async def held_by(actor: Actor, table: str, row_id: UUID, now: datetime) -> tuple[Held, Row]:
    """Take the lock of the proposal that a row of `table` belongs to, and read that row under it. Raises NotFound."""
    proposal_id = await value(f"SELECT proposal FROM {table} WHERE id = {{}}", row_id)  # noqa: S608  our names
    if proposal_id is None:
        raise NotFound
    proposal = await held(actor, proposal_id, now)
    line = await row(f"SELECT * FROM {table} WHERE id = {{}}", row_id)  # noqa: S608
    if line is None:
        raise NotFound
    return proposal, line


async def call_named(slug: str, lock: Literal["", "FOR SHARE", "FOR NO KEY UPDATE"] = "") -> Row:
    """A call's row by its slug, locked where what spans its proposals is decided. Raises NotFound."""
    line = await row(f"SELECT * FROM call WHERE slug = {{}} {lock}", slug)  # noqa: S608  our words
    if line is None:
        raise NotFound("Cet appel n’existe pas.")
    return line
