"""Around a submission: more time, amending, second thoughts, what changed."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.calls import CALLS
from service.api.proposals import PROPOSALS
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import amendments, deadlines, foreseeing, withdrawals
from service.operations.amendments import AbandonedAmendment, OpenedAmendment
from service.operations.deadlines import ExtendedDeadline, MoreTime
from service.operations.foreseeing import ForeseenExtension
from service.operations.withdrawals import DiscardedDraft, RestoredDraft, UndoneWithdrawal
from service.views import changes as changes_view
from service.views import waiting


class Extensions(msgspec.Struct, frozen=True):
    """The time that officers granted on a call, the latest first."""

    items: tuple[waiting.ExtensionLine, ...]


class Discarded(msgspec.Struct, frozen=True):
    """One's own discarded drafts that can still be taken back."""

    items: tuple[waiting.DiscardedLine, ...]


class ChangesQuery(msgspec.Struct, frozen=True):
    """From version `older` to version `newer`; 0 for the last one and the one before. `working`: from the last version
    to one's own working answers."""

    older: int = 0
    newer: int = 0
    working: bool = False


@get(
    "/api/calls/{slug:str}/extensions",
    opt=tell(
        Action.DEADLINE_EXTEND, "The extensions of the time to submit", CALLS, answer=Extensions, problems=(403, 404)
    ),
)
async def list_extensions(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """For one draft, by the code that its applicant gave; or for everybody."""
    return answer(Extensions(await waiting.extensions(actor_of(request), slug)))


@post(
    "/api/calls/{slug:str}/extensions",
    opt=tell(
        Action.DEADLINE_EXTEND,
        "Give one draft, named by its code, or everybody, more time to submit",
        CALLS,
        body=MoreTime,
        answer=ExtendedDeadline,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 422),
        example={"until": "2026-12-18T17:00:00Z", "reason": "Panne du service.", "draft": "3FA9-04BC-71D2"},
    ),
)
async def extend_deadline(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Whoever is concerned is told by mail, and reads the reason."""
    content = await reading.body(request, MoreTime)
    extended = await deadlines.extend_deadline(actor_of(request), slug, content, now=clock.now())
    return answer(extended, HTTPStatus.CREATED)


@post(
    "/api/calls/{slug:str}/extensions/foreseen",
    opt=tell(
        Action.DEADLINE_EXTEND,
        "What more time for everybody would come to, without granting it: how many drafts, how many persons are told",
        CALLS,
        body=MoreTime,
        answer=ForeseenExtension,
        problems=(403, 404, 409, 422),
        example={"until": "2026-12-18T17:00:00Z", "reason": "Panne du service."},
    ),
)
async def foresee_extension(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """It is granted, and taken back."""
    content = await reading.body(request, MoreTime)
    settings = request.app.state.settings
    found = await foreseeing.foresee_extension(actor_of(request), slug, content, settings=settings, now=clock.now())
    return answer(found)


@get(
    "/api/drafts/discarded",
    opt=tell(SIGNED_IN, "One's own drafts that were discarded within 14 days", PROPOSALS, answer=Discarded),
)
async def list_discarded(request: AnyRequest) -> Answer:
    """They are nowhere else."""
    return answer(Discarded(await waiting.discarded(actor_of(request))))


@delete(
    "/api/proposals/{proposal_id:uuid}",
    status_code=HTTPStatus.OK,
    opt=tell(Action.DRAFT_DISCARD, "Discard a draft", PROPOSALS, answer=DiscardedDraft, problems=(403, 404, 409)),
)
async def discard_draft(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """It is not shown any more, and can be restored for 14 days."""
    return answer(await withdrawals.discard_draft(actor_of(request), proposal_id, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/restore",
    opt=tell(
        Action.DRAFT_RESTORE,
        "Take a discarded draft back, within 14 days",
        PROPOSALS,
        answer=RestoredDraft,
        problems=(403, 404, 409, 422),
    ),
)
async def restore_draft(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """With the files that it had."""
    await reading.nothing(request)
    return answer(await withdrawals.restore_draft(actor_of(request), proposal_id, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/withdraw/undo",
    opt=tell(
        Action.WITHDRAWAL_UNDO,
        "Undo a withdrawal: back to the stage that it left, with what was left of its time",
        PROPOSALS,
        answer=UndoneWithdrawal,
        problems=(403, 404, 409, 422),
    ),
)
async def undo_withdrawal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Within the time that the edition gives, unless decisions were published meanwhile."""
    await reading.nothing(request)
    undone = await withdrawals.undo_withdrawal(actor_of(request), proposal_id, now=clock.now())
    await caught_up(proposal_id)
    return answer(undone)


@post(
    "/api/proposals/{proposal_id:uuid}/amendment",
    opt=tell(
        Action.PROPOSAL_AMEND,
        "Open what was submitted for writing, where the stage allows it; submitting again makes a new version",
        PROPOSALS,
        answer=OpenedAmendment,
        problems=(403, 404, 409, 422),
    ),
)
async def begin_amendment(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Everybody else goes on reading what was submitted."""
    await reading.nothing(request)
    return answer(await amendments.begin_amendment(actor_of(request), proposal_id, now=clock.now()))


@delete(
    "/api/proposals/{proposal_id:uuid}/amendment",
    status_code=HTTPStatus.OK,
    opt=tell(
        Action.PROPOSAL_AMEND,
        "Abandon an amendment: the answers are again what they were before",
        PROPOSALS,
        answer=AbandonedAmendment,
        problems=(403, 404, 409),
    ),
)
async def abandon_amendment(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """What was written since is lost."""
    return answer(await amendments.abandon_amendment(actor_of(request), proposal_id, now=clock.now()))


@get(
    "/api/proposals/{proposal_id:uuid}/changes",
    opt=tell(
        Action.CHANGES_READ,
        "What changed from one version to another, field by field",
        PROPOSALS,
        query=ChangesQuery,
        answer=changes_view.ChangesView,
        problems=(404, 422),
    ),
)
async def show_changes(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Texts word by word, tables row by row."""
    wanted = reading.query(request, ChangesQuery)
    numbers = [min(max(one, 0), reading.LARGEST_VERSION) or None for one in (wanted.older, wanted.newer)]
    return answer(await changes_view.changes(actor_of(request), proposal_id, *numbers, working=wanted.working))


routes = (
    list_extensions,
    extend_deadline,
    foresee_extension,
    list_discarded,
    discard_draft,
    restore_draft,
    undo_withdrawal,
    begin_amendment,
    abandon_amendment,
    show_changes,
)
