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

PAGE = 1000  # proposals

# What may be asked of the reviews, and where it stands: what is not asked is not even sent by the database. `experts`:
# who gave it, several names where it is joint; `revision` from 1; `at`: of that revision; by criterion, and "" for the
# whole, `scores`, `comments` and `confidential`, which is for officers and committee alone; `comment`: on the whole.
_GIVEN = {
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
PARTS = ("reference", "title", *_GIVEN)
# Each part is found by the index that gives just that, whatever a planner takes a page for: left to itself, it joins
# whole tables for each page, or every seat of a page with every review.
_REVIEWS = """
WITH p AS MATERIALIZED (SELECT * FROM unnest({}::uuid[]) WITH ORDINALITY AS p (id, place)),
w AS MATERIALIZED (
    SELECT a.proposal, a.round, a.review, string_agg(k.name, ', ' ORDER BY a.rank) AS experts, min(a.rank) AS rank
      FROM assignment a JOIN account k ON k.id = a.expert
     WHERE a.proposal = ANY(ARRAY(SELECT id FROM p)) AND a.status = 'done' GROUP BY 1, 2, 3
)
SELECT p.place% FROM w JOIN p ON p.id = w.proposal, LATERAL (
    SELECT number, at, content FROM revision WHERE subject = 'review' AND subject_id = w.review
     ORDER BY number DESC LIMIT 1
) v ORDER BY p.place, w.round, w.rank
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
    asked = [part for part in _GIVEN if part in parts]
    reviews = _REVIEWS.replace("%", "".join(f", {_GIVEN[part]} AS {part}" for part in asked))
    may, args = visible(actor, Action.REVIEW_READ_ALL)
    last = ""
    while found := await columns(
        "SELECT p.id, p.reference, p.title FROM proposal p WHERE p.call = {} AND p.reference > {}"  # noqa: S608
        f" AND {may} ORDER BY p.reference LIMIT {PAGE}",
        *(about.id, last, *args),
    ):
        ids, references, titles = found
        last = references[-1]
        read = await columns(reviews, ids)
        if not read:
            continue
        places, *given = read
        await note_readings(actor, [ids[place - 1] for place in sorted(set(places))], "reviews_table")
        yield {
            "reference": [references[place - 1] for place in places],
            "title": [titles[place - 1] for place in places],
            **{part: _read(part, column) for part, column in zip(asked, given, strict=True)},
        }
