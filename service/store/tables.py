"""The tables, as Piccolo sees them. The schema itself, with its checks and triggers, is in `migrations/`;
a test compares the two."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Call(Table, tablename="call", db=DB):
    id = UUID(primary_key=True, default=None)
    slug = Varchar(length=60, default=None, required=True)
    prefix = Varchar(length=30, default=None, required=True)
    next_number = Integer(default=1)
    opens_at = Timestamptz(default=None, required=True)
    closes_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None, required=True)
    seen_seq = Integer(default=0)
    next_at = Timestamptz(null=True, default=None)


class CallStep(Table, tablename="call_step", db=DB):
    """What a call has done by itself."""

    call = UUID(primary_key=True, default=None)
    kind = Varchar(length=8, default=None, required=True)
    at = Timestamptz(default=None, required=True)
    done_at = Timestamptz(default=None, required=True)


class Edition(Table, tablename="edition", db=DB):
    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    number = Integer(default=None, required=True)
    content = JSONB(default=None, required=True)
    digest = Varchar(length=64, default=None, required=True)
    published_at = Timestamptz(default=None, required=True)


class Stream(Table, tablename="stream", db=DB):
    """The head of one chain."""

    name = Varchar(length=60, primary_key=True, default=None)
    last_seq = Integer(default=0)
    last_hash = Bytea(default=None, required=True)
    last_at = Timestamptz(default=None, required=True)


class Entry(Table, tablename="entry", db=DB):
    stream = Varchar(length=60, primary_key=True, default=None)
    seq = Integer(default=None, required=True)
    kind = Varchar(length=40, default=None, required=True)
    actor = UUID(null=True, default=None)
    at = Timestamptz(default=None, required=True)
    data = JSONB(default=None, required=True)
    previous = Bytea(default=None, required=True)
    hash = Bytea(default=None, required=True)


class Proposal(Table, tablename="proposal", db=DB):
    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    edition = UUID(default=None, required=True)
    stage_edition = UUID(null=True, default=None)
    told_edition = UUID(null=True, default=None)
    owner = UUID(default=None, required=True)
    reference = Varchar(length=40, null=True, default=None)
    title = Varchar(length=300, default="")
    organisation = Varchar(length=300, default="")
    status = Varchar(length=12, default=None, required=True)
    stage = Varchar(length=40, default="")
    stage_kind = Varchar(length=12, default="")
    visit = Integer(default=0)
    returned = Boolean(default=False)
    last_seq = Integer(default=0)
    seen_seq = Integer(default=0)
    last_at = Timestamptz(default=None, required=True)
    created_at = Timestamptz(default=None, required=True)
    submitted_at = Timestamptz(null=True, default=None)
    withdrawal_reason = Text(default="")
    salt = Bytea(default=None, required=True)
    request = Varchar(length=64, default="")
    round = Integer(default=1)
    part = Varchar(length=40, default="")
    discarded_at = Timestamptz(null=True, default=None)
    amending_since = Timestamptz(null=True, default=None)
    starved = Boolean(default=False)
    traced = Boolean(default=False)
    more_experts = Integer(null=True, default=None)


class Answer(Table, tablename="answer", db=DB):
    """A draft's answers: one row per field, compare-and-set on version."""

    proposal = UUID(primary_key=True, default=None)
    field = Varchar(length=60, default=None, required=True)
    version = Integer(default=None, required=True)
    value = JSONB(default=None, required=True)
    saved_at = Timestamptz(default=None, required=True)
    saved_by = UUID(default=None, required=True)


class Attachment(Table, tablename="attachment", db=DB):
    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    field = Varchar(length=60, default=None, required=True)
    name = Varchar(length=255, default=None, required=True)
    size = BigInt(default=None, required=True)
    sha256 = Varchar(length=64, default=None, required=True)
    media_type = Varchar(length=120, default=None, required=True)
    added_at = Timestamptz(default=None, required=True)
    added_by = UUID(default=None, required=True)
    removed_at = Timestamptz(null=True, default=None)
    rank = Integer(default=0)
    scan = Varchar(length=8, default="off")
    pages = Integer(null=True, default=None)
    claimed_at = Timestamptz(null=True, default=None)
    tries = Integer(default=0)


