"""Each test lives in a month of its own, far ahead: neither throttles nor mails of other tests reach it."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from service.identity import secrets
from service.settings import Settings

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
