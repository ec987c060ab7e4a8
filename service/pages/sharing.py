"""Pages of a proposal that several people write: who shares it, and the page of an invitation's link."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from service import clock
from service.domain.policy import Action
from service.doors.people import PUBLIC, SIGNED_IN, AnyRequest, actor_of
from service.operations import collaborators, joining, sharing
from service.operations.sharing import Level
from service.pages.door import faults, once, sent_form, sentences
from service.pages.drafting import uuid_or_none
from service.pages.inputs import Inputs
from service.pages.render import page, see
from service.pages.signing import SECRET_ADDRESS
from service.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from service.store.editions import edition as edition_of
from service.views import proposals
from service.views import sharing as views

Answer = Response[Any]
LABELS = {"email": "Adresse électronique", "level": "Niveau"}
LEVELS: dict[str, Level] = {"reader": "reader", "writer": "writer"}


async def _page(
    request: AnyRequest, proposal_id: UUID, sent: Inputs | None = None, problem: Problem | None = None
) -> Answer:
    actor = actor_of(request)
    shared = await views.sharing(actor, proposal_id, clock.now())
    found = await proposals.proposal(actor, proposal_id)
    return page(
        request,
        "proposal/sharing.html",
        {
            "found": found,
            "edition": await edition_of(found.edition),
            "shared": shared,
            "sent": sent or Inputs(),
            "wrong": sentences(problem),
        },
        status=200 if problem is None else 422 if isinstance(problem, Invalid) else 409,
        errors=faults(problem, LABELS) if problem is not None else (),
    )


@get("/candidatures/{proposal_id:uuid}/partage", opt={"action": Action.SHARING_READ})
async def shared_page(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Who shares the proposal, and what one may do about it."""
    return await _page(request, proposal_id)


@post("/candidatures/{proposal_id:uuid}/partage", opt={"action": Action.SHARING_MANAGE})
async def invite(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Send an invitation."""
    sent = await sent_form(request)
    level = LEVELS.get(sent.one("level"), "reader")
    try:
        with once(sent):
            await sharing.invite_collaborator(actor_of(request), proposal_id, sent.one("email"), level, now=clock.now())
    except (Invalid, Conflict) as problem:
        return await _page(request, proposal_id, sent, problem)
    return see(f"/candidatures/{proposal_id}/partage", "invite-partage")


@post("/candidatures/{proposal_id:uuid}/partage/participants", opt={"action": Action.SHARING_MANAGE})
async def change(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """One of the buttons beside a collaborator or an invitation: `act:id`."""
    sent = await sent_form(request)
    act, _, named = sent.one("acte").partition(":")
    about = uuid_or_none(named)
    if about is None:
        raise NotFound
    try:
        with once(sent):
            done = await _act(request, proposal_id, act, about)
    except Conflict as problem:
        return await _page(request, proposal_id, problem=problem)
    return see(f"/candidatures/{proposal_id}/partage", done)


async def _act(request: AnyRequest, proposal_id: UUID, act: str, about: UUID) -> str:
    actor, now = actor_of(request), clock.now()
    match act:
        case "reader" | "writer":
            await collaborators.change_level(actor, proposal_id, about, LEVELS[act], now=now)
            return "niveau"
        case "retirer":
            await collaborators.remove_collaborator(actor, proposal_id, about, now=now)
            return "participant-retire"
        case "transferer":
            await sharing.offer_ownership(actor, proposal_id, about, now=now)
            return "transfert-propose"
        case "annuler":
            await sharing.revoke_invitation(actor, proposal_id, about, now=now)
            return "invitation-annulee"
    raise NotFound


@post("/candidatures/{proposal_id:uuid}/partage/depart", opt={"action": Action.SHARING_LEAVE})
async def leave(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Leave a proposal that one joined."""
    sent = await sent_form(request)
    with once(sent):
        await collaborators.leave_proposal(actor_of(request), proposal_id, now=clock.now())
    return see("/candidatures", "quitte")


async def _invitation(request: AnyRequest, token: str, problem: Problem | None = None) -> Answer:
    link = await views.invitation(actor_of(request), token, clock.now())
    status = 200 if problem is None else 403 if isinstance(problem, Forbidden) else 409
    return page(
        request,
        "proposal/invitation.html",
        {"link": link, "token": token, "edition": await edition_of(link.edition) if link else None},
        status=status,
        errors=faults(problem, {}) if problem is not None and link is not None else (),
        headers=SECRET_ADDRESS,
    )


@get("/partage/{token:str}", opt={"action": PUBLIC})
async def invitation_page(request: AnyRequest, token: FromPath[str]) -> Answer:
    """The link of an invitation. It is used up by a button: mail scanners open links too."""
    return await _invitation(request, token)


@post("/partage/{token:str}", opt={"action": SIGNED_IN})
async def answer_invitation(request: AnyRequest, token: FromPath[str]) -> Answer:
    """Accept or decline."""
    sent = await sent_form(request)
    try:
        with once(sent):
            if sent.one("reponse") == "decliner":
                await joining.decline_invitation(actor_of(request), token, now=clock.now())
                return see("/candidatures", "partage-decline")
            joined = await joining.join_proposal(actor_of(request), token, now=clock.now())
    except (Conflict, Forbidden) as problem:
        return await _invitation(request, token, problem)
    return see(f"/candidatures/{joined.proposal}", "porteur" if joined.level == "owner" else "rejoint")


routes = [shared_page, invite, change, leave, invitation_page, answer_invitation]
