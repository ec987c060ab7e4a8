"""What waits to be drawn or sent, and what was answered once, as Piccolo sees it."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Bytea, Integer, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Job(Table, tablename="job", db=DB):
    """One document to draw, then the drawn document."""

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=12, default=None, required=True)
    proposal = UUID(null=True, default=None)
    audience = Varchar(length=12, default=None, required=True)
    position = Integer(null=True, default=None)
    renderer = Varchar(length=40, default=None, required=True)
    status = Varchar(length=8, default=None, required=True)
    created_at = Timestamptz(default=None, required=True)
    started_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    attempts = Integer(default=0)
    size = BigInt(null=True, default=None)
    sha256 = Varchar(length=64, null=True, default=None)
    error = Varchar(length=300, default="")
    request = Varchar(length=64, default="")
    edition = UUID(null=True, default=None)
    rank = Integer(null=True, default=None)
    ranked = Integer(null=True, default=None)
    sitting = UUID(null=True, default=None)
    content = JSONB(null=True, default=None)
    mark = Varchar(length=64, default="")
    call = UUID(null=True, default=None)


class Outbox(Table, tablename="outbox", db=DB):
    id = UUID(primary_key=True, default=None)
    message_id = Varchar(length=120, default=None, required=True)
    account = UUID(null=True, default=None)
    email = Varchar(length=254, default=None, required=True)
    template = Varchar(length=40, default=None, required=True)
    data = JSONB(default=None, required=True)
    created_at = Timestamptz(default=None, required=True)
    claimed_at = Timestamptz(null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    attempts = Integer(default=0)
    error = Varchar(length=300, default="")
    again_at = Timestamptz(null=True, default=None)
    request = Varchar(length=64, default="")
    held = Boolean(default=False)
    gathered_at = Timestamptz(null=True, default=None)
    digest = UUID(null=True, default=None)


class Idempotency(Table, tablename="idempotency", db=DB):
    scope = Varchar(length=80, primary_key=True, default=None)
    key = Varchar(length=200, default=None, required=True)
    fingerprint = Bytea(default=None, required=True)
    result = JSONB(null=True, default=None)
    at = Timestamptz(default=None, required=True)
