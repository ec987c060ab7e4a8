"""One act at the command line: the database open, refusals told in a line each."""

import asyncio
import sys
from collections.abc import Coroutine

from service.cli._database import database
from service.cli._running import current_settings
from service.problems import Invalid, Problem
from service.settings import Settings


def act(work: Coroutine[None, None, None]) -> int:
    """Do one thing on the running service; exit status 1 where it is refused. Raises StackError, SettingsError."""
    try:
        asyncio.run(_connected(current_settings(), work))
    except Invalid as problem:
        for error in problem.errors:
            print(f"alliance: {error.path}: {error.fr}", file=sys.stderr)
        return 1
    except Problem as problem:
        print(f"alliance: {problem.detail}", file=sys.stderr)
        return 1
    finally:
        work.close()
    return 0


async def _connected(settings: Settings, work: Coroutine[None, None, None]) -> None:
    from service.identity import secrets

    secrets.configure(settings.secret)
    async with database(settings):
        await work
