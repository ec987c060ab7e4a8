"""Editions of a call, and what two of them differ in."""

from uuid import UUID

import msgspec

from forms import Edition
from forms.differences import Difference, differences
from service.domain.actor import Actor
from service.problems import NotFound
from service.store.database import row
from service.store.editions import edition


class Comparison(msgspec.Struct, frozen=True):
    """Two editions of a call by their numbers, and every difference, in the order of the new one."""

    call: str
    old: int
    new: int
    differences: tuple[Difference, ...]


async def edition_numbered(slug: str, number: int) -> tuple[UUID, Edition]:
    """An edition of a call by its number, with its id. NotFound."""
    line = await row(
        "SELECT e.id FROM edition e JOIN call c ON c.id = e.call WHERE c.slug = {} AND e.number = {}",
        *(slug, max(0, min(number, 2**31 - 1))),
    )
    if line is None:
        raise NotFound(f"L’appel {slug} n’existe pas, ou n’a pas d’édition {number}.")
    return line["id"], await edition(line["id"])


class Numbered(msgspec.Struct, frozen=True):
    """An edition without its content."""

    id: UUID
    number: int


async def which(actor: Actor, slug: str, number: int) -> Numbered:  # noqa: ARG001  editions are public
    """The edition of a call with that number, the latest one for 0. NotFound."""
    line = await row(
        "SELECT e.id, e.number FROM edition e JOIN call c ON c.id = e.call"
        " WHERE c.slug = {} AND {}::integer IN (0, e.number) ORDER BY e.number DESC LIMIT 1",
        *(slug, max(-1, min(number, 2**31 - 1))),
    )
    if line is None:
        raise NotFound("Cet appel n’existe pas, ou n’a pas cette édition.")
    return Numbered(**line)


async def comparison(actor: Actor, slug: str, old: int, new: int) -> Comparison:  # noqa: ARG001  editions are public
    """What edition `new` changes of edition `old`. NotFound."""
    (old_id, was), (new_id, now) = await edition_numbered(slug, old), await edition_numbered(slug, new)
    if (old_id, new_id) not in _compared:  # anybody may ask, and neither changes any more
        if len(_compared) >= MOST_COMPARED:
            _compared.clear()
        _compared[old_id, new_id] = differences(was, now)
    return Comparison(slug, old, new, _compared[old_id, new_id])


_compared: dict[tuple[UUID, UUID], tuple[Difference, ...]] = {}
MOST_COMPARED = 100
