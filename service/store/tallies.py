"""What is kept of many rows for lists and boards, and the mails that a person does not want, as Piccolo sees them."""

from piccolo.columns import JSONB, UUID, Boolean, DoublePrecision, Integer, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Tally(Table, tablename="tally", db=DB):
    """The reviews of a proposal in a round, counted."""

    proposal = UUID(primary_key=True, default=None)
    round = Integer(default=None, required=True)
    call = UUID(default=None, required=True)
    reference = Varchar(length=40, default=None, required=True)
    version = Integer(default=1)
    stale = Boolean(default=True)
    n = Integer(default=0)
    total = DoublePrecision(null=True, default=None)
    spread = DoublePrecision(null=True, default=None)
    content = JSONB(default="{}")
    reviews = JSONB(default="[]")


class Unread(Table, tablename="unread", db=DB):
    """A proposal whose workflow has not read its last entry. Kept by triggers."""

    proposal = UUID(primary_key=True, default=None)
    since = Timestamptz(default=None, required=True)


class Silence(Table, tablename="silence", db=DB):
    """One mail that one person does not want."""

    account = UUID(primary_key=True, default=None)
    template = Varchar(length=40, default=None, required=True)
    since = Timestamptz(default=None, required=True)


class Agenda(Table, tablename="agenda", db=DB):
    """What a proposal waits for: whom, and until when."""

    proposal = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    owner = UUID(default=None, required=True)
    status = Varchar(length=12, default=None, required=True)
    phase = Varchar(length=12, default=None, required=True)
    stage = Varchar(length=40, default=None, required=True)
    round = Integer(default=None, required=True)
    whom = Varchar(length=12, default=None, required=True)
    due_at = Timestamptz(default=None, required=True)
    stage_due = Timestamptz(default=None, required=True)
    paused = Boolean(default=None, required=True)
    pending = Boolean(default=None, required=True)
