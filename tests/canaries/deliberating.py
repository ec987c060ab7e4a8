"""A sitting that is over: a vote on one proposal, another one postponed, and canaries in what its minutes say."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from service.domain.actor import Actor
from service.operations import conducting, minutes, recusals, sittings, votes, voting
from service.operations.conducting import Attendance, Notes, OfItem, There
from service.operations.minutes import Disagreement
from service.operations.recusals import Recusal
from service.operations.seating import SittingContent
from service.operations.sittings import Convening
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.views import minutes as views
from tests.canaries.piloting import PUBLISHED, Planter

COMMITTEE = 2  # of the four proposals


class Gathered(Planter, Protocol):
    """The same, with its people and proposals."""

    people: dict[str, Actor]
    proposals: list[UUID]


async def deliberate(slug: str, world: Gathered) -> UUID:
    """Held by the chair and two members, one of them recused from what is postponed."""
    officer, chair, member, recused = (world.people[one] for one in ("officer", "chair", "committee", "recused"))
    decided, left = world.proposals[PUBLISHED], world.proposals[COMMITTEE]
    await recusals.recuse(recused, left, Recusal(), now=world.later())
    content = SittingContent(world.at + timedelta(days=20), place="Salle 1")
    kept = await sittings.open_sitting(officer, slug, content, now=world.later())
    await sittings.convene_sitting(officer, kept.id, Convening(), kept.version, now=world.later())
    await conducting.begin_sitting(officer, kept.id, now=world.later())
    there = Attendance(tuple(There(one.person, "room") for one in (chair, member, recused)))
    await conducting.keep_attendance(officer, kept.id, there, now=world.later())
    vote = (await votes.open_vote(chair, kept.id, NewVote("pilot", (decided,), "open"), now=world.later())).id
    for one in (chair, member, recused):
        await voting.cast_ballot(one, vote, Ballot("for"), now=world.later())
    await votes.close_vote(chair, vote, now=world.later())
    await conducting.postpone_item(officer, kept.id, OfItem(left), now=world.later())
    for number in (COMMITTEE, PUBLISHED):
        noted = Notes(world.proposals[number], f"Noté : {world.plant('notes', number)}.", 0)
        await conducting.keep_notes(officer, kept.id, noted, now=world.later())
    await conducting.close_sitting(chair, kept.id, now=world.later())
    other = Disagreement(decided, f"Désaccord : {world.plant('dissent', PUBLISHED)}.")
    await minutes.mention_dissent(recused, kept.id, other, now=world.later())
    said = await views.minutes(chair, kept.id)
    await minutes.approve_minutes(chair, kept.id, said.version, now=world.later())
    return kept.id
