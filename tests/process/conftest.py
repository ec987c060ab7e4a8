"""Fixtures of the process."""

from collections.abc import AsyncIterator

import pytest

from service.settings import Settings
from tests.process.ahead import Ahead, ahead_of


@pytest.fixture
async def ahead(settings: Settings, database: None) -> AsyncIterator[Ahead]:
    """Workers on a server whose clock this test alone sets ahead."""
    async with ahead_of(settings) as found:
        yield found
