"""The tables of questions on a call, as Piccolo sees them."""

from piccolo.columns import UUID, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Inquiry(Table, tablename="inquiry", db=DB):
    """A question as it was asked, and what became of it."""

    id = UUID(primary_key=True, default=None)
    call = UUID(default=None, required=True)
    asker = UUID(default=None, required=True)
    text = Text(default=None, required=True)
    salt = Bytea(default=None, required=True)
    digest = Varchar(length=64, default=None, required=True)
    at = Timestamptz(default=None, required=True)
    state = Varchar(length=9, default=None, required=True)
    published = Integer(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    changed_at = Timestamptz(null=True, default=None)
    reason = Text(default="")
    closed_at = Timestamptz(null=True, default=None)


class InquiryRevision(Table, tablename="inquiry_revision", db=DB):
    """Question and answer as an officer worded them; append-only."""

    inquiry = UUID(primary_key=True, default=None)
    number = Integer(default=None, required=True)
    question = Text(default=None, required=True)
    answer = Text(default=None, required=True)
    author = UUID(default=None, required=True)
    salt = Bytea(default=None, required=True)
    digest = Varchar(length=64, default=None, required=True)
    at = Timestamptz(default=None, required=True)
