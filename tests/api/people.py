"""Persons who talk to the API: accounts with a bearer token, each with an HTTP client of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import httpx

from service import clock
from service.domain.actor import Actor, Role
from service.operations.accounts import create_token
from tests.support.people import person
from tests.support.plain import PLAIN

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@asynccontextmanager
async def client(address: str, token: str = "", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client, signed in where there is a token."""
    sent = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=address, headers=sent | headers, timeout=120, verify=PLAIN) as found:
        yield found


async def token_of(actor: Actor) -> str:
    """A bearer token of somebody."""
    return (await create_token(actor, "test", 1, now=clock.now())).token


@asynccontextmanager
async def signed_in(
    address: str, *roles: tuple[Role, UUID | None], name: str = "", organisation: str = ""
) -> AsyncIterator[httpx.AsyncClient]:
    """A new person with these roles."""
    async with client(address, await token_of(await person(*roles, name=name, organisation=organisation))) as found:
        yield found
