"""Files on the pages: attaching one to a field, in the place of another one or not; their order; their bytes."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from forms import Form
from service import clock
from service.domain.policy import Action
from service.doors import downloads
from service.doors.people import AnyRequest, actor_of
from service.doors.uploads import Place
from service.operations import files
from service.pages.door import receive_file, told_of
from service.pages.drafting import uuid_or_none
from service.pages.faults import Fault
from service.pages.render import page, see
from service.problems import NotFound, Problem, SignInNeeded
from service.store.editions import edition as edition_of
from service.views import attachments, proposals, uploads
from service.views.proposals import ProposalView

Answer = Response[Any]


class Unfinished(msgspec.Struct, frozen=True):
    """A file that has not come to its end, and the section of its field."""

    section: str
    field: str
    name: str
    size: int
    received: int


async def unfinished_of(request: AnyRequest, found: ProposalView, form: Form) -> tuple[Unfinished, ...]:
    """One's own files on their way to fields of this form."""
    homes = {field.id: section.id for section in form.sections for field in section.fields}
    return tuple(
        Unfinished(homes[one.field], one.field, one.name, one.size, one.received)
        for one in await uploads.unfinished(actor_of(request), found.id)
        if one.field in homes
    )


async def act_on(request: AnyRequest, found: ProposalView, act: str, what: str, section: str) -> Answer | None:
    """What a button beside a file asks for, and the page to go to; None where the button is another one.

    `what`: a field for `joindre`, a file for the others. Raises Invalid where a field does not take a file back.
    """
    base, back = f"/candidatures/{found.id}", f"/candidatures/{found.id}?section={section}"
    if act == "joindre":
        return see(f"{base}/pieces?champ={what}&section={section}")
    if act not in ("retirer", "retablir", "remplacer", "monter", "descendre"):
        return None
    file = next((one for one in found.attachments if str(one.id) == what), None)
    wanted = file.id if file else uuid_or_none(what)
    if wanted is None:
        raise NotFound
    if act == "retirer":
        await files.remove_attachment(actor_of(request), wanted, now=clock.now())
        return see(back, "piece-retiree")
    if act == "retablir":
        restored = await files.restore_attachment(actor_of(request), wanted, now=clock.now())
        return see(f"{back}#c-{restored.field}", "piece-retablie")
    if file is None:  # removed meanwhile, in another window
        raise NotFound
    if act == "remplacer":
        return see(f"{base}/pieces?champ={file.field}&section={section}&remplace={file.id}")
    await _move(request, found, file.field, file.id, -1 if act == "monter" else 1)
    return see(f"{back}#c-{file.field}", "pieces-ordre")


async def _move(request: AnyRequest, found: ProposalView, field: str, file: UUID, by: int) -> None:
    order = [one.id for one in found.attachments if one.field == field]
    here = order.index(file)
    there = min(max(here + by, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    await files.order_attachments(actor_of(request), found.id, field, tuple(order), now=clock.now())


@get("/candidatures/{proposal_id:uuid}/pieces", opt={"action": Action.ATTACHMENT_ADD})
async def attach_page(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Choose a file for one field."""
    return await _attach_page(request, proposal_id)


async def _attach_page(
    request: AnyRequest, proposal_id: UUID, problem: Problem | None = None, status: int = 200
) -> Answer:
    found = await proposals.proposal(actor_of(request), proposal_id)
    edition = await edition_of(found.edition)
    field = edition.form_at(found.part).field(request.query_params.get("champ", ""))
    if field is None or field.kind != "file" or Action.ATTACHMENT_ADD not in found.may:
        raise NotFound
    replaced = request.query_params.get("remplace", "")
    told = told_of(problem) if problem else []
    return page(
        request,
        "proposal/attach.html",
        {
            "found": found,
            "edition": edition,
            "field": field,
            "section": request.query_params.get("section", ""),
            "replaced": next((one for one in found.attachments if str(one.id) == replaced), None),
            "sentences": told,
        },
        status=status,
        errors=[Fault(text, field.label.fr, "fichier") for text in told],
    )


@post("/candidatures/{proposal_id:uuid}/pieces", opt={"action": Action.ATTACHMENT_ADD}, request_max_body_size=None)
async def attach(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Receive one file, streamed to the object store."""
    field, replaced = request.query_params.get("champ", ""), request.query_params.get("remplace", "")
    try:
        await receive_file(request, Place(proposal_id, field, uuid_or_none(replaced)))
    except (NotFound, SignInNeeded):
        raise
    except Problem as problem:
        return await _attach_page(request, proposal_id, problem, 422)
    section = request.query_params.get("section", "")
    return see(f"/candidatures/{proposal_id}?section={section}", "piece-remplacee" if replaced else "piece")


@get("/pieces/{attachment_id:uuid}", opt={"action": Action.ATTACHMENT_READ})
async def attachment(request: AnyRequest, attachment_id: FromPath[UUID]) -> Answer:
    """An attachment's bytes."""
    found = await attachments.attachment(actor_of(request), attachment_id)
    return await downloads.send(request, downloads.of_file(found))


@get("/pieces/{attachment_id:uuid}/pages/{number:int}", opt={"action": Action.ATTACHMENT_READ})
async def page_picture(request: AnyRequest, attachment_id: FromPath[UUID], number: FromPath[int]) -> Answer:
    """What one of its pages looks like."""
    return await downloads.picture(request, await attachments.attachment(actor_of(request), attachment_id), number)


routes = [attach_page, attach, attachment, page_picture]
