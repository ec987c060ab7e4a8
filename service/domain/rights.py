"""The words of the policy: actions, phases, relations, what a right depends on, and why something is refused."""

from enum import StrEnum
from uuid import UUID

import msgspec


class Action(StrEnum):
    """Everything that a person may ask for, `resource:verb`."""

    ACCOUNT_DISABLE = "account:disable"
    ACCOUNT_INVITE = "account:invite"
    ARCHIVE_READ = "archive:read"
    ASSIGNMENT_ANSWER = "assignment:answer"
    ASSIGNMENT_DELEGATE = "assignment:delegate"
    ASSIGNMENT_PROPOSE = "assignment:propose"
    ASSIGNMENT_REMIND = "assignment:remind"
    ATTACHMENT_ADD = "attachment:add"
    ATTACHMENT_ORDER = "attachment:order"
    ATTACHMENT_READ = "attachment:read"
    ATTACHMENT_REMOVE = "attachment:remove"
    ATTACHMENT_RESTORE = "attachment:restore"
    BALLOT_CAST = "ballot:cast"
    BUNDLE_READ = "bundle:read"
    CALL_ANSWER = "call:answer"
    CALL_ASK = "call:ask"
    CALL_BID = "call:bid"
    CALL_BOARD = "call:board"
    CALL_BUNDLE = "call:bundle"
    CALL_CHECK_LETTERS = "call:check_letters"
    CALL_LIST_PROPOSALS = "call:list_proposals"
    CALL_MIGRATE = "call:migrate"
    CALL_PLAN = "call:plan"
    CALL_PUBLISH_DECISIONS = "call:publish_decisions"
    CALL_PUBLISH_EDITION = "call:publish_edition"
    CALL_RANK = "call:rank"
    CALL_REPORT = "call:report"
    CALL_STEER = "call:steer"
    CALL_TRANSPARENCY = "call:transparency"
    CHANGES_READ = "changes:read"
    CONCILIATION_READ = "conciliation:read"
    CONCILIATION_WRITE = "conciliation:write"
    CONFLICT_DECLARE = "conflict:declare"
    CONFLICT_DISMISS = "conflict:dismiss"
    CONFLICT_READ = "conflict:read"
    DEADLINE_EXTEND = "deadline:extend"
    DECISION_CORRECT = "decision:correct"
    DECISION_READ_PENDING = "decision:read_pending"
    DECISION_TAKE = "decision:take"
    DELIBERATION_READ = "deliberation:read"
    DOSSIER_READ = "dossier:read"
    DOSSIER_READ_OWN = "dossier:read_own"
    DOSSIER_READ_WHOLE = "dossier:read_whole"
    DRAFT_DISCARD = "draft:discard"
    DRAFT_OPEN = "draft:open"
    DRAFT_RESTORE = "draft:restore"
    DRAFT_SAVE = "draft:save"
    ELIGIBILITY_ANSWER = "eligibility:answer"
    ELIGIBILITY_READ = "eligibility:read"
    EXPERT_MANAGE = "expert:manage"
    JOURNAL_READ = "journal:read"
    LETTER_READ = "letter:read"
    MAIL_READ = "mail:read"
    MAIL_RESEND = "mail:resend"
    MINUTES_APPROVE = "minutes:approve"
    PILOT_LEAD = "pilot:lead"
    PILOT_READ = "pilot:read"
    PILOT_REPORT = "pilot:report"
    PROPOSAL_AMEND = "proposal:amend"
    PROPOSAL_GLANCE = "proposal:glance"
    PROPOSAL_READ = "proposal:read"
    PROPOSAL_STEER = "proposal:steer"
    PROPOSAL_SUBMIT = "proposal:submit"
    PROPOSAL_WITHDRAW = "proposal:withdraw"
    QUESTION_ASK = "question:ask"
    QUESTION_CLOSE = "question:close"
    RECEIPT_READ = "receipt:read"
    RECUSAL_DECLARE = "recusal:declare"
    REVIEW_MARK = "review:mark"
    REVIEW_READ_ALL = "review:read_all"
    REVIEW_READ_CONFIDENTIAL = "review:read_confidential"
    REVIEW_READ_FEEDBACK = "review:read_feedback"
    REVIEW_READ_OWN = "review:read_own"
    REVIEW_SAVE = "review:save"
    REVIEW_SUBMIT = "review:submit"
    ROLE_GRANT = "role:grant"
    SERVICE_WATCH = "service:watch"
    SHARING_LEAVE = "sharing:leave"
    SHARING_MANAGE = "sharing:manage"
    SHARING_READ = "sharing:read"
    SITTING_DECIDE = "sitting:decide"
    SITTING_LEAD = "sitting:lead"
    SITTING_MANAGE = "sitting:manage"
    SITTING_READ = "sitting:read"
    SYNTHESIS_READ = "synthesis:read"
    SYNTHESIS_SAVE = "synthesis:save"
    SYNTHESIS_SUBMIT = "synthesis:submit"
    TEAM_MANAGE = "team:manage"
    THREAD_READ = "thread:read"
    THREAD_WRITE = "thread:write"
    WITHDRAWAL_UNDO = "withdrawal:undo"


class Phase(StrEnum):
    """Where a proposal stands, for rights: its kind of stage, or what comes before, between and after."""

    DISCARDED = "discarded"
    DRAFT = "draft"
    ELIGIBILITY = "eligibility"
    RETURNED = "returned"
    SUBMISSION = "submission"
    REVIEW = "review"
    CONCILIATION = "conciliation"
    SYNTHESIS = "synthesis"
    COMMITTEE = "committee"
    PILOT = "pilot"
    OVER = "over"


class Relation(StrEnum):
    """What a person is to a proposal, or to its call."""

    ADMIN = "admin"
    AUDITOR = "auditor"
    AUTHORITY = "authority"
    CHAIR = "chair"
    COMMITTEE = "committee"
    EXPERT = "expert"
    INVITED = "invited"
    ASSIGNED = "assigned"
    REVIEWED = "reviewed"
    OFFICER = "officer"
    OWNER = "owner"
    READER = "reader"
    SIGNED_IN = "signed_in"
    WRITER = "writer"


# Whoever stands on the applicant's side of a proposal: one owner, and those they share it with.
APPLICANTS = frozenset({Relation.OWNER, Relation.WRITER, Relation.READER})


class ProposalFacts(msgspec.Struct, frozen=True):
    """What rights on a proposal depend on. `assignment`: this person's, if any; `conflicted`: this person's.
    `amending`: its applicant has opened it again for writing, and nobody else sees anything of that. `sharing`:
    reader or writer, where this person joined it at its owner's invitation."""

    call: UUID
    owner: UUID
    phase: Phase
    assignment: str = ""
    conflicted: bool = False
    amending: bool = False
    sharing: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """Why not. `hidden`: the person may not even know that the thing exists."""

    code: str
    detail: str
    hidden: bool = False


HIDDEN = Refusal("not_found", "Cette page ou cet objet n’existe pas, ou ne vous est pas accessible.", hidden=True)
