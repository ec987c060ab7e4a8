"""The table of rights, written a second time as the rule book would: role x action x phase, cell by cell."""

from uuid import UUID

import pytest

from service.domain import policy
from service.domain.actor import ANONYMOUS, PROCESS, Actor, Role
from service.domain.policy import ON_CALLS, ON_PROPOSALS, Action, Phase, ProposalFacts

CALL, OTHER = UUID(int=1), UUID(int=2)
OWNER, SOMEBODY = UUID(int=10), UUID(int=11)

LETTERS = {
    "X": Phase.DISCARDED,
    "D": Phase.DRAFT,
    "E": Phase.ELIGIBILITY,
    "T": Phase.RETURNED,
    "N": Phase.SUBMISSION,  # the next part
    "R": Phase.REVIEW,
    "L": Phase.CONCILIATION,
    "S": Phase.SYNTHESIS,
    "C": Phase.COMMITTEE,
    "P": Phase.PILOT,
    "O": Phase.OVER,
}

# One letter per phase in which the person may; "+" in every one since the submission, "." never.
TABLE = """
action                   owner   writer reader officer invited accepted done committee chair authority auditor
archive:read             .       .      .      +       .       .        .    .         .     .         +
assignment:answer        .       .      .      .       R       .        .    .         .     .         .
assignment:delegate      .       .      .      .       R       R        .    .         .     .         .
assignment:propose       .       .      .      ETNR    .       .        .    .         .     .         .
assignment:remind        .       .      .      RL      .       .        .    .         .     .         .
attachment:add           DTN     DTN    .      .       .       .        .    .         .     .         .
attachment:order         DTN     DTN    .      .       .       .        .    .         .     .         .
attachment:read          D+      D+     D+     +       .       R        RLSC CPO       CPO   CPO       +
attachment:remove        DTN     DTN    .      .       .       .        .    .         .     .         .
attachment:restore       DTN     DTN    .      .       .       .        .    .         .     .         .
ballot:cast              .       .      .      .       .       .        .    C         C     .         .
bundle:read              .       .      .      +       .       .        .    .         .     .         +
changes:read             +       +      +      +       .       .        .    .         .     .         +
conciliation:read        .       .      .      +       .       .        LSC  .         .     .         +
conciliation:write       .       .      .      L       .       .        L    .         .     .         .
conflict:declare         .       .      .      .       R       R        RLSC C         C     C         .
conflict:dismiss         .       .      .      ETNRLSC .       .        .    .         .     .         .
conflict:read            .       .      .      +       .       .        .    .         .     .         +
decision:correct         .       .      .      .       .       .        .    .         .     PO        .
decision:read_pending    .       .      .      +       .       .        .    CPO       CPO   CPO       +
decision:take            .       .      .      .       .       .        .    .         .     C         .
deliberation:read        .       .      .      +       .       .        .    +         +     +         +
dossier:read             .       .      .      +       .       .        .    CPO       CPO   CPO       +
dossier:read_own         +       +      +      .       .       .        .    .         .     .         .
dossier:read_whole       .       .      .      +       .       .        .    .         .     .         +
draft:discard            D       .      .      .       .       .        .    .         .     .         .
draft:restore            X       .      .      .       .       .        .    .         .     .         .
draft:save               DTN     DTN    .      .       .       .        .    .         .     .         .
eligibility:answer       .       .      .      E       .       .        .    .         .     .         .
eligibility:read         .       .      .      +       .       .        .    CPO       CPO   CPO       +
journal:read             .       .      .      +       .       .        .    .         .     .         +
letter:read              +       +      +      +       .       .        .    .         .     CPO       +
mail:resend              .       .      .      +       .       .        .    .         .     .         .
pilot:lead               .       .      .      P       .       .        .    .         .     .         .
pilot:read               PO      PO     PO     PO      .       .        .    .         .     .         PO
pilot:report             P       P      .      P       .       .        .    .         .     .         .
proposal:amend           ER      .      .      .       .       .        .    .         .     .         .
proposal:glance          .       .      .      .       R       .        .    .         .     .         .
proposal:read            D+      D+     D+     +       .       R        RLSC CPO       CPO   CPO       +
proposal:steer           .       .      .      +       .       .        .    .         .     .         .
proposal:submit          DTN     .      .      .       .       .        .    .         .     .         .
proposal:withdraw        ETNRLSC .      .      .       .       .        .    .         .     .         .
question:ask             .       .      .      ENRLSC  .       .        .    .         .     .         .
question:close           .       .      .      ETNRLSC .       .        .    .         .     .         .
receipt:read             +       +      +      +       .       .        .    .         .     .         +
recusal:declare          .       .      .      .       .       .        .    C         C     C         .
review:mark              .       .      .      .       .       R        RL   .         .     .         .
review:read_all          .       .      .      +       .       .        RLSC CPO       CPO   CPO       +
review:read_confidential .       .      .      +       .       .        .    CPO       CPO   CPO       +
review:read_feedback     +       +      +      .       .       .        .    .         .     .         .
review:read_own          .       .      .      .       .       R        RLSC .         .     .         .
review:save              .       .      .      .       .       R        RL   .         .     .         .
review:submit            .       .      .      .       .       R        RL   .         .     .         .
sharing:leave            .       D+     D+     .       .       .        .    .         .     .         .
sharing:manage           D+      .      .      .       .       .        .    .         .     .         .
sharing:read             D+      D+     D+     .       .       .        .    .         .     .         .
synthesis:read           .       .      .      +       .       .        .    CPO       CPO   CPO       +
synthesis:save           .       .      .      S       .       .        .    .         .     .         .
synthesis:submit         .       .      .      S       .       .        .    .         .     .         .
thread:read              +       +      +      +       .       .        .    .         .     .         +
thread:write             +       +      .      +       .       .        .    .         .     .         .
withdrawal:undo          O       .      .      .       .       .        .    .         .     .         .
"""


