"""The tables of the committee's sittings, as Piccolo sees them."""

from piccolo.columns import JSONB, UUID, Boolean, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Sitting(Table, tablename="sitting", db=DB):
    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    number = Integer(default=None, required=True)
    starts_at = Timestamptz(default=None, required=True)
    length = Integer(default=None, required=True)
    place = Varchar(length=300, default="")
    link = Varchar(length=500, default="")
    author = UUID(null=True, default=None)
    created_at = Timestamptz(default=None, required=True)
    version = Integer(default=1)
    sequence = Integer(default=0)
    ordered = Boolean(default=False)
    second_of = UUID(null=True, default=None)
    convened_at = Timestamptz(null=True, default=None)
    urgency = Text(default="")
    cancelled_at = Timestamptz(null=True, default=None)
    reason = Text(default="")
    opened_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    current = Integer(null=True, default=None)
    salt = Bytea(default=None, required=True)
    approved_at = Timestamptz(null=True, default=None)
    approved_by = UUID(null=True, default=None)
    digest = Varchar(length=64, default="")
    content = Text(default="")
    notes = Text(default="")
    notes_version = Integer(default=0)


class SittingCall(Table, tablename="sitting_call", db=DB):
    """A further call that a sitting is of, and its number there."""

    sitting = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    place = Integer(default=None, required=True)
    number = Integer(default=None, required=True)


class SittingMember(Table, tablename="sitting_member", db=DB):
    """Who is called to a sitting, and how they were there."""

    sitting = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    capacity = Varchar(length=9, default=None, required=True)
    presence = Varchar(length=6, default="")
    holder = UUID(null=True, default=None)
    gone = Boolean(default=False)
    sat = JSONB(null=True, default=None)


class SittingItem(Table, tablename="sitting_item", db=DB):
    """A proposal on the agenda, and what the committee thinks of it."""

    sitting = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    rank = Integer(null=True, default=None)
    opinion = Varchar(length=12, default="")
    outcome = Varchar(length=40, default="")
    notes = Text(default="")
    figures = JSONB(null=True, default=None)
    given_at = Timestamptz(null=True, default=None)
    apart = Boolean(default=False)
    notes_version = Integer(default=0)
    visit = Integer(null=True, default=None)
    lacked = Boolean(default=False)
    away = JSONB(null=True, default=None)


class Vote(Table, tablename="vote", db=DB):
    id = UUID(primary_key=True, default=None)
    sitting = UUID(default=None, required=True)
    number = Integer(default=None, required=True)
    kind = Varchar(length=6, default=None, required=True)
    outcome = Varchar(length=40, default=None, required=True)
    voters = JSONB(default=None, required=True)
    members = Integer(default=None, required=True)
    needed = Integer(default=None, required=True)
    author = UUID(default=None, required=True)
    opened_at = Timestamptz(default=None, required=True)
    closed_at = Timestamptz(null=True, default=None)
    annulled_at = Timestamptz(null=True, default=None)
    figures = JSONB(null=True, default=None)


class VoteItem(Table, tablename="vote_item", db=DB):
    """A proposal that is voted on."""

    vote = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)


class Voter(Table, tablename="voter", db=DB):
    """Whose vote was given: one row, so one vote. Of a secret vote only while it is open."""

    vote = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)


class Ballot(Table, tablename="ballot", db=DB):
    """What it was, in open and sealed votes."""

    vote = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    choice = Varchar(length=7, default=None, required=True)


class Urn(Table, tablename="urn", db=DB):
    """A secret vote that is open: how many of each, sealed, and nothing else. In the clear is what was counted before
    counts were sealed."""

    vote = UUID(primary_key=True, default=None)
    sealed = Bytea(default=None, required=True)
    votes_for = Integer(default=0)
    against = Integer(default=0)
    abstained = Integer(default=0)


class Dissent(Table, tablename="dissent", db=DB):
    """A member asks that their disagreement be mentioned."""

    sitting = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    account = UUID(default=None, required=True)
    text = Text(default="")
    at = Timestamptz(default=None, required=True)
