"""Who may do what, when: one table for pages, API, exports, PDF and mail.

A right is `action x relation x phase`. A relation is what the person is to this proposal or call; a phase is where the
proposal stands. What is not in the tables is refused: with a reason for whoever may see the proposal, as if it did not
exist for everybody else. Where a call names no authority, whoever chairs its committee is it (`store/roles.py`).
"""

from functools import lru_cache
from uuid import UUID

from service.domain.actor import Actor, Role
from service.domain.rights import APPLICANTS, HIDDEN, Action, Phase, ProposalFacts, Refusal, Relation

__all__ = [
    "AFTER_REVIEW",
    "ALWAYS",
    "AMENDABLE",
    "APPLICANTS",
    "ASKING",
    "ASSIGNING",
    "CONCILING",
    "DECIDING",
    "EVERYWHERE",
    "HIDDEN",
    "JUDGED",
    "ON_CALLS",
    "ON_PROPOSALS",
    "PILOTED",
    "REVIEWING",
    "STAFF_ROLES",
    "SUBMITTED",
    "SUMMING_UP",
    "UNDECIDED",
    "WRITABLE",
    "WRITING",
    "Action",
    "Phase",
    "ProposalFacts",
    "Refusal",
    "Relation",
    "grants",
    "may",
    "on_applicants_side",
    "phase",
    "phase_for",
    "relations",
    "why_not",
    "why_not_everywhere",
    "why_not_on_call",
]

_Phases = frozenset[Phase]
ALWAYS: _Phases = frozenset(Phase) - {Phase.DISCARDED}
SUBMITTED = ALWAYS - {Phase.DRAFT}
WRITABLE = frozenset({Phase.DRAFT, Phase.RETURNED, Phase.SUBMISSION})
UNDECIDED = SUBMITTED - {Phase.PILOT, Phase.OVER}
JUDGED = frozenset({Phase.COMMITTEE, Phase.PILOT, Phase.OVER})
ASKING = UNDECIDED - {Phase.RETURNED}
AMENDABLE = frozenset({Phase.ELIGIBILITY, Phase.REVIEW})  # where the edition's stage says so
DECIDING = frozenset({Phase.COMMITTEE})
PILOTED = frozenset({Phase.PILOT})
REVIEWING = frozenset({Phase.REVIEW})
SUMMING_UP = frozenset({Phase.SYNTHESIS})
CONCILING = frozenset({Phase.CONCILIATION})
AFTER_REVIEW = frozenset({Phase.REVIEW, Phase.CONCILIATION, Phase.SYNTHESIS, Phase.COMMITTEE})
ASSIGNING = frozenset({Phase.ELIGIBILITY, Phase.RETURNED, Phase.SUBMISSION, Phase.REVIEW})


def _writers(phases: _Phases) -> dict[Relation, _Phases]:
    return {Relation.OWNER: phases, Relation.WRITER: phases}


def _judges(phases: _Phases) -> dict[Relation, _Phases]:
    """Whoever gives an opinion, or decides after it."""
    return dict.fromkeys((Relation.COMMITTEE, Relation.CHAIR, Relation.AUTHORITY), phases)


def _applicants(phases: _Phases) -> dict[Relation, _Phases]:
    return dict.fromkeys(sorted(APPLICANTS), phases)


