"""Each test lives in a month of its own, far ahead: neither throttles nor mails of other tests reach it."""

import itertools
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from service.identity import secrets
from service.settings import Settings
from service.store.database import execute
from tests.accounts.mailbox import Mailbox, mail_server

BASE = datetime(2031, 1, 6, 9, 30, tzinfo=UTC)
_months = itertools.count()


@pytest.fixture
def now() -> datetime:
    """An instant that no other test of this worker is near to."""
    return BASE + timedelta(days=31) * next(_months)


@pytest.fixture
def email() -> str:
    """An address that nobody has."""
    return f"camille.{uuid.uuid4().hex[:10]}@mairie.test"


@pytest.fixture(autouse=True)
async def ready(settings: Settings, database: None) -> None:
    """An open database, and the installation's secret."""
    secrets.configure(settings.secret)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture
async def by_smtp(settings: Settings, mailbox: Mailbox, now: datetime) -> Settings:
    """Sends to the mailbox; what other tests have left to be sent is not waited for any more."""
    await execute("UPDATE outbox SET sent_at = created_at WHERE sent_at IS NULL AND created_at < {}", now)
    return msgspec.structs.replace(settings, smtp_url=mailbox.url, mail_folder=None)


@pytest.fixture
async def nobody_elses(database: None) -> None:
    """What other tests left to be sent is no part of these."""
    await execute("DELETE FROM outbox WHERE sent_at IS NULL")
