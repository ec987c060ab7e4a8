"""The reviews of a call as they were last submitted, column by column: what tables of reviews are made of."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import columns
from service.views.calls import require_on_call
from service.views.readable import note_readings
from service.views.visible import visible

PAGE = 500  # proposals

# What may be asked of the reviews, and where it stands: what is not asked is not even sent by the database. `experts`:
# who gave it, several names where it is joint; `revision` from 1; `at`: of that revision; by criterion, and "" for the
# whole, `scores`, `comments` and `confidential`, which is for officers and committee alone; `comment`: on the whole.
_PARTS = {
    "round": "w.round",
    "experts": "w.experts",
    "revision": "v.number",
    "at": "v.at",
    "scores": "v.content -> 'scores'",
    "comment": "coalesce(v.content -> 'comments' ->> '', '')",
    "comments": "v.content -> 'comments'",
    "confidential": "v.content -> 'confidential'",
    "confidence": "coalesce(v.content ->> 'confidence', '')",
    "recommendation": "coalesce(v.content ->> 'recommendation', '')",
}
_OF_PROPOSALS = ("reference", "title")
PARTS = (*_OF_PROPOSALS, *_PARTS)
# Both parts are read proposal by proposal, then joined: what a planner that knows how many there are would not do. It
# would read the whole table for each page, and look for each review by itself.
_REVIEWS = """
SELECT w.place, % FROM (
    SELECT p.place, a.round, a.review, string_agg(k.name, ', ' ORDER BY a.rank) AS experts, min(a.rank) AS rank
      FROM unnest({}::uuid[]) WITH ORDINALITY AS p (id, place),
           LATERAL (SELECT * FROM assignment WHERE proposal = p.id AND status = 'done' OFFSET 0) a
      JOIN account k ON k.id = a.expert GROUP BY p.place, a.round, a.review
) w JOIN (
    SELECT r.* FROM unnest({}::uuid[]) AS p (id), LATERAL (
        SELECT DISTINCT ON (subject_id) subject_id AS review, number, at, content FROM revision
         WHERE proposal = p.id AND subject = 'review' ORDER BY subject_id, number DESC
    ) r
) v ON v.review = w.review ORDER BY w.place, w.round, w.rank
"""

_texts = msgspec.json.Decoder(dict[str, str]).decode
# Marks come from scales, so few sets of scores differ: each is read once.
_scores = lru_cache(maxsize=4096)(msgspec.json.Decoder(dict[str, float | None]).decode)
_READ: Mapping[str, Callable[[str], Any]] = {"scores": _scores, "comments": _texts, "confidential": _texts}


def _read(part: str, column: Sequence[Any]) -> Sequence[Any]:
    decode = _READ.get(part)
    return [decode(one or "{}") for one in column] if decode is not None else column


async def reviews_written(
    actor: Actor, slug: str, parts: Collection[str] = PARTS
) -> AsyncIterator[Mapping[str, Sequence[Any]]]:
    """All of a call that the reader may see, by reference, some at a time: of each of these `PARTS` a column. Recorded
    as read. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    asked = [part for part in _PARTS if part in parts]
    reviews = _REVIEWS.replace("%", ", ".join([_PARTS[part] for part in asked] or ["NULL"]))
    may, args = visible(actor, Action.REVIEW_READ_ALL)
    last = ""
    while found := await columns(
        "SELECT p.id, p.reference, p.title FROM proposal p WHERE p.call = {} AND p.reference > {}"  # noqa: S608
        f" AND {may} ORDER BY p.reference LIMIT {PAGE}",
        *(about.id, last, *args),
    ):
        ids, references, titles = found
        last = references[-1]
        given = await columns(reviews, ids, ids)
        if not given:
            continue
        places = [place - 1 for place in given[0]]
        await note_readings(actor, [ids[place] for place in sorted(set(places))], "reviews_table")
        of_proposals = {"reference": references, "title": titles}
        yield {
            **{part: [column[place] for place in places] for part, column in of_proposals.items()},
            **{part: _read(part, column) for part, column in zip(asked, given[1:], strict=False)},
        }
