"""Accounts, all operations under one name: registering, signing in, new passwords, and what staff do with members."""

from datetime import datetime

from service.identity import sessions, throttling, tickets
from service.operations.members import (
    CreatedAccount,
    DisabledAccount,
    GrantedRole,
    InvitedAccount,
    RevokedRole,
    create_account,
    disable_account,
    grant_role,
    invite_account,
    revoke_role,
)
from service.operations.registering import (
    AcceptedInvitation,
    ConfirmedAddress,
    SignedUp,
    accept_invitation,
    confirm_address,
    sign_up,
)
from service.operations.renewing import ResetAsked, ResetPassword, ask_reset, change_password, reset_password
from service.operations.signing import (
    CreatedToken,
    SignedIn,
    SignedOut,
    create_token,
    end_session,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from service.store.database import transaction

__all__ = [
    "AcceptedInvitation",
    "ConfirmedAddress",
    "CreatedAccount",
    "CreatedToken",
    "DisabledAccount",
    "GrantedRole",
    "InvitedAccount",
    "ResetAsked",
    "ResetPassword",
    "RevokedRole",
    "SignedIn",
    "SignedOut",
    "SignedUp",
    "accept_invitation",
    "ask_reset",
    "change_password",
    "confirm_address",
    "create_account",
    "create_token",
    "disable_account",
    "end_session",
    "forget_expired",
    "grant_role",
    "invite_account",
    "reset_password",
    "revoke_role",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "sign_up",
]


async def forget_expired(*, now: datetime) -> None:
    """Drop dead sessions, old tickets and throttle rows; to be called now and then."""
    async with transaction():
        await sessions.forget_dead(now)
        await tickets.forget_dead(now)
        await throttling.forget_old(now)
