"""Conflicts that are found end access in the commit that brings them, and what SQL finds is what the rules say."""

import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

import forms
from service import clock
from service.domain import conflicts
from service.domain.actor import PROCESS
from service.domain.conflicts import MATCHES, Rule, Tie, Trace
from service.operations import dismissals, rechecking, submissions
from service.operations.dismissals import DismissalContent
from service.operations.holding import held
from service.problems import Forbidden, NotFound
from service.store import backlog
from service.store.conflicts import differences
from service.store.database import execute, execute_each, rows, transaction, value
from service.store.ids import uuid7
from service.views import conflicts as views
from tests.operations.conflict_case import colleague, invited, standing, statuses, trial_recheck
from tests.process.call import Trial, kinds

pytestmark = pytest.mark.usefixtures("database")
SERVICE = Path(__file__).parents[2] / "service"
FAR = date(2042, 3, 2)


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
    # What is found in a text alone, beside what is named exactly too.
    known, alone = list(ties), [Tie("organisation", f"only {tie.value}", tie.source, None, tie.until) for tie in ties]
    ties += [tie for tie in alone if ("organisation", tie.source) in pairs]
    values = " | ".join(tie.value for tie in ties)
    traces = [Trace(match.trace, tie.value) for match in MATCHES for tie in known if match.trace != "mention"]
    traces.append(Trace("mention", f" {values} "))
    async with transaction():
        await execute("DELETE FROM tie WHERE account = {}", expert)
        await execute("DELETE FROM trace WHERE proposal = {}", proposal)
        await execute_each(
            "INSERT INTO tie (account, kind, value, source, until) VALUES ($1, $2, $3, $4, $5)",
            [(expert, tie.kind, tie.value, tie.source, tie.until) for tie in ties],
        )
        await execute_each(
            "INSERT INTO trace (proposal, kind, value) VALUES ($1, $2, $3)",
            [(proposal, trace.kind, trace.value) for trace in traces],
        )
        found = await differences(FAR, "p.id = {}", "true", proposal)
    told = {(Rule(line["rule"]), line["strength"], line["value"]) for line in found}
    grounds = conflicts.found(ties, traces, FAR)
    assert told == {(one.rule, one.strength.value, one.value) for one in grounds}
    assert {one.rule for one in grounds} == set(Rule) - {Rule.DECLARED, Rule.COAPPLICANT}


async def test_whoever_is_of_the_same_organisation_is_not_put_on_the_list_but_a_namesake_of_it_may_be() -> None:
    trial = await Trial.publish(clock.now(), experts=1)
    proposal = await trial.submit(clock.now())
    mate = await colleague(trial)
    with pytest.raises(Forbidden) as refused:
        await trial.propose(proposal, [mate], clock.now())
    assert refused.value.code == "conflict_of_interest"
    assert await kinds(proposal) == ["draft_opened", "proposal_submitted"]
    await trial_recheck(proposal)
    [found] = (await views.conflicts(trial.officer, proposal)).items
    assert (found.rule, found.strength, found.what, found.field, found.stands) == (
        *("same_organisation", "likely", "Un organisme", "organisation"),
        True,
    )
    reason = DismissalContent("Deux organismes distincts.")
    for _ in range(2):
        await dismissals.dismiss_conflict(trial.officer, proposal, found.id, reason, now=clock.now())
    await trial.propose(proposal, [mate], clock.now())
    assert await statuses(proposal) == {mate.person: "proposed"}
    assert (await kinds(proposal))[2:] == ["conflict_dismissed", "experts_proposed"]
    await trial_recheck(proposal)  # a dismissal outlives what changes nothing
    [found] = (await views.conflicts(trial.officer, proposal)).items
    assert (found.stands, found.dismissal, found.dismissed_by) == (False, reason.reason, trial.officer.name)


