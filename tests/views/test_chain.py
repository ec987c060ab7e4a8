"""What a decision rests on: every link where a journal has it, and each reader the links that are theirs."""

from typing import Any

import pytest

from service.operations import conducting, minutes, votes, voting
from service.operations.conducting import Attendance, There
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.problems import NotFound
from service.store import journal
from service.store.database import row
from service.views.chain import ChainView, chain
from service.views.sittings import sitting as sitting_view
from tests.operations.course import Course
from tests.operations.sitting_case import Committee
from tests.operations.test_corrections import Decided
from tests.process.call import Trial

pytestmark = pytest.mark.usefixtures("database")


def kinds(found: ChainView) -> list[str]:
    return [link.kind for link in found.links]


async def entry(found: ChainView, kind: str) -> dict[str, Any]:
    """The entry that a link names."""
    [link] = [one for one in found.links if one.kind == kind]
    line = await row("SELECT kind, data FROM entry WHERE stream = {} AND seq = {}", link.stream, link.position)
    assert line is not None
    return line


@pytest.mark.parametrize("kind", ["open", "secret"])
async def test_from_the_vote_to_the_correction(kind: str) -> None:
    case = await Committee.gather(1)
    [proposal], chair, member = case.proposals, case.chair, case.members[1]
    sitting = (await case.convened()).id
    await conducting.begin_sitting(case.officer, sitting, now=case.now)
    there = Attendance(tuple(There(one.person, "room") for one in case.members))
    await conducting.keep_attendance(case.officer, sitting, there, now=case.now)
    vote = (await votes.open_vote(chair, sitting, NewVote("retained", (proposal,), kind), now=case.now)).id  # type: ignore[arg-type]
    for one in case.members:
        await voting.cast_ballot(one, vote, Ballot("for"), now=case.now)
    await votes.close_vote(chair, vote, now=case.now)
    await conducting.close_sitting(chair, sitting, now=case.now)
    await case.trial.decide(proposal, "retained", case.now)
    with pytest.raises(NotFound):
        await chain(case.trial.applicant, proposal)  # pending
    pending = await chain(member, proposal)
    assert kinds(pending) == ["rules", "vote", "opinion", "minutes", "decision"]
    assert [one.position is None for one in pending.links] == [False, False, False, True, False]
    choices = [one.choice for one in pending.links[1].given]
    assert choices == (["for"] * 5 if kind == "open" else [""] * 5)
    for name, wanted in (("vote", "vote_closed"), ("opinion", "vote_closed"), ("decision", "decision_taken")):
        assert (await entry(pending, name))["kind"] == wanted

    await minutes.approve_minutes(chair, sitting, (await sitting_view(chair, sitting)).version, now=case.now)
    await case.trial.publish_decisions(case.now)
    found = Decided()
    found.case, found.id = case, proposal
    await found.carried_on()
    await found.correct("retained", ground="error")
    await found.publish()
    last = await chain(chair, proposal)
    assert kinds(last) == ["rules", "vote", "opinion", "minutes", "replaced", "decision", "publication"]
    assert [link.digest for link in last.links if link.kind == "minutes"] != [""]
    assert (await entry(last, "publication"))["kind"] == "decision_published"
    first = await chain(chair, proposal, pending.decision)
    assert kinds(first)[-2:] == ["decision", "publication"]
    assert first.links[-1].position != last.links[-1].position
    assert kinds(await chain(case.trial.applicant, proposal)) == ["rules", "replaced", "decision", "publication"]
    assert await journal.verify(f"proposal:{proposal}") == []


async def test_reviews_and_synthesis() -> None:
    course = Course()
    course.trial = await Trial.publish(course.now, experts=4)
    course.id = await course.trial.submit(course.now)
    await course.to("committee")
    await course.trial.decide(course.id, "retained", course.later())
    found = await chain(course.trial.chair, course.id)
    assert kinds(found) == ["rules", "eligibility", "scores", "synthesis", "decision"]
    scores = found.links[2]
    assert (scores.number, scores.total, scores.highest, scores.rule, len(scores.entries)) == (2, 5.0, 5.0, "mean", 2)
    assert (found.links[3].name, found.links[0].number) == ("Retenue", 1)
    assert all(link.position and link.digest for link in found.links if link.kind != "scores")
