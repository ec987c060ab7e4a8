"""A member's vote, and what they ask of the agenda. What was voted stands in no journal and in no stored result; that
somebody voted, in a secret vote, in no journal either."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action, Phase, ProposalFacts
from service.domain.sitting import Choice, for_call
from service.operations import urns
from service.operations.acting import keyless, operation
from service.operations.calling import held_for_member
from service.operations.conducting import OfItem
from service.operations.holding import refuse
from service.operations.sittings import KeptSitting
from service.problems import Conflict, NotFound
from service.store import sittings
from service.store.conflicts import conflicted
from service.store.database import execute, row, rows, value


class Ballot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vote: for, against, abstain. `member`: whose it is, where one votes for somebody whose proxy one holds."""

    choice: Choice
    member: UUID | None = None


class CastBallot(msgspec.Struct, frozen=True):
    """Whose vote was given; what it was is told nobody here."""

    vote: UUID
    member: UUID


@keyless
async def cast_ballot(actor: Actor, vote_id: UUID, ballot: Ballot, *, now: datetime) -> CastBallot:
    """Vote, for oneself or by proxy; no key is kept, which could tell the choice. In an open or sealed vote it may be
    changed until it is closed; in a secret one it is counted at once and cannot be. Raises NotFound where one has no
    part in it, or is recused (R133-12); Conflict once it is closed, or where this vote was given already."""
    sitting_id = await value("SELECT sitting FROM vote WHERE id = {}", vote_id)
    if sitting_id is None:
        raise NotFound
    sitting = await held_for_member(actor, sitting_id, now)
    vote = await row("SELECT * FROM vote WHERE id = {} FOR UPDATE", vote_id)
    if vote is None:
        raise NotFound
    items = await rows("SELECT proposal FROM vote_item WHERE vote = {}", vote_id)
    await require_part(actor, [line["proposal"] for line in items])
    if vote["closed_at"] is not None:  # before who has a vote in it: of a secret one that is over nobody is known
        raise Conflict("Ce scrutin est clos : seules les voix exprimées avant comptent.", code="vote_over")
    if vote["annulled_at"] is not None:
        raise Conflict("Ce scrutin est annulé : aucune voix n’en est gardée.", code="vote_over")
    member = ballot.member or actor.person
    if msgspec.json.decode(vote["voters"], type=dict[UUID, UUID]).get(member) != actor.person:
        raise NotFound("Vous n’avez pas cette voix dans ce scrutin.")
    given = await row(
        "INSERT INTO voter (vote, account) VALUES ({}, {}) ON CONFLICT DO NOTHING RETURNING account", vote_id, member
    )
    if vote["kind"] == "secret":
        if given is None:
            raise Conflict("Cette voix est déjà exprimée : un vote secret ne se change pas.", code="voted")
        await urns.count(vote_id, ballot.choice)
    else:
        await execute(
            "INSERT INTO ballot (vote, account, choice) VALUES ({}, {}, {})"
            " ON CONFLICT (vote, account) DO UPDATE SET choice = excluded.choice",
            *(vote_id, member, ballot.choice),
        )
    await sitting.change(quiet=True)
    if given is not None and vote["kind"] != "secret":
        await sitting.append("ballot_cast", vote=vote_id, member=member)
    return CastBallot(vote_id, member)


async def require_part(actor: Actor, proposals: list[UUID], action: Action = Action.BALLOT_CAST) -> None:
    """Of each of these proposals, by its own rights: whoever is recused from one has no part in it."""
    found = await rows(
        "SELECT p.id, p.call, p.owner, p.phase,"  # noqa: S608  our words
        f" {conflicted('p.id', '{}')} AS conflicted,"
        " coalesce((SELECT k.level FROM collaborator k WHERE k.proposal = p.id AND k.account = {}), '') AS sharing"
        " FROM proposal p WHERE p.id = ANY({}) ORDER BY p.id",
        *(actor.account, actor.account, proposals),
    )
    for line in found:
        facts = ProposalFacts(
            line["call"], line["owner"], Phase(line["phase"]), conflicted=line["conflicted"], sharing=line["sharing"]
        )
        refuse(policy.why_not(actor, action, facts))


async def require_seat(actor: Actor, sitting_id: UUID, proposal_id: UUID) -> None:
    """That one votes in a sitting, for the call of this proposal: whoever sits for another of its calls alone has no
    part in it, whatever else they may do there. Raises NotFound."""
    own = [one for one in await sittings.members(sitting_id) if one.votes and one.id == actor.account]
    if not own:
        raise NotFound("Vous n’êtes pas membre de cette séance.")
    call = (await sittings.call_of([proposal_id])).get(proposal_id)
    if call is None or not for_call(own, call):
        raise NotFound("Vous ne siégez pas au comité de cette candidature.")


@operation
async def take_apart(actor: Actor, sitting_id: UUID, content: OfItem, *, now: datetime) -> KeptSitting:
    """Ask for an item to be examined by itself, and not decided with others in one vote."""
    sitting = await held_for_member(actor, sitting_id, now)
    if sitting.line["closed_at"] is not None or sitting.line["cancelled_at"] is not None or not sitting.convened:
        raise Conflict("Cette séance n’est pas convoquée, ou elle est terminée.", code="not_convened")
    await require_seat(actor, sitting_id, content.proposal)
    await require_part(actor, [content.proposal])
    apart = await value(
        "SELECT apart FROM sitting_item WHERE sitting = {} AND proposal = {} AND rank IS NOT NULL",
        *(sitting_id, content.proposal),
    )
    if apart is None:
        raise NotFound("Cette candidature n’est pas à l’ordre du jour.")
    if not apart:
        await execute(
            "UPDATE sitting_item SET apart = true WHERE sitting = {} AND proposal = {}", sitting_id, content.proposal
        )
        await sitting.change(quiet=True)
        await sitting.append("item_apart", proposal=content.proposal)
    return sitting.kept(KeptSitting)
