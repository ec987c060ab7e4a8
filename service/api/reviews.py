"""An expert's work: invitations answered, reviews written and submitted."""

from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, etag
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import assignments, reviews
from service.operations.assignments import AnsweredAssignment
from service.operations.reviews import ReviewContent, SavedReview, SubmittedReview
from service.views import reviews as views

REVIEWS = "Reviews"


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why, for the officer; may be empty."""

    reason: str = ""


@post(
    "/api/assignments/{assignment_id:uuid}/accept",
    opt=tell(
        Action.ASSIGNMENT_ANSWER,
        "Accept an invitation",
        REVIEWS,
        answer=AnsweredAssignment,
        problems=(403, 404, 409),
    ),
)
async def accept_assignment(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """`review` is the review to write."""
    await reading.nothing(request)
    return answer(await assignments.accept_assignment(actor_of(request), assignment_id, now=clock.now()))


@post(
    "/api/assignments/{assignment_id:uuid}/decline",
    opt=tell(
        Action.ASSIGNMENT_ANSWER,
        "Decline an invitation, or give an assignment back",
        REVIEWS,
        body=Reason,
        answer=AnsweredAssignment,
        problems=(403, 404, 409, 422),
        example={"reason": "Indisponible jusqu’en septembre."},
    ),
)
async def decline_assignment(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """The process invites the next expert."""
    content = await reading.body_or(request, Reason())
    return answer(
        await assignments.decline_assignment(actor_of(request), assignment_id, content.reason, now=clock.now())
    )


@post(
    "/api/assignments/{assignment_id:uuid}/conflict",
    opt=tell(
        Action.CONFLICT_DECLARE,
        "Declare a conflict of interest: access ends at once",
        REVIEWS,
        body=Reason,
        answer=AnsweredAssignment,
        problems=(403, 404, 409, 422),
        example={"reason": "J’ai travaillé pour cet organisme en 2024."},
    ),
)
async def declare_conflict(request: AnyRequest, assignment_id: FromPath[UUID]) -> Answer:
    """A review already given no longer counts."""
    content = await reading.body_or(request, Reason())
    return answer(await assignments.declare_conflict(actor_of(request), assignment_id, content.reason, now=clock.now()))


@get(
    "/api/reviews",
    opt=tell(SIGNED_IN, "My invitations and reviews, the most urgent first", REVIEWS, answer=views.MyReviews),
)
async def list_reviews(request: AnyRequest) -> Answer:
    """To answer, to write, done."""
    return answer(await views.my_reviews(actor_of(request)))


@get(
    "/api/reviews/{review_id:uuid}",
    opt=tell(
        Action.REVIEW_READ_OWN,
        "My review, beside the proposal and the grid",
        REVIEWS,
        answer=views.ReviewView,
        problems=(404,),
        gives_version=True,
    ),
)
async def show_review(request: AnyRequest, review_id: FromPath[UUID]) -> Answer:
    """One's own review."""
    found = await views.review(actor_of(request), review_id)
    return answer(found, headers=etag(found.version))


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
    accept_assignment,
    decline_assignment,
    declare_conflict,
    list_reviews,
    show_review,
    save_review,
    submit_review,
)