ON_PROPOSALS: dict[Action, dict[Relation, _Phases]] = {
    Action.ARCHIVE_READ: {Relation.OFFICER: SUBMITTED, Relation.AUDITOR: SUBMITTED},
    Action.ASSIGNMENT_ANSWER: {Relation.INVITED: REVIEWING},
    Action.ASSIGNMENT_DELEGATE: {Relation.INVITED: REVIEWING, Relation.ASSIGNED: REVIEWING},
    Action.ASSIGNMENT_PROPOSE: {Relation.OFFICER: ASSIGNING},
    Action.ASSIGNMENT_REMIND: {Relation.OFFICER: REVIEWING | CONCILING},
    Action.ATTACHMENT_ADD: _writers(WRITABLE),
    Action.ATTACHMENT_ORDER: _writers(WRITABLE),
    Action.ATTACHMENT_READ: {
        **_applicants(ALWAYS),
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        Relation.ASSIGNED: REVIEWING,
        Relation.REVIEWED: AFTER_REVIEW,
        **_judges(JUDGED),
    },
    Action.ATTACHMENT_REMOVE: _writers(WRITABLE),
    Action.ATTACHMENT_RESTORE: _writers(WRITABLE),
    Action.BALLOT_CAST: dict.fromkeys((Relation.COMMITTEE, Relation.CHAIR), DECIDING),
    Action.BUNDLE_READ: {Relation.OFFICER: SUBMITTED, Relation.AUDITOR: SUBMITTED},
    Action.CHANGES_READ: {**_applicants(SUBMITTED), Relation.OFFICER: SUBMITTED, Relation.AUDITOR: SUBMITTED},
    Action.CONCILIATION_READ: {
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        Relation.REVIEWED: AFTER_REVIEW - REVIEWING,
    },
    Action.CONCILIATION_WRITE: {Relation.OFFICER: CONCILING, Relation.REVIEWED: CONCILING},
    Action.CONFLICT_DECLARE: {
        Relation.INVITED: REVIEWING,
        Relation.ASSIGNED: REVIEWING,
        Relation.REVIEWED: AFTER_REVIEW,
        **_judges(DECIDING),
    },
    Action.CONFLICT_DISMISS: {Relation.OFFICER: UNDECIDED},
    Action.CONFLICT_READ: {Relation.OFFICER: SUBMITTED, Relation.AUDITOR: SUBMITTED},
    Action.DECISION_CORRECT: {Relation.AUTHORITY: JUDGED - DECIDING},
    Action.DECISION_READ_PENDING: {
        Relation.OFFICER: SUBMITTED,
        **_judges(JUDGED),
        Relation.AUDITOR: SUBMITTED,
    },
    Action.DECISION_TAKE: {Relation.AUTHORITY: DECIDING},
    # Of an item of a sitting's agenda: it was before the committee, wherever it is by now.
    Action.DELIBERATION_READ: {
        Relation.OFFICER: SUBMITTED,
        **_judges(SUBMITTED),
        Relation.AUDITOR: SUBMITTED,
    },
    Action.DOSSIER_READ: {
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        **_judges(JUDGED),
    },
    Action.DOSSIER_READ_OWN: _applicants(SUBMITTED),  # once a decision is published
    Action.DOSSIER_READ_WHOLE: {Relation.OFFICER: SUBMITTED, Relation.AUDITOR: SUBMITTED},
    Action.DRAFT_DISCARD: {Relation.OWNER: frozenset({Phase.DRAFT})},
    Action.DRAFT_RESTORE: {Relation.OWNER: frozenset({Phase.DISCARDED})},
    Action.DRAFT_SAVE: _writers(WRITABLE),
    Action.ELIGIBILITY_ANSWER: {Relation.OFFICER: frozenset({Phase.ELIGIBILITY})},
    Action.ELIGIBILITY_READ: {
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        **_judges(JUDGED),
    },
    Action.JOURNAL_READ: {Relation.OFFICER: SUBMITTED, Relation.AUDITOR: SUBMITTED},
    Action.LETTER_READ: {
        **_applicants(SUBMITTED),
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        Relation.AUTHORITY: JUDGED,
    },
    Action.MAIL_RESEND: {Relation.OFFICER: SUBMITTED},
    Action.PILOT_LEAD: {Relation.OFFICER: PILOTED},
    Action.PILOT_READ: {
        **_applicants(PILOTED | {Phase.OVER}),
        Relation.OFFICER: PILOTED | {Phase.OVER},
        Relation.AUDITOR: PILOTED | {Phase.OVER},
    },
    Action.PILOT_REPORT: {**_writers(PILOTED), Relation.OFFICER: PILOTED},
    Action.PROPOSAL_AMEND: {Relation.OWNER: AMENDABLE},
    Action.PROPOSAL_GLANCE: {Relation.INVITED: REVIEWING},
    Action.PROPOSAL_READ: {
        **_applicants(ALWAYS),
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        Relation.ASSIGNED: REVIEWING,
        Relation.REVIEWED: AFTER_REVIEW,
        **_judges(JUDGED),
    },
    Action.PROPOSAL_STEER: {Relation.OFFICER: SUBMITTED},
    Action.PROPOSAL_SUBMIT: {Relation.OWNER: WRITABLE},
    Action.PROPOSAL_WITHDRAW: {Relation.OWNER: UNDECIDED},
    Action.QUESTION_ASK: {Relation.OFFICER: ASKING},
    Action.QUESTION_CLOSE: {Relation.OFFICER: UNDECIDED},
    Action.RECEIPT_READ: {**_applicants(SUBMITTED), Relation.OFFICER: SUBMITTED, Relation.AUDITOR: SUBMITTED},
    Action.RECUSAL_DECLARE: _judges(DECIDING),
    # A doubt and a note are for their author alone: no action reads another's.
    Action.REVIEW_MARK: {Relation.ASSIGNED: REVIEWING, Relation.REVIEWED: REVIEWING | CONCILING},
    Action.REVIEW_READ_ALL: {
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        **_judges(JUDGED),
        Relation.REVIEWED: AFTER_REVIEW,
    },
    Action.REVIEW_READ_CONFIDENTIAL: {
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        **_judges(JUDGED),
    },
    # Of each round whose decision is published: the proposal may be in the next one.
    Action.REVIEW_READ_FEEDBACK: _applicants(SUBMITTED),
    Action.REVIEW_READ_OWN: {Relation.ASSIGNED: REVIEWING, Relation.REVIEWED: AFTER_REVIEW},
    Action.REVIEW_SAVE: {Relation.ASSIGNED: REVIEWING, Relation.REVIEWED: REVIEWING | CONCILING},
    Action.REVIEW_SUBMIT: {Relation.ASSIGNED: REVIEWING, Relation.REVIEWED: REVIEWING | CONCILING},
    Action.SHARING_LEAVE: {Relation.WRITER: ALWAYS, Relation.READER: ALWAYS},
    Action.SHARING_MANAGE: {Relation.OWNER: ALWAYS},
    Action.SHARING_READ: _applicants(ALWAYS),
    Action.SYNTHESIS_READ: {
        Relation.OFFICER: SUBMITTED,
        Relation.AUDITOR: SUBMITTED,
        **_judges(JUDGED),
    },
    Action.SYNTHESIS_SAVE: {Relation.OFFICER: SUMMING_UP},
    Action.SYNTHESIS_SUBMIT: {Relation.OFFICER: SUMMING_UP},
    Action.THREAD_READ: {**_applicants(SUBMITTED), Relation.OFFICER: SUBMITTED, Relation.AUDITOR: SUBMITTED},
    Action.THREAD_WRITE: {**_writers(SUBMITTED), Relation.OFFICER: SUBMITTED},
    Action.WITHDRAWAL_UNDO: {Relation.OWNER: frozenset({Phase.OVER})},
}

