"""The directory of experts: who they are, when they have time, how much they take."""

from uuid import UUID

import msgspec
from litestar import get, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer, etag
from service.api.routes import tell
from service.api.teams import EXPERTS
from service.domain.policy import Action
from service.domain.profiles import Profile
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import profiles
from service.operations.profiles import LimitedExpert, SavedProfile
from service.views import backgrounds
from service.views import experts as views
from service.views.experts import ExpertFilters


class ExpertsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`q`: words; `keyword`: a whole one; `language`: ISO 639-1; `free`: below their limits, and there today."""

    q: str = ""
    keyword: str = ""
    language: str = ""
    free: bool = False
    cursor: str = ""
    limit: int = 50


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cursor`: the `next` of the page before."""

    cursor: str = ""
    limit: int = 50


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many proposals of the call at most; null: no limit."""

    most: int | None


@get(
    "/api/calls/{slug:str}/experts",
    opt=tell(
        Action.ACCOUNT_INVITE,
        "The experts of a call, their load and availability, for its officers",
        EXPERTS,
        query=ExpertsQuery,
        answer=views.ExpertsPage,
        problems=(403, 404, 422),
    ),
)
async def show_experts(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """By name, in pages."""
    wanted = reading.query(request, ExpertsQuery)
    filters = ExpertFilters(wanted.q, wanted.keyword, wanted.language, wanted.free)
    return answer(await views.experts(actor_of(request), slug, filters, wanted.cursor or None, wanted.limit))


@get(
    "/api/calls/{slug:str}/experts/{account_id:uuid}/reviews",
    opt=tell(
        Action.EXPERT_MANAGE,
        "The reviews that an expert was asked for, in every call that one runs, the latest first",
        EXPERTS,
        query=PageQuery,
        answer=backgrounds.PastReviews,
        problems=(403, 404, 422),
    ),
)
async def show_past_reviews(request: AnyRequest, slug: FromPath[str], account_id: FromPath[UUID]) -> Answer:
    """In pages."""
    wanted = reading.query(request, PageQuery)
    found = await backgrounds.past_reviews(actor_of(request), slug, account_id, wanted.cursor or None, wanted.limit)
    return answer(found)


@get(
    "/api/experts/{account_id:uuid}/profile",
    opt=tell(
        SIGNED_IN,
        "An expert's profile: one's own, or of an expert of a call that one runs",
        EXPERTS,
        answer=views.ProfileView,
        problems=(404,),
        gives_version=True,
    ),
)
async def show_profile(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """Version 0 where there is none yet."""
    found = await views.profile(actor_of(request), account_id)
    return answer(found, headers=etag(found.version))


@put(
    "/api/experts/{account_id:uuid}/profile",
    opt=tell(
        SIGNED_IN,
        "Save an expert's profile whole",
        EXPERTS,
        body=Profile,
        answer=SavedProfile,
        problems=(404, 409, 422),
        versioned=True,
        gives_version=True,
        example={
            "headline": "Ingénieure en traitement du langage",
            "keywords": ["santé publique"],
            "languages": ["fr", "en"],
            "most": 8,
            "affiliations": [{"organisation": "Laboratoire exemple", "since": "2024-09-01"}],
            "absences": [{"starts": "2027-08-02", "ends": "2027-08-20"}],
        },
    ),
)
async def save_profile(request: AnyRequest, account_id: FromPath[UUID]) -> Answer:
    """Based on the version in If-Match."""
    version = reading.version(request)
    content = await reading.body(request, Profile)
    saved = await profiles.save_profile(actor_of(request), account_id, content, version, now=clock.now())
    return answer(saved, headers=etag(saved.version))


@put(
    "/api/calls/{slug:str}/experts/{account_id:uuid}/limit",
    opt=tell(
        Action.EXPERT_MANAGE,
        "Say how many proposals of a call an expert gets at most",
        EXPERTS,
        body=Limit,
        answer=LimitedExpert,
        problems=(403, 404, 422),
        example={"most": 70},
    ),
)
async def limit_expert(request: AnyRequest, slug: FromPath[str], account_id: FromPath[UUID]) -> Answer:
    """What they hold already stays."""
    content = await reading.body(request, Limit)
    return answer(await profiles.limit_expert(actor_of(request), slug, account_id, content.most, now=clock.now()))


routes = [show_experts, show_past_reviews, show_profile, save_profile, limit_expert]
