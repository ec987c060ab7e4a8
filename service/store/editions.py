"""Published editions, read once per process: an edition never changes."""

from uuid import UUID

from forms import Edition, edition_from_json
from service.store.database import value

_kept: dict[UUID, Edition] = {}


async def edition(edition_id: UUID) -> Edition:
    """The edition of that id. LookupError where there is none, which a foreign key rules out."""
    if edition_id not in _kept:
        content = await value("SELECT content FROM edition WHERE id = {}", edition_id)
        if content is None:
            raise LookupError(f"no edition {edition_id}")
        _kept[edition_id] = edition_from_json(content.encode())
    return _kept[edition_id]
