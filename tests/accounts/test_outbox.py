"""Mails leave once, whatever happens on the way; those that nobody wants any more do not leave."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import msgspec
import pytest

from service.domain.actor import ANONYMOUS, PROCESS
from service.notify.mails import Mail
from service.notify.outbox import drain
from service.notify.queue import enqueue, message_digest
from service.operations import accounts
from service.settings import Settings
from service.store.database import row, transaction
from service.views.metrics import gathered
from tests.accounts.mailbox import Mailbox
from tests.accounts.support import OTHER, PASSWORD, an_account, link, queued

ROOT = Path(__file__).parents[2]


async def queue(email: str, now: datetime, key: str = "") -> None:
    async with transaction():
        await enqueue(Mail.ADDRESS_KNOWN, None, email, {}, key=key or f"key-{email}", now=now)


async def test_one_mail_once(email: str, now: datetime, by_smtp: Settings, mailbox: Mailbox) -> None:
    await queue(email, now)
    assert await drain(by_smtp, now) == 1
    assert await drain(by_smtp, now + timedelta(hours=2)) == 0
    (message,) = mailbox.to(email)
    domain = by_smtp.mail_from.rpartition("@")[2]
    assert message["Message-ID"] == f"<{message_digest(f'key-{email}')}@{domain}>"
    assert message["From"] == f"AllIAnce <{by_smtp.mail_from}>"
    assert message["To"] == email
    assert message["Subject"] == "Vous avez déjà un compte"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == now
    (line,) = await queued(email)
    assert (line["attempts"], line["error"]) == (1, "")
    assert line["sent_at"] >= now


async def test_the_same_key_queues_one(email: str, now: datetime) -> None:
    await queue(email, now)
    await queue(email, now + timedelta(days=1))
    assert [line["created_at"] for line in await queued(email)] == [now]


async def test_what_is_rolled_back_is_not_told(email: str, now: datetime) -> None:
    async def fail() -> None:
        async with transaction():
            await enqueue(Mail.ADDRESS_KNOWN, None, email, {}, key=email, now=now)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert await queued(email) == []
    with pytest.raises(RuntimeError):
        await enqueue(Mail.ADDRESS_KNOWN, None, email, {}, key=email, now=now)


async def test_workers_at_once_send_each_mail_once(
    email: str, now: datetime, by_smtp: Settings, mailbox: Mailbox
) -> None:
    for number in range(12):
        await queue(f"{number}{email}", now)
    sent = await asyncio.gather(*(drain(by_smtp, now) for _ in range(4)))
    while more := await drain(by_smtp, now):
        sent.append(more)
    assert sum(sent) == 12
    assert mailbox.most_at_once > 1
    assert sorted(str(message["To"]) for _, message in mailbox.received) == sorted(f"{n}{email}" for n in range(12))


async def test_no_mail_is_sent_inside_a_transaction(now: datetime, by_smtp: Settings) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await drain(by_smtp, now)


@pytest.mark.parametrize(
    ("answer", "waits", "error"),
    [
        ("450 try again", True, "recipient refused (450)"),
        ("550 no such person", False, "final: recipient refused (550)"),
    ],
)
async def test_a_refusal_for_now_is_tried_again_later_and_a_final_one_is_not(
    email: str, now: datetime, by_smtp: Settings, mailbox: Mailbox, *, answer: str, error: str, waits: bool
) -> None:
    mailbox.answers[email] = answer
    await queue(email, now)
    assert await drain(by_smtp, now) == 0
    (line,) = await queued(email)
    assert (line["error"], line["sent_at"]) == (error, None)
    mailbox.answers.clear()
    assert await drain(by_smtp, now + timedelta(seconds=25)) == 0
    assert await drain(by_smtp, now + timedelta(hours=1)) == (1 if waits else 0)
    assert len(mailbox.to(email)) == (1 if waits else 0)


@pytest.mark.parametrize(
    ("answer", "data", "error"),
    [
        ("550 no such person", {}, "final: recipient refused (550)"),
        ("450 try again", {}, "recipient refused (450)"),
        ("250 OK", {"role": "no such role"}, "could not be made (KeyError)"),
    ],
)
async def test_what_is_wrong_with_one_mail_holds_nobody_else_up(  # noqa: PLR0917  fixtures
    email: str, now: datetime, by_smtp: Settings, mailbox: Mailbox, answer: str, data: dict[str, str], error: str
) -> None:
    mailbox.answers[email] = answer
    async with transaction():
        await enqueue(Mail.ADDRESS_KNOWN, None, email, data, key=email, now=now)
    await queue(f"x{email}", now + timedelta(seconds=1))
    assert await drain(by_smtp, now + timedelta(seconds=2)) == 1
    assert len(mailbox.to(f"x{email}")) == 1
    assert [(line["error"], line["sent_at"]) for line in await queued(email)] == [(error, None)]


async def test_what_never_leaves_does_not_count_as_waiting(
    email: str, now: datetime, by_smtp: Settings, mailbox: Mailbox
) -> None:
    async def waiting() -> int:
        (line,) = (line for line in (await gathered()).splitlines() if line.startswith("alliance_mails_waiting "))
        return int(line.split()[1])

    before = await waiting()
    mailbox.answers[email] = "550 no such person"
    await queue(email, now)
    assert await waiting() == before + 1
    await drain(by_smtp, now, 1)
    assert await waiting() == before


@pytest.mark.parametrize("answer", ["530 authentication required", "553 sender not allowed"])
async def test_a_server_that_lets_us_no_longer_in_makes_us_give_nothing_up(
    email: str, now: datetime, by_smtp: Settings, mailbox: Mailbox, answer: str
) -> None:
    mailbox.sender = answer
    for which in range(2):
        await queue(f"{which}{email}", now + timedelta(seconds=which))
    assert await drain(by_smtp, now + timedelta(seconds=2)) == 0
    said = [(line["attempts"], line["error"]) for which in range(2) for line in await queued(f"{which}{email}")]
    assert said == [(1, f"sender refused ({answer[:3]})"), (0, "")]
    mailbox.sender = "250 OK"
    assert await drain(by_smtp, now + timedelta(hours=1)) == 2


async def test_while_the_server_is_down_mails_wait_longer_and_longer(
    email: str, now: datetime, settings: Settings
) -> None:
    down = msgspec.structs.replace(settings, smtp_url="smtp://127.0.0.1:9", mail_folder=None)
    await queue(email, now)
    tried: list[datetime] = []
    at = now
    while at < now + timedelta(days=6):
        await drain(down, at)
        (line,) = await queued(email)
        if line["attempts"] > len(tried):
            tried.append(at)
        at += timedelta(seconds=10) if len(tried) < 4 else timedelta(minutes=50)
    waits = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(tried)]
    # Looked at every ten seconds.
    assert all(wanted <= wait <= wanted + 10 for wanted, wait in zip((30, 60, 120), waits[:3], strict=True))
    assert max(waits) <= 6000
    assert tried[-1] < now + timedelta(days=5)
    assert line["error"] == "SMTPConnectError"
    assert line["sent_at"] is None


SEND = """
import asyncio, sys
from datetime import datetime
from service.identity import secrets
from service.notify.outbox import drain
from service.settings import Settings
from service.store.database import DB
async def main():
    settings = Settings.read({name: value for name, value in __import__("os").environ.items() if "ALLIANCE" in name})
    secrets.configure(settings.secret)
    await DB.connect(settings.database_url)
    await drain(settings, datetime.fromisoformat(sys.argv[1]))
