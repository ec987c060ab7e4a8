"""Accounts for tests, written as rows: signing up has its own tests."""

import secrets
import uuid
from datetime import UTC, datetime
from uuid import UUID

from service.domain.actor import Actor, Role
from service.store.database import execute, transaction
from service.store.ids import uuid7
from service.store.roles import held_roles

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def person(*roles: tuple[Role, UUID | None], name: str = "", organisation: str = "") -> Actor:
    """A new confirmed account with these roles, and what they bring along."""
    account = uuid.uuid4()
    name = name or f"Personne {account.hex[:8]}"
    email = f"{account.hex[:12]}@personne.test"
    async with transaction():
        await execute(
            "INSERT INTO account (id, email, name, organisation, created_at, confirmed_at, salt)"
            " VALUES ({}, {}, {}, {}, {}, {}, {})",
            *(account, email, name, organisation, LONG_AGO, LONG_AGO, secrets.token_bytes(16)),
        )
        for role, call in roles:
            await execute(
                "INSERT INTO role (id, account, call, role, granted_at) VALUES ({}, {}, {}, {}, {})",
                *(uuid7(LONG_AGO), account, call, role.value, LONG_AGO),
            )
        held = await held_roles(account)
    return Actor(account=account, name=name, email=email, roles=held)
