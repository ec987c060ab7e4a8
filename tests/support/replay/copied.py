"""A copy of the call, in which a working day of its process lasts some seconds."""

import re
from datetime import timedelta

from forms import catalogue
from service import clock
from service.domain.actor import PROCESS
from service.operations.calls import PublishedEdition, publish_edition
from tests.support.calls import OPENS

SLUG = "ami-2025-replay"
# Seconds that the call is open at first, and for each proposal; its officer gives more.
OPEN_AT_LEAST, OPEN = 10.0, 0.15


def shortened(day: float) -> dict[str, bytes]:
    """The five files of the call, a working day of its process being so many seconds."""
    files = dict(catalogue.read("ami-2025"))
    process = re.sub(r'"(\d+)wd"', lambda days: f'"PT{float(days[1]) * day:g}S"', files["process.toml"].decode())
    if "wd" in process:
        raise ValueError("a duration of the process is not in seconds")
    call = re.sub(r'^slug = ".*"$', f'slug = "{SLUG}"', files["call.toml"].decode(), flags=re.M)
    call = re.sub(r'^prefix = ".*"$', 'prefix = "REPLAY"', call, flags=re.M)
    return {**files, "process.toml": process.encode(), "call.toml": call.encode()}


async def published(files: dict[str, bytes], proposals: int) -> PublishedEdition:
    """The call, open for a while. The database is connected."""
    closes = clock.now() + timedelta(seconds=OPEN_AT_LEAST + OPEN * proposals)
    return await publish_edition(PROCESS, files, opens=OPENS, closes=closes, now=clock.now())
