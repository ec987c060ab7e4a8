"""The tables of an officer's hand, in bulk too, and of experts who disagree, as Piccolo sees them."""

from piccolo.columns import JSONB, UUID, Boolean, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Steering(Table, tablename="steering", db=DB):
    """What an officer did to the course of a proposal, and why."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    act = Varchar(length=10, default=None, required=True)
    visit = Integer(default=None, required=True)
    clock = Varchar(length=10, default="")
    until = Timestamptz(null=True, default=None)
    told = Boolean(default=False)
    reason = Text(default=None, required=True)
    salt = Bytea(default=None, required=True)
    digest = Varchar(length=64, default=None, required=True)
    author = UUID(default=None, required=True)
    at = Timestamptz(default=None, required=True)


class Batch(Table, tablename="batch", db=DB):
    """One act on many proposals."""

    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    act = Varchar(length=20, default=None, required=True)
    content = JSONB(default=None, required=True)
    author = UUID(default=None, required=True)
    created_at = Timestamptz(default=None, required=True)
    finished_at = Timestamptz(null=True, default=None)
    request = Varchar(length=64, default="")


class BatchItem(Table, tablename="batch_item", db=DB):
    """One of them, and what the act came to."""

    batch = UUID(primary_key=True, default=None)
    number = Integer(default=None, required=True)
    proposal = UUID(default=None, required=True)
    state = Varchar(length=8, default="waiting")
    detail = Varchar(length=400, default="")
    at = Timestamptz(null=True, default=None)


class Conciliation(Table, tablename="conciliation", db=DB):
    """What experts who disagree say to each other; append-only."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    round = Integer(default=None, required=True)
    author = UUID(default=None, required=True)
    text = Text(default=None, required=True)
    salt = Bytea(default=None, required=True)
    digest = Varchar(length=64, default=None, required=True)
    at = Timestamptz(default=None, required=True)