def person(*roles: tuple[Role, UUID | None], account: UUID = SOMEBODY) -> Actor:
    return Actor(account=account, roles=frozenset(roles))


# Column -> the person, and what the proposal knows of their assignment.
JOINED = ("reader", "writer")
PERSONS: dict[str, tuple[Actor, str]] = {
    "owner": (person(account=OWNER), ""),
    "writer": (person(), "writer"),
    "reader": (person(), "reader"),
    "officer": (person((Role.OFFICER, CALL)), ""),
    "invited": (person((Role.EXPERT, CALL)), "invited"),
    "accepted": (person((Role.EXPERT, CALL)), "accepted"),
    "done": (person((Role.EXPERT, CALL)), "done"),
    "committee": (person((Role.COMMITTEE, CALL)), ""),
    "chair": (person((Role.CHAIR, CALL)), ""),
    "authority": (person((Role.AUTHORITY, CALL)), ""),
    "auditor": (person((Role.AUDITOR, None)), ""),
}

NOTHING: dict[str, tuple[Actor, str]] = {
    "anonymous": (ANONYMOUS, ""),
    "the process": (PROCESS, ""),
    "another applicant": (person(), ""),
    "admin": (person((Role.ADMIN, None)), ""),
    "officer of another call": (person((Role.OFFICER, OTHER)), ""),
    "chair of another call": (person((Role.CHAIR, OTHER)), ""),
    "authority of another call": (person((Role.AUTHORITY, OTHER)), ""),
    "expert without assignment": (person((Role.EXPERT, CALL)), ""),
    "expert only proposed": (person((Role.EXPERT, CALL)), "proposed"),
    "expert who declined": (person((Role.EXPERT, CALL)), "declined"),
    "expert who was released": (person((Role.EXPERT, CALL)), "released"),
    "expert whose role was revoked": (person(), "accepted"),
    "expert of another call": (person((Role.EXPERT, OTHER)), "accepted"),
}


def cells() -> list[tuple[str, str, Phase, bool]]:
    header, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return [
        (action, who, phase, letter in letters.replace("+", "ETNRLSCPO"))
        for action, *columns in lines
        for who, letters in zip(header[1:], columns, strict=True)
        for letter, phase in LETTERS.items()
    ]


def facts(phase: Phase, assignment: str = "", *, conflicted: bool = False, amending: bool = False) -> ProposalFacts:
    """`assignment`: or what the person joined the proposal as."""
    if assignment in JOINED:
        return ProposalFacts(CALL, OWNER, phase, "", conflicted, amending, assignment)
    return ProposalFacts(CALL, OWNER, phase, assignment, conflicted, amending)


def test_the_table_names_every_action_on_proposals_in_every_phase() -> None:
    assert set(LETTERS.values()) == set(Phase)
    assert {action for action, *_ in cells()} == {action.value for action in ON_PROPOSALS}


@pytest.mark.parametrize("who", PERSONS)
def test_every_cell(who: str) -> None:
    actor, assignment = PERSONS[who]
    wanted = {(action, phase): may for action, column, phase, may in cells() if column == who}
    found = {
        (action, phase): policy.why_not(actor, Action(action), facts(phase, assignment)) is None
        for action, phase in wanted
    }
    assert found == wanted


@pytest.mark.parametrize("who", NOTHING)
@pytest.mark.parametrize("phase", Phase)
def test_for_everybody_else_the_proposal_does_not_exist(who: str, phase: Phase) -> None:
    actor, assignment = NOTHING[who]
    refusals = {policy.why_not(actor, action, facts(phase, assignment)) for action in ON_PROPOSALS}
    assert refusals == {policy.HIDDEN}


@pytest.mark.parametrize("who", ["officer", "invited", "accepted", "done", "committee", "chair", "authority"])
@pytest.mark.parametrize("phase", Phase)
def test_a_conflict_of_interest_ends_every_right_but_an_auditors(who: str, phase: Phase) -> None:
    actor, assignment = PERSONS[who]
    assert policy.may(actor, facts(phase, assignment, conflicted=True)) == frozenset()
    auditor, _ = PERSONS["auditor"]
    assert policy.may(auditor, facts(phase, conflicted=True)) == policy.may(auditor, facts(phase))


