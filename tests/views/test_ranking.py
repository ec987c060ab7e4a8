"""What reviews come to is counted by the commit that changes them, and shown over what the reader may see alone."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from service.demo.advancing import advance
from service.domain import severity
from service.operations import documents, reviews
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.operations.tallying import tally_stale
from service.problems import Invalid
from service.store.database import execute, row, transaction, value
from service.store.ids import uuid7
from service.store.tallied import OneReview
from service.views import lists
from service.views.lists import Filters
from service.views.packs import ranks
from service.views.ranking import RankingView, ranking
from tests.process.call import Trial

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")
# Proposals x (expert, score): the third expert is severe.
SCORES = (((0, 5), (1, 5)), ((0, 5), (2, 0)), ((1, 5), (2, 0)))


async def reviewed(trial: Trial, scores: tuple[tuple[int, int], ...]) -> UUID:
    proposal = await trial.submit(NOW)
    experts = [trial.experts[number] for number, _ in scores]
    await trial.propose(proposal, experts, NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await advance(proposal, NOW)
    for expert, (_, score) in zip(experts, scores, strict=True):
        await trial.accept(proposal, expert, NOW)
        await trial.review(proposal, expert, NOW, ReviewContent({"impact": score}))
    return proposal


async def a_call() -> tuple[Trial, list[UUID]]:
    trial = await Trial.publish(NOW)
    return trial, [await reviewed(trial, scores) for scores in SCORES]


async def kept(proposal: UUID) -> tuple[bool, int, float | None, float | None, list[float | None]]:
    line = await row("SELECT stale, n, total, spread, reviews FROM tally WHERE proposal = {}", proposal)
    assert line is not None
    reviews = msgspec.json.decode(line["reviews"], type=tuple[OneReview, ...])
    return (*(line[name] for name in ("stale", "n", "total", "spread")), sorted(one.total or 0 for one in reviews))


def expected(trial: Trial, proposals: list[UUID], chosen: list[int]) -> severity.Model:
    return severity.fit(
        [(proposals[n], trial.experts[expert].person, float(score)) for n in chosen for expert, score in SCORES[n]]
    )


def said(found: RankingView) -> list[tuple[UUID, int | None, float | None, float | None]]:
    return [
        (line.id, line.rank, line.totals.mean, line.correction.corrected if line.correction else None)
        for line in found.lines
    ]


async def page_by_page(trial: Trial, sort: str) -> list[UUID]:
    found: list[UUID] = []
    cursor: str | None = None
    for _ in range(3):
        page = await ranking(trial.officer, trial.slug, sort=sort, cursor=cursor, limit=1)
        found += [line.id for line in page.lines]
        cursor = page.next
    assert cursor is None
    return found


async def test_a_tally_follows_every_change_of_what_counts() -> None:
    trial, (first, *_) = await a_call()
    assert await kept(first) == (False, 2, 5, 0, [5, 5])
    # Submitted again: by the same commit.
    expert = trial.experts[0]
    review = await value("SELECT id FROM review WHERE proposal = {} AND expert = {}", first, expert.account)
    version = await value("SELECT version FROM review WHERE id = {}", review)
    saved = await reviews.save_review(expert, review, ReviewContent({"impact": 0}), version, now=NOW)
    assert await kept(first) == (False, 2, 5, 0, [5, 5])  # a draft changes nothing
    await reviews.submit_review(expert, review, saved.version, now=NOW)
    assert await kept(first) == (False, 2, 2.5, 5, [0, 5])
    await trial.declare(first, expert, NOW)
    assert await kept(first) == (False, 1, 5, 0, [5])
    # What no operation counted is shown to nobody, and counted by the worker.
    async with transaction():
        await execute("UPDATE assignment SET status = 'released' WHERE proposal = {} AND status = 'done'", first)
    assert await kept(first) == (True, 0, None, None, [])
    while await tally_stale(NOW):
        pass
    assert await kept(first) == (False, 0, None, None, [])


async def listed_by_total(trial: Trial, proposals: list[UUID]) -> None:
    """Lists hold totals, and an order by them, for whoever may read the reviews; nothing of either for the others."""
    best, *rest = proposals
    shown = (await lists.proposals(trial.officer, Filters(call=trial.slug, sort="-total"), limit=2)).items
    assert (shown[0].id, shown[0].total, shown[0].spread, shown[1].total) == (best, 5, 0, 2.5)
    following = await lists.proposals(trial.officer, Filters(sort="-total"), limit=2)
    last = (await lists.proposals(trial.officer, Filters(sort="-total"), following.next, limit=2)).items
    assert {one.id for one in (*following.items, *last)} == {best, *rest}
    mine = await lists.proposals(trial.applicant, Filters(call=trial.slug))
    assert [(one.total, one.spread) for one in mine.items] == [(None, None)] * 3
    assert (await lists.proposals(trial.applicant, Filters(sort="total"))).items == ()
    assert (await lists.proposals(trial.experts[3], Filters(sort="spread"))).items == ()


async def test_a_dossier_tells_the_rank_that_the_page_of_its_readers_tells() -> None:
    """Of what its audience may read the scores of: to the committee, of what has come before it."""
    trial, proposals = await a_call()
    later = proposals[2]
    await advance(later, NOW)
    await trial.sum_up(later, NOW)
    await advance(later, NOW)
    for audience, reader, among in (("officer", trial.officer, 3), ("committee", trial.chair, 1)):
        job = await documents.ask_document(reader, later, "dossier", audience, now=NOW)
        told = await row("SELECT rank, ranked FROM job WHERE id = {}", job.id)
        lines = (await ranking(reader, trial.slug)).lines
        place = next(line.rank for line in lines if line.id == later)
        assert told == {"rank": place, "ranked": len(lines)}
        if reader is not trial.officer:  # as the pack of a sitting does
            call = await value("SELECT call FROM proposal WHERE id = {}", later)
            assert await ranks([call], [later]) == {later: (place, len(lines))}
        assert len(lines) == among


async def test_corrected_totals_stand_beside_the_raw_ones_and_rest_on_what_the_reader_sees() -> None:
    trial, proposals = await a_call()
    model = expected(trial, proposals, [0, 1, 2])
    found = await ranking(trial.officer, trial.slug)
    assert {one: (rank, raw) for one, rank, raw, _ in said(found)} == dict(
        zip(proposals, [(1, 5), (2, 2.5), (2, 2.5)], strict=True)
    )
    assert {one: corrected for one, *_, corrected in said(found)} == {
        one: pytest.approx(model.proposals[one].corrected) for one in proposals
    }
    # The three are as good as each other, once it is known who is severe.
    assert [line.correction.corrected for line in found.lines if line.correction] == pytest.approx([10 / 3] * 3)
    assert (found.groups, found.proposals, found.next) == (1, 3, None)
    await listed_by_total(trial, proposals)
    for sort in ("total", "corrected", "spread"):
        assert await page_by_page(trial, sort) == [
            line.id for line in (await ranking(trial.officer, trial.slug, sort=sort)).lines
        ]
    for wrong in ({"sort": "beauty"}, {"cursor": "nothing"}):
        with pytest.raises(Invalid):
            await ranking(trial.officer, trial.slug, **wrong)  # type: ignore[arg-type]
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, reason, created_at) VALUES ({}, {}, {}, 'found', '', {})",
        *(uuid7(NOW), proposals[2], trial.officer.account, NOW),
    )
    less = expected(trial, proposals, [0, 1])
    seen = await ranking(trial.officer, trial.slug)
    assert {one: corrected for one, *_, corrected in said(seen)} == {
        one: pytest.approx(less.proposals[one].corrected) for one in proposals[:2]
    }
    assert (seen.proposals, seen.sigma) == (2, None)
