"""Experts and proposals: the officer proposes an order, the process invites, the expert answers.

A conflict ends the expert's access in the transaction that records it.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import FieldError
from service.domain.actor import Actor, Role
from service.domain.conflicts import Rule
from service.domain.policy import REVIEWING, Action
from service.domain.reviewing import Decline
from service.notify.mails import Mail
from service.operations import joint
from service.operations.acting import operation
from service.operations.excluding import list_again
from service.operations.holding import Held, held, held_by
from service.operations.persons import LONGEST_NAME, checked_email, one_line
from service.operations.rechecking import recheck_listed
from service.operations.tallying import tally
from service.operations.teams import members_of
from service.operations.telling import tell_officers
from service.operations.wording import whole
from service.problems import Conflict, Forbidden, Invalid, NotFound
from service.store.conflicts import conflicted
from service.store.database import Row, execute, row, rows, value
from service.store.ids import uuid7
from service.store.seats import STANDING

LONGEST_REASON = 2000


class ProposedExperts(msgspec.Struct, frozen=True):
    """The assignments of a proposal, in the order in which the process invites them."""

    assignments: tuple[UUID, ...]


class SuggestedExpert(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who could take it: a name, an address, or both. Officers alone read it."""

    name: str = ""
    email: str = ""


class AnsweredAssignment(msgspec.Struct, frozen=True):
    """How an assignment stands now; `review` is the review to write once it is accepted."""

    id: UUID
    status: str
    review: UUID | None = None


@operation
async def propose_experts(
    actor: Actor, proposal_id: UUID, experts: tuple[UUID, ...], teams: tuple[UUID, ...] = (), *, now: datetime
) -> ProposedExperts:
    """Put experts, then teams, on a proposal's list, behind those already there. Raises NotFound for whoever is no
    expert of the call (any more) and a team there is not, Forbidden for the applicant and a conflict, of one member
    for a team; Conflict for whoever declined or was released already, or is on the list without the team.
    """
    proposal = await held(actor, proposal_id, now)
    await proposal.require(Action.ASSIGNMENT_PROPOSE)
    added = await put_on_list(proposal, experts, teams)
    if added:
        await proposal.append("experts_proposed", assignments=added)
    found = await rows(
        "SELECT id FROM assignment WHERE proposal = {} AND round = {} ORDER BY rank", proposal_id, proposal.round
    )
    return ProposedExperts(tuple(line["id"] for line in found))


async def put_on_list(proposal: Held, experts: tuple[UUID, ...], teams: tuple[UUID, ...] = ()) -> list[UUID]:
    """Propose those who are not on the list yet; returns their assignments. Raises what `propose_experts` raises."""
    added: list[UUID] = []
    listed: list[tuple[UUID, UUID | None]] = [(expert, None) for expert in dict.fromkeys(experts)]
    for team in dict.fromkeys(teams):
        listed += [(expert, team) for expert in await members_of(proposal.line["call"], team)]
    await recheck_listed(proposal, [expert for expert, _ in listed])
    for expert, of_team in listed:
        await require_possible(proposal, expert)
        known = await row(
            "SELECT id, status, team FROM assignment WHERE proposal = {} AND round = {} AND expert = {}",
            *(proposal.id, proposal.round, expert),
        )
        if known is None:
            added.append(await _propose(proposal, expert, of_team))
        elif known["status"] == "released" and of_team is None and await list_again(known["id"]):
            await execute("UPDATE assignment SET rank = {} WHERE id = {}", await _last(proposal), known["id"])
            added.append(known["id"])
        elif known["status"] in ("declined", "released"):
            raise Conflict(
                "Cette personne a déjà décliné l’invitation, ou n’y a pas répondu à temps.", code="already_left"
            )
        elif of_team is not None and known["team"] != of_team:
            raise Conflict("Un membre de l’équipe est déjà sur la liste, sans elle.", code="already_listed")
    return added


