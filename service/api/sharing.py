"""A proposal that several people write: invitations, levels, leaving, the transfer of ownership."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.proposals import PROPOSALS
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import SIGNED_IN, AnyRequest, actor_of
from service.operations import collaborators, joining, sharing
from service.operations.collaborators import Collaboration
from service.operations.joining import DeclinedInvitation, Joined
from service.operations.sharing import Invited, Level, RevokedInvitation
from service.views import sharing as views

PROBLEMS = (403, 404, 409, 422)


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite, and whether to read or to write."""

    email: str
    level: Level


class NewLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reader or writer."""

    level: Level


class NewOwner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A collaborator's account."""

    account: UUID


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret at the end of an invitation's link."""

    token: str


class MyInvitations(msgspec.Struct, frozen=True):
    """Those that wait for one's own answer."""

    items: tuple[views.ReceivedInvitation, ...]


@get(
    "/api/proposals/{proposal_id:uuid}/collaborators",
    opt=tell(Action.SHARING_READ, "Who shares a proposal", PROPOSALS, answer=views.SharingView, problems=(404,)),
)
async def show_sharing(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The owner first; the owner also reads the invitations that wait."""
    return answer(await views.sharing(actor_of(request), proposal_id, clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/invitations",
    opt=tell(
        Action.SHARING_MANAGE,
        "Invite somebody to read or to write a proposal, by a link that is good once, for 24 hours",
        PROPOSALS,
        body=Invitation,
        answer=Invited,
        status=HTTPStatus.CREATED,
        problems=PROBLEMS,
        example={"email": "partenaire@mairie.test", "level": "writer"},
    ),
)
async def invite_collaborator(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The link is only good for whoever signs in with the invited address."""
    content = await reading.body(request, Invitation)
    invited = await sharing.invite_collaborator(
        actor_of(request), proposal_id, content.email, content.level, now=clock.now()
    )
    return answer(invited, HTTPStatus.CREATED)


@delete(
    "/api/proposals/{proposal_id:uuid}/invitations/{invitation_id:uuid}",
    status_code=HTTPStatus.OK,
    opt=tell(
        Action.SHARING_MANAGE,
        "Take an invitation or an offer of ownership back",
        PROPOSALS,
        answer=RevokedInvitation,
        problems=(403, 404),
    ),
)
async def revoke_invitation(request: AnyRequest, proposal_id: FromPath[UUID], invitation_id: FromPath[UUID]) -> Answer:
    """Too late where it was answered."""
    return answer(await sharing.revoke_invitation(actor_of(request), proposal_id, invitation_id, now=clock.now()))


@put(
    "/api/proposals/{proposal_id:uuid}/collaborators/{account_id:uuid}",
    opt=tell(
        Action.SHARING_MANAGE,
        "Have a collaborator write, or only read",
        PROPOSALS,
        body=NewLevel,
        answer=Collaboration,
        problems=PROBLEMS,
        example={"level": "reader"},
    ),
)
async def change_level(request: AnyRequest, proposal_id: FromPath[UUID], account_id: FromPath[UUID]) -> Answer:
    """From their next request on."""
    content = await reading.body(request, NewLevel)
    return answer(
        await collaborators.change_level(actor_of(request), proposal_id, account_id, content.level, now=clock.now())
    )


@delete(
    "/api/proposals/{proposal_id:uuid}/collaborators/{account_id:uuid}",
    status_code=HTTPStatus.OK,
    opt=tell(
        Action.SHARING_MANAGE, "End a collaborator's access", PROPOSALS, answer=Collaboration, problems=(403, 404)
    ),
)
async def remove_collaborator(request: AnyRequest, proposal_id: FromPath[UUID], account_id: FromPath[UUID]) -> Answer:
    """What they wrote stays."""
    return answer(await collaborators.remove_collaborator(actor_of(request), proposal_id, account_id, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/leave",
    opt=tell(
        Action.SHARING_LEAVE, "Leave a proposal that one joined", PROPOSALS, answer=Collaboration, problems=PROBLEMS
    ),
)
async def leave_proposal(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """Coming back takes another invitation."""
    await reading.nothing(request)
    return answer(await collaborators.leave_proposal(actor_of(request), proposal_id, now=clock.now()))


@post(
    "/api/proposals/{proposal_id:uuid}/transfer",
    opt=tell(
        Action.SHARING_MANAGE,
        "Offer a proposal to one of its collaborators, who owns it once they accept",
        PROPOSALS,
        body=NewOwner,
        answer=Invited,
        status=HTTPStatus.CREATED,
        problems=PROBLEMS,
        example={"account": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"},
    ),
)
async def offer_ownership(request: AnyRequest, proposal_id: FromPath[UUID]) -> Answer:
    """The offer is an invitation: it is accepted, declined and taken back as one."""
    content = await reading.body(request, NewOwner)
    offered = await sharing.offer_ownership(actor_of(request), proposal_id, content.account, now=clock.now())
    return answer(offered, HTTPStatus.CREATED)


@get(
    "/api/shares",
    opt=tell(SIGNED_IN, "The invitations to proposals that wait for one's answer", PROPOSALS, answer=MyInvitations),
)
async def list_shares(request: AnyRequest) -> Answer:
    """Nothing of a proposal is told before one has accepted."""
    return answer(MyInvitations(await views.my_invitations(actor_of(request), clock.now())))


@post(
    "/api/shares/accept",
    opt=tell(
        SIGNED_IN,
        "Accept an invitation to a proposal, or its ownership",
        PROPOSALS,
        body=Link,
        answer=Joined,
        problems=(403, 409, 422),
        example={"token": "q0n5Y0tLz7kq3J0wq5uO3mJ8m6Tt0mF8m8n0gk4mE0E"},
    ),
)
async def join_proposal(request: AnyRequest) -> Answer:
    """Good for whoever is signed in with the invited address, and nobody else."""
    content = await reading.body(request, Link)
    return answer(await joining.join_proposal(actor_of(request), content.token, now=clock.now()))


@post(
    "/api/shares/decline",
    opt=tell(
        SIGNED_IN,
        "Decline an invitation to a proposal, or its ownership",
        PROPOSALS,
        body=Link,
        answer=DeclinedInvitation,
        problems=(403, 409, 422),
        example={"token": "q0n5Y0tLz7kq3J0wq5uO3mJ8m6Tt0mF8m8n0gk4mE0E"},
    ),
)
async def decline_invitation(request: AnyRequest) -> Answer:
    """Whoever sent it is told."""
    content = await reading.body(request, Link)
    return answer(await joining.decline_invitation(actor_of(request), content.token, now=clock.now()))


routes = (
    show_sharing,
    invite_collaborator,
    revoke_invitation,
    change_level,
    remove_collaborator,
    leave_proposal,
    offer_ownership,
    list_shares,
    join_proposal,
    decline_invitation,
)
