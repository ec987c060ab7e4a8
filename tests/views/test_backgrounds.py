"""What an expert was asked before: as the policy lets its reader see it, in pages."""

import pytest

from service.domain.profiles import Profile
from service.operations import profiles
from service.problems import Invalid, NotFound
from service.store.database import execute
from service.store.ids import uuid7
from service.views import cursors
from service.views.backgrounds import PastReview, past_reviews
from service.views.experts import spoken
from tests.process.call import Trial
from tests.views.test_board import a_call

pytestmark = pytest.mark.usefixtures("database")


async def test_what_an_expert_was_asked_for_is_told_to_whoever_reads_the_journal() -> None:
    trial, made = await a_call()
    _, second, third, fourth = trial.experts

    async def paged(limit: int) -> list[PastReview]:
        found: list[PastReview] = []
        cursor: str | None = None
        while not found or cursor:
            page = await past_reviews(trial.officer, trial.slug, second.person, cursor, limit)
            assert len(page.items) <= limit
            found, cursor = [*found, *page.items], page.next
        return found

    whole = await paged(50)
    assert {one.proposal: one.status for one in whole} == {made["asked"]: "invited", made["given"]: "done"}
    assert {(one.call, one.reference[:2]) for one in whole} == {(trial.slug, "T-")}
    assert [one.at for one in whole] == sorted((one.at for one in whole), reverse=True)
    assert await paged(1) == whole
    assert (await past_reviews(trial.officer, trial.slug, fourth.person)).items == ()
    # What the officer has no part in is not told.
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, reason, created_at) VALUES ({}, {}, {}, 'found', '', {})",
        *(uuid7(whole[0].at), made["asked"], trial.officer.account, whole[0].at),
    )
    assert [one.proposal for one in await paged(50)] == [made["given"]]

    elsewhere = await Trial.publish(whole[0].at, experts=0)
    for reader, slug in ((elsewhere.officer, trial.slug), (elsewhere.officer, elsewhere.slug), (second, trial.slug)):
        with pytest.raises(NotFound):
            await past_reviews(reader, slug, second.person)
    for cursor in ("nothing", cursors.write("yesterday", second.person), cursors.write("2042-01-01", second.person)):
        with pytest.raises(Invalid):
            await past_reviews(trial.officer, trial.slug, second.person, cursor)

    for expert, languages in ((second, ("fr", "de")), (third, ("fr",))):
        await profiles.save_profile(expert, expert.person, Profile(languages=languages), 0, now=whole[0].at)
    assert await spoken(trial.call) == {"fr", "de"}
