"""An expert who leaves: somebody suggested to the officers, or another member of the team in their place."""

import pytest

from service.domain.actor import Actor, Role
from service.identity import secrets
from service.operations import assignments, delegating, suggesting
from service.operations.assignments import SuggestedExpert
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.settings import Settings
from service.store.database import execute, row, rows, value
from service.views.colleagues import colleagues
from service.views.proposals import proposal as proposal_view
from tests.operations.pairs import HALF, START, Pair
from tests.operations.review_case import limit
from tests.process.call import kinds
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    secrets.configure(settings.secret)


async def decline(pair: Pair, expert: Actor, name: str, email: str) -> None:
    suggested = SuggestedExpert(name, email)
    assignment = await pair.trial.assignment(pair.proposal, expert)
    await assignments.decline_assignment(expert, assignment, "Trop loin.", "not_my_field", suggested, now=START)


async def test_a_suggestion_is_the_officers_who_put_that_person_on_the_list() -> None:
    pair = await Pair.begin("each")
    one, two, three, _ = pair.trial.experts
    officer = pair.trial.officer
    assert await pair.fill(0)
    with pytest.raises(Invalid) as refused:
        await decline(pair, one, "", "nulle part")
    assert [error.path for error in refused.value.errors] == ["suggestion/email"]
    new = f"{one.person.hex}@institut.test"
    await decline(pair, one, "  Alix   Exemple ", new.upper())
    await decline(pair, two, "Sans adresse", "")
    shown = (await proposal_view(officer, pair.proposal)).suggestions
    assert [(found.name, found.email, found.by, found.taken_at) for found in shown] == [
        ("Alix Exemple", new, one.name, None),
        ("Sans adresse", "", two.name, None),
    ]
    auditor = await person((Role.AUDITOR, None))
    assert (await proposal_view(auditor, pair.proposal)).suggestions == ()
    assert (await proposal_view(pair.trial.applicant, pair.proposal)).suggestions == ()
    said = await rows("SELECT data FROM entry WHERE stream = {}", f"proposal:{pair.proposal}")
    assert "Alix" not in str(said)
    with pytest.raises(Conflict):
        await suggesting.take_suggestion(officer, shown[1].id, now=START)
    with pytest.raises(Forbidden):
        await suggesting.take_suggestion(three, shown[0].id, now=START)
    for _ in range(2):
        taken = await suggesting.take_suggestion(officer, shown[0].id, now=START)
    assert await value("SELECT email FROM account WHERE id = {}", taken.account) == new
    assert await row("SELECT status, team FROM assignment WHERE id = {}", taken.assignment) == {
        "status": "proposed",
        "team": None,
    }
    assert [found.taken_at for found in (await proposal_view(officer, pair.proposal)).suggestions] == [START, None]
    assert (await kinds(pair.proposal)).count("experts_proposed") == 2


async def test_a_member_of_the_team_takes_the_place_with_the_whole_time() -> None:
    pair = await Pair.begin("joint")
    one, two, three, four = pair.trial.experts
    await execute("INSERT INTO team_member (team, account) VALUES ({}, {})", pair.teams[0], three.account)
    assert await pair.fill(0)
    for expert in (one, two):
        await pair.trial.accept(pair.proposal, expert, START)
    mine = await pair.trial.assignment(pair.proposal, one)
    assert [(found.id, found.hindrance) for found in (await colleagues(one, mine)).items] == [(three.person, None)]
    await limit(pair.trial, 2, most=0)
    assert [found.hindrance for found in (await colleagues(one, mine)).items] == ["at_once"]
    for member, problem in ((three, Conflict), (two, Conflict), (four, NotFound), (one, NotFound)):
        with pytest.raises(problem):
            await delegating.delegate_assignment(one, mine, member.person, "", now=HALF)
    await limit(pair.trial, 2)
    # A colleague's conflict of interest is told like any other reason why they were asked already.
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, rule, reason, created_at)"
        " VALUES (gen_random_uuid(), {}, {}, 'declared', 'declared', '', {})",
        *(pair.proposal, three.account, START),
    )
    told = set()
    for member in (three, two):
        with pytest.raises(Conflict) as refused:
            await delegating.delegate_assignment(one, mine, member.person, "", now=HALF)
        told.add((refused.value.code, refused.value.detail))
    assert [code for code, _ in told] == ["not_free"]
    await execute("DELETE FROM conflict WHERE expert = {}", three.account)
    handed = await delegating.delegate_assignment(one, mine, three.person, "Elle connaît mieux.", now=HALF)
    assert handed.due_at == HALF + (HALF - START) * 2
    assert await pair.statuses() == ["declined", "accepted", "invited", "proposed"]
    line = await row("SELECT seat, team, delegated_from FROM assignment WHERE id = {}", handed.id)
    assert line == {"seat": 0, "team": pair.teams[0], "delegated_from": mine}
    assert await pair.seats(HALF) == [(True, False), (False, False)]
    await pair.trial.accept(pair.proposal, three, HALF)
    assert await pair.review_of(three) == await pair.review_of(two)
    await pair.give(three, HALF)
    assert await pair.seats(HALF) == [(False, True), (False, False)]
    with pytest.raises((Conflict, NotFound)):
        await delegating.delegate_assignment(one, mine, four.person, "", now=HALF)
    with pytest.raises(NotFound):
        await colleagues(one, mine)
    assert "assignment_delegated" in await kinds(pair.proposal)
    mails = await rows("SELECT template FROM outbox WHERE account = {}", three.account)
    assert [mail["template"] for mail in mails] == ["expert_invited"]
