"""Mails that are not sent: what they would tell no longer holds, or is no longer their reader's to know."""

from datetime import datetime, timedelta

import pytest

from service.domain.actor import PROCESS
from service.notify.facts import Outdated
from service.notify.mails import Mail
from service.operations import accounts
from service.operations.holding import held
from service.operations.telling import tell
from service.settings import Settings
from service.store.database import execute, transaction
from tests.accounts.composing import a_case, told, written
from tests.accounts.support import PASSWORD
from tests.support.people import person


async def test_who_has_left_a_proposal_reads_nothing_of_it_any_more(settings: Settings, now: datetime) -> None:
    """Queued while they wrote it, composed once they did not: none of the mails that tell something of it leaves."""
    for mail in (Mail.RECEIPT, Mail.RETURNED, Mail.QUESTION, Mail.MESSAGE, Mail.SHARE_CHANGED):
        case, writer = await a_case(now), await person()
        await execute(
            "INSERT INTO collaborator (proposal, account, level, since) VALUES ({}, {}, 'writer', {})",
            *(case.proposal, writer.person, now),
        )
        async with transaction():
            more = {"level": "writer"} if mail is Mail.SHARE_CHANGED else {}
            await tell(await held(PROCESS, case.proposal, now), writer.person, mail, "x", **more)
        assert (await written(settings, writer.email, now))[0]
        await execute("DELETE FROM collaborator WHERE account = {}", writer.person)
        with pytest.raises(Outdated):
            await written(settings, writer.email, now)


@pytest.mark.parametrize(
    ("mail", "status", "sent"),
    [
        (mail, status, sent)
        for mail, good in (
            (Mail.EXPERT_INVITED, {"invited"}),
            (Mail.EXPERT_REMINDED, {"invited", "accepted"}),
            (Mail.EXPERT_LAST_REMINDER, {"invited", "accepted"}),
        )
        for status, sent in ((s, s in good) for s in ("invited", "accepted", "declined", "done", "released"))
    ],
)
async def test_an_expert_whose_invitation_has_moved_on_is_not_written_to(
    settings: Settings, now: datetime, *, mail: Mail, status: str, sent: bool
) -> None:
    case = await a_case(now)
    await execute("UPDATE assignment SET status = {} WHERE id = {}", status, case.assignment)
    if sent:
        await told(case, mail, settings, now)
    else:
        with pytest.raises(Outdated):
            await told(case, mail, settings, now)


@pytest.mark.parametrize("mail", [Mail.EXPERT_INVITED, Mail.EXPERT_REMINDED, Mail.EXPERT_LAST_REMINDER])
async def test_whoever_is_no_expert_of_the_call_any_more_is_not_reminded(
    settings: Settings, now: datetime, mail: Mail
) -> None:
    case = await a_case(now)
    await execute("DELETE FROM role WHERE account = {}", case.expert.account)
    with pytest.raises(Outdated):
        await told(case, mail, settings, now)


@pytest.mark.parametrize("mail", [Mail.RETURNED, Mail.OWED_REMINDED])
@pytest.mark.parametrize("returned", [True, False])
async def test_completion_is_asked_for_only_while_it_is_awaited(
    settings: Settings, now: datetime, *, returned: bool, mail: Mail
) -> None:
    case = await a_case(now)
    await execute("UPDATE proposal SET returned = {} WHERE id = {}", returned, case.proposal)
    if returned:
        assert "dimanche 1er juin 2031" in (await told(case, mail, settings, now))[1]
    else:
        with pytest.raises(Outdated):
            await told(case, mail, settings, now)


async def test_a_link_that_expired_is_not_sent(email: str, settings: Settings, now: datetime) -> None:
    await accounts.sign_up(PROCESS, email, "Camille Ormeau", PASSWORD, now=now)
    await written(settings, email, now + timedelta(hours=23))
    with pytest.raises(Outdated):
        await written(settings, email, now + timedelta(hours=24))
