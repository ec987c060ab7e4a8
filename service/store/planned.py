"""The tables of plans, pins and bids, as Piccolo sees them."""

from piccolo.columns import JSONB, UUID, Boolean, DoublePrecision, Integer, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Plan(Table, tablename="plan", db=DB):
    """Who reviews what in a call: asked for, made by a worker, applied."""

    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    number = Integer(default=None, required=True)
    status = Varchar(length=8, default=None, required=True)
    settings = JSONB(default=None, required=True)
    author = UUID(null=True, default=None)
    created_at = Timestamptz(default=None, required=True)
    claimed_at = Timestamptz(null=True, default=None)
    tries = Integer(default=0)
    finished_at = Timestamptz(null=True, default=None)
    state = Varchar(length=64, default="")
    outcome = JSONB(null=True, default=None)
    applied_at = Timestamptz(null=True, default=None)
    applied_by = UUID(null=True, default=None)
    error = Varchar(length=300, default="")
    request = Varchar(length=64, default="")


class PlanLine(Table, tablename="plan_line", db=DB):
    """A taker, expert or team, for a proposal."""

    plan = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    place = Varchar(length=11, default=None, required=True)
    rank = Integer(default=None, required=True)
    expert = UUID(null=True, default=None)
    team = UUID(null=True, default=None)
    affinity = DoublePrecision(default=None, required=True)
    pinned = Boolean(default=False)
    crowded = Boolean(default=False)
    reasons = JSONB(default=None, required=True)


class PlanItem(Table, tablename="plan_item", db=DB):
    """A proposal of a plan that is applied, and what was done with it."""

    plan = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    listed = Integer(default=None, required=True)
    skipped = Integer(default=None, required=True)


class Pin(Table, tablename="pin", db=DB):
    """A taker that a proposal shall get in every plan, or never."""

    proposal = UUID(primary_key=True, default=None)
    taker = UUID(default=None, required=True)
    expert = UUID(null=True, default=None)
    team = UUID(null=True, default=None)
    kind = Varchar(length=3, default=None, required=True)
    author = UUID(null=True, default=None)
    at = Timestamptz(default=None, required=True)


class Bid(Table, tablename="bid", db=DB):
    """What an expert would like; neutral where there is none."""

    proposal = UUID(primary_key=True, default=None)
    expert = UUID(default=None, required=True)
    bid = Varchar(length=10, default=None, required=True)
    at = Timestamptz(default=None, required=True)