asyncio.run(main())
"""


async def test_killed_between_sending_and_recording_it_repeats_under_the_same_id(
    email: str, now: datetime, servers: dict[str, str], by_smtp: Settings, mailbox: Mailbox
) -> None:
    await queue(email, now)
    mailbox.stall.set()
    environ = {**os.environ, **servers, "ALLIANCE_SMTP_URL": mailbox.url}
    environ.pop("ALLIANCE_MAIL_FOLDER")
    with subprocess.Popen([sys.executable, "-c", SEND, now.isoformat()], cwd=ROOT, env=environ) as sender:
        try:
            assert await asyncio.to_thread(mailbox.stalled.wait, 30)
        finally:
            sender.send_signal(signal.SIGKILL)
    mailbox.stall.clear()
    # Nobody knows whether it left: the claim holds for five minutes.
    assert await drain(by_smtp, now + timedelta(minutes=4)) == 0
    assert await drain(by_smtp, now + timedelta(minutes=6)) == 1
    first, second = mailbox.to(email)
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    (line,) = await queued(email)
    assert line["attempts"] == 2


async def test_a_folder_holds_each_mail_whole_and_private(
    email: str, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    into = msgspec.structs.replace(settings, mail_folder=tmp_path, smtp_url=None)
    await queue(email, now)
    assert await drain(into, now) == 1
    (file,) = await asyncio.to_thread(lambda: list(tmp_path.iterdir()))
    assert file.name == f"{message_digest(f'key-{email}')}.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == email


async def test_a_folder_that_cannot_be_written_loses_nothing(email: str, now: datetime, settings: Settings) -> None:
    nowhere = msgspec.structs.replace(settings, mail_folder=Path("/nonexistent/mail"), smtp_url=None)
    await queue(email, now)
    assert await drain(nowhere, now) == 0
    assert [line["error"] for line in await queued(email)] == ["FileNotFoundError"]


async def test_links_are_made_when_the_mail_is_sent_and_wait_nowhere(
    email: str, now: datetime, by_smtp: Settings, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    await accounts.sign_up(ANONYMOUS, email, "Camille Ormeau", PASSWORD, now=now)
    token = await link(email)
    await drain(by_smtp, now)
    (message,) = mailbox.to(email)
    assert f"{by_smtp.address}/confirmer/{token}" in message.get_content().splitlines()
    found = await row("SELECT o::text AS whole FROM outbox o WHERE email = {}", email)
    assert found is not None
    logged = "".join(capfd.readouterr())
    for secret in (token, PASSWORD):
        assert secret not in found["whole"]
        assert secret not in logged
    assert email not in logged


async def test_mails_that_nobody_needs_any_more_stay(
    email: str, now: datetime, by_smtp: Settings, mailbox: Mailbox
) -> None:
    account = await an_account(email, now)
    await accounts.ask_reset(ANONYMOUS, email, now=now)
    await accounts.reset_password(ANONYMOUS, await link(email), OTHER, now=now + timedelta(seconds=1))
    await accounts.ask_reset(ANONYMOUS, email, now=now + timedelta(seconds=2))
    await accounts.disable_account(PROCESS, account, now=now + timedelta(seconds=3))
    await accounts.sign_up(ANONYMOUS, f"x{email}", "Camille Ormeau", PASSWORD, now=now)
    assert await drain(by_smtp, now + timedelta(hours=25)) == 0
    assert mailbox.received == []
    assert [(line["template"], line["error"]) for line in await queued(email)] == [
        ("reset_password", "final: the account was closed"),
        ("password_changed", "final: the account was closed"),
        ("reset_password", "final: the account was closed"),
    ]
    assert [line["error"] for line in await queued(f"x{email}")] == [
        "final: the link was used, replaced, or has expired"
    ]


def test_threads_are_left_behind_by_no_test() -> None:
    assert [thread.name for thread in threading.enumerate() if "SMTP" in thread.name.upper()] == []
