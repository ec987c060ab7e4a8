"""The transparency export of a call, written by a command while the service draws its PDF."""

import asyncio
import sys
from pathlib import Path

PATIENCE = 600.0  # seconds: a worker that is there draws a document in less than one minute
PAUSE = 1.0


async def export(call: str, path: Path) -> int:
    """Write it; exit status 1 where a document was not drawn. Raises StackError, and NotFound."""
    from service import clock
    from service.cli._running import current_settings
    from service.cli._writing import write
    from service.domain.actor import PROCESS
    from service.doors.disclosing import exported
    from service.store import objects

    objects.configure(current_settings())
    waited = 0.0
    while (made := await exported(PROCESS, call, clock.now())).content is None:
        failed = made.waits is not None and made.waits.status == "failed"
        if failed or waited >= PATIENCE:
            why = "could not be drawn" if failed else "was not drawn: does a worker run?"
            print(f"alliance: a PDF of the export {why}", file=sys.stderr)
            return 1
        await asyncio.sleep(PAUSE)
        waited += PAUSE
    await write(path, made.content)
    print(f"{path}: {path.stat().st_size} bytes")  # noqa: ASYNC240  a command, alone in its loop
    return 0
