"""The tables of proposals that several people write, as Piccolo sees them."""

from piccolo.columns import UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Collaborator(Table, tablename="collaborator", db=DB):
    """Somebody who joined a proposal at its owner's invitation."""

    proposal = UUID(primary_key=True, default=None)
    account = UUID(default=None, required=True)
    level = Varchar(length=6, default=None, required=True)
    since = Timestamptz(default=None, required=True)


class Share(Table, tablename="share", db=DB):
    """An invitation to join a proposal, or the offer of its ownership."""

    id = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    email = Varchar(length=254, default=None, required=True)
    level = Varchar(length=6, default=None, required=True)
    inviter = UUID(default=None, required=True)
    secret_hash = Bytea(default=None, required=True)
    at = Timestamptz(default=None, required=True)
    expires_at = Timestamptz(default=None, required=True)
    ended_at = Timestamptz(null=True, default=None)
