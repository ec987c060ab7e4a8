"""The tables of what happens around a submission, as Piccolo sees them."""

from piccolo.columns import JSONB, UUID, Boolean, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Extension(Table, tablename="extension", db=DB):
    """More time to submit, for one draft or (no proposal) for everybody; append-only."""

    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    proposal = UUID(null=True, default=None)
    until = Timestamptz(default=None, required=True)
    reason = Text(default=None, required=True)
    salt = Bytea(default=None, required=True)
    digest = Varchar(length=64, default=None, required=True)
    author = UUID(default=None, required=True)
    at = Timestamptz(default=None, required=True)


class Withdrawal(Table, tablename="withdrawal", db=DB):
    """From where a proposal was withdrawn."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    stage = Varchar(length=40, default=None, required=True)
    visit = Integer(default=None, required=True)
    returned = Boolean(default=None, required=True)
    at = Timestamptz(default=None, required=True)
    undone_at = Timestamptz(null=True, default=None)


class Amendment(Table, tablename="amendment", db=DB):
    """The working answers and files as they were before the owner began to amend."""

    proposal = UUID(primary_key=True, default=None)
    opened_at = Timestamptz(default=None, required=True)
    answers = JSONB(default=None, required=True)
    files = JSONB(default=None, required=True)


class Message(Table, tablename="message", db=DB):
    """One message between an applicant and the officers; append-only but for the closing of a question."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    side = Varchar(length=10, default=None, required=True)
    author = UUID(default=None, required=True)
    text = Text(default=None, required=True)
    salt = Bytea(default=None, required=True)
    digest = Varchar(length=64, default=None, required=True)
    files = JSONB(default="[]")
    question = Boolean(default=False)
    closed_at = Timestamptz(null=True, default=None)
    at = Timestamptz(default=None, required=True)
