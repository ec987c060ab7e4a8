"""The tables of what happens around a submission, as Piccolo sees them."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Bytea, Integer, Text, Timestamptz, Varchar
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


class Upload(Table, tablename="upload", db=DB):
    """A file that arrives in pieces, until it is an attachment."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    field = Varchar(length=60, default=None, required=True)
    name = Varchar(length=255, default=None, required=True)
    mark = Varchar(length=100, default=None, required=True)
    size = BigInt(default=None, required=True)
    replaces = UUID(null=True, default=None)
    sender = UUID(default=None, required=True)
    received = BigInt(default=0)
    handle = Varchar(length=1024, default="")
    etags = JSONB(default="[]")
    begun_at = Timestamptz(default=None, required=True)
    touched_at = Timestamptz(default=None, required=True)