async def _propose(proposal: Held, expert: UUID, team: UUID | None) -> UUID:
    rank, assignment = await _last(proposal), uuid7(proposal.now)
    await execute(
        "INSERT INTO assignment (id, proposal, round, expert, team, rank, status, proposed_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, 'proposed', {})",
        *(assignment, proposal.id, proposal.round, expert, team, rank, proposal.now),
    )
    return assignment


async def _last(proposal: Held) -> int:
    """The rank behind everybody on the list."""
    return 1 + (await value("SELECT max(rank) FROM assignment WHERE proposal = {}", proposal.id) or 0)


async def require_possible(proposal: Held, expert: UUID) -> None:
    """Raise NotFound for whoever is no expert of the call, Forbidden for a conflict of interest."""
    facts = await row(
        "SELECT EXISTS (SELECT FROM role r JOIN account a ON a.id = r.account"  # noqa: S608  our names
        "         WHERE a.id = {} AND a.disabled_at IS NULL AND r.call = {} AND r.role = {}) AS expert,"
        f" {conflicted('{}', '{}')} AS conflicted",
        *(expert, proposal.line["call"], Role.EXPERT.value, proposal.id, expert),
    )
    if facts is None or not facts["expert"]:
        raise NotFound("Cette personne n’est pas évaluatrice de cet appel.")
    if expert == proposal.line["owner"] or facts["conflicted"]:
        raise Forbidden("Cette personne est en conflit d’intérêts avec cette candidature.", code="conflict_of_interest")


@operation
async def accept_assignment(actor: Actor, assignment_id: UUID, *, now: datetime) -> AnsweredAssignment:
    """The invited expert takes the proposal; the review can be written at once."""
    return await take(actor, assignment_id, now)


async def take(actor: Actor, assignment_id: UUID, now: datetime) -> AnsweredAssignment:
    """The same, in the caller's transaction."""
    proposal, line = await own_assignment(actor, assignment_id, now)
    if line["status"] in ("accepted", "done"):
        return AnsweredAssignment(assignment_id, line["status"], line["review"])
    await proposal.require(Action.ASSIGNMENT_ANSWER)
    # Whoever accepts when their time is over stays released, and may write as long as nobody has taken their place.
    await execute(
        "UPDATE assignment SET status = CASE status WHEN 'invited' THEN 'accepted' ELSE status END, answered_at = {}"
        " WHERE id = {}",
        *(proposal.now, assignment_id),
    )
    review = await joint.review_for(proposal, line, actor)
    await proposal.append("assignment_accepted", assignment=assignment_id, seat=line["seat"])
    return AnsweredAssignment(assignment_id, "accepted", review)


@operation
async def decline_assignment(
    actor: Actor,
    assignment_id: UUID,
    reason: str,
    code: Decline = "",
    suggestion: SuggestedExpert | None = None,
    *,
    now: datetime,
) -> AnsweredAssignment:
    """The expert does not take it, or gives it back, late too; the process invites the next one. `code`: why, in one
    word. Raises Invalid for a suggestion's address that is none, and a reason that is too long; Conflict where the
    place is somebody else's by now."""
    suggested, reason = _checked(suggestion), whole("reason", reason, LONGEST_REASON)
    proposal, line = await own_assignment(actor, assignment_id, now)
    if line["status"] == "declined":
        return AnsweredAssignment(assignment_id, "declined")
    if line["status"] not in ("invited", "accepted") and not await _late(proposal, line):
        raise Conflict("Cette invitation n’attend plus de réponse.", code="not_invited")
    await _leave(proposal, line, "declined", reason, code)
    await joint.leave(proposal, line, tainted=False)
    said: dict[str, object] = {"code": code} if code else {}
    if suggested is not None:
        said["suggestion"] = await _suggest(proposal, assignment_id, suggested)
    await proposal.append("assignment_declined", assignment=assignment_id, seat=line["seat"], **said)
    return AnsweredAssignment(assignment_id, "declined")


