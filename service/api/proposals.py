"""Proposals: lists, one of them, its answers, submission, withdrawal, and its journal."""

from uuid import UUID

import msgspec
from litestar import get, patch, post
from litestar.params import FromPath

from forms import FieldError, step
from service import clock
from service.api import reading
from service.api.answering import Answer, answer, unchanged
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import drafts, submissions
from service.operations.drafts import Change, SavedAnswers, SeenForm
from service.operations.submissions import Submitted, Withdrawn
from service.problems import AnswersClash, Invalid
from service.views import histories, lists
from service.views import proposals as views
from service.views.saved import SavedFields, saved_fields

PROPOSALS = "Proposals"


class ProposalsQuery(msgspec.Struct, frozen=True):
    """Filters, sort and page. `sort`: submitted, reference, title or due, with `-` before it for the other way."""

    call: str = ""
    stage: str = ""
    status: str = ""
    q: str = ""
    mine: bool = False
    late: bool = False
    sort: str = "-submitted"
    cursor: str | None = None
    limit: int = 50


class JournalQuery(msgspec.Struct, frozen=True):
    """The page that follows entry `after`, of at most `limit` (200) entries."""

    after: int = 0
    limit: int = 200


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why, for the officer; may be empty."""

    reason: str = ""


class Timeline(msgspec.Struct, frozen=True):
    """What happened, oldest first, as far as the reader may know."""

    items: tuple[histories.Event, ...]


@get(
    "/api/proposals",
    opt=tell(
        SIGNED_IN,
        "The proposals that one may read: filters, sort, pages by cursor",
        PROPOSALS,
        query=ProposalsQuery,
        answer=lists.Page,
        problems=(422,),
    ),
)
async def list_proposals(request: AnyRequest) -> Answer:
    """One page."""
    wanted = reading.query(request, ProposalsQuery)
    filters = lists.Filters(wanted.call, wanted.stage, wanted.status, wanted.q, wanted.mine, wanted.late, wanted.sort)
    page = await lists.proposals(actor_of(request), filters, wanted.cursor or None, max(1, min(wanted.limit, 100)))
    return answer(page)


@get(
    "/api/proposals/{proposal_id:uuid}",
    opt=tell(
        Action.PROPOSAL_READ,
        "One proposal, as much of it as one may see, and what one may do with it now",
        PROPOSALS,
        answer=views.ProposalView,
        problems=(404,),
    ),
)
async def show_proposal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """One proposal."""
    return answer(await views.proposal(actor_of(request), proposal_id))


@patch(
    "/api/proposals/{proposal_id:uuid}/answers",
    opt=tell(
        Action.DRAFT_SAVE,
        "Save some answers, each with the version that it is based on",
        PROPOSALS,
        body=dict[str, Change],
        answer=SavedAnswers,
        problems=(403, 404, 409, 422),
        example={"title": {"value": "Tri des signalements", "based_on": 0}},
    ),
)
async def save_answers(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Disjoint fields merge. A field changed since is a clash: 409 with both values; the others are saved."""
    changes = read_changes(await reading.json_body(request))
    try:
        saved = await drafts.save_answers(actor_of(request), proposal_id, changes, now=clock.now())
    except Invalid as refused:
        raise Invalid([_in_body(error) for error in refused.errors], refused.detail) from refused
    if saved.clashes:
        raise AnswersClash(saved.clashes, saved.versions)
    return answer(saved)