class Revision(Table, tablename="revision", db=DB):
    """One submitted state of a text; append-only."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    subject = Varchar(length=12, default=None, required=True)
    subject_id = UUID(default=None, required=True)
    number = Integer(default=None, required=True)
    seq = Integer(default=None, required=True)
    content = JSONB(default=None, required=True)
    salt = Bytea(default=None, required=True)
    digest = Varchar(length=64, default=None, required=True)
    author = UUID(default=None, required=True)
    at = Timestamptz(default=None, required=True)


class Deadline(Table, tablename="deadline", db=DB):
    proposal = UUID(primary_key=True, default=None)
    visit = Integer(default=None, required=True)
    kind = Varchar(length=12, default=None, required=True)
    rule = Varchar(length=40, default=None, required=True)
    started_at = Timestamptz(default=None, required=True)
    due_at = Timestamptz(default=None, required=True)
    paused_at = Timestamptz(null=True, default=None)
    overdue_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    reason = Text(default="")


class Assignment(Table, tablename="assignment", db=DB):
    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    expert = UUID(default=None, required=True)
    rank = Integer(default=None, required=True)
    seat = Integer(null=True, default=None)
    status = Varchar(length=10, default=None, required=True)
    proposed_at = Timestamptz(default=None, required=True)
    invited_at = Timestamptz(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    half_at = Timestamptz(null=True, default=None)
    last_at = Timestamptz(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    reminders = JSONB(null=True, default=None)
    reminded = Integer(default=0)
    ended_at = Timestamptz(null=True, default=None)
    chased = Integer(default=0)
    chased_at = Timestamptz(null=True, default=None)
    reason = Text(default="")
    code = Varchar(length=20, default="")
    round = Integer(default=1)
    team = UUID(null=True, default=None)
    review = UUID(null=True, default=None)
    released_at = Timestamptz(null=True, default=None)
    delegated_from = UUID(null=True, default=None)
    asked_again = Timestamptz(null=True, default=None)


class Conflict(Table, tablename="conflict", db=DB):
    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    expert = UUID(default=None, required=True)
    origin = Varchar(length=8, default=None, required=True)
    reason = Text(default=None, required=True)
    created_at = Timestamptz(default=None, required=True)
    rule = Varchar(length=20, default="applicant")
    strength = Varchar(length=7, default="certain")
    value = Text(default="")
    field = Varchar(length=60, default="")
    closed_at = Timestamptz(null=True, default=None)
    dismissed_at = Timestamptz(null=True, default=None)
    dismissed_by = UUID(null=True, default=None)
    dismissal = Text(default="")
    confirmed_at = Timestamptz(null=True, default=None)
    confirmed_by = UUID(null=True, default=None)
    excluded = UUID(null=True, default=None)


class Review(Table, tablename="review", db=DB):
    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    assignment = UUID(default=None, required=True)
    expert = UUID(default=None, required=True)
    version = Integer(default=0)
    scores = JSONB(default="{}")
    comments = JSONB(default="{}")
    confidential = JSONB(default="{}")
    confidence = Varchar(length=60, default="")
    recommendation = Varchar(length=60, default="")
    saved_at = Timestamptz(null=True, default=None)
    submitted_at = Timestamptz(null=True, default=None)


class Eligibility(Table, tablename="eligibility", db=DB):
    """The officer's checklist, as last answered."""

    proposal = UUID(primary_key=True, default=None)
    visit = Integer(default=None, required=True)
    verdict = Varchar(length=12, default=None, required=True)
    items = JSONB(default=None, required=True)
    reasons = Text(default="")
    remarks = JSONB(default="{}")
    author = UUID(default=None, required=True)
    at = Timestamptz(default=None, required=True)


class Synthesis(Table, tablename="synthesis", db=DB):
    proposal = UUID(primary_key=True, default=None)
    version = Integer(default=0)
    text = Text(default="")
    recommendation = Varchar(length=40, default="")
    author = UUID(default=None, required=True)
    saved_at = Timestamptz(default=None, required=True)
    submitted_at = Timestamptz(null=True, default=None)
    submitted_visit = Integer(null=True, default=None)
    round = Integer(default=1)


class Publication(Table, tablename="publication", db=DB):
    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    author = UUID(default=None, required=True)
    at = Timestamptz(default=None, required=True)


class Decision(Table, tablename="decision", db=DB):
    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    version = Integer(default=1)
    outcome = Varchar(length=40, default=None, required=True)
    reasons = Text(default=None, required=True)
    author = UUID(default=None, required=True)
    author_name = Varchar(length=200, default=None, required=True)
    capacity = Varchar(length=300, default=None, required=True)
    decided_at = Timestamptz(default=None, required=True)
    publication = UUID(null=True, default=None)
    round = Integer(default=1)
    sitting = UUID(null=True, default=None)
    delegation = Varchar(length=300, default="")
    number = Integer(default=1)
    corrects = UUID(null=True, default=None)
    ground = Varchar(length=9, default="")
    changes = Text(default="")
    heard_on = Date(null=True, default=None)


class LetterCheck(Table, tablename="letter_check", db=DB):
    """Somebody read the letter of a decision that waits for its publication."""

    decision = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    mark = Varchar(length=64, default=None, required=True)
    author = UUID(default=None, required=True)
    at = Timestamptz(default=None, required=True)
