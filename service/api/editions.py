"""Editions of calls: publishing one from its five files, comparing two, moving proposals onto one."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.calls import CALLS
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import PUBLIC, AnyRequest, actor_of
from service.operations import calls, migration
from service.operations.calls import PublishedEdition
from service.operations.migration import Migrated
from service.views import editions as views
from service.views import migration as plans


class Files(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The five TOML files of a call: name (`form.toml`) -> its text."""

    files: dict[str, str]


class PlanQuery(msgspec.Struct, frozen=True):
    """The edition to move to; `open`: the proposals in a stage too; the page that follows `cursor`, of at most `limit`
    (200) proposals."""

    to: int
    open: bool = False
    cursor: UUID | None = None
    limit: int = 200


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One proposal of the call, and the number of the edition that it is to be moved to."""

    proposal: UUID
    to: int


class Compared(msgspec.Struct, frozen=True):
    """Numbers of two editions."""

    old: int
    new: int


@post(
    "/api/editions",
    opt=tell(
        Action.CALL_PUBLISH_EDITION,
        "Publish the next edition of a call, or the first one of a new call, from its files",
        CALLS,
        body=Files,
        answer=PublishedEdition,
        status=HTTPStatus.CREATED,
        problems=(403, 409, 422),
        example={"files": {"call.toml": 'slug = "ami-2026"\n…', "form.toml": "…"}},
    ),
)
async def publish_edition(request: AnyRequest) -> Answer:
    """All faults at once, by file and key path. The content of the latest edition again makes none (`new`: false)."""
    sent = await reading.body(request, Files)
    files = {name: text.encode() for name, text in sent.files.items()}
    return answer(await calls.publish_edition(actor_of(request), files, now=clock.now()), HTTPStatus.CREATED)


@get(
    "/api/calls/{slug:str}/differences",
    opt=tell(
        PUBLIC,
        "What two editions of a call differ in, by stable ids",
        CALLS,
        query=Compared,
        answer=views.Comparison,
        problems=(404, 422),
    ),
)
async def show_differences(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Editions are public, the older ones too."""
    wanted = reading.query(request, Compared)
    return answer(await views.comparison(actor_of(request), slug, wanted.old, wanted.new))


@get(
    "/api/calls/{slug:str}/migration",
    opt=tell(
        Action.CALL_MIGRATE,
        "The proposals on another edition, and what of each would no longer fit this one",
        CALLS,
        query=PlanQuery,
        answer=plans.Plan,
        problems=(403, 404, 422),
    ),
)
async def show_migration(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """No answer is told, only the fields and what is wrong with them."""
    wanted = reading.query(request, PlanQuery)
    to, limit = max(0, min(wanted.to, reading.LARGEST_VERSION)), max(1, min(wanted.limit, 200))
    actor = actor_of(request)
    return answer(await plans.candidates(actor, slug, to, open_too=wanted.open, after=wanted.cursor, limit=limit))


@post(
    "/api/calls/{slug:str}/migration",
    opt=tell(
        Action.CALL_MIGRATE,
        "Move a draft, or a proposal in a stage, onto another edition; every answer is kept",
        CALLS,
        body=Move,
        answer=Migrated,
        problems=(403, 404, 409, 422),
        example={"proposal": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d", "to": 2},
    ),
)
async def migrate_proposal(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Safe to repeat. The next stage follows the new rules; clocks that run stay."""
    sent = await reading.body(request, Move)
    to = max(0, min(sent.to, reading.LARGEST_VERSION))
    return answer(await migration.migrate_proposal(actor_of(request), slug, sent.proposal, to, now=clock.now()))


routes = (publish_edition, show_differences, show_migration, migrate_proposal)