@operation
async def declare_conflict(actor: Actor, assignment_id: UUID, reason: str, *, now: datetime) -> AnsweredAssignment:
    """The expert has a conflict of interest: access ends with this commit. A review already given no longer counts.
    Raises Invalid for a reason that is too long."""
    reason = whole("reason", reason, LONGEST_REASON)
    proposal, line = await own_assignment(actor, assignment_id, now)
    known = await value(
        "SELECT id FROM conflict WHERE proposal = {} AND expert = {} AND origin = 'declared'", proposal.id, actor.person
    )
    if known is not None and line["status"] == "declined":
        return AnsweredAssignment(assignment_id, "declined")
    # Once the decision is published, what it rests on is not taken away any more.
    await proposal.require(Action.CONFLICT_DECLARE)
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, rule, reason, created_at)"
        " VALUES ({}, {}, {}, 'declared', {}, {}, {}) ON CONFLICT (proposal, expert, rule, value) DO NOTHING",
        *(uuid7(proposal.now), proposal.id, actor.person, Rule.DECLARED.value, reason, proposal.now),
    )
    if line["status"] != "declined":
        await leave_in_conflict(proposal, line, reason)
        await tell_officers(proposal, Mail.OFFICER_CONFLICT, f"conflict-{assignment_id}")
    return AnsweredAssignment(assignment_id, "declined")


async def leave_in_conflict(proposal: Held, line: Row, reason: str) -> None:
    """Whoever has said that they are in conflict holds no seat any more, and what they gave no longer counts."""
    await _leave(proposal, line, "declined", reason)
    shared = await joint.leave(proposal, line, tainted=True)
    await tally(proposal)
    about = {"review": shared} if shared else {}
    await proposal.append("conflict_declared", assignment=line["id"], seat=line["seat"], **about)


def _checked(suggestion: SuggestedExpert | None) -> SuggestedExpert | None:
    if suggestion is None:
        return None
    name, email = one_line(suggestion.name), suggestion.email.strip()
    if not name and not email:
        return None
    if len(name) > LONGEST_NAME:
        said = f"Indiquez un nom en {LONGEST_NAME} caractères au plus."
        raise Invalid([FieldError("suggestion/name", "too_long", said, "A shorter name.")])
    try:
        return SuggestedExpert(name, checked_email(email) if email else "")
    except Invalid as problem:
        wrong = [FieldError("suggestion/email", error.code, error.fr, error.en) for error in problem.errors]
        raise Invalid(wrong) from None


async def _suggest(proposal: Held, assignment: UUID, suggested: SuggestedExpert) -> UUID:
    suggestion = uuid7(proposal.now)
    await execute(
        "INSERT INTO suggestion (id, proposal, assignment, name, email, at) VALUES ({}, {}, {}, {}, {}, {})",
        *(suggestion, proposal.id, assignment, suggested.name, suggested.email, proposal.now),
    )
    return suggestion


async def _late(proposal: Held, line: Row) -> bool:
    """Whether their time was over, and they may still answer, or write: that is theirs to give back."""
    stands = f"SELECT {STANDING} FROM assignment a WHERE a.id = {{}}"  # noqa: S608  our words
    return (
        line["status"] == "released"
        and proposal.phase in REVIEWING
        and await value(stands, line["id"]) in ("invited", "accepted")
    )


async def _leave(proposal: Held, line: Row, status: str, reason: str, code: Decline = "") -> None:
    await execute(
        "UPDATE assignment SET status = {}, ended_at = {}, asked_again = NULL, reason = {}, code = {} WHERE id = {}",
        *(status, proposal.now, reason, code, line["id"]),
    )


async def own_assignment(actor: Actor, assignment_id: UUID, now: datetime) -> tuple[Held, Row]:
    """One's own assignment in the present round, under the proposal's lock: what a past round came to stands."""
    proposal, line = await held_by(actor, "assignment", assignment_id, now)
    if actor.account != line["expert"] or line["round"] != proposal.round:
        raise NotFound
    return proposal, line
