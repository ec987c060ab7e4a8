"""The tables of conflicts of interest beside `conflict`, as Piccolo sees them."""

from piccolo.columns import UUID, Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Interest(Table, tablename="interest", db=DB):
    """What a person declares once for all proposals: an organisation, a person, a proposal."""

    id = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    kind = Varchar(length=12, default=None, required=True)
    name = Varchar(length=300, default=None, required=True)
    identifier = Varchar(length=254, default="")
    reason = Text(default="")
    created_at = Timestamptz(default=None, required=True)
    ended_at = Timestamptz(null=True, default=None)


class Tie(Table, tablename="tie", db=DB):
    """A key of whoever has a part in running a call."""

    account = UUID(primary_key=True, default=None)
    kind = Varchar(length=12, default=None, required=True)
    value = Text(default=None, required=True)
    source = Varchar(length=11, default=None, required=True)
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)


class Trace(Table, tablename="trace", db=DB):
    """A key of what a proposal says."""

    proposal = UUID(primary_key=True, default=None)
    kind = Varchar(length=12, default=None, required=True)
    value = Text(default=None, required=True)
    field = Varchar(length=60, default="")
