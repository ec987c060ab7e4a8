"""Pages of a proposal that its applicant is writing: opening it, its sections, submission."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

import forms
from forms import Edition, FieldError, Form
from service import clock
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.waiting import caught_up
from service.operations import drafts, submissions
from service.pages import drafting, files, writing
from service.pages.door import once, sent_form
from service.pages.drafting import DEPOSIT, Clash, News, Saving
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.pages.rows import rearranged
from service.problems import Invalid
from service.store.editions import edition as edition_of
from service.views import changes, proposals
from service.views.changes import ChangesView
from service.views.proposals import ProposalView

Answer = Response[Any]
# All answers on one page: a browser writes an accented letter, two bytes of them, in six.
LARGEST_FORM = 3 * forms.MOST_BYTES + 500_000


@post("/appels/{slug:str}/candidature", opt={"action": Action.DRAFT_OPEN})
async def open_draft(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Begin a proposal, and go to its first section."""
    sent = await sent_form(request)
    with once(sent):
        opened = await drafts.open_draft(actor_of(request), slug, now=clock.now())
    return see(f"/candidatures/{opened.id}")


async def section_page(
    request: AnyRequest,
    found: ProposalView,
    wanted: str,
    *,
    typed: Inputs | None = None,
    errors: tuple[FieldError, ...] = (),
    clashes: tuple[Clash, ...] = (),
    status: int = 200,
) -> Answer:
    """One section of the form; without a known one, the first."""
    edition = await edition_of(found.edition)
    form = edition.form_at(found.part)
    more = request.query_params.get("plus", "")
    context = writing.section(edition, found, wanted, typed=typed, errors=errors, clashes=clashes, more=more)
    told = context["broken"] if request.query_params.get("fait") == "enregistre" else []
    changed = await changed_since(request, found) if found.phase == "returned" else None
    return page(
        request,
        "proposal/section.html",
        {**context, "news": await news_of(found, form), "answered": _answered(changed)},
        status=status,
        errors=writing.section_faults(form, [*errors, *told], clashes),
    )


def _answered(changed: ChangesView | None) -> set[str]:
    return {change.field for change in changed.changes} if changed else set()


async def changed_since(request: AnyRequest, found: ProposalView) -> ChangesView | None:
    """What has changed since it was last submitted; None before, and while nobody can write."""
    if found.revision is None or not found.working:
        return None
    return await changes.changes(actor_of(request), found.id, working=True)


async def deposit_page(
    request: AnyRequest, found: ProposalView, *, errors: tuple[FieldError, ...] | None = None, status: int = 200
) -> Answer:
    """The last step: everything read again, what is missing, and the button that submits."""
    edition = await edition_of(found.edition)
    context = writing.deposit(edition, found, errors=errors)
    changed = await changed_since(request, found)
    return page(
        request,
        "proposal/deposit.html",
        {
            **context,
            "news": await news_of(found, edition.form_at(found.part)),
            "changed": changed,
            "answered": _answered(changed),
            "unfinished": await files.unfinished_of(request, found, edition.form_at(found.part)),
        },
        status=status,
        errors=context["missing"] if errors else (),
    )


async def news_of(found: ProposalView, form: Form) -> News | None:
    """What changed in the form since the applicant began; None where they have been told, or nothing did."""
    return drafting.news((await edition_of(found.told_edition)).form, form, found) if found.told_edition else None


@post("/candidatures/{proposal_id:uuid}/formulaire", opt={"action": Action.DRAFT_SAVE})
async def see_form(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Be told no more of what changed in the form."""
    sent = await sent_form(request)
    with once(sent):
        await drafts.see_new_form(actor_of(request), proposal_id, now=clock.now())
    return see(f"/candidatures/{proposal_id}?section={quote(request.query_params.get('section', ''), safe='')}")


@post("/candidatures/{proposal_id:uuid}", opt={"action": Action.DRAFT_SAVE}, request_max_body_size=LARGEST_FORM)
async def save_section(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Save a section, by the button or in the background, and go where the person asked to."""
    actor, sent = actor_of(request), await sent_form(request)
    found = await proposals.proposal(actor, proposal_id)
    edition = await edition_of(found.edition)
    sent, place = rearranged(sent)
    saving = await drafting.save(actor, found, edition, sent, clock.now())
    if "application/json" in request.headers.get("accept", ""):
        return Response(drafting.as_json(saving), media_type="application/json", status_code=200)
    wanted = request.query_params.get("section", "")
    if not saving.clean:
        return await _not_clean(request, proposal_id, edition, sent, saving, wanted)
    if place:
        return see(f"/candidatures/{proposal_id}?section={quote(wanted, safe='')}{place}")
    return await _go_on(request, found, edition, sent, wanted)


async def _not_clean(  # noqa: PLR0917  all that one save has to tell
    request: AnyRequest, proposal_id: UUID, edition: Edition, sent: Inputs, saving: Saving, wanted: str
) -> Answer:
    found = await proposals.proposal(actor_of(request), proposal_id)
    typed = drafting.after_clash(sent, found, edition, saving)
    status = 409 if saving.clashes else 422
    return await section_page(
        request, found, wanted, typed=typed, errors=saving.errors, clashes=saving.clashes, status=status
    )


async def _go_on(request: AnyRequest, found: ProposalView, edition: Edition, sent: Inputs, wanted: str) -> Answer:
    """Where the button leads: the same section, the next one, the previous one, or a file of a field."""
    act, _, what = sent.one("_suite").partition(":")
    base = f"/candidatures/{found.id}"
    try:
        done = await files.act_on(request, found, act, what, wanted)
    except Invalid as problem:
        now = await proposals.proposal(actor_of(request), found.id)
        return await section_page(request, now, wanted, errors=tuple(problem.errors), status=422)
    if done is not None:
        return done
    # The answers just saved may have shown or hidden sections.
    again = await proposals.proposal(actor_of(request), found.id)
    ids = [section.id for section in drafting.sections_of(edition.form_at(again.part), again)]
    here = ids.index(wanted) if wanted in ids else 0
    if act == "suite":
        return see(f"{base}?section={ids[here + 1] if here + 1 < len(ids) else DEPOSIT}")
    if act == "retour" and here:
        return see(f"{base}?section={ids[here - 1]}")
    return see(f"{base}?section={ids[here]}", "enregistre")


@post("/candidatures/{proposal_id:uuid}/depot", opt={"action": Action.PROPOSAL_SUBMIT})
async def submit(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Submit; what is missing comes back as a list of links to the fields."""
    actor, sent = actor_of(request), await sent_form(request)
    try:
        with once(sent):
            await submissions.submit_proposal(actor, proposal_id, now=clock.now())
    except Invalid as problem:
        found = await proposals.proposal(actor, proposal_id)
        return await deposit_page(request, found, errors=tuple(problem.errors), status=422)
    await caught_up(proposal_id)
    return see(f"/candidatures/{proposal_id}", "depose")


@post("/candidatures/{proposal_id:uuid}/retrait", opt={"action": Action.PROPOSAL_WITHDRAW})
async def withdraw(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Take the proposal back."""
    sent = await sent_form(request)
    with once(sent):
        await submissions.withdraw_proposal(actor_of(request), proposal_id, sent.one("reason").strip(), now=clock.now())
    await caught_up(proposal_id)
    return see(f"/candidatures/{proposal_id}", "retire")


routes = [open_draft, save_section, see_form, submit, withdraw]
