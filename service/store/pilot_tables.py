"""The tables of pilots, as Piccolo sees them."""

from piccolo.columns import UUID, Date, DoublePrecision, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Pilot(Table, tablename="pilot", db=DB):
    """An accepted proposal that is tried in the field."""

    proposal = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    phase = Varchar(length=13, default="investigation")
    partner = Varchar(length=300, default="")
    team = Text(default="")
    indicator = Varchar(length=300, default="")
    unit = Varchar(length=60, default="")
    baseline = DoublePrecision(null=True, default=None)
    target = DoublePrecision(null=True, default=None)
    version = Integer(default=1)
    began_at = Timestamptz(default=None, required=True)
    ended_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=40, default="")
    lessons = Text(default="")


class Milestone(Table, tablename="milestone", db=DB):
    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    title = Varchar(length=300, default=None, required=True)
    due = Date(default=None, required=True)
    reached = Date(null=True, default=None)
    evidence = Text(default="")
    link = Varchar(length=500, default="")
    author = UUID(default=None, required=True)
    at = Timestamptz(default=None, required=True)


class Measure(Table, tablename="measure", db=DB):
    """The indicator on a day."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    day = Date(default=None, required=True)
    value = DoublePrecision(default=None, required=True)
    source = Text(default="")
    author = UUID(default=None, required=True)
    at = Timestamptz(default=None, required=True)


class PilotReview(Table, tablename="pilot_review", db=DB):
    """A go / no-go review, convened, and then held."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    number = Integer(default=None, required=True)
    phase = Varchar(length=13, default=None, required=True)
    due_at = Timestamptz(null=True, default=None)
    convened_at = Timestamptz(null=True, default=None)
    verdict = Varchar(length=4, default="")
    reasons = Text(default="")
    author = UUID(null=True, default=None)
    held_at = Timestamptz(null=True, default=None)
