"""Conflicts of interest found by rule, looked at again in the transaction of whatever may have changed them.

A conflict that stands ends its expert's access by being there; whoever was asked or had accepted loses their seat in
the same commit, and the process invites the next. One whose ground is gone is closed, and whoever lost their seat by
it is on the list again.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec

import forms
from service.domain.actor import PROCESS, Actor
from service.domain.conflicts import Strength
from service.operations.apart import apart, of_one
from service.operations.excluding import exclude, give_back
from service.operations.holding import Held, held
from service.operations.keys import keep_ties, keep_traces
from service.operations.persons import locked
from service.problems import Conflict, NotFound
from service.store.conflicts import LISTED, OPEN, conflicted, differences, untied, untraced
from service.store.database import Row, execute, execute_each, keep_plans, rows, transaction
from service.store.ids import uuid7

BATCH = 20
# An assignment `a` that is on a list, or late, so that a review of theirs would count: whatever gives it and whatever
# finds a conflict meet at the proposal's lock.
_MAY_COUNT = f"(a.status IN {LISTED} OR (a.status = 'released' AND a.released_at IS NOT NULL))"


class Change(msgspec.Struct, frozen=True):
    """A conflict that appeared, came back or grew (`strength` as it is now), or whose ground is gone (None)."""

    conflict: UUID
    proposal: UUID
    expert: UUID
    rule: str
    strength: Strength | None


async def recheck(proposal: Held) -> None:
    """Look at one proposal again, for everybody who has a part in its call: what it says has changed."""
    await keep_traces([proposal.id])
    if proposal.line["submitted_at"] is not None:
        await _recheck(proposal, "true")


async def recheck_listed(proposal: Held, among: Iterable[UUID] = ()) -> None:
    """The same for those alone who are on its list, or are about to be: days have passed."""
    if await untraced("p.id = {}", proposal.id):
        await recheck(proposal)
        return
    whose = "r.account = ANY({}) OR r.account IN (SELECT expert FROM assignment WHERE proposal = {})"
    await _recheck(proposal, whose, list(among), proposal.id)


async def _recheck(proposal: Held, whose: str, *args: object) -> None:
    await _tie("p.id = {}", proposal.id)
    await keep_plans()
    found = await differences(forms.local_day(proposal.now), "p.id = {}", whose, proposal.id, *args)
    await _settle({proposal.id: proposal}, await _keep(found, proposal.now))


async def recheck_untraced(chosen: Sequence[UUID], now: datetime) -> int:
    """What was submitted since, some in one transaction; how many. Where one of them can't be looked at, each by
    itself: it keeps no other waiting."""
    done = 0
    for start in range(0, len(chosen), BATCH):
        some = chosen[start : start + BATCH]
        try:
            await _recheck_together(some, now)
            done += len(some)
        except Exception as error:
            if not of_one(error):
                raise
            done += await apart(lambda one: _recheck_together([one], now), some, "conflicts_not_looked_for")
    return done


async def _recheck_together(some: Sequence[UUID], now: datetime) -> None:
    async with transaction():
        holding: dict[UUID, Held] = {}
        for one in some:
            with suppress(NotFound):  # deleted since
                holding[one] = await held(PROCESS, one, now)
        if holding:
            await keep_plans()  # planning for so few takes longer than looking
            await keep_traces(list(holding))
            await _tie("p.id = ANY({})", list(holding))
            found = await differences(forms.local_day(now), "p.id = ANY({})", "true", list(holding))
            await _settle(holding, await _keep(found, now))


async def recheck_calls(now: datetime) -> int:
    """Every call whose proposals are examined, a transaction for each: ties end as days pass. How many changed."""
    calls = await rows(f"SELECT DISTINCT p.call FROM proposal p WHERE {OPEN} ORDER BY p.call")  # noqa: S608  our words
    changed = 0

    async def one(call: UUID) -> None:
        nonlocal changed
        async with transaction():  # of its own: accounts are locked after proposals, and these are locked next
            await _tie("p.call = {}", call)
        async with transaction():
            changed += await recheck_call(PROCESS, call, now)

    await apart(one, (line["call"] for line in calls), "call_not_looked_at")
    return changed


async def hold_listed(actor: Actor, account: UUID, now: datetime) -> dict[UUID, Held]:
    """The proposals that a person is asked for, or was excluded from, under their locks: to be taken before that of the
    person's account, by whatever changes what is known of them."""
    return {line["id"]: await held(actor, line["id"], now) for line in await rows(_CONCERNED, account, account)}


_CONCERNED = (
    f"SELECT p.id FROM proposal p WHERE {OPEN} AND (EXISTS (SELECT FROM assignment a WHERE a.proposal = p.id"  # noqa: S608
    f" AND a.round = p.round AND a.expert = {{}} AND {_MAY_COUNT}) OR EXISTS (SELECT FROM conflict k"
    " WHERE k.proposal = p.id AND k.expert = {} AND k.excluded IS NOT NULL)) ORDER BY p.id"
)


