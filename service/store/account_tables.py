"""The tables of people: how they sign in, in what roles they act, what they looked at, as Piccolo sees them."""

from piccolo.columns import UUID, Array, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Account(Table, tablename="account", db=DB):
    id = UUID(primary_key=True, default=None)
    email = Varchar(length=254, default=None, required=True)
    name = Varchar(length=200, default=None, required=True)
    organisation = Varchar(length=300, default="")
    password_hash = Text(null=True, default=None)
    created_at = Timestamptz(default=None, required=True)
    confirmed_at = Timestamptz(null=True, default=None)
    disabled_at = Timestamptz(null=True, default=None)
    salt = Bytea(default=None, required=True)


class Identity(Table, tablename="identity", db=DB):
    id = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    iss = Varchar(length=300, default=None, required=True)
    sub = Varchar(length=300, default=None, required=True)
    created_at = Timestamptz(default=None, required=True)


class Session(Table, tablename="session", db=DB):
    """One row per browser session and per bearer token."""

    id = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    kind = Varchar(length=10, default=None, required=True)
    label = Varchar(length=200, default="")
    secret_hash = Bytea(default=None, required=True)
    created_at = Timestamptz(default=None, required=True)
    seen_at = Timestamptz(default=None, required=True)
    expires_at = Timestamptz(default=None, required=True)


class Ticket(Table, tablename="ticket", db=DB):
    """Single-use links: prove an address, reset, invite."""

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=10, default=None, required=True)
    account = UUID(default=None, required=True)
    secret_hash = Bytea(default=None, required=True)
    created_at = Timestamptz(default=None, required=True)
    expires_at = Timestamptz(default=None, required=True)
    used_at = Timestamptz(null=True, default=None)


class Throttle(Table, tablename="throttle", db=DB):
    """Failures per key (an address, an account) in a window."""

    key = Varchar(length=200, primary_key=True, default=None)
    attempts = Integer(default=None, required=True)
    since = Timestamptz(default=None, required=True)


class Role(Table, tablename="role", db=DB):
    id = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    call = UUID(null=True, default=None)
    role = Varchar(length=12, default=None, required=True)
    granted_at = Timestamptz(default=None, required=True)
    most = Integer(null=True, default=None)


class AccessLog(Table, tablename="access_log", db=DB):
    """Who read which proposal, or which at once, as a table gives them; purged after 12 months."""

    id = UUID(primary_key=True, default=None)
    at = Timestamptz(default=None, required=True)
    account = UUID(null=True, default=None)
    proposal = UUID(null=True, default=None)
    proposals = Array(base_column=UUID(), null=True, default=None)
    what = Varchar(length=40, default=None, required=True)
    request = Varchar(length=64, default="")
