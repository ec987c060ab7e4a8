"""One act on many proposals: each once, each for itself, with the rights of the moment, however often repeated."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from service.domain.actor import Role
from service.operations import batches, foreseeing
from service.operations.batches import NewBatch
from service.operations.eligibility import Verdict
from service.operations.foreseeing import Foreseen, Refusal
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.settings import Settings
from service.store import journal
from service.store.database import execute, row, rows, value
from service.store.ids import uuid7
from service.views import batches as views
from tests.process.call import Trial, kinds, standing
from tests.support.people import person

START = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)
WHY = "Jours de fermeture."
UNTIL = START + timedelta(days=60)


async def three(trial: Trial) -> list[UUID]:
    return [await trial.submit(START, f"Projet {number}") for number in range(3)]


async def references(proposals: list[UUID]) -> tuple[str, ...]:
    found = await rows("SELECT reference FROM proposal WHERE id = ANY({}) ORDER BY reference", proposals)
    return tuple(line["reference"] for line in found)


async def test_each_once_and_each_for_itself(database: None) -> None:
    """One of them returned meanwhile, one withdrawn: the others go on, those say why they do not."""
    trial = await Trial.publish(START, experts=0)
    proposals = [*await three(trial), await trial.submit(START, "Au conflit")]
    hidden = proposals.pop()
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, reason, created_at) VALUES ({}, {}, {}, 'found', '', {})",
        *(uuid7(START), hidden, trial.officer.account, START),
    )
    new = NewBatch("extend", WHY, stage="eligibility", until=UNTIL)
    begun = await batches.begin_batch(trial.officer, trial.slug, new, now=START)
    assert begun.count == 3  # what an officer does not see is not in their batch
    await trial.withdraw(proposals[1], START)
    for _ in range(3):
        assert await batches.carry_on(begun.id, START) == 0
    states = await rows("SELECT proposal, state, detail FROM batch_item WHERE batch = {} ORDER BY number", begun.id)
    said = "La candidature n’est plus à l’étape affichée : rechargez la page avant d’agir."
    assert [(line["proposal"], line["state"], line["detail"]) for line in states] == [
        (proposals[0], "done", ""), (proposals[1], "refused", said), (proposals[2], "done", ""),
    ]  # fmt: skip
    for proposal in (proposals[0], proposals[2]):
        assert (await kinds(proposal)).count("stage_extended") == 1
        assert await value("SELECT due_at FROM deadline WHERE proposal = {}", proposal) == UNTIL
        assert await journal.verify(f"proposal:{proposal}") == []
    assert "stage_extended" not in await kinds(hidden)
    call = await rows("SELECT kind, data FROM entry WHERE stream = {} ORDER BY seq", f"call:{trial.call}")
    assert [line["kind"] for line in call][-2:] == ["batch_begun", "batch_finished"]
    assert not [line for line in call if WHY in line["data"]]
    shown = await views.batch(trial.officer, begun.id)
    assert (shown.batch.total, shown.batch.done, shown.batch.refused) == (3, 2, 1)
    assert [item.state for item in shown.items] == ["refused", "done", "done"]
    for somebody in (trial.applicant, trial.chair, await person((Role.AUDITOR, None))):
        with pytest.raises(NotFound):
            await views.batch(somebody, begun.id)
        with pytest.raises((Forbidden, NotFound)):
            await batches.begin_batch(somebody, trial.slug, new, now=START)


async def test_what_is_foreseen_is_what_comes_and_changes_nothing(database: None, settings: Settings) -> None:
    trial = await Trial.publish(START, experts=0)
    proposals = await three(trial)
    names = await references(proposals)
    await trial.withdraw(proposals[1], START)
    new = NewBatch("stop", WHY, "eligibility", names, status="declined")
    counts = (
        "SELECT (SELECT count(*) FROM entry) AS entries, (SELECT count(*) FROM outbox) AS mails,"
        " (SELECT count(*) FROM job) AS jobs, (SELECT count(*) FROM steering) AS acts"
    )
    before = [await row(counts), *[await standing(one) for one in proposals]]
    foreseen = await foreseeing.foresee_batch(trial.officer, trial.slug, new, settings=settings, now=START)
    assert [await row(counts), *[await standing(one) for one in proposals]] == before
    said = "La candidature n’est plus à l’étape affichée : rechargez la page avant d’agir."
    assert msgspec.structs.replace(foreseen, words={}) == Foreseen(
        *(3, 3, 2, (names[0], names[2]), (Refusal(said, 1, (names[1],)),), {"letter": 2}, batches.mark_of(proposals))
    )
    [words] = foreseen.words.values()
    assert any(name in words.subject for name in names)
    assert words.body.startswith("Bonjour,")
    ordered = msgspec.structs.replace(new, mark=foreseen.mark)
    begun = await batches.begin_batch(trial.officer, trial.slug, ordered, now=START)
    await batches.carry_on(begun.id, START)
    shown = (await views.batch(trial.officer, begun.id)).batch
    letters = await value("SELECT count(*) FROM outbox WHERE about = ANY({}) AND template = 'letter'", proposals)
    assert (shown.total, shown.done, shown.refused, letters) == (3, 2, 1, 2)

    await trial.submit(START, "Projet 4")
    every = NewBatch("extend", WHY, stage="eligibility", until=UNTIL)
    seen = await foreseeing.foresee_batch(trial.officer, trial.slug, every, settings=settings, now=START)
    await trial.submit(START, "Projet 5")
    with pytest.raises(Conflict) as others:
        await batches.begin_batch(trial.officer, trial.slug, msgspec.structs.replace(every, mark=seen.mark), now=START)
    assert (others.value.code, seen.count) == ("others_concerned", 1)
    with pytest.raises((Forbidden, NotFound)):
        await foreseeing.foresee_batch(trial.applicant, trial.slug, every, settings=settings, now=START)


async def test_what_is_not_tried_in_time_is_told_as_such(
    database: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreseeing, "PATIENCE", 0)
    monkeypatch.setattr(foreseeing, "AT_ONCE", 1)
    trial = await Trial.publish(START, experts=0)
    names = await references(await three(trial))
    every = NewBatch("stop", WHY, "eligibility", status="declined")
    seen = await foreseeing.foresee_batch(trial.officer, trial.slug, every, settings=settings, now=START)
    assert (seen.count, seen.tried, seen.allowed, seen.references) == (3, 1, 1, names[:1])


async def test_whoever_is_no_officer_any_more_moves_nothing(database: None) -> None:
    trial = await Trial.publish(START, experts=0)
    proposals = await three(trial)
    new = NewBatch("stop", WHY, stage="eligibility", status="declined")
    begun = await batches.begin_batch(trial.officer, trial.slug, new, now=START)
    await execute("DELETE FROM role WHERE account = {}", trial.officer.account)
    await batches.carry_on(begun.id, START)
    assert {await standing(proposal) for proposal in proposals} == {("in_progress", "eligibility")}
    found = await row("SELECT count(*) AS n FROM batch_item WHERE batch = {} AND state = 'refused'", begun.id)
    assert found == {"n": 3}


async def test_every_act_on_named_proposals(database: None) -> None:
    trial = await Trial.publish(START, experts=0)
    proposals = await three(trial)
    names = await references(proposals[:2])
    acts = [
        (NewBatch("skip", WHY, "eligibility", names, outcome="eligible"), ("in_progress", "review")),
        (NewBatch("go_back", WHY, "review", names, to="eligibility"), ("in_progress", "eligibility")),
        (NewBatch("stop", WHY, "eligibility", names, status="ineligible"), ("ineligible", "")),
        (NewBatch("reopen", WHY, "", tuple(name.lower() for name in names), to="review"), ("in_progress", "review")),
    ]
    for hour, (new, after) in enumerate(acts):
        now = START + timedelta(hours=hour)
        begun = await batches.begin_batch(trial.officer, trial.slug, new, now=now)
        assert await batches.carry_on(begun.id, now) == 0
        assert [await standing(proposal) for proposal in proposals] == [after, after, ("in_progress", "eligibility")]
    await trial.check(proposals[2], Verdict.ELIGIBLE, START)
    listed = await views.batches(trial.officer, trial.slug)
    assert [line.act for line in listed] == ["reopen", "stop", "go_back", "skip"]


@pytest.mark.parametrize(
    "new",
    [
        NewBatch("extend", WHY, stage="eligibility"),
        NewBatch("extend", "", stage="eligibility", until=UNTIL),
        NewBatch("extend", WHY, stage="committee", until=UNTIL),
        NewBatch("extend", WHY, stage="", until=UNTIL),
        NewBatch("reopen", WHY, to="review"),
        NewBatch("stop", WHY, "eligibility", ("T-NOWHERE-0001",), status="declined"),
    ],
)
async def test_what_is_not_even_begun(database: None, new: NewBatch) -> None:
    trial = await Trial.publish(START, experts=0)
    await trial.submit(START)
    with pytest.raises(Invalid):
        await batches.begin_batch(trial.officer, trial.slug, new, now=START)
    assert await views.batches(trial.officer, trial.slug) == ()
