"""Objects whose rows are deleted, as Piccolo sees them."""

from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table

from service.store.database import DB


class Disposal(Table, tablename="disposal", db=DB):
    """An object to remove from the store."""

    key = Varchar(length=200, primary_key=True, default=None)
    handle = Varchar(length=1024, default="")
    since = Timestamptz(default=None, required=True)
