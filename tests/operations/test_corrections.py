"""A published decision never changes: another one takes its place, cites it, and leads the proposal where it says."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from reports import words
from service.domain.policy import Action
from service.invariants import PROMISES, broken
from service.operations import corrections, decisions, documents, process, steering
from service.operations.corrections import CorrectionContent
from service.operations.steering import GoBack, Reopen, Skip, Stop
from service.problems import Conflict, Forbidden, Invalid, NotFound, Stale
from service.store import journal
from service.store.database import rows, value
from service.store.due import ENDED
from service.views import catalogue, ranking
from service.views.awaited import Wanted, awaited
from service.views.calls import counts
from service.views.documents import dossier, letter
from service.views.proposals import ProposalView
from service.views.proposals import proposal as proposal_view
from service.views.steering import steering as steering_view
from tests.operations.sitting_case import Committee
from tests.process.call import kinds, read_letters, standing
from workflows.messages import Case, Close, Look

pytestmark = pytest.mark.usefixtures("database")
TO_PUBLISH = Wanted(whom="publication")
GROUND: dict[str, Any] = {"ground": "request", "changes": "Le recours a convaincu."}


class Decided:
    """A proposal whose decision was published and has taken effect."""

    case: Committee
    id: UUID

    @staticmethod
    async def to(outcome: str) -> "Decided":
        found = Decided()
        found.case = await Committee.gather(1)
        found.id = found.case.proposals[0]
        await found.case.trial.decide(found.id, outcome, found.case.now)
        await found.case.trial.publish_decisions(found.case.now)
        await found.carried_on()
        return found

    async def carried_on(self) -> None:
        """What the workflow would do."""
        seen = (await process.look(Look(str(self.id), self.case.now))).snapshot
        case = Case(str(self.id), seen.visit, seen.mark, self.case.now)
        if seen.outcome:
            assert (await process.close_stage(Close(case, seen.outcome))).done

    async def seen(self) -> ProposalView:
        return await proposal_view(self.case.chair, self.id)

    async def correct(self, outcome: str, version: int = 0, now: datetime | None = None, **said: Any) -> UUID:
        found = (await self.seen()).decision
        assert found is not None
        content = CorrectionContent(
            **{"cites": found.id, "outcome": outcome, "reasons": "Autres motifs.", "capacity": "Présidente", **GROUND}
            | said
        )
        taken = await corrections.take_correction(self.case.chair, self.id, content, version, now=now or self.case.now)
        return taken.id

    async def publish(self) -> None:
        await self.case.trial.publish_decisions(self.case.now)

    async def letters(self) -> list[int]:
        return [one.position for one in (await self.seen()).letters]


async def test_a_refusal_becomes_a_pilot_and_everything_follows_the_decision_in_force() -> None:
    found = await Decided.to("declined")
    applicant, slug = found.case.trial.applicant, found.case.trial.slug
    [old] = await found.letters()
    correction = await found.correct("retained", delegation="Arrêté du 3 mars 2044")

    # Pending: nobody but who prepares it knows, and nothing has moved.
    assert await standing(found.id) == ("declined", "")
    assert [one.number for one in (await found.seen()).decisions] == [2, 1]
    hidden = await proposal_view(applicant, found.id)
    assert [one.number for one in hidden.decisions] == [1]
    last = await value("SELECT last_seq FROM proposal WHERE id = {}", found.id)
    for audience in ("applicant", "committee", "officer"):
        shown = (await dossier(found.id, last, audience)).decision
        assert (shown and (shown.outcome, shown.replaces)) == ("Non retenue", None)
    assert (await ranking.ranking(found.case.chair, slug)).pending == 1
    officer = found.case.officer
    listed = [(line.id, line.stage, line.due_at) for line in (await awaited(officer, slug, TO_PUBLISH)).items]
    assert (listed, (await counts(officer, slug)).pending_decisions) == ([(found.id, "", None)], 1)
    with pytest.raises(Conflict) as waits:
        await steering.reopen(found.case.officer, found.id, Reopen("pilot", "Autrement."), now=found.case.now)
    assert waits.value.code == "correction_pending"

    await found.publish()
    assert await standing(found.id) == ("accepted", "pilot")
    assert (await awaited(officer, slug, TO_PUBLISH)).items == ()
    assert (await counts(officer, slug)).pending_decisions == 0
    told = await proposal_view(applicant, found.id)
    assert told.decision is not None
    assert (told.decision.id, told.decision.outcome, told.decision.in_force) == (correction, "retained", True)
    assert [(one.number, one.in_force) for one in told.decisions] == [(2, True), (1, False)]
    ranked = await ranking.ranking(found.case.chair, slug)
    assert (ranked.pending, [(one, n) for one, _, n in ranked.outcomes]) == (0, [("retained", 1), ("declined", 0)])
    assert (await catalogue.entry(told.reference or "")).entry.reference == told.reference
    assert (await kinds(found.id))[-3:] == ["correction_taken", "decision_published", "decision_corrected"]
    assert await journal.verify(f"proposal:{found.id}") == []
    assert await broken(*PROMISES, of=[(await found.seen()).reference or ""]) == {}

    new, *before = await found.letters()
    assert before == [old]
    said, replaced = await letter(found.id, new), await letter(found.id, old)
    assert (said.outcome, said.changes, said.reasons) == ("Retenue", "Le recours a convaincu.", "Autres motifs.")
    assert said.cites.startswith(f"La présente décision remplace celle du {words.day(found.case.at)}")
    assert ("Non retenue" in said.cites, said.delegation) == (True, "Arrêté du 3 mars 2044")
    assert (replaced.outcome, replaced.cites, replaced.changes) == ("Non retenue", "", "")
    for position, wanted in ((old, old), (None, new)):
        job = await documents.ask_document(applicant, found.id, "letter", "", position, now=found.case.now)
        assert job.position == wanted
    with pytest.raises(NotFound):
        await documents.ask_document(applicant, found.id, "letter", "", old + 1, now=found.case.now)
    own = (await dossier(found.id, new - 1, "applicant")).decision
    assert own is not None
    assert own.replaces is not None
    mails = [
        line["template"]
        for line in await rows(
            "SELECT template FROM outbox WHERE account = {} ORDER BY created_at, id", applicant.account
        )
    ]
    assert mails[-2:] == ["letter", "letter_corrected"]


async def test_a_pilot_ends_with_the_reason_when_its_decision_is_taken_back() -> None:
    found = await Decided.to("retained")
    assert await standing(found.id) == ("accepted", "pilot")
    await found.correct("declined", ground="illegal", changes="Hors du champ.", heard_on=date(2044, 4, 8))
    await found.publish()
    assert await standing(found.id) == ("declined", "")
    pilot = (
        await rows("SELECT phase, lessons, ended_at IS NOT NULL AS over FROM pilot WHERE proposal = {}", found.id)
    )[0]
    assert pilot == {"phase": "stopped", "lessons": "Hors du champ.", "over": True}
    with pytest.raises(NotFound):
        await catalogue.entry((await found.seen()).reference or "")
    # A correction of a correction: the pilot goes on.
    await found.correct("retained")
    await found.publish()
    assert await standing(found.id) == ("accepted", "pilot")
    assert [one.number for one in (await found.seen()).decisions] == [3, 2, 1]
    assert await broken(*PROMISES, of=[(await found.seen()).reference or ""]) == {}


async def test_a_slip_is_corrected_where_the_proposal_is() -> None:
    found = await Decided.to("retained")
    visit = await value("SELECT visit FROM proposal WHERE id = {}", found.id)
    await found.correct("retained", ground="error", changes="Le nom de l’organisme.")
    await found.publish()
    assert await standing(found.id) == ("accepted", "pilot")
    assert await value("SELECT visit FROM proposal WHERE id = {}", found.id) == visit
    said = await letter(found.id, (await found.letters())[0])
    assert (said.body, said.changes) == ("", "Le nom de l’organisme.")


# The outcome in place of « retained », what is said, how many days later, and what is found wrong.
HEARD = {"heard_on": date(2044, 4, 8)}
LAW: tuple[tuple[str, dict[str, Any], int, set[str]], ...] = (
    ("declined", {"ground": "error"}, 0, {"ground"}),
    ("declined", {"ground": "request", **HEARD}, 0, {"ground"}),
    ("declined", {"ground": "illegal"}, 0, {"heard_on"}),
    ("declined", {"ground": "illegal", "heard_on": date(2044, 4, 7)}, 0, {"heard_on"}),
    ("declined", {"ground": "illegal", "heard_on": date(2044, 4, 9)}, 0, {"heard_on"}),
    ("declined", {"ground": "illegal", **HEARD}, 122, set()),
    ("declined", {"ground": "illegal", **HEARD}, 123, {"ground"}),
    ("declined", {"ground": "fraud", **HEARD}, 125, set()),
    ("declined", {"ground": "condition", **HEARD}, 125, set()),
    ("retained", {"ground": "error", "changes": " "}, 0, {"changes"}),
    ("retained", {"ground": "error", "reasons": "", "capacity": ""}, 0, {"reasons", "capacity"}),
    ("retained", {"ground": "error", "delegation": "x" * 301}, 0, {"delegation"}),
    ("nowhere", {}, 0, {"outcome"}),
)


async def test_what_the_law_asks_of_a_correction() -> None:
    found = await Decided.to("retained")
    version, start = 0, found.case.now
    for outcome, said, days, faults in LAW:
        wrong: set[str] = set()
        try:
            await found.correct(outcome, version, start + timedelta(days=days), **said)
            version += 1
        except Invalid as refused:
            wrong = {one.path for one in refused.errors}
        assert wrong == faults, (outcome, said, days)


async def test_of_two_at_once_one_wins_and_only_the_decision_in_force_is_corrected() -> None:
    found = await Decided.to("declined")
    first = (await found.seen()).decision
    assert first is not None
    done = await asyncio.gather(found.correct("retained"), found.correct("declined"), return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, Exception)] == [Stale]
    assert sum(isinstance(one, UUID) for one in done) == 1
    with pytest.raises(Forbidden):
        await corrections.drop_correction(found.case.officer, found.id, 1, now=found.case.now)
    dropped = await asyncio.gather(
        *(corrections.drop_correction(found.case.chair, found.id, 1, now=found.case.now) for _ in range(2)),
        return_exceptions=True,
    )
    assert [type(one) for one in dropped if isinstance(one, Exception)] == [NotFound]
    with pytest.raises(Conflict) as nothing:
        await found.publish()
    assert nothing.value.code == "nothing_pending"
    await found.correct("retained")
    await found.publish()
    with pytest.raises(Conflict) as old:
        await found.correct("declined", cites=first.id)
    assert old.value.code == "not_in_force"
    assert Action.DECISION_CORRECT not in (await proposal_view(found.case.officer, found.id)).may


async def published(outcome: str) -> Decided:
    """A decision that is published, and has not taken effect yet."""
    found = Decided()
    found.case = await Committee.gather(1)
    found.id = found.case.proposals[0]
    await found.case.trial.decide(found.id, outcome, found.case.now)
    await found.publish()
    return found


async def test_a_decision_that_has_not_taken_effect_yet_is_not_corrected() -> None:
    found = await published("declined")
    with pytest.raises(Conflict) as early:
        await found.correct("retained")
    assert early.value.code == "wrong_phase"


async def test_nothing_moves_a_proposal_between_the_publication_and_its_effect() -> None:
    """However long its workflow takes to follow: an officer who still saw the committee is refused, and offered
    nothing."""
    found = await published("retained")
    officer, now = found.case.trial.officer, found.case.now
    acts = (
        steering.stop(officer, found.id, Stop("committee", "declined", "Motif."), now=now),
        steering.go_back(officer, found.id, GoBack("committee", "review", "Motif."), now=now),
        steering.skip_stage(officer, found.id, Skip("committee", "retained", "Motif."), now=now),
    )
    for act in acts:
        with pytest.raises(Conflict) as refused:
            await act
        assert refused.value.code == "decision_published"
    shown = await steering_view(officer, found.id)
    assert (shown.skips, shown.back, shown.stops) == ((), (), ())
    await found.carried_on()
    assert await standing(found.id) == ("accepted", "pilot")
    assert [one.id for one in (await steering_view(officer, found.id)).stops] == ["completed"]


async def test_what_a_correction_ends_is_kept_from_then_on() -> None:
    """The time of its retention, and of its remedies, begins with the decision in force, not with the one replaced."""
    found = await Decided.to("retained")
    later = found.case.now + timedelta(days=800)
    await found.correct("declined", now=later, ground="fraud", changes="Faux.", heard_on=date(2044, 4, 8))
    await read_letters(found.case.trial.officer, found.case.trial.slug, later)
    await decisions.publish_decisions(found.case.trial.officer, found.case.trial.slug, now=later)
    assert await standing(found.id) == ("declined", "")
    assert await value(f"SELECT {ENDED} FROM proposal p WHERE p.id = {{}}", found.id) == later  # noqa: S608
