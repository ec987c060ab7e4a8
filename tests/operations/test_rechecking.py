"""Conflicts that are found end access in the commit that brings them, and what SQL finds is what the rules say."""

from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from service import clock
from service.domain import conflicts
from service.domain.actor import Actor, Role
from service.domain.conflicts import MATCHES, Rule, Tie, Trace
from service.store.conflicts import differences
from service.store.database import execute, rows, transaction
from tests.process.call import Trial
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")
FAR = date(2042, 3, 2)


async def colleague(trial: Trial, organisation: str = "Un organisme") -> Actor:
    """An expert of the call who works where the applicant does."""
    return await person((Role.EXPERT, trial.call), organisation=organisation)


async def kinds(proposal: UUID) -> list[str]:
    found = await rows("SELECT kind FROM entry WHERE stream = {} ORDER BY seq", f"proposal:{proposal}")
    return [line["kind"] for line in found]


async def standing(proposal: UUID) -> set[tuple[UUID, str, str]]:
    found = await rows("SELECT expert, rule, strength FROM conflict WHERE proposal = {} AND stands", proposal)
    return {(line["expert"], line["rule"], line["strength"]) for line in found}


async def test_what_sql_finds_is_what_the_rules_say() -> None:
    """Every kind of tie, current, past, forgotten and to come, beside every kind of trace."""
    trial = await Trial.publish(clock.now(), experts=1)
    proposal, expert = await trial.submit(clock.now()), trial.experts[0].person
    days = [None, FAR, FAR - timedelta(days=1), date(2039, 3, 2), date(2039, 3, 1)]
    pairs = dict.fromkeys((match.tie, match.source) for match in MATCHES)
    ties = [
        Tie(kind, f"{kind} {source} {number}", source, None, until)
        for (kind, source), (number, until) in product(pairs, enumerate(days))
    ]
    values = " | ".join(tie.value for tie in ties)
    traces = [Trace(match.trace, tie.value) for match in MATCHES for tie in ties if match.trace != "mention"]
    traces.append(Trace("mention", f" {values} "))
    async with transaction():
        await execute("DELETE FROM tie WHERE account = {}", expert)
        await execute("DELETE FROM trace WHERE proposal = {}", proposal)
        for tie in ties:
            await execute(
                "INSERT INTO tie (account, kind, value, source, until) VALUES ({}, {}, {}, {}, {})",
                *(expert, tie.kind, tie.value, tie.source, tie.until),
            )
        for trace in traces:
            await execute(
                "INSERT INTO trace (proposal, kind, value) VALUES ({}, {}, {})", proposal, trace.kind, trace.value
            )
        found = await differences(FAR, "p.id = {}", "true", proposal)
    told = {(Rule(line["rule"]), line["strength"], line["value"]) for line in found}
    grounds = conflicts.found(ties, traces, FAR)
    assert told == {(one.rule, one.strength.value, one.value) for one in grounds}
    assert {one.rule for one in grounds} == set(Rule) - {Rule.DECLARED, Rule.COAPPLICANT}
