"""An expert's reviews: listed, written, marked for oneself, submitted."""

from uuid import UUID

import msgspec
from litestar import get, patch, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, etag, unchanged
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import marks, reviews
from service.operations.marks import MarkContent, SavedMark
from service.operations.reviews import PartChange, ReviewContent, SavedParts, SavedReview, SubmittedReview
from service.views import reviews as views
from service.views.walks import Show

REVIEWS = "Reviews"


class SavingParts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parts by name: a criterion's id, `@general`, `@recommendation` or `@confidence`."""

    parts: dict[str, PartChange]


class ShowQuery(msgspec.Struct, frozen=True):
    """Of what one accepted: todo, doubt, done or all."""

    show: Show | None = None


class StandingQuery(ShowQuery, frozen=True):
    """The same; `opened`: I look from now on at what was fetched ahead, which is recorded as a reading."""

    opened: bool = False


@get(
    "/api/reviews",
    opt=tell(
        SIGNED_IN,
        "My invitations and reviews, the most urgent first",
        REVIEWS,
        query=ShowQuery,
        answer=views.MyReviews,
        problems=(422,),
    ),
)
async def list_reviews(request: AnyRequest) -> Answer:
    """To answer, to write, done. `show`: of what I accepted, what is to do, in doubt, or done."""
    show = reading.query(request, ShowQuery).show or "all"
    return answer(await views.my_reviews(actor_of(request), show))


@get(
    "/api/reviews/{review_id:uuid}",
    opt=tell(
        Action.REVIEW_READ_OWN,
        "My review, beside the proposal and the grid",
        REVIEWS,
        query=ShowQuery,
        answer=views.ReviewView,
        problems=(404, 422),
        gives_version=True,
    ),
)
async def show_review(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """One's own review, with my marks and earlier scores. `show`: the list that one walks through."""
    found = await views.review(actor_of(request), review_id, reading.query(request, ShowQuery).show or "todo")
    return answer(found, headers=etag(found.version))


@get(
    "/api/reviews/{review_id:uuid}/standing",
    opt=tell(
        Action.REVIEW_READ_OWN,
        "What has changed since: digests of the parts of my review, my marks, where I stand",
        REVIEWS,
        query=StandingQuery,
        answer=views.Standing,
        problems=(404, 422),
    ),
)
async def show_standing(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """With the `ETag` of the last answer in `If-None-Match`: 304 as long as nothing of it changed."""
    asked, known = reading.query(request, StandingQuery), request.headers.get("if-none-match", "")
    found = await views.standing(actor_of(request), review_id, asked.show or "todo", known, opened=asked.opened)
    if isinstance(found, str):
        return unchanged(found)
    return answer(found, headers={"ETag": found.mark})


@patch(
    "/api/reviews/{review_id:uuid}",
    opt=tell(
        Action.REVIEW_SAVE,
        "Save parts of my review, each with the digest that it is based on",
        REVIEWS,
        body=SavingParts,
        answer=SavedParts,
        problems=(403, 404, 409, 422),
        example={"parts": {"impact": {"score": 4, "comment": "Bénéfice mesurable.", "based_on": "d2f61c6f3b2e0a17"}}},
    ),
)
async def save_parts(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """`marks` of the review has the digests. A part that was changed meanwhile is in `clashes` as it is, and was left
    alone; the others are saved."""
    content = await reading.body(request, SavingParts)
    return answer(await reviews.save_parts(actor_of(request), review_id, content.parts, now=clock.now()))


@put(
    "/api/reviews/{review_id:uuid}/mark",
    opt=tell(
        Action.REVIEW_MARK,
        "Mark a proposal for myself: a doubt, a note",
        REVIEWS,
        body=MarkContent,
        answer=SavedMark,
        problems=(403, 404, 409, 422),
        example={"doubt": True, "note": "Comparer avec le précédent.", "based_on": 0},
    ),
)
async def save_mark(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """Nobody else reads it. What is absent stays; a note changed since version `based_on` is left alone (`clash`)."""
    content = await reading.body(request, MarkContent)
    return answer(await marks.save_mark(actor_of(request), review_id, content, now=clock.now()))


@put(
    "/api/reviews/{review_id:uuid}",
    opt=tell(
        Action.REVIEW_SAVE,
        "Save my review as a draft",
        REVIEWS,
        body=ReviewContent,
        answer=SavedReview,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
        example={"scores": {"impact": 4}, "comments": {"impact": "Bénéfice mesurable.", "": "Dossier solide."}},
    ),
)
async def save_review(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """The whole draft, based on the version in If-Match."""
    version = reading.version(request)
    content = await reading.body(request, ReviewContent)
    saved = await reviews.save_review(actor_of(request), review_id, content, version, now=clock.now())
    return answer(saved, headers=etag(saved.version))


@post(
    "/api/reviews/{review_id:uuid}/submit",
    opt=tell(
        Action.REVIEW_SUBMIT,
        "Submit what was saved",
        REVIEWS,
        answer=SubmittedReview,
        problems=(403, 404, 409, 422),
        versioned=True,
        gives_version=True,
    ),
)
async def submit_review(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """It may be revised and submitted again while the stage lasts."""
    version = reading.version(request)
    await reading.nothing(request)
    submitted = await reviews.submit_review(actor_of(request), review_id, version, now=clock.now())
    return answer(submitted, headers=etag(submitted.version))


routes = (
    list_reviews,
    show_review,
    show_standing,
    save_review,
    save_parts,
    save_mark,
    submit_review,
)