# While its applicant amends a proposal, these are theirs as if it had been returned to them.
WRITING = frozenset(
    {
        Action.ATTACHMENT_ADD,
        Action.ATTACHMENT_ORDER,
        Action.ATTACHMENT_REMOVE,
        Action.ATTACHMENT_RESTORE,
        Action.DRAFT_SAVE,
        Action.PROPOSAL_SUBMIT,
    }
)

_JUDGING = frozenset({Relation.OFFICER, Relation.AUDITOR, *_judges(DECIDING)})
ON_CALLS: dict[Action, frozenset[Relation]] = {
    Action.ACCOUNT_INVITE: frozenset({Relation.OFFICER, Relation.ADMIN}),
    Action.CALL_ANSWER: frozenset({Relation.OFFICER}),
    Action.CALL_ASK: frozenset({Relation.SIGNED_IN}),
    Action.CALL_BID: frozenset({Relation.EXPERT}),  # where the edition's process asks experts what they would like
    Action.CALL_BOARD: frozenset({Relation.OFFICER, Relation.AUDITOR}),
    Action.CALL_BUNDLE: frozenset({Relation.OFFICER, Relation.AUDITOR}),
    # Who has a conflict of interest reads no letter of it: one of the others does.
    Action.CALL_CHECK_LETTERS: frozenset({Relation.OFFICER, Relation.AUTHORITY}),
    Action.CALL_LIST_PROPOSALS: _JUDGING,
    Action.CALL_MIGRATE: frozenset({Relation.ADMIN}),
    Action.CALL_PLAN: frozenset({Relation.OFFICER}),
    # Whoever decides; or, of what was decided and read, whoever carries it out.
    Action.CALL_PUBLISH_DECISIONS: frozenset({Relation.OFFICER, Relation.AUTHORITY}),
    Action.CALL_PUBLISH_EDITION: frozenset({Relation.ADMIN}),
    Action.CALL_RANK: _JUDGING,
    Action.CALL_REPORT: _JUDGING,
    Action.CALL_STEER: frozenset({Relation.OFFICER}),
    Action.CALL_TRANSPARENCY: frozenset({Relation.OFFICER, Relation.AUDITOR}),
    Action.DEADLINE_EXTEND: frozenset({Relation.OFFICER}),
    Action.DRAFT_OPEN: frozenset({Relation.SIGNED_IN}),
    Action.EXPERT_MANAGE: frozenset({Relation.OFFICER}),
    Action.MAIL_READ: frozenset({Relation.OFFICER}),
    Action.MINUTES_APPROVE: frozenset({Relation.CHAIR}),
    Action.ROLE_GRANT: frozenset({Relation.ADMIN}),
    # On those of its proposals on which they may take a decision.
    Action.SITTING_DECIDE: frozenset({Relation.AUTHORITY}),
    Action.SITTING_LEAD: frozenset({Relation.OFFICER, Relation.CHAIR}),
    Action.SITTING_MANAGE: frozenset({Relation.OFFICER}),
    Action.SITTING_READ: _JUDGING,
    Action.TEAM_MANAGE: frozenset({Relation.OFFICER}),
}

