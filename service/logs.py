"""Structured logs: one line per event, with the request it belongs to.

Events carry ids, numbers and durations. Bodies, cookies, mails and names of people never go in.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import msgspec
import structlog
from structlog.typing import Processor

# Their INFO lines are one per request, connection or retry: ours say it once, with the request id.
QUIET = ("uvicorn.access", "uvicorn.error", "asyncio", "urllib3", "fontTools", "weasyprint", "fontTools.subset")

_lines = msgspec.json.Encoder(enc_hook=repr)


def configure(log_format: Literal["console", "json"]) -> None:
    """Send our events and those of the libraries to stderr, as JSON lines or for a person's eyes."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[Processor]
    if log_format == "json":
        # Without the values of local variables: they may be passwords, answers, names.
        told = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
        last = [told, structlog.processors.JSONRenderer(_encoded)]
    else:
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _encoded(event: dict[str, object], **_: object) -> str:
    return _lines.encode(event).decode()


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one module: `log = logs.logger(__name__)`, then `log.info("proposal_submitted", proposal=id)`."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


@contextmanager
def bind(**values: str | int) -> Iterator[None]:
    """Every event inside this block, in this task and those it starts, carries `values` (`request=…`)."""
    with structlog.contextvars.bound_contextvars(**values):
        yield


def follow(request: str) -> None:
    """The rest of this `bind`, or of this task, is about that request; "" changes nothing."""
    if request:
        structlog.contextvars.bind_contextvars(request=request)


def request() -> str | None:
    """The id of the request being served, or followed, if any."""
    found = structlog.contextvars.get_contextvars().get("request")
    return str(found) if found else None