@get(
    "/api/proposals/{proposal_id:uuid}/answers",
    opt=tell(
        Action.DRAFT_SAVE,
        "Which answers were saved, when and by whom: what has changed since, for whoever writes too",
        PROPOSALS,
        answer=SavedFields,
        problems=(404,),
    ),
)
async def show_saved(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """With the `ETag` of the last answer in `If-None-Match`: 304 as long as nothing was saved since."""
    found = await saved_fields(actor_of(request), proposal_id, request.headers.get("if-none-match", ""))
    if isinstance(found, str):
        return unchanged(found)
    return answer(found, headers={"ETag": found.mark})


def read_changes(sent: object) -> dict[str, Change]:
    """The body of a save: field id -> new value and version. Raises Invalid with every fault."""
    if not isinstance(sent, dict):
        raise Invalid([], "Envoyez un objet JSON : pour chaque champ, sa valeur et la version de départ.")
    changes: dict[str, Change] = {}
    errors: list[FieldError] = []
    for field, change in sent.items():
        if not isinstance(change, dict):
            said = "Donnez pour ce champ un objet : sa valeur et la version de départ."
            errors.append(FieldError(step(field), "object_expected", said, "An object: value and based_on."))
            continue
        try:
            changes[field] = reading.convert(change, Change)
        except Invalid as refused:
            errors += [
                FieldError(f"{step(field)}/{error.path}", error.code, error.fr, error.en) for error in refused.errors
            ]
        else:
            if not 0 <= changes[field].based_on <= reading.LARGEST_VERSION:
                errors.append(
                    FieldError(
                        f"{step(field)}/based_on", "out_of_range", "Cette version n’existe pas.", "No such version."
                    )
                )
    if errors:
        raise Invalid(errors, "La demande n’a pas la forme attendue.")
    return changes


def _in_body(error: FieldError) -> FieldError:
    """The path of an answer's error, as it stands in what was sent: below `value`."""
    field, _, rest = error.path.partition("/")
    return FieldError(f"{field}/value/{rest}" if rest else f"{field}/value", error.code, error.fr, error.en)


@post(
    "/api/proposals/{proposal_id:uuid}/form-seen",
    opt=tell(
        Action.DRAFT_SAVE,
        "Be told no more that the form changed since the draft was begun (`told_edition`)",
        PROPOSALS,
        answer=SeenForm,
        problems=(403, 404, 409),
    ),
)
async def see_new_form(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Safe to repeat."""
    await reading.nothing(request)
    return answer(await drafts.see_new_form(actor_of(request), proposal_id, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/submit",
    opt=tell(
        Action.PROPOSAL_SUBMIT,
        "Submit; all errors at once, by pointer into the answers",
        PROPOSALS,
        answer=Submitted,
        problems=(403, 404, 409, 422),
    ),
)
async def submit_proposal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The first time, or again after a return for completion. The receipt waits for no workflow: a crowd submits in the
    last minutes."""
    await reading.nothing(request)
    return answer(await submissions.submit_proposal(actor_of(request), proposal_id, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/withdraw",
    opt=tell(
        Action.PROPOSAL_WITHDRAW,
        "Withdraw, until the decision is published",
        PROPOSALS,
        body=Withdrawal,
        answer=Withdrawn,
        problems=(403, 404, 409, 422),
        example={"reason": "Projet abandonné."},
    ),
)
async def withdraw_proposal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Take it back."""
    content = await reading.body_or(request, Withdrawal())
    return answer(await submissions.withdraw_proposal(actor_of(request), proposal_id, content.reason, now=clock.now()))


@get(
    "/api/proposals/{proposal_id:uuid}/timeline",
    opt=tell(
        Action.PROPOSAL_READ, "What happened, in French, for its reader", PROPOSALS, answer=Timeline, problems=(404,)
    ),
)
async def show_timeline(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The events that the reader may know."""
    return answer(Timeline(await histories.timeline(actor_of(request), proposal_id)))


@get(
    "/api/proposals/{proposal_id:uuid}/journal",
    opt=tell(
        Action.JOURNAL_READ,
        "The hash-chained journal, for officers and auditors",
        PROPOSALS,
        query=JournalQuery,
        answer=histories.JournalView,
        problems=(403, 404, 422),
    ),
)
async def show_journal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """A page of entries, oldest first."""
    wanted = reading.query(request, JournalQuery)
    after, limit = max(0, min(wanted.after, reading.LARGEST_VERSION)), max(1, min(wanted.limit, 200))
    return answer(await histories.journal(actor_of(request), proposal_id, after, limit))


routes = (
    list_proposals,
    show_proposal,
    save_answers,
    show_saved,
    see_new_form,
    submit_proposal,
    withdraw_proposal,
    show_timeline,
    show_journal,
)
