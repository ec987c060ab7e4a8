"""The tables of experts, as Piccolo sees them."""

from piccolo.columns import JSONB, UUID, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Profile(Table, tablename="profile", db=DB):
    """What an expert says of themselves."""

    account = UUID(primary_key=True, default=None)
    headline = Varchar(length=200, default="")
    biography = Text(default="")
    keywords = JSONB(default="[]")
    terms = JSONB(default="[]")
    languages = JSONB(default="[]")
    most = Integer(null=True, default=None)
    search = Text(default="")
    version = Integer(default=1)
    saved_at = Timestamptz(default=None, required=True)


class Affiliation(Table, tablename="affiliation", db=DB):
    """An organisation of an expert, from one day to another."""

    id = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    organisation = Varchar(length=300, default=None, required=True)
    identifier = Varchar(length=40, default="")
    since = Date(null=True, default=None)
    until = Date(null=True, default=None)


class Absence(Table, tablename="absence", db=DB):
    """Days on which an expert is not asked, the last one included."""

    id = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    starts = Date(default=None, required=True)
    ends = Date(default=None, required=True)


class Team(Table, tablename="team", db=DB):
    """Experts of a call who take the same proposals."""

    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    name = Varchar(length=120, default=None, required=True)
    created_at = Timestamptz(default=None, required=True)
    ended_at = Timestamptz(null=True, default=None)


class TeamMember(Table, tablename="team_member", db=DB):
    team = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)


class Suggestion(Table, tablename="suggestion", db=DB):
    """Somebody whom an expert names in their place."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    assignment = UUID(default=None, required=True)
    name = Varchar(length=200, default="")
    email = Varchar(length=254, default="")
    at = Timestamptz(default=None, required=True)
    taken_at = Timestamptz(null=True, default=None)


class Roster(Table, tablename="roster", db=DB):
    """A list of experts read from a file, applied line by line."""

    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    author = UUID(null=True, default=None)
    file = Varchar(length=255, default=None, required=True)
    lines = JSONB(default=None, required=True)
    applied = Integer(default=0)
    total = Integer(default=None, required=True)
    read_at = Timestamptz(default=None, required=True)
    begun_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