async def test_a_review_that_was_given_counts_again_once_an_officer_dismisses_what_was_found() -> None:
    trial = await Trial.publish(clock.now(), experts=2)
    proposal = await trial.submit(clock.now())
    first = trial.experts[0]
    await invited(trial, proposal, trial.experts)
    await trial.accept(proposal, first, clock.now())
    await trial.review(proposal, first, clock.now())
    async with transaction():
        holding = await rechecking.locked_person(first, first.person, clock.now())
        await execute("UPDATE account SET organisation = 'UN ORGANISME' WHERE id = {}", first.account)
        await rechecking.recheck_person(first.person, holding, clock.now())
    assert (await statuses(proposal))[first.person] == "released"
    counted = "SELECT n FROM tally WHERE proposal = {}"
    assert await value(counted, proposal) == 0
    [found] = (await views.conflicts(trial.officer, proposal)).items
    await dismissals.dismiss_conflict(
        trial.officer, proposal, found.id, DismissalContent("Un homonyme."), now=clock.now()
    )
    assert (await statuses(proposal))[first.person] == "done"
    assert await value(counted, proposal) == 1
    await dismissals.reinstate_conflict(trial.officer, proposal, found.id, now=clock.now())
    assert (await statuses(proposal))[first.person] == "released"


async def test_as_days_pass_a_tie_weakens_then_is_forgotten() -> None:
    """The whole call is looked at again, in a few statements, whoever is on a list."""
    trial = await Trial.publish(clock.now(), experts=1)
    proposal, expert = await trial.submit(clock.now()), trial.experts[0]
    await trial_recheck(proposal)
    ends = forms.local_day(clock.now())
    await execute(
        "INSERT INTO affiliation (id, account, organisation, until) VALUES (gen_random_uuid(), {}, 'Un organisme', {})",
        *(expert.account, ends),
    )
    await execute("DELETE FROM tie WHERE account = {}", expert.account)
    told = []
    for days in (0, 1, 3 * 365, 3 * 366):
        async with transaction():
            await rechecking.recheck_call(PROCESS, trial.call, clock.now() + timedelta(days=days))
        found = await rows(
            "SELECT strength, stands, closed_at IS NULL AS open FROM conflict WHERE proposal = {}", proposal
        )
        told.append([tuple(line.values()) for line in found])
    assert told == [
        [("likely", True, True)],
        [("weak", False, True)],
        [("weak", False, True)],
        [("weak", False, False)],
    ]


async def test_what_was_shared_as_a_draft_is_looked_at_by_the_worker_once_it_is_submitted() -> None:
    trial = await Trial.publish(clock.now(), experts=0)
    mate, proposal = await colleague(trial), await trial.draft(clock.now())
    async with transaction():
        await rechecking.recheck(await held(PROCESS, proposal, clock.now()))  # as joining does
    await submissions.submit_proposal(trial.applicant, proposal, now=clock.now())
    assert await standing(proposal) == set()
    await rechecking.recheck_untraced([proposal], clock.now())
    assert await standing(proposal) == {(mate.person, "same_organisation", "likely")}


async def test_a_hint_stops_whoever_is_asked_once_an_officer_confirms_it_and_all_are_listed() -> None:
    trial = await Trial.publish(clock.now(), experts=3)
    first, second, third = trial.experts
    proposal = await trial.submit(clock.now(), "Un projet")
    await execute(
        "INSERT INTO affiliation (id, account, organisation) VALUES ({}, {}, 'Grand Large')",
        *(uuid7(clock.now()), first.person),
    )
    await rechecking.recheck_untraced([proposal], clock.now())
    await execute(
        "UPDATE trace SET value = ' avec grand large ^grand^large^' WHERE proposal = {} AND kind = 'mention'", proposal
    )
    await invited(trial, proposal, [first, second, third])
    assert await standing(proposal) == set()
    [hint] = (await views.conflicts(trial.officer, proposal)).items
    assert (hint.rule, hint.strength, hint.what, hint.stands) == ("mentioned", "weak", "Grand Large", False)
    for _ in range(2):
        await dismissals.confirm_conflict(trial.officer, proposal, hint.id, now=clock.now())
    assert await standing(proposal) == {(first.person, "mentioned", "weak")}
    assert (await statuses(proposal))[first.person] == "released"
    assert (await kinds(proposal))[-2:] == ["conflict_confirmed", "expert_excluded"]
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    told = [one async for one in views.of_call(trial.slug)]
    assert [(one.reference, one.email, one.conflict.stands, one.conflict.confirmed_by) for one in told] == [
        (reference, first.email, True, trial.officer.name)
    ]
    assert [some async for some in views.known_of_call(trial.officer, trial.slug)] == [told]
    given_out = "SELECT account FROM access_log WHERE proposals = ARRAY[{}::uuid] AND what = 'conflicts_table'"
    assert await rows(given_out, proposal) == [{"account": trial.officer.person}]
    with pytest.raises(NotFound):
        [some async for some in views.known_of_call(second, trial.slug)]
    reason = DismissalContent("Un homonyme.")
    await dismissals.dismiss_conflict(trial.officer, proposal, hint.id, reason, now=clock.now())
    assert (await statuses(proposal))[first.person] == "proposed"
    with pytest.raises(NotFound):
        [one async for one in views.of_call("nulle-part")]


