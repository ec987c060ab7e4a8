"""Pages around a submission: amending it, second thoughts, a draft discarded, its history."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import amendments, withdrawals
from service.pages import drafting
from service.pages.door import once, sent_form
from service.pages.render import page, see
from service.pages.wording import happenings
from service.problems import NotFound
from service.store.editions import edition as edition_of
from service.views import changes, histories, proposals
from service.views.changes import ChangesView
from service.views.proposals import ProposalView

Answer = Response[Any]


@post("/candidatures/{proposal_id:uuid}/modification", opt={"action": Action.PROPOSAL_AMEND})
async def begin_amendment(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Open what was submitted for writing, and go to its first section."""
    sent = await sent_form(request)
    with once(sent):
        await amendments.begin_amendment(actor_of(request), proposal_id, now=clock.now())
    return see(f"/candidatures/{proposal_id}?section={await _first(request, proposal_id)}", "modifiable")


async def _first(request: AnyRequest, proposal_id: UUID) -> str:
    found = await proposals.proposal(actor_of(request), proposal_id)
    form = (await edition_of(found.edition)).form_at(found.part)
    return drafting.sections_of(form, found)[0].id


@get("/candidatures/{proposal_id:uuid}/modification", opt={"action": Action.CHANGES_READ})
async def amendment(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """What one has changed since the last version, and the way to abandon it."""
    actor = actor_of(request)
    found = await proposals.proposal(actor, proposal_id)
    changed = await changes.changes(actor, proposal_id, working=True)
    edition = await edition_of(found.edition)
    return page(
        request,
        "proposal/amendment.html",
        {
            "found": found,
            "edition": edition,
            "changed": changed,
            "first": drafting.sections_of(edition.form_at(found.part), found)[0].id,
        },
    )


@post("/candidatures/{proposal_id:uuid}/modification/abandon", opt={"action": Action.PROPOSAL_AMEND})
async def abandon_amendment(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Put everything back to what it was."""
    sent = await sent_form(request)
    with once(sent):
        await amendments.abandon_amendment(actor_of(request), proposal_id, now=clock.now())
    return see(f"/candidatures/{proposal_id}", "abandonne")


@get("/candidatures/{proposal_id:uuid}/suppression", opt={"action": Action.DRAFT_DISCARD})
async def discard_page(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Ask before a draft is discarded."""
    found = await proposals.proposal(actor_of(request), proposal_id)
    if Action.DRAFT_DISCARD not in found.may:
        raise NotFound
    return page(request, "proposal/discard.html", {"found": found})


@post("/candidatures/{proposal_id:uuid}/suppression", opt={"action": Action.DRAFT_DISCARD})
async def discard(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Discard it."""
    sent = await sent_form(request)
    with once(sent):
        await withdrawals.discard_draft(actor_of(request), proposal_id, now=clock.now())
    return see("/candidatures", "supprime")


@post("/candidatures/{proposal_id:uuid}/retablissement", opt={"action": Action.DRAFT_RESTORE})
async def restore(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Take it back."""
    sent = await sent_form(request)
    with once(sent):
        await withdrawals.restore_draft(actor_of(request), proposal_id, now=clock.now())
    return see(f"/candidatures/{proposal_id}", "retabli")


@post("/candidatures/{proposal_id:uuid}/retrait/annulation", opt={"action": Action.WITHDRAWAL_UNDO})
async def undo_withdrawal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Bring a withdrawn proposal back."""
    sent = await sent_form(request)
    with once(sent):
        await withdrawals.undo_withdrawal(actor_of(request), proposal_id, now=clock.now())
    await caught_up(proposal_id)
    return see(f"/candidatures/{proposal_id}", "retrait-annule")


@get("/candidatures/{proposal_id:uuid}/historique", opt={"action": Action.PROPOSAL_READ})
async def history(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """What happened to one's own proposal, its versions, and what changed between them."""
    found = await proposals.proposal(actor_of(request), proposal_id)
    if not found.mine:
        raise NotFound
    return await _history(request, found, "candidatures", f"/candidatures/{proposal_id}")


@get("/gestion/{slug:str}/{proposal_id:uuid}/historique", opt={"action": Action.CHANGES_READ})
async def staff_history(request: AnyRequest, slug: FromPath[str], proposal_id: FromPath[UUID]) -> Answer:
    """The same for whoever runs the call."""
    found = await proposals.proposal(actor_of(request), proposal_id)
    if found.mine or found.call != slug or Action.CHANGES_READ not in found.may:
        raise NotFound
    return await _history(request, found, "gestion", f"/gestion/{slug}/{proposal_id}")


async def _history(request: AnyRequest, found: ProposalView, room: str, here: str) -> Answer:
    edition = await edition_of(found.edition)
    names = [
        (stage.id, (stage.applicant_name if found.mine else stage.name).fr)
        for stage in edition.process.stages
        if stage.kind != "pilot"
    ]
    events = await histories.timeline(actor_of(request), found.id)
    return page(
        request,
        "history.html",
        {
            "found": found,
            "edition": edition,
            "room": room,
            "here": here,
            "timeline": happenings(events, names, ""),
            "changed": await _changed(request, found) if found.revision else None,
        },
    )


async def _changed(request: AnyRequest, found: ProposalView) -> ChangesView:
    asked = [request.query_params.get(name, "") for name in ("de", "a")]
    older, newer = (int(text) if text.isdecimal() and len(text) < 7 else None for text in asked)
    return await changes.changes(actor_of(request), found.id, older, newer)


routes = [
    begin_amendment,
    amendment,
    abandon_amendment,
    discard_page,
    discard,
    restore,
    undo_withdrawal,
    history,
    staff_history,
]
