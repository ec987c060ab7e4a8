"""Whether this process and what it works with are well."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from temporalio.client import Client
from temporalio.service import RPCError

from service import logs
from service.settings import Settings
from service.store import database, objects

log = logs.logger(__name__)
PATIENCE = 3.0  # seconds for each component


class Health(msgspec.Struct, frozen=True):
    """`status`: ready or degraded; each component up or down. Without Temporal people can still propose and review;
    without the object store only files and documents fail; without the database nothing works."""

    status: str
    components: dict[str, str]


class Temporal:
    """The question whether Temporal answers, over one connection that is made when it is first asked."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None

    async def ready(self) -> None:
        """Raise RPCError or RuntimeError unless it does."""
        if self._client is None:
            self._client = await Client.connect(
                self._settings.temporal_address, namespace=self._settings.temporal_namespace, lazy=True
            )
        await self._client.service_client.check_health()


async def components(temporal: Temporal) -> dict[str, str]:
    """The state of each, asked at the same time."""
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "database": database.ready,
        "objects": lambda: objects.store().ready(),
        "temporal": temporal.ready,
    }
    states = await asyncio.gather(*(_state(name, ask) for name, ask in asked.items()))
    return dict(zip(asked, states, strict=True))


async def _state(name: str, ask: Callable[[], Awaitable[object]]) -> str:
    try:
        # The client's own time limit is not kept while its connection is cut.
        async with asyncio.timeout(PATIENCE):
            await ask()
    except (Exception, RPCError) as error:  # noqa: BLE001  whatever it is, the component is not well
        log.warning("component_down", component=name, error=repr(error)[:300])
        return "down"
    return "up"


@get("/health/live", opt={"action": "public", "nobody": True})
async def live() -> Response[bytes]:
    """This process answers."""
    return Response(b'{"status":"live"}', media_type="application/json")


@get("/health/ready", opt={"action": "public", "nobody": True})
async def ready(request: Request[object, object, State]) -> Response[bytes]:
    """Every component answers; 503 names those that don't."""
    found = await components(request.app.state.temporal)
    well = all(state == "up" for state in found.values())
    return Response(
        msgspec.json.encode(Health("ready" if well else "degraded", found)),
        status_code=HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE,
        media_type="application/json",
    )


routes = (live, ready)
