"""What must hold of the rows at any moment: the promises that `alliance doctor` and the tests check.

Each is one statement that finds where it does not hold, so that it also runs on a production database: it only reads,
and asks for a few faults, never for all rows. The journal's chains and the object store are compared beside them.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from service.invariants import calls
from service.invariants.promises import PROMISES, Fault, Promise
from service.store import backlog, journal, objects
from service.store.database import Row, in_transaction, keep_plans, rows, transaction

__all__ = ["PROMISES", "Fault", "Promise", "Verdict", "broken", "checked", "compared"]

MOST = 20  # faults told of one promise
PAGE = 1000
FILES = "attachment/"
YOUNG = timedelta(hours=24)  # an object is written before its row


class Verdict(msgspec.Struct, frozen=True):
    """A promise, and the first faults that were found."""

    id: str
    says: str
    faults: tuple[Fault, ...]


async def checked(now: datetime) -> AsyncIterator[Verdict]:
    """Every promise on the rows, one after the other, with what breaks it."""
    for promise in PROMISES:
        yield Verdict(promise.id, promise.says, (await broken(promise)).get(promise.id, ()))
    yield Verdict("seen", "every workflow has read its proposal’s last entry a minute after it", await _unseen(now))
    yield Verdict("checked", "conflicts of interest are looked for a minute after a submission", await _unchecked(now))
    for id_, says, found in (
        (
            "calls",
            "every call has gone on a minute after its last entry, or its next step",
            await calls.stuck(now, MOST),
        ),
        ("closings", "no call is open past its closing", await calls.open_past_closing(now)),
        ("plans", "a call that has closed has a plan of who reviews what", await calls.unplanned(now)),
    ):
        yield Verdict(id_, says, tuple(Fault(*one) for one in found[:MOST]))
    yield Verdict("chains", "every chain of the journal is whole", await _torn())


async def broken(*promises: Promise, of: Sequence[str] | None = None) -> dict[str, tuple[Fault, ...]]:
    """Which of these promises do not hold, and where: the first faults of each. `of`: of these subjects alone."""
    asked = "" if of is None else " WHERE subject = ANY({})"
    each = " UNION ALL ".join(
        f"(SELECT '{one.id}' AS id, subject, what FROM ({one.sql}) {one.id}"  # noqa: S608  our own words
        f"{asked} ORDER BY subject, what LIMIT {MOST})"
        for one in promises
    )
    faults: dict[str, tuple[Fault, ...]] = {}
    for line in await (rows(each) if of is None else _planned_once(each, *[of] * len(promises))):
        faults[line["id"]] = (*faults.get(line["id"], ()), Fault(line["subject"], line["what"]))
    return faults


async def _planned_once(sql: str, *args: object) -> list[Row]:
    """Planning it for a few subjects takes ten times as long as finding nothing."""
    if in_transaction():
        return await rows(sql, *args)
    async with transaction():
        await keep_plans()
        return await rows(sql, *args)


async def _unseen(now: datetime) -> tuple[Fault, ...]:
    late = now - backlog.LATE
    found = [("unseen", line) for line in await backlog.unseen(MOST) if line["since"] < late]
    found += [("should have gone on", line) for line in await backlog.missed(now, MOST)]
    return tuple(Fault(line["reference"], f"{what} since {line['since']}") for what, line in found)


async def _unchecked(now: datetime) -> tuple[Fault, ...]:
    found = await backlog.unchecked(now, MOST)
    return tuple(Fault(line["reference"], f"not looked at since {line['since']}") for line in found)


async def _torn() -> tuple[Fault, ...]:
    faults: list[Fault] = []
    for stream in await journal.streams():
        faults += [Fault(stream, f"entry {one.seq}: {one.what}") for one in await journal.verify(stream)]
        if len(faults) >= MOST:
            break
    return tuple(faults[:MOST])


async def compared(now: datetime) -> AsyncIterator[Verdict]:
    """The object store and the rows of its files, each seen from the other. Raises Unavailable."""
    sizes: dict[UUID, int] = {}
    old: list[UUID] = []
    async for listed in objects.store().list(FILES):
        id_ = UUID(listed.key.removeprefix(FILES))
        sizes[id_] = listed.size
        if listed.modified_at < now - YOUNG:
            old.append(id_)
    yield Verdict("objects", "every object of a file has its row", await _rowless(old))
    yield Verdict("files", "every file is in the object store, whole", await _missing(sizes, now))


async def _rowless(ids: list[UUID]) -> tuple[Fault, ...]:
    lost: list[Fault] = []
    for first in range(0, len(ids), PAGE):
        found = await rows(
            "SELECT i.id FROM unnest({}::uuid[]) AS i (id) WHERE NOT EXISTS (SELECT FROM attachment a"
            " WHERE a.id = i.id) AND NOT EXISTS (SELECT FROM upload u WHERE u.id = i.id)",
            ids[first : first + PAGE],
        )
        lost += [Fault(f"{FILES}{line['id']}", "an object without a row, for more than a day") for line in found]
    return tuple(lost[:MOST])


async def _missing(sizes: dict[UUID, int], now: datetime) -> tuple[Fault, ...]:
    faults: list[Fault] = []
    last = UUID(int=0)
    while page := await rows(
        "SELECT id, size FROM attachment WHERE id > {} AND added_at < {} ORDER BY id LIMIT {}", last, now, PAGE
    ):
        for line in page:
            size = sizes.get(line["id"])
            if size != line["size"]:
                what = "is not in the object store" if size is None else f"has {size} bytes instead of {line['size']}"
                faults.append(Fault(f"{FILES}{line['id']}", what))
        last = page[-1]["id"]
    return tuple(faults[:MOST])
