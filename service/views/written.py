"""The reviews of a call as they were last submitted, column by column: what tables of reviews are made of."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import columns, records
from service.views.calls import require_on_call
from service.views.readable import note_readings
from service.views.visible import visible

PAGE = 1000  # proposals

# What may be asked of the reviews beside who gave each, `experts` (several names where it is joint), and in which
# `round`: what is not asked is not even sent by the database. `revision` from 1; `at`: of that revision; by criterion,
# and "" for the whole, `scores`, `comments` and `confidential`, which is for officers and committee alone; `comment`:
# on the whole.
_GIVEN = {
    "revision": "number",
    "at": "at",
    "scores": "content -> 'scores'",
    "comment": "coalesce(content -> 'comments' ->> '', '')",
    "comments": "content -> 'comments'",
    "confidential": "content -> 'confidential'",
    "confidence": "coalesce(content ->> 'confidence', '')",
    "recommendation": "coalesce(content ->> 'recommendation', '')",
}
PARTS = ("reference", "title", "round", "experts", *_GIVEN)
# Two plain reads for each page, each column in one piece, put together here: whatever a planner makes of a page, it
# joins them at the price of a descent into an index for each review, or by whole tables.
_SEATS = (
    "SELECT array_agg(s.proposal), array_agg(s.round), array_agg(s.review), array_agg(s.name) FROM ("
    " SELECT a.proposal, a.round, a.review, k.name FROM assignment a JOIN account k ON k.id = a.expert"
    " WHERE a.proposal = ANY({}) AND a.status = 'done' ORDER BY a.proposal, a.round, a.rank) s"
)
_REVISIONS = (
    "SELECT array_agg(subject_id), array_agg(number)% FROM revision WHERE proposal = ANY({}) AND subject = 'review'"
)

_texts = msgspec.json.Decoder(dict[str, str]).decode
# Marks come from scales, so few sets of scores differ: each is read once.
_scores = lru_cache(maxsize=4096)(msgspec.json.Decoder(dict[str, float | None]).decode)
_READ: Mapping[str, Callable[[str], Any]] = {"scores": _scores, "comments": _texts, "confidential": _texts}


def _read(part: str, column: Sequence[Any]) -> Sequence[Any]:
    decode = _READ.get(part)
    return [decode(one or "{}") for one in column] if decode is not None else column


def joined(seats: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Seats whose review is one: a line, with the names of all."""
    found: dict[tuple[UUID, int, UUID], str] = {}
    for *key, name in zip(*seats, strict=True):
        proposal, number, review = key
        one = (proposal, number, review)
        found[one] = f"{found[one]}, {name}" if one in found else name
    return *zip(*found, strict=True), list(found.values())


def last_of(reviews: Sequence[UUID], numbers: Sequence[int]) -> dict[UUID, int]:
    """Where the last revision of each review is among these."""
    found = dict(zip(reviews, range(len(reviews)), strict=True))
    if len(found) < len(reviews):
        for place, review in enumerate(reviews):
            if numbers[found[review]] < numbers[place]:
                found[review] = place
    return found


async def _page(ids: Sequence[UUID], asked: Collection[str]) -> Mapping[str, Sequence[Any]] | None:
    """The reviews of these proposals, in their order, and of each its `place` among them; None where there is none."""
    given = [part for part in _GIVEN if part in asked]
    [seats] = await records(_SEATS, ids)
    [revisions] = await records(_REVISIONS.replace("%", "".join(f", array_agg({_GIVEN[part]})" for part in given)), ids)
    if seats[0] is None or revisions[0] is None:
        return None
    if len(set(seats[2])) < len(seats[2]):
        seats = joined(seats)
    proposals, rounds, reviews, names = seats
    last = last_of(*revisions[:2])
    places = list(map(dict(zip(ids, range(len(ids)), strict=True)).__getitem__, proposals))
    # The sort is stable: by round and in the order of the list, as they came.
    order = [one for one in sorted(range(len(places)), key=places.__getitem__) if reviews[one] in last]
    at = [last[reviews[one]] for one in order]
    return {
        "place": [places[one] for one in order],
        "round": [rounds[one] for one in order],
        "experts": [names[one] for one in order],
        **{part: _read(part, [column[one] for one in at]) for part, column in zip(given, revisions[2:], strict=True)},
    }


async def reviews_written(
    actor: Actor, slug: str, parts: Collection[str] = PARTS
) -> AsyncIterator[Mapping[str, Sequence[Any]]]:
    """All of a call that the reader may see, by reference, some at a time: of each of these `PARTS` a column. Recorded
    as read. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    may, args = visible(actor, Action.REVIEW_READ_ALL)
    last = ""
    while found := await columns(
        "SELECT p.id, p.reference, p.title FROM proposal p WHERE p.call = {} AND p.reference > {}"  # noqa: S608
        f" AND {may} ORDER BY p.reference LIMIT {PAGE}",
        *(about.id, last, *args),
    ):
        ids, references, titles = found
        last = references[-1]
        read = await _page(ids, parts)
        if read is None or not read["place"]:
            continue
        places = read["place"]
        await note_readings(actor, [ids[place] for place in sorted(set(places))], "reviews_table")
        yield {
            **read,
            "reference": [references[place] for place in places],
            "title": [titles[place] for place in places],
        }
