"""Pages of one's own proposals: the list, one of them."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.pages import drafting
from service.pages.drafting import DEPOSIT
from service.pages.drafts import changed_since, deposit_page, section_page
from service.pages.render import page, see
from service.pages.wording import happenings, status_badge
from service.store.editions import edition as edition_of
from service.views import histories, lists, proposals, sharing, waiting
from service.views.chain import chain
from service.views.lists import Filters
from service.views.proposals import ProposalView

Answer = Response[Any]


@get("/candidatures", opt={"action": SIGNED_IN})
async def mine(request: AnyRequest) -> Answer:
    """One's own proposals, the latest first."""
    cursor = request.query_params.get("suite") or None
    listed = await lists.proposals(actor_of(request), Filters(mine=True), cursor)
    return page(
        request,
        "proposal/list.html",
        {
            "listed": listed,
            "cursor": cursor,
            "discarded": await waiting.discarded(actor_of(request)),
            "invitations": await sharing.my_invitations(actor_of(request), clock.now()),
        },
    )


@get("/candidatures/{proposal_id:uuid}", opt={"action": Action.PROPOSAL_READ})
async def proposal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """One's own proposal: its form while it can be written, else where it stands. Others' are under their own paths."""
    found = await proposals.proposal(actor_of(request), proposal_id)
    if not found.mine:
        return see(elsewhere(found))
    wanted = request.query_params.get("section", "")
    if found.working and (found.status == "draft" or wanted):
        if Action.DRAFT_SAVE not in found.may:
            return await _reading(request, found)
        if wanted == DEPOSIT:
            return await deposit_page(request, found)
        return await section_page(request, found, wanted)
    changed = await changed_since(request, found)
    if changed is not None:  # what was submitted, whatever was written since
        found = await proposals.proposal(actor_of(request), proposal_id, working=False)
    edition = await edition_of(found.edition)
    sections = drafting.sections_of(edition.form_at(found.part), found)
    asked = found.eligibility.remarks if found.eligibility else {}
    wanted_now = [one.id for one in sections if one.stage and one.stage == found.part and found.phase == "submission"]
    wanted_now += [one.id for one in sections if any(field.id in asked for field in one.fields)]
    first = wanted_now[0] if wanted_now else sections[0].id
    names = [(stage.id, stage.applicant_name.fr) for stage in edition.process.stages if stage.kind != "pilot"]
    events = await histories.timeline(actor_of(request), proposal_id)
    return page(
        request,
        "proposal/follow.html",
        {
            "found": found,
            "edition": edition,
            "form": (await edition_of(found.form_edition)).form_at(found.revision.part if found.revision else ""),
            "chain": await chain(actor_of(request), proposal_id) if found.decision else None,
            "badge": status_badge(found),
            "first_section": first,
            "answered": {change.field for change in changed.changes} if changed else set(),
            "timeline": happenings(events, names, found.stage),
        },
    )


async def _reading(request: AnyRequest, found: ProposalView) -> Answer:
    """The working answers, for whoever reads them without writing."""
    form = (await edition_of(found.edition)).form_at(found.part)
    return page(request, "proposal/reading.html", {"found": found, "form": form})


def elsewhere(found: ProposalView) -> str:
    """Where somebody who is not its applicant reads a proposal."""
    if Action.JOURNAL_READ in found.may:
        return f"/gestion/{found.call}/{found.id}"
    if Action.ELIGIBILITY_READ in found.may:
        return f"/comite/{found.call}/{found.id}"
    return "/evaluations"


routes = [mine, proposal]