async def recheck_person(account: UUID, holding: Mapping[UUID, Held], now: datetime) -> None:
    """Look at a person again, whose account is locked by now, on every proposal of their calls.

    Raises Conflict where they were put on a list since `hold_listed`: the same again will do.
    """
    concerned = {line["id"] for line in await rows(_CONCERNED, account, account)}
    if not concerned <= set(holding):
        raise Conflict(
            "Une évaluation vient d’être proposée à cette personne : renouvelez votre demande.", code="just_listed"
        )
    scope = "p.call IN (SELECT call FROM role WHERE account = {})"
    await keep_ties([account])
    found = await differences(forms.local_day(now), scope, "r.account = {}", account, account)
    await _settle(holding, await _keep(found, now))


async def recheck_call(actor: Actor, call: UUID, now: datetime) -> int:
    """Look at a whole call again, in a transaction: days have passed, or keys are made otherwise. How many changed.

    Proposals are locked where somebody on their list is concerned, and those alone.
    """
    scope, today = "p.call = {}", forms.local_day(now)
    await _tie(scope, call)
    found = await differences(today, scope, "true", call)
    listed = await _listed({line["proposal"] for line in found}, {line["expert"] for line in found})
    holding = {one: await held(actor, one, now) for one in sorted({line["proposal"] for line in listed})}
    if holding:
        found = await differences(today, scope, "true", call)
    changes = await _keep(found, now)
    await _settle(holding, changes)
    return len(changes)


async def _tie(scope: str, *args: object) -> None:
    if missing := await untied(scope, *args):
        await keep_ties([line["id"] for line in missing])


async def _keep(found: list[Row], now: datetime) -> list[Change]:
    """Write what differs. A dismissal is of a ground as strong as it was: a stronger one stands again."""
    changes = [
        Change(
            line["id"] or uuid7(now),
            line["proposal"],
            line["expert"],
            line["rule"],
            Strength(line["strength"]) if line["strength"] else None,
        )
        for line in found
    ]
    await execute_each(
        "INSERT INTO conflict (id, proposal, expert, origin, rule, strength, value, field, reason, created_at)"
        " VALUES ($1, $2, $3, 'found', $4, $5, $6, $7, '', $8)"
        " ON CONFLICT (proposal, expert, rule, value) DO UPDATE SET"
        " strength = excluded.strength, field = excluded.field, closed_at = NULL,"
        " dismissed_at = CASE WHEN excluded.strength < conflict.strength THEN NULL ELSE conflict.dismissed_at END,"
        " dismissed_by = CASE WHEN excluded.strength < conflict.strength THEN NULL ELSE conflict.dismissed_by END",
        [
            (
                *(change.conflict, change.proposal, change.expert, change.rule),
                *(line["strength"], line["value"], line["field"], now),
            )
            for change, line in zip(changes, found, strict=True)
            if change.strength is not None
        ],
    )
    closed = [change.conflict for change in changes if change.strength is None]
    if closed:
        await execute("UPDATE conflict SET closed_at = {} WHERE id = ANY({})", now, closed)
    return changes


async def _listed(proposals: Iterable[UUID], experts: Iterable[UUID]) -> list[Row]:
    """Who of them is on the present list of which, or was excluded from it by a conflict."""
    return await rows(
        "SELECT a.id, a.proposal, a.expert, a.seat, a.status, a.team, a.review,"  # noqa: S608  our names
        f" {conflicted('a.proposal', 'a.expert')} AS conflicted,"
        " EXISTS (SELECT FROM conflict k WHERE k.excluded = a.id) AS excluded"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal AND p.round = a.round"
        " WHERE a.proposal = ANY({}) AND a.expert = ANY({})"
        f" AND ({_MAY_COUNT} OR EXISTS (SELECT FROM conflict k WHERE k.excluded = a.id))"
        " ORDER BY a.proposal, a.rank, a.expert",
        *(list(proposals), list(experts)),
    )


async def _settle(holding: Mapping[UUID, Held], changes: list[Change]) -> None:
    """What the changes come to for those on a list, each proposal under its lock."""
    if not changes:
        return
    by_pair: dict[tuple[UUID, UUID], list[Change]] = {}
    for change in changes:
        by_pair.setdefault((change.proposal, change.expert), []).append(change)
    for line in await _listed({one.proposal for one in changes}, {one.expert for one in changes}):
        mine = by_pair.get((line["proposal"], line["expert"]), [])
        proposal = holding.get(line["proposal"])
        if not mine or proposal is None:
            continue
        for change in mine:
            strength = {"strength": change.strength.value} if change.strength else {}
            kind = "conflict_found" if change.strength else "conflict_closed"
            await proposal.append(kind, conflict=change.conflict, rule=change.rule, assignment=line["id"], **strength)
        if line["conflicted"]:
            await exclude(proposal, line, next(one.conflict for one in sorted(mine, key=_strongest)))
        else:
            await give_back(proposal, line)


def _strongest(change: Change) -> str:
    # The names of strengths are in their order; what is closed comes behind them.
    return change.strength.value if change.strength else "z"


async def locked_person(actor: Actor, account: UUID, now: datetime) -> dict[UUID, Held]:
    """The locks of both, in their order: for whatever changes what is known of a person, and then calls
    `recheck_person`."""
    holding = await hold_listed(actor, account, now)
    await locked(account)
    return holding


async def resettle(proposal: Held, expert: UUID, conflict: UUID) -> None:
    """An officer has judged a conflict of this expert's."""
    for line in await _listed([proposal.id], [expert]):
        if line["conflicted"]:
            await exclude(proposal, line, conflict)
        else:
            await give_back(proposal, line)