async def test_one_whose_answers_cannot_be_read_keeps_no_other_from_being_looked_at() -> None:
    now = clock.now()
    trial = await Trial.publish(now, experts=0)
    mate = await colleague(trial)
    proposals = [await trial.submit(now) for _ in range(3)]
    torn = proposals[0]
    await submitted_again(torn, "'[]'")
    with capture_logs() as said:
        assert await rechecking.recheck_untraced(proposals, now) == 2
    assert [(line["event"], line["subject"], line["error"]) for line in said] == [
        ("conflicts_not_looked_for", str(torn), "ValidationError")
    ]
    expected = {(mate.person, "same_organisation", "likely")}
    assert [await standing(one) for one in proposals] == [set(), expected, expected]
    stuck = await backlog.unchecked(now + timedelta(minutes=2), 10_000)
    assert {line["id"] for line in stuck} & set(proposals) == {torn}
    await submitted_again(torn, "content")  # it can be read again
    assert await rechecking.recheck_untraced([torn], now) == 1
    assert await standing(torn) == expected


async def submitted_again(proposal: UUID, content: str) -> None:
    """One more version of what was submitted, behind the service's back: `content` in SQL, of the first one."""
    await execute(
        "INSERT INTO revision SELECT (r).* FROM (SELECT jsonb_populate_record(v, jsonb_build_object('id',"  # noqa: S608
        f" gen_random_uuid(), 'content', {content}, 'number', (SELECT max(number) + 1 FROM revision n"
        " WHERE n.subject = v.subject AND n.subject_id = v.subject_id))) AS r FROM revision v"
        " WHERE v.subject = 'answers' AND v.subject_id = {} AND v.number = 1) s",
        proposal,
    )


async def test_who_applied_together_lately_does_not_judge_the_other() -> None:
    trial, other = await Trial.publish(clock.now(), experts=1), await Trial.publish(clock.now(), experts=0)
    proposal = await trial.submit(clock.now())
    expert = trial.experts[0]
    before = await other.submit(clock.now())
    await execute("UPDATE proposal SET owner = {} WHERE id = {}", expert.account, before)
    await execute(
        "INSERT INTO collaborator (proposal, account, level, since) VALUES ({}, {}, 'reader', {})",
        *(before, trial.applicant.account, clock.now()),
    )
    for one in (before, proposal):
        await trial_recheck(one)
    assert await standing(proposal) == {(expert.person, "coapplicant", "likely")}
    [found] = (await views.conflicts(trial.officer, proposal)).items
    assert found.what == trial.applicant.name
    await execute("UPDATE proposal SET submitted_at = '2020-01-01' WHERE id = {}", before)
    await trial_recheck(proposal)
    assert await standing(proposal) == set()


def test_one_place_says_what_stops_an_expert() -> None:
    """SQL that asks for a conflict elsewhere would forget what was dismissed or is over."""
    asking = {
        path.relative_to(SERVICE).as_posix()
        for path in SERVICE.rglob("*.py")
        if re.search(r"(FROM|JOIN) conflict\b(?!.*\bstands\b)", path.read_text())
    }
    assert asking == {
        *(
            "operations/assignments.py",
            "operations/dismissals.py",
            "operations/excluding.py",
            "operations/keys.py",
            "operations/rechecking.py",
        ),
        *("store/conflicts.py", "views/conflicts.py"),
    }
