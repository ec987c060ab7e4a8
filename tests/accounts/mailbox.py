"""A real SMTP server for tests: keeps what it receives, and can refuse or stall."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.stack.ports import LOWEST, is_free


class Mailbox:
    """Messages in the order they came, with whom they were for."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.busy = self.most_at_once = 0
        self.answers: dict[str, str] = {}
        self.sender = "250 OK"
        self.stall = threading.Event()
        self.stalled = threading.Event()
        self.url = ""

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, or answer what the test wants."""
        if self.sender.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender

    async def handle_RCPT(  # noqa: N802  the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or answer what the test wants."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message; with `stall` set, never say so."""
        self.busy += 1
        self.most_at_once = max(self.most_at_once, self.busy)
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append((list(envelope.rcpt_tos), message_from_bytes(content, policy=policy.default)))
        if self.stall.is_set():
            self.stalled.set()
            await asyncio.sleep(3600)
        await asyncio.sleep(0.02)
        self.busy -= 1
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages for an address."""
        return [message for recipients, message in self.received if address in recipients]


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A server on a free port of this machine."""
    mailbox = Mailbox()
    server = _started(mailbox)
    mailbox.url = f"smtp://127.0.0.1:{server.port}"
    try:
        yield mailbox
    finally:
        server.stop(no_assert=True)


def _started(mailbox: Mailbox) -> Controller:
    """On the first port that nobody takes meanwhile."""
    for port in (port for port in range(LOWEST - 1000, LOWEST) if is_free(port)):
        server = Controller(mailbox, hostname="127.0.0.1", port=port)
        with contextlib.suppress(OSError):
            server.start()
            return server
    raise OSError("no port is free")
