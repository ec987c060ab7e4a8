"""A door may wait a moment for the workflow, so that the next page shows the new stage (D9)."""

import asyncio
from contextlib import suppress
from uuid import UUID

from service.store.database import OUTAGES
from service.views import progress

PATIENCE = 1.0  # seconds
STEP = 0.05


async def caught_up(proposal_id: UUID) -> bool:
    """Wait up to a second until the workflow has seen the proposal's last entry. False: it will, later.

    The act is committed by now: an outage of the database no longer makes it a failure.
    """
    with suppress(*OUTAGES):
        for _ in range(round(PATIENCE / STEP)):
            if await progress.caught_up(proposal_id):
                return True
            await asyncio.sleep(STEP)
    return False
