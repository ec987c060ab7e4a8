"""From the committee's opinion to the decision that cites it; minutes drawn from what happened, approved, kept."""

from datetime import timedelta

import msgspec
import pytest

from reports.committee import Minutes as PaperMinutes
from service.operations import conducting, decisions, documents, minutes, recusals, votes, voting
from service.operations.conducting import Attendance, Notes, There
from service.operations.decisions import DecisionContent
from service.operations.minutes import Disagreement
from service.operations.recusals import Recusal
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.problems import Conflict, Forbidden, NotFound, Stale
from service.store import journal
from service.store.database import row
from service.store.minutes import Minutes
from service.views import minutes as views
from service.views import papers
from service.views.documents import job as job_view
from service.views.proposals import proposal as proposal_view
from service.views.sittings import sitting as sitting_view
from tests.operations.sitting_case import Committee

pytestmark = pytest.mark.usefixtures("database")


async def test_an_opinion_is_cited_and_told_in_minutes_that_change_no_more() -> None:
    case = await Committee.gather(2)
    first, second = case.proposals
    sitting = (await case.convened()).id
    chair, one, two, *_ = case.members
    await conducting.begin_sitting(case.officer, sitting, now=case.now)
    absent = There(case.members[4].person, "proxy", one.person)
    there = Attendance((*(There(member.person, "room") for member in case.members[:4]), absent))
    await conducting.keep_attendance(case.officer, sitting, there, now=case.now)
    await recusals.recuse(two, second, Recusal(), now=case.now)
    with pytest.raises(NotFound):
        await views.minutes(chair, sitting)  # it is not over
    for item, kind in ((first, "open"), (second, "secret")):
        vote = (await votes.open_vote(chair, sitting, NewVote("retained", (item,), kind), now=case.now)).id  # type: ignore[arg-type]
        for member in (chair, one, case.members[3]):
            await voting.cast_ballot(member, vote, Ballot("for"), now=case.now)
        await votes.close_vote(chair, vote, now=case.now)
    with pytest.raises(Conflict):
        await minutes.approve_minutes(chair, sitting, 0, now=case.now)
    await conducting.close_sitting(chair, sitting, now=case.now)
    await conducting.keep_notes(case.officer, sitting, Notes(first, "Sur l’hébergement.", 0), now=case.now)
    await conducting.keep_notes(case.officer, sitting, Notes(None, "Ouverte en retard.", 0), now=case.now)
    with pytest.raises(Stale):
        await conducting.keep_notes(chair, sitting, Notes(None, "À l’heure.", 0), now=case.now)
    await minutes.mention_dissent(two, sitting, Disagreement(first, "Trop cher."), now=case.now)
    with pytest.raises(NotFound):
        await minutes.mention_dissent(two, sitting, Disagreement(second), now=case.now)  # not theirs to know
    with pytest.raises(Forbidden):
        await minutes.approve_minutes(case.officer, sitting, 0, now=case.now)

    draft = await views.minutes(chair, sitting)
    by_proposal = {item.proposal: item for item in draft.said.items}
    told = by_proposal[first]
    assert (draft.said.notes, (await sitting_view(one, sitting)).notes) == ("Ouverte en retard.", "")
    assert (told.opinion, told.outcome, told.notes) == ("retained", "retained", "Sur l’hébergement.")
    assert [(said.name, said.text) for said in told.dissent] == [(two.name, "Trop cher.")]
    assert sorted(told.votes[0].ballots) == sorted((m.name, "for") for m in (chair, one, case.members[3]))
    assert set(told.votes[0].silent) == {two.name, "Membre 4"}
    # A secret vote names nobody, not even who gave none.
    secret = by_proposal[second].votes[0]
    assert (by_proposal[second].away, secret.ballots, secret.silent) == ((two.name,), (), ())
    assert {m.name: (m.presence, m.holder) for m in draft.said.members}["Membre 4"] == ("proxy", one.name)
    seen = await views.minutes(two, sitting)
    assert ([item.proposal for item in seen.said.items], seen.left_out) == ([first], 1)

    # On paper each is told what they are told on the page; members with the same recusals share one.
    drafts = {who.person: (await papers.minutes_paper(who, sitting))[0] for who in (chair, one, two)}
    job = await documents.ask_paper(chair, drafts[chair.person], now=case.now)
    assert (await documents.ask_paper(one, drafts[one.person], now=case.now)).id == job.id
    assert (await documents.ask_paper(two, drafts[two.person], now=case.now)).id != job.id
    with pytest.raises(NotFound):
        await job_view(two, job.id)
    paper = await papers.paper_of(job, "")
    assert isinstance(paper, PaperMinutes)
    assert paper.notes == draft.said.notes
    assert [(vote.number, vote.kind, vote.ballots != ()) for vote in paper.votes] == [
        (1, "open", True),
        (2, "secret", False),
    ]
    assert {point.proposal: (point.opinion, point.away, point.dissent) for point in paper.items} == {
        str(first): ("retained", (), ((two.name, "Trop cher."),)),
        str(second): ("retained", (two.name,), ()),
    }
    assert str(second) not in drafts[two.person].told

    approved = await minutes.approve_minutes(chair, sitting, draft.version, now=case.now)
    final = await papers.paper_of(
        await documents.ask_paper(chair, (await papers.minutes_paper(chair, sitting))[0], now=case.now), ""
    )
    assert (final.approved_by, final.digest) == (chair.name, approved.digest)  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        await job_view(chair, job.id)  # the draft is no more what one is given
    assert approved == await minutes.approve_minutes(chair, sitting, draft.version, now=case.now)
    for late in (
        minutes.mention_dissent(one, sitting, Disagreement(first), now=case.now),
        conducting.keep_notes(case.officer, sitting, Notes(first, "Autre.", 1), now=case.now),
        conducting.keep_notes(case.officer, sitting, Notes(None, "Autre.", 1), now=case.now),
    ):
        with pytest.raises(Conflict):
            await late
    kept = await row("SELECT salt, content FROM sitting WHERE id = {}", sitting)
    assert kept is not None
    assert journal.salted(bytes(kept["salt"]), kept["content"].encode()) == approved.digest
    assert msgspec.json.decode(kept["content"], type=Minutes) == (await views.minutes(chair, sitting)).said
    entry = await row("SELECT data FROM entry WHERE stream = {} AND kind = 'minutes_approved'", f"sitting:{sitting}")
    assert entry is not None
    assert msgspec.json.decode(entry["data"]) == {"digest": approved.digest}

    decision = DecisionContent("retained", "Un projet mûr.", "Présidente, par délégation de la directrice")
    await decisions.take_decision(chair, first, decision, 0, now=case.now)
    [opinion] = (await proposal_view(chair, first)).opinions
    assert (opinion.sitting, opinion.opinion, opinion.cited) == (sitting, "retained", True)
    assert (await proposal_view(case.trial.applicant, first)).opinions == ()


async def test_minutes_tell_who_came_late_and_who_left() -> None:
    case = await Committee.gather(1)
    sitting = (await case.convened()).id
    one, two = (member.person for member in case.members[1:3])
    opened = case.now
    for at, there in (
        (opened - timedelta(minutes=5), (There(one, "absent"), There(two, "room"))),  # before it began: nothing changed
        (opened, (There(one, "room", based_on="absent"), There(two, "room"))),
        (opened + timedelta(hours=1), (There(one, "video", based_on="room"),)),
        (opened + timedelta(hours=2), (There(one, "video"), There(two, "absent", based_on="room"))),
    ):
        if at == opened:
            await conducting.begin_sitting(case.officer, sitting, now=at)
        await conducting.keep_attendance(case.officer, sitting, Attendance(there), now=at)
    await conducting.close_sitting(case.chair, sitting, now=opened + timedelta(hours=3))
    said = (await views.minutes(case.chair, sitting)).said
    assert {member.account: member.changes for member in said.members if member.account in (one, two)} == {
        one: ((opened, "room"), (opened + timedelta(hours=1), "video")),
        two: ((opened, "room"), (opened + timedelta(hours=2), "absent")),
    }
