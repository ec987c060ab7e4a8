"""Rows of a block changed on two sides at once: what each side did to other rows is kept, row by row.

What a side began from is known by a digest of each row, in order, so that neither has to send it whole.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from forms.operands import ROW_ID

Row = Mapping[str, Any]
_GONE: Row = {}


def digest_of(row: Row) -> str:
    """What tells a row from any change of it: 12 hexadecimal digits of the SHA-256 of its JSON, keys sorted."""
    return hashlib.sha256(msgspec.json.encode(row, order="deterministic")).hexdigest()[:12]


def digests(value: Any) -> dict[str, str]:
    """The digest of each row of a block's value that has an identity, in order."""
    return {identity: digest_of(row) for identity, row in _by_identity(value).items()}


def merged(stored: Any, sent: Any, base: Mapping[str, str]) -> dict[str, Any] | None:
    """The rows of both sides together; None where both changed the same row differently, or a row has no identity.

    `stored`, `sent`: values of the block, null too. `base`: the digests of the rows that the sender knew. A row that it
    never knew stays; one that it left out although it knew it is removed.
    """
    theirs, mine = _by_identity(stored), _by_identity(sent)
    if len(theirs) != len(_rows(stored)) or len(mine) != len(_rows(sent)):
        return None
    kept: dict[str, Row] = {}
    for identity in {**theirs, **mine}:
        row = _settled(theirs.get(identity, _GONE), mine.get(identity, _GONE), base.get(identity))
        if row is None:
            return None
        if row:
            kept[identity] = row
    order = _order(list(base), list(mine), list(theirs))
    return {"rows": [dict(kept[identity]) for identity in order if identity in kept]}


def _settled(theirs: Row, mine: Row, base: str | None) -> Row | None:
    """One row, `_GONE` where it is on neither side any more; None where nobody can tell."""
    if theirs == mine:
        return theirs
    if base is None:  # one side added it
        return mine if not theirs else theirs if not mine else None
    if mine and digest_of(mine) == base:
        return theirs
    return mine if theirs and digest_of(theirs) == base else None


def _order(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """The order of whoever moved rows, the sender's where both did; the rows of the other side behind those that they
    followed there."""
    common = [one for one in base if one in mine]
    moved = common != [one for one in mine if one in base]
    first, second = (mine, theirs) if moved else (theirs, mine)
    order = list(first)
    for place, one in enumerate(second):
        if one not in order:
            order.insert(order.index(second[place - 1]) + 1 if place else 0, one)
    return order


def _rows(value: Any) -> list[Row]:
    rows = value.get("rows") if isinstance(value, Mapping) else None
    return list(rows) if isinstance(rows, list) else []


def _by_identity(value: Any) -> dict[str, Row]:
    return {str(row[ROW_ID]): row for row in _rows(value) if isinstance(row, Mapping) and row.get(ROW_ID)}
