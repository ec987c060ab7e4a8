"""The web application of this worker, served by uvicorn inside the test process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from service.app import create_app
from service.cli.web import KEEP_ALIVE
from service.identity import secrets
from service.settings import Settings
from service.store import objects


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """Its address, for as long as it runs. The database is connected by whoever asks: tests look into it too."""
    secrets.configure(settings.secret)
    objects.configure(settings)
    config = uvicorn.Config(
        create_app(settings),
        host="127.0.0.1",
        port=settings.port,
        lifespan="off",
        log_config=None,
        access_log=False,
        # As the service's own: the library's five seconds are those of the tests' client too, which then sends what
        # finds nobody.
        timeout_keep_alive=KEEP_ALIVE,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("the web application did not start")
        await asyncio.sleep(0.01)
    try:
        yield settings.address
    finally:
        server.should_exit = True
        await task
