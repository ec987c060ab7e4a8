"""A digest is one mail to whoever sends it: repeated as it was, refused, and sent again, with all of its lines."""

import asyncio
from datetime import datetime, timedelta

import pytest

from service.notify.gathering import gather
from service.notify.mails import Mail
from service.notify.outbox import FINAL, drain
from service.operations import mailing
from service.settings import Settings
from service.store.database import execute, row, rows, value
from service.views import mailbox as views
from tests.accounts.mailbox import Mailbox
from tests.accounts.room import Room

pytestmark = pytest.mark.usefixtures("nobody_elses")
SOON = timedelta(minutes=11)


async def test_stopped_between_sending_and_recording_a_digest_repeats_itself(
    now: datetime, by_smtp: Settings, mailbox: Mailbox
) -> None:
    """The same lines under the same Message-ID, whatever was queued meanwhile; then everything is sent, once."""
    room = await Room.of(4, now)
    for which in range(3):
        await room.tell(Mail.EXPERT_INVITED, which, now)
    at = now + SOON
    await gather(at)
    assert await drain(by_smtp, at) == 1
    # As it stands where a process dies in between: claimed, and nothing told of what became of it.
    await execute("UPDATE outbox SET sent_at = NULL WHERE email = {}", room.expert.email)
    await room.tell(Mail.EXPERT_INVITED, 3, at)
    assert await gather(at + timedelta(minutes=6)) == 0
    assert await drain(by_smtp, at + timedelta(minutes=4)) == 0
    assert await drain(by_smtp, at + timedelta(minutes=6)) == 1
    first, second = mailbox.to(room.expert.email)
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    sent = await value(
        "SELECT count(*) FROM outbox WHERE email = {} AND sent_at IS NOT NULL AND attempts = 2", room.expert.email
    )
    assert sent == 4


async def test_a_digest_is_refused_and_sent_again_as_one(now: datetime, by_smtp: Settings, mailbox: Mailbox) -> None:
    """What a server says of a digest is told of each of its lines; whoever sends one of them again sends the digest."""
    room = await Room.of(2, now)
    for which in range(2):
        await room.tell(Mail.EXPERT_INVITED, which, now)
    mailbox.answers[room.expert.email] = "550 no such person"
    waiting = (await views.of_call(room.officer, room.slug)).items
    assert {(one.state, one.gathered, one.digest, one.may_resend) for one in waiting} == {
        ("waiting", True, None, False)
    }
    await gather(now + SOON)
    assert await drain(by_smtp, now + SOON) == 0
    lines = await rows("SELECT id, error FROM outbox WHERE email = {} AND digest IS NOT NULL", room.expert.email)
    assert [line["error"] for line in lines] == [f"{FINAL}recipient refused (550)"] * 2
    digest = await value("SELECT id FROM outbox WHERE email = {} AND template = 'digest'", room.expert.email)
    told = (await views.of_call(room.officer, room.slug, digest=digest)).items
    assert [(one.state, one.gathered, one.digest, one.digested_at, one.may_resend) for one in told] == [
        ("refused", False, digest, now + SOON, True)
    ] * 2
    assert (await views.of_call(room.officer, room.slug, digest=lines[0]["id"])).items == ()
    mailbox.answers.clear()
    # Asked for at once, on two of its lines: once is enough.
    both = (mailing.resend_mail(room.officer, line["id"], now=now + timedelta(hours=1)) for line in lines)
    ends = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(getattr(end, "code", "sent") for end in ends) == ["mail_waits", "sent"]
    assert await drain(by_smtp, now + timedelta(hours=1)) == 1
    assert [str(one["Subject"]) for one in mailbox.to(room.expert.email)] == ["2 invitations à évaluer"]
    found = await row("SELECT count(*) AS n FROM outbox WHERE email = {} AND sent_at IS NOT NULL", room.expert.email)
    assert found == {"n": 3}