@pytest.mark.parametrize("phase", Phase)
def test_an_applicant_has_an_applicants_rights_whatever_their_roles(phase: Phase) -> None:
    everything = frozenset((role, None if role in (Role.ADMIN, Role.AUDITOR) else CALL) for role in Role)
    owner = Actor(account=OWNER, roles=everything)
    assert policy.may(owner, facts(phase, "accepted")) == policy.may(PERSONS["owner"][0], facts(phase))
    for level in JOINED:
        joined = ProposalFacts(CALL, OWNER, phase, "accepted", conflicted=True, sharing=level)
        assert policy.may(person(*everything), joined) == policy.may(person(), facts(phase, level))


@pytest.mark.parametrize("who", [*PERSONS, *NOTHING])
@pytest.mark.parametrize("phase", [Phase.ELIGIBILITY, Phase.REVIEW])
def test_whoever_amends_writes_and_for_everybody_else_nothing_changes(who: str, phase: Phase) -> None:
    actor, assignment = {**PERSONS, **NOTHING}[who]
    before = policy.may(actor, facts(phase, assignment))
    more = policy.may(actor, facts(phase, assignment, amending=True)) - before
    assert before <= policy.may(actor, facts(phase, assignment, amending=True))
    theirs = {"owner": policy.WRITING, "writer": policy.WRITING - {Action.PROPOSAL_SUBMIT}}
    assert more == theirs.get(who, frozenset())


@pytest.mark.parametrize("phase", Phase)
def test_a_refusal_tells_only_those_who_see_the_proposal(phase: Phase) -> None:
    for actor, assignment in (*PERSONS.values(), *NOTHING.values()):
        about = facts(phase, assignment)
        rights = policy.may(actor, about)
        for action in ON_PROPOSALS:
            refusal = policy.why_not(actor, action, about)
            if refusal is not None:
                assert refusal.hidden is (not rights & {Action.PROPOSAL_READ, Action.PROPOSAL_GLANCE})


CALLS = """
action                   signed_in officer committee chair authority auditor admin expert
account:invite           no        yes     no        no    no        no      yes   no
call:answer              no        yes     no        no    no        no      no    no
call:ask                 yes       yes     yes       yes   yes       yes     yes   yes
call:bid                 no        no      no        no    no        no      no    yes
call:board               no        yes     no        no    no        yes     no    no
call:bundle              no        yes     no        no    no        yes     no    no
call:check_letters       no        yes     no        no    yes       no      no    no
call:list_proposals      no        yes     yes       yes   yes       yes     no    no
call:migrate             no        no      no        no    no        no      yes   no
call:plan                no        yes     no        no    no        no      no    no
call:publish_decisions   no        yes     no        no    yes       no      no    no
call:publish_edition     no        no      no        no    no        no      yes   no
call:rank                no        yes     yes       yes   yes       yes     no    no
call:report              no        yes     yes       yes   yes       yes     no    no
call:steer               no        yes     no        no    no        no      no    no
call:transparency        no        yes     no        no    no        yes     no    no
deadline:extend          no        yes     no        no    no        no      no    no
draft:open               yes       no      no        no    no        yes     yes   no
expert:manage            no        yes     no        no    no        no      no    no
mail:read                no        yes     no        no    no        no      no    no
minutes:approve          no        no      no        yes   no        no      no    no
role:grant               no        no      no        no    no        no      yes   no
sitting:decide           no        no      no        no    yes       no      no    no
sitting:lead             no        yes     no        yes   no        no      no    no
sitting:manage           no        yes     no        no    no        no      no    no
sitting:read             no        yes     yes       yes   yes       yes     no    no
team:manage              no        yes     no        no    no        no      no    no
"""


def test_rights_on_a_whole_call() -> None:
    header, *lines = [line.split() for line in CALLS.strip().splitlines()]
    everywhere = {"auditor", "admin"}
    who = {
        name: person() if name == "signed_in" else person((Role(name), None if name in everywhere else CALL))
        for name in header[1:]
    }
    wanted = {
        (action, name): cell == "yes" for action, *row in lines for name, cell in zip(header[1:], row, strict=True)
    }
    found = {(action, name): policy.why_not_on_call(who[name], Action(action), CALL) is None for action, name in wanted}
    assert found == wanted
    assert {Action(action) for action, _ in wanted} == set(ON_CALLS)


@pytest.mark.parametrize("action", ON_CALLS)
def test_nobody_acts_on_a_call_unnamed_or_by_a_role_elsewhere(action: Action) -> None:
    refusal = policy.why_not_on_call(ANONYMOUS, action, CALL)
    assert refusal is not None
    assert refusal.code == "sign_in_needed"
    stranger = person(*((role, OTHER) for role in policy.STAFF_ROLES))
    allowed = policy.why_not_on_call(stranger, action, CALL) is None
    assert allowed is (action in {Action.CALL_ASK, Action.DRAFT_OPEN})