EVERYWHERE: dict[Action, frozenset[Relation]] = {
    Action.ACCOUNT_DISABLE: frozenset({Relation.ADMIN}),
    Action.MAIL_READ: frozenset({Relation.ADMIN}),  # those about accounts
    Action.ROLE_GRANT: frozenset({Relation.ADMIN}),  # a role that counts everywhere
    Action.SERVICE_WATCH: frozenset({Relation.ADMIN, Relation.AUDITOR}),
}

STAFF_ROLES = (Role.AUTHORITY, Role.CHAIR, Role.COMMITTEE, Role.EXPERT, Role.OFFICER)
_BY_STATUS = {"invited": Relation.INVITED, "accepted": Relation.ASSIGNED, "done": Relation.REVIEWED}


def phase(status: str, stage_kind: str, *, returned: bool, discarded: bool = False) -> Phase:
    """The phase of a proposal. `stage_kind`: the kind of its present stage, "" when it has none."""
    if status == "draft":
        return Phase.DISCARDED if discarded else Phase.DRAFT
    if not stage_kind:
        return Phase.OVER
    return Phase.RETURNED if returned else Phase(stage_kind)


def relations(actor: Actor, facts: ProposalFacts) -> frozenset[Relation]:
    """What a person is to a proposal. Whoever owns it, or joined it, is that and nothing else, whatever their roles."""
    if actor.account is None:
        return frozenset()
    if actor.account == facts.owner:
        return frozenset({Relation.OWNER})
    if facts.sharing:
        return frozenset({Relation(facts.sharing)})
    found = {Relation.AUDITOR} if actor.has(Role.AUDITOR) else set()
    if facts.conflicted:
        return frozenset(found)
    for role in (Role.OFFICER, Role.COMMITTEE, Role.CHAIR, Role.AUTHORITY):
        if actor.has(role, facts.call):
            found.add(Relation(role.value))
    if facts.assignment in _BY_STATUS and actor.has(Role.EXPERT, facts.call):
        found.add(_BY_STATUS[facts.assignment])
    return frozenset(found)


