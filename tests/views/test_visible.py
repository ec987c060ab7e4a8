"""What SQL shows is what the policy allows: same answer for every person, phase, assignment, conflict and action."""

import secrets
from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import msgspec
import pytest

from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.policy import ON_PROPOSALS, Action, Phase, ProposalFacts
from service.store.database import execute, rows, transaction
from service.store.ids import uuid7
from service.views.visible import visible
from tests.support.calls import fresh_call
from tests.support.people import person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")

ASSIGNMENTS = ("", "proposed", "invited", "accepted", "declined", "done", "released")


async def add_proposal(call: UUID, edition: UUID, owner: Actor, phase: Phase, *, amending: bool) -> UUID:
    """A bare row in that phase."""
    proposal, draft = uuid7(NOW), phase in (Phase.DRAFT, Phase.DISCARDED)
    kind = {Phase.RETURNED: "eligibility"}.get(phase, "" if draft or phase is Phase.OVER else phase.value)
    await execute(
        "INSERT INTO proposal (id, call, edition, owner, reference, status, stage, stage_kind, returned, last_at,"
        " created_at, salt, discarded_at, amending_since)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(proposal, call, edition, owner.account, None if draft else f"R-{proposal.hex}"),
        *("draft" if draft else "declined" if phase is Phase.OVER else "in_progress", kind, kind),
        *(phase is Phase.RETURNED, NOW, NOW, secrets.token_bytes(16), NOW if phase is Phase.DISCARDED else None),
        NOW if amending else None,
    )
    return proposal


async def test_the_condition_of_sql_says_what_the_policy_says() -> None:
    call, other = await fresh_call(), await fresh_call()
    owner = await person()
    joined = {"reader": await person(), "writer": await person((Role.AUDITOR, None))}
    persons = [
        owner,
        *joined.values(),
        await person(),
        *[await person((role, call.call)) for role in policy.STAFF_ROLES],
        *[await person((role, other.call)) for role in policy.STAFF_ROLES],
        await person((Role.AUDITOR, None)),
        await person((Role.ADMIN, None)),
        await person((Role.OFFICER, call.call), (Role.EXPERT, call.call), (Role.COMMITTEE, other.call)),
    ]
    known: dict[UUID, ProposalFacts] = {}
    cases = [
        *product(Phase, ASSIGNMENTS, (False, True), (False,)),
        *product((Phase.ELIGIBILITY, Phase.REVIEW), ASSIGNMENTS, (False,), (True,)),
    ]
    async with transaction():
        for phase, assignment, conflicted, amending in cases:
            proposal = await add_proposal(call.call, call.edition, owner, phase, amending=amending)
            known[proposal] = ProposalFacts(call.call, owner.person, phase, assignment, conflicted, amending)
            for level, somebody in joined.items():
                await execute(
                    "INSERT INTO collaborator (proposal, account, level, since) VALUES ({}, {}, {}, {})",
                    *(proposal, somebody.account, level, NOW),
                )
            for rank, somebody in enumerate(persons):
                if assignment:
                    await execute(
                        "INSERT INTO assignment (id, proposal, expert, rank, seat, status, proposed_at)"
                        " VALUES ({}, {}, {}, {}, {}, {}, {})",
                        *(uuid7(NOW), proposal, somebody.account, rank, rank, assignment, NOW),
                    )
                if conflicted:
                    await execute(
                        "INSERT INTO conflict (id, proposal, expert, origin, reason, created_at)"
                        " VALUES ({}, {}, {}, 'found', '', {})",
                        *(uuid7(NOW), proposal, somebody.account, NOW),
                    )
    levels = {somebody.account: level for level, somebody in joined.items()}
    for somebody in persons:
        sharing = levels.get(somebody.account, "")
        theirs = {proposal: msgspec.structs.replace(facts, sharing=sharing) for proposal, facts in known.items()}
        for action in ON_PROPOSALS:
            assert await shown(somebody, action, list(known)) == {
                proposal for proposal, facts in theirs.items() if policy.why_not(somebody, action, facts) is None
            }, (somebody.roles, action)


async def shown(actor: Actor, action: Action, among: list[UUID]) -> set[UUID]:
    condition, args = visible(actor, action)
    found = await rows(
        f"SELECT p.id FROM proposal p WHERE p.id = ANY({{}}) AND {condition}",  # noqa: S608  built by the policy
        *(among, *args),
    )
    return {line["id"] for line in found}
