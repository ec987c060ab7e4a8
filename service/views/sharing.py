"""Who shares a proposal, and the invitations that wait for an answer."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.identity import secrets
from service.problems import SignInNeeded
from service.store.database import Row, row, rows
from service.store.editions import edition
from service.views.readable import readable


class Member(msgspec.Struct, frozen=True):
    """Somebody on the applicant's side; `level`: owner, writer or reader. `email`: for the owner, else "" ."""

    account: UUID
    name: str
    email: str
    level: str
    since: datetime
    me: bool


class OpenInvitation(msgspec.Struct, frozen=True):
    """An invitation that waits for an answer; `level` owner: the offer of ownership."""

    id: UUID
    email: str
    level: str
    at: datetime
    expires_at: datetime


class SharingView(msgspec.Struct, frozen=True):
    """The owner first. `invitations`: for the owner. `offer`: what accepts or declines the ownership that is offered to
    the reader, "" without an offer."""

    proposal: UUID
    members: tuple[Member, ...]
    invitations: tuple[OpenInvitation, ...]
    offer: str
    may: tuple[Action, ...]


class ReceivedInvitation(msgspec.Struct, frozen=True):
    """What a link offers. Nothing of the proposal itself: that is for whoever has accepted. `token` is the link's
    secret; `for_me`: the reader is signed in with the invited address, `email`; only they are told the `inviter`.
    `edition`: of the call, whose words on personal data hold."""

    token: str
    call: str
    edition: UUID
    call_title: str
    email: str
    level: str
    inviter: str
    expires_at: datetime
    for_me: bool


HERE = frozenset({Action.SHARING_MANAGE, Action.SHARING_LEAVE})


async def sharing(actor: Actor, proposal_id: UUID, now: datetime) -> SharingView:
    """Who shares a proposal, for whoever does. NotFound."""
    found = await readable(actor, proposal_id, Action.SHARING_READ)
    owner = Action.SHARING_MANAGE in found.may
    lines = await rows(
        "SELECT a.id, a.name, a.email, m.level, m.since FROM ("
        " SELECT owner AS account, 'owner' AS level, created_at AS since FROM proposal WHERE id = {}"
        " UNION ALL SELECT account, level, since FROM collaborator WHERE proposal = {}"
        ") m JOIN account a ON a.id = m.account ORDER BY m.level <> 'owner', m.since, a.id",
        *(proposal_id, proposal_id),
    )
    waiting = await rows(
        "SELECT id, email, level, at, expires_at FROM share"
        " WHERE proposal = {} AND ended_at IS NULL AND expires_at > {} ORDER BY at, id",
        *(proposal_id, now),
    )
    offers = [line["id"] for line in waiting if line["level"] == "owner" and line["email"] == actor.email]
    return SharingView(
        proposal=proposal_id,
        members=tuple(
            Member(
                *(line["id"], line["name"], line["email"] if owner or line["id"] == actor.account else ""),
                *(line["level"], line["since"], line["id"] == actor.account),
            )
            for line in lines
        ),
        invitations=tuple(OpenInvitation(**line) for line in waiting) if owner else (),
        offer=secrets.derive("share", offers[0]) if offers else "",
        may=tuple(sorted(found.may & HERE)),
    )


_RECEIVED = (
    "SELECT s.id, s.email, s.level, s.expires_at, a.name AS inviter, c.slug, p.edition FROM share s"
    " JOIN account a ON a.id = s.inviter JOIN proposal p ON p.id = s.proposal JOIN call c ON c.id = p.call"
    " WHERE s.ended_at IS NULL AND s.expires_at > {} AND p.discarded_at IS NULL"
)


async def invitation(actor: Actor, token: str, now: datetime) -> ReceivedInvitation | None:
    """What a link offers, without using it up; None where it is good for nothing."""
    line = await row(f"{_RECEIVED} AND s.secret_hash = {{}}", now, secrets.digest(token))
    return await _received(actor, line) if line else None


async def my_invitations(actor: Actor, now: datetime) -> tuple[ReceivedInvitation, ...]:
    """Those that wait for one's own answer: the address of an account is proved."""
    if actor.account is None:
        raise SignInNeeded
    lines = await rows(f"{_RECEIVED} AND s.email = {{}} ORDER BY s.at, s.id", now, actor.email)
    return tuple([await _received(actor, line) for line in lines])


async def _received(actor: Actor, line: Row) -> ReceivedInvitation:
    mine = actor.account is not None and actor.email == line["email"]
    return ReceivedInvitation(
        token=secrets.derive("share", line["id"]),
        call=line["slug"],
        edition=line["edition"],
        call_title=(await edition(line["edition"])).call.title.fr,
        email=line["email"],
        level=line["level"],
        inviter=line["inviter"] if mine else "",
        expires_at=line["expires_at"],
        for_me=mine,
    )