def on_applicants_side(actor: Actor, facts: ProposalFacts) -> bool:
    """Whether a person stands on the applicant's side of a proposal."""
    return bool(relations(actor, facts) & APPLICANTS)


def grants(action: Action, held: frozenset[Relation], at: Phase) -> bool:
    """Whether the table gives this action to one of these relations in this phase."""
    rule = ON_PROPOSALS[action]
    return any(at in rule.get(relation, frozenset()) for relation in held)


def phase_for(action: Action, facts: ProposalFacts) -> Phase:
    """The phase that counts for this action: whoever amends writes as if it had been returned."""
    return Phase.RETURNED if facts.amending and action in WRITING else facts.phase


def why_not(actor: Actor, action: Action, facts: ProposalFacts) -> Refusal | None:
    """None where the person may; else the reason, which tells a stranger nothing."""
    held = relations(actor, facts)
    if grants(action, held, phase_for(action, facts)):
        return None
    if not (grants(Action.PROPOSAL_READ, held, facts.phase) or grants(Action.PROPOSAL_GLANCE, held, facts.phase)):
        return HIDDEN
    if any(relation in ON_PROPOSALS[action] for relation in held):
        return Refusal("wrong_phase", "L’étape actuelle de la candidature ne permet pas, ou plus, cette action.")
    return Refusal("not_your_role", "Votre rôle sur cette candidature ne permet pas cette action.")


def may(actor: Actor, facts: ProposalFacts) -> frozenset[Action]:
    """Everything that this person may do with this proposal now: what pages show as buttons."""
    return _granted(relations(actor, facts), facts.phase, facts.amending)


@lru_cache(maxsize=1024)
def _granted(held: frozenset[Relation], phase: Phase, amending: bool) -> frozenset[Action]:  # noqa: FBT001  a key
    """The same for whoever stands like this: lists ask it of each line, and few ways to stand there are."""
    writing = Phase.RETURNED if amending else phase
    return frozenset(action for action in ON_PROPOSALS if grants(action, held, writing if action in WRITING else phase))


def why_not_on_call(actor: Actor, action: Action, call: UUID) -> Refusal | None:
    """The same for an act on a whole call. Calls are public: a refusal hides nothing of them."""
    if actor.account is None:
        return Refusal("sign_in_needed", "Connectez-vous pour continuer.")
    held = {Relation.SIGNED_IN}
    held |= {Relation(role.value) for role in Role if actor.has(role, call) or actor.has(role)}
    if held & ON_CALLS[action]:
        if action is Action.DRAFT_OPEN and call in actor.calls(*STAFF_ROLES):
            return Refusal(
                "staff_of_call",
                "Vous participez à l’instruction de cet appel : vous ne pouvez pas y déposer de candidature.",
            )
        return None
    return Refusal("not_your_role", "Votre rôle sur cet appel ne permet pas cette action.")


def why_not_everywhere(actor: Actor, action: Action) -> Refusal | None:
    """The same for acts that belong to no call."""
    if any(actor.has(Role(relation.value)) for relation in EVERYWHERE[action]):
        return None
    return HIDDEN
