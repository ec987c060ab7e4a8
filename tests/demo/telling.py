"""Tells the demonstration in a database of its own, cut again and again: `python -m tests.demo.telling EVERY`.

Each run ends with the first commit after so many entries of the journal (0: none does), and the next one, an hour
later, goes on. What is there in the end is printed, without identifiers.
"""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from asyncpg.transaction import Transaction

from service import demo
from service.demo.tales import TALES
from service.settings import Settings
from service.store import journal
from service.store.database import in_transaction

SOME = (1, 3, 5, 7, 8, 12, 18, 19, 20, 22, 24)  # tales of every kind
NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
PASSWORD = "tulipe-orage-32-violon"
THERE = {
    "proposals": "SELECT reference, title, status, stage, round, part, created_at, submitted_at FROM proposal",
    "files": "SELECT p.title, a.field, a.name, a.sha256 FROM attachment a JOIN proposal p ON p.id = a.proposal",
    "answers": "SELECT p.title, a.field, a.value FROM answer a JOIN proposal p ON p.id = a.proposal",
    "reviews": (
        "SELECT p.title, k.email, a.status, a.rank, a.seat, a.due_at, r.scores, r.submitted_at FROM assignment a"
        " JOIN proposal p ON p.id = a.proposal JOIN account k ON k.id = a.expert LEFT JOIN review r ON r.id = a.review"
    ),
    "entries": "SELECT e.kind, e.at, k.email FROM entry e LEFT JOIN account k ON k.id = e.actor"
    " WHERE e.stream <> 'system'",
    "sittings": "SELECT number, starts_at, convened_at, opened_at, closed_at, approved_at, version, notes FROM sitting",
    "items": (
        "SELECT s.number, i.rank, p.title, i.opinion, i.outcome, i.notes,"
        " (SELECT count(*) FROM vote v JOIN vote_item o ON o.vote = v.id WHERE o.proposal = p.id) AS votes,"
        " (SELECT count(*) FROM ballot b JOIN vote_item o ON o.vote = b.vote WHERE o.proposal = p.id) AS ballots,"
        " (SELECT count(*) FROM dissent d WHERE d.proposal = p.id) AS dissents FROM sitting_item i"
        " JOIN sitting s ON s.id = i.sitting JOIN proposal p ON p.id = i.proposal"
    ),
    "decisions": (
        "SELECT p.title, d.outcome, d.reasons, d.version, d.decided_at, n.at FROM decision d"
        " JOIN proposal p ON p.id = d.proposal LEFT JOIN publication n ON n.id = d.publication"
    ),
    "pilots": (
        "SELECT p.title, t.phase, t.version, t.partner,"
        " (SELECT count(*) FROM milestone m WHERE m.proposal = p.id) AS milestones,"
        " (SELECT count(*) FROM measure m WHERE m.proposal = p.id) AS measures,"
        " (SELECT count(*) FROM pilot_review m WHERE m.proposal = p.id) AS reviews"
        " FROM pilot t JOIN proposal p ON p.id = t.proposal"
    ),
    "roles": (
        "SELECT k.email, r.role, c.slug FROM role r JOIN account k ON k.id = r.account JOIN call c ON c.id = r.call"
    ),
    "profiles": (
        "SELECT k.email, f.headline, array(SELECT organisation FROM affiliation a WHERE a.account = k.id) AS works"
        " FROM profile f JOIN account k ON k.id = f.account"
    ),
    "conflicts": (
        "SELECT p.title, k.email, c.rule, c.strength, c.stands, c.dismissed_at FROM conflict c"
        " JOIN proposal p ON p.id = c.proposal JOIN account k ON k.id = c.expert"
    ),
    "questions": "SELECT text, state, at, published_at FROM inquiry",
    "mails": "SELECT email, template, created_at, sent_at IS NOT NULL AS sent FROM outbox",
}


class Cut(BaseException):
    """Ctrl-C, between a commit and what follows it."""


def put(where: object, name: str, what: object) -> None:
    """In the place of what is called so there, until this program ends."""
    setattr(where, name, what)


def cut_after(every: int) -> None:
    """From now on a run ends with the first commit after so many entries."""
    written = 0
    append, leave = journal.append, Transaction.__aexit__

    async def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal written
        done = await append(*args, **kwargs)
        written += 1
        return done

    async def left(self: Transaction, kind: Any, error: Any, trace: Any) -> None:
        nonlocal written
        await leave(self, kind, error, trace)
        if error is None and written >= every and not in_transaction():  # a savepoint is no commit
            written = 0
            raise Cut

    put(journal, "append", counted)
    put(Transaction, "__aexit__", left)


async def told(settings: Settings) -> tuple[int, dict[str, list[str]]]:
    """How many runs it took, and what is there."""
    runs, now = 0, NOW
    while True:
        runs += 1
        try:
            await demo.create(settings, PASSWORD, now)
            break
        except Cut:
            now += timedelta(hours=1)
    connection = await asyncpg.connect(settings.database_url)
    try:
        there = {what: sorted(str(tuple(line)) for line in await connection.fetch(sql)) for what, sql in THERE.items()}
    finally:
        await connection.close()
    return runs, there


if __name__ == "__main__":
    put(demo, "TALES", tuple(tale for tale in TALES if tale.number in SOME))
    if int(sys.argv[1]):
        cut_after(int(sys.argv[1]))
    sys.stdout.write(json.dumps(asyncio.run(told(Settings.read(os.environ)))))
