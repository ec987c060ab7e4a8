"""Fixtures of the API's tests: an open call, an applicant with a draft."""

from collections.abc import AsyncIterator

import httpx
import pytest

from service.identity import secrets
from service.operations.calls import PublishedEdition
from service.settings import Settings
from tests.api.people import client, signed_in
from tests.support.calls import fresh_call


@pytest.fixture(scope="session", autouse=True)
def configured(settings: Settings) -> None:
    """What makes the secrets that persons hold."""
    secrets.configure(settings.secret)


@pytest.fixture(scope="session")
async def call(database: None) -> PublishedEdition:
    """An open copy of the reference call."""
    return await fresh_call()


@pytest.fixture
async def anybody(web: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is not signed in."""
    async with client(web) as found:
        yield found


@pytest.fixture
async def applicant(web: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without any role."""
    async with signed_in(web) as found:
        yield found


@pytest.fixture
async def draft(applicant: httpx.AsyncClient, call: PublishedEdition) -> str:
    """The address of a draft of the applicant."""
    opened = await applicant.post(f"/api/calls/{call.slug}/proposals")
    assert opened.status_code == 201, opened.text
    return str(opened.headers["location"])
