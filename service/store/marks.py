"""What experts mark for themselves, as Piccolo sees it."""

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from service.store.database import DB


class Mark(Table, tablename="mark", db=DB):
    """One expert's doubt and note on one review. Nobody else reads them."""

    review = UUID(primary_key=True, default=None)
    proposal = UUID(default=None, required=True)
    expert = UUID(default=None, required=True)
    doubt = Boolean(default=False)
    note = Text(default="")
    version = Integer(default=0)
    saved_at = Timestamptz(default=None, required=True)
