"""The committee gives an opinion; the authority decides: whom the call names, or else whoever chairs its committee."""

import pytest

from service import clock
from service.domain.actor import Role
from service.identity import secrets
from service.operations import decisions, recusals
from service.operations.decisions import DecisionContent
from service.operations.recusals import Recusal
from service.operations.seating import committee
from service.problems import Forbidden, NotFound
from service.settings import Settings
from service.store.database import execute
from service.views import called
from service.views.accounts import actor_of_session
from service.views.sittings import sitting
from tests.api.people import token_of
from tests.operations.sitting_case import Committee
from tests.support.calls import fresh_call
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")
SIGNED = DecisionContent("retained", "Un projet mûr.", "Directrice", "Arrêté du 3 mars 2044")
# What becomes of the authority, one after the other, and who decides then.
STEPS = (
    ("UPDATE role SET role = 'authority' WHERE account = {} AND role = 'committee'", "authority"),
    ("UPDATE account SET disabled_at = created_at WHERE id = {}", "chair"),
    ("UPDATE account SET disabled_at = NULL WHERE id = {}", "authority"),
    ("DELETE FROM role WHERE account = {}", "chair"),
)


async def test_the_chair_decides_as_long_as_the_call_names_nobody_else(settings: Settings) -> None:
    secrets.configure(settings.secret)
    case = await Committee.gather(1)
    await person((Role.AUTHORITY, (await fresh_call()).call))  # of another call
    named = await person((Role.COMMITTEE, case.trial.call))
    people = {"chair": case.chair, "member": case.members[1], "officer": case.officer, "authority": named}
    tokens = {who: await token_of(somebody) for who, somebody in people.items()}
    found, version = [], 0
    for change, _ in (("", ""), *STEPS):
        if change:
            await execute(change, named.account)
        for who, token in tokens.items():
            actor = await actor_of_session(token, clock.now())
            if actor is None:  # whose account is closed
                continue
            try:
                await decisions.take_decision(actor, case.proposals[0], SIGNED, version, now=case.now)
            except (Forbidden, NotFound):
                continue
            version += 1
            found.append(who)
    assert found == ["chair", *(decides for _, decides in STEPS)]


async def test_an_authority_has_no_seat_and_no_vote_and_is_recused_as_members_are() -> None:
    case = await Committee.gather(2)
    named, other = [await person((Role.AUTHORITY, case.trial.call), name=f"Autorité {n}") for n in (1, 2)]
    kept = await case.convened()
    assert {seat.account for seat in await committee((case.trial.call,))} == {
        *(one.person for one in case.members),
        case.officer.person,
    }
    offered = {one.id: one.capacities for one in await called.persons(case.officer, case.trial.slug)}
    assert offered[named.person] == ("observer",)
    assert named.person not in {one.id for one in (await sitting(named, kept.id)).members}
    first, second = case.proposals
    assert not (await called.recusable(named, case.trial.slug, first)).votes
    await recusals.recuse(named, first, Recusal("Un proche."), now=case.now)
    assert [one.proposal for one in (await sitting(named, kept.id)).items] == [None, second]
    with pytest.raises(NotFound):
        await decisions.take_decision(named, first, SIGNED, 0, now=case.now)
    await decisions.take_decision(named, second, SIGNED, 0, now=case.now)
    await decisions.take_decision(other, first, SIGNED, 0, now=case.now)
