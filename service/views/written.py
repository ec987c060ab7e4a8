"""The reviews of a call as they were last submitted, one after the other: what tables of reviews are made of."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import Row, rows
from service.views.calls import require_on_call
from service.views.readable import note_readings
from service.views.visible import visible

PAGE = 500  # proposals


class Content(msgspec.Struct, frozen=True):
    """What a review says: by criterion, and "" for the whole. `confidential`: for officers and committee alone."""

    scores: Mapping[str, float | None] = {}
    comments: Mapping[str, str] = {}
    confidential: Mapping[str, str] = {}
    confidence: str = ""
    recommendation: str = ""


class WrittenReview(msgspec.Struct, frozen=True):
    """A review. `experts`: who gave it, several names where it is joint; `revision` from 1; `at`: of that revision."""

    reference: str
    title: str
    round: int
    experts: str
    revision: int
    at: datetime
    content: Content


# Most tables hold of the comments the one on the whole: what fills most of a review is not even sent by the database.
_BRIEF = (
    "v.content -> 'scores' AS scores, v.content -> 'comments' ->> '' AS comment,"
    " v.content ->> 'confidence' AS confidence, v.content ->> 'recommendation' AS recommendation"
)
_REVIEWS = """
SELECT w.proposal, w.round, w.experts, v.number, v.at, % FROM (
    SELECT a.proposal, a.round, a.review, string_agg(k.name, ', ' ORDER BY a.rank) AS experts, min(a.rank) AS rank
      FROM assignment a JOIN account k ON k.id = a.expert
     WHERE a.proposal = ANY({}) AND a.status = 'done' GROUP BY a.proposal, a.round, a.review
) w JOIN LATERAL (
    SELECT number, at, content FROM revision r WHERE r.subject = 'review' AND r.subject_id = w.review
     ORDER BY number DESC LIMIT 1
) v ON true ORDER BY w.proposal, w.round, w.rank
"""


_whole = msgspec.json.Decoder(Content).decode
_scores = msgspec.json.Decoder(dict[str, float | None]).decode


def _read(line: Row, *, whole: bool) -> Content:
    if whole:
        return _whole(line["content"])
    scores = _scores(line["scores"] or "{}")
    return Content(scores, {"": line["comment"] or ""}, {}, line["confidence"] or "", line["recommendation"] or "")


async def reviews_written(actor: Actor, slug: str, *, whole: bool) -> AsyncIterator[Sequence[WrittenReview]]:
    """All of a call that the reader may see, by reference, some at a time; recorded as read. `whole`: with the comments
    on each criterion. NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BOARD)
    reviews = _REVIEWS.replace("%", "v.content" if whole else _BRIEF)
    may, args = visible(actor, Action.REVIEW_READ_ALL)
    last = ""
    while True:
        found = await rows(
            "SELECT p.id, p.reference, p.title FROM proposal p WHERE p.call = {} AND p.reference > {}"  # noqa: S608
            f" AND {may} ORDER BY p.reference LIMIT {PAGE}",
            *(about.id, last, *args),
        )
        if not found:
            return
        given: dict[UUID, list[Row]] = {line["id"]: [] for line in found}
        for line in await rows(reviews, list(given)):
            given[line["proposal"]].append(line)
        await note_readings(actor, [proposal for proposal, lines in given.items() if lines], "reviews_table")
        yield [
            WrittenReview(
                *(proposal["reference"], proposal["title"], line["round"], line["experts"], line["number"], line["at"]),
                _read(line, whole=whole),
            )
            for proposal in found
            for line in given[proposal["id"]]
        ]
        last = found[-1]["reference"]
