"""Cursors of lists in pages: the key of the last row that was shown, opaque to whoever sends it back."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from forms import FieldError
from service.problems import Invalid


class Paged(Protocol):
    """A page of a list. `next`: the cursor of the one that follows, None on the last one."""

    @property
    def next(self) -> str | None: ...


P = TypeVar("P", bound=Paged)


async def pages(read: Callable[[str | None], Awaitable[P]]) -> AsyncIterator[P]:
    """Page after page, the first one by the cursor None."""
    cursor: str | None = None
    while True:
        page = await read(cursor)
        yield page
        cursor = page.next
        if cursor is None:
            return


def write(key: str, last: UUID) -> str:
    """The cursor after a row of this sort key and id."""
    return base64.urlsafe_b64encode(msgspec.json.encode([key, last])).decode().rstrip("=")


def read(cursor: str) -> tuple[str, UUID]:
    """The sort key and the id. Raises Invalid for what is no cursor of ours."""
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key, last = msgspec.json.decode(said, type=tuple[str, UUID])
    except (ValueError, msgspec.MsgspecError) as error:
        raise refused() from error
    return key.replace("\0", ""), last


def refused() -> Invalid:
    """What whoever sent a cursor that is not ours is told."""
    said = "Ce curseur n’est pas valable : reprenez la liste à son début."
    return Invalid([FieldError("cursor", "bad_cursor", said, "Not a cursor of this list: begin again.")], said)
