"""The table of mails, the box of what went out, and what a person does without."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from service import clock
from service.domain.actor import Actor, Role
from service.identity import secrets
from service.notify.facts import Outdated
from service.notify.letters import TEMPLATES, compose
from service.notify.mails import Mail
from service.notify.outbox import FINAL
from service.notify.table import OF_ACCOUNTS, OF_CALLS, OPTIONAL, TABLE
from service.operations import mailing
from service.pages.mails import fault
from service.problems import Invalid, NotFound, Problem
from service.settings import Settings
from service.store.database import execute, row, rows, value
from service.store.ids import uuid7
from service.views import mailbox
from tests.process.call import Trial
from tests.support.people import person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


def test_every_mail_has_its_line_its_template_and_a_reason_to_be_refused_or_not() -> None:
    assert set(TABLE) == set(Mail)
    assert {f"{mail.value}.txt" for mail in Mail} <= {path.name for path in TEMPLATES.iterdir()}
    assert set(OF_CALLS).isdisjoint(OF_ACCOUNTS)
    # Whatever bears a link to open, a deadline or a decision reaches its reader.
    assert OPTIONAL.isdisjoint({Mail.LETTER, Mail.RECEIPT, Mail.RETURNED, Mail.QUESTION, Mail.INVITATION})
    assert not [row.mail for row in TABLE.values() if row.mail in OPTIONAL and row.to in ("account", "expert", "asker")]


async def mail_of(trial: Trial, proposal: UUID, template: Mail) -> UUID:
    found: UUID = await value(
        "SELECT id FROM outbox WHERE about = {} AND template = {} ORDER BY id LIMIT 1", proposal, template.value
    )
    return found


async def code(actor: Actor, mail: UUID, now: datetime) -> str:
    try:
        await mailing.resend_mail(actor, mail, now=now)
    except Problem as problem:
        return problem.code
    return ""


async def test_officers_see_the_mails_of_their_proposals_and_send_one_again() -> None:
    trial = await Trial.publish(clock.now())
    proposal, hidden = await trial.submit(clock.now()), await trial.submit(clock.now())
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, reason, created_at) VALUES ({}, {}, {}, 'found', '', {})",
        *(uuid7(clock.now()), hidden, trial.officer.account, clock.now()),
    )
    await execute(
        "INSERT INTO outbox (id, message_id, email, template, data, created_at)"
        " VALUES ({}, {}, 'a@b.test', 'share_invited', {}, {})",
        *(uuid7(NOW), str(uuid7(NOW)), msgspec.json.encode({"proposal": str(proposal)}).decode(), clock.now()),
    )
    found = await mailbox.of_call(trial.officer, trial.slug)
    assert {(line.mail, line.proposal) for line in found.items} == {
        ("receipt", proposal),
        ("officer_submitted", proposal),
    }
    for other in (trial.applicant, trial.chair, await person((Role.ADMIN, None))):
        with pytest.raises(NotFound):
            await mailbox.of_call(other, trial.slug)

    receipt, now = await mail_of(trial, proposal, Mail.RECEIPT), clock.now()
    assert await code(trial.officer, receipt, now) == "mail_waits"
    await execute("UPDATE outbox SET sent_at = {}, attempts = 1 WHERE id = {}", now, receipt)
    assert [line.state for line in (await mailbox.of_call(trial.officer, trial.slug, state="sent")).items] == ["sent"]
    assert await code(trial.applicant, receipt, now) in ("forbidden", "not_your_role")
    assert await code(await person(), receipt, now) == "not_found"
    assert await code(trial.officer, await mail_of(trial, hidden, Mail.RECEIPT), now) == "not_found"
    before = await value("SELECT message_id FROM outbox WHERE id = {}", receipt)
    assert await code(trial.officer, receipt, now) == ""
    line = await row("SELECT message_id, sent_at, attempts, again_at FROM outbox WHERE id = {}", receipt)
    assert line is not None
    assert (line["message_id"], line["sent_at"], line["attempts"]) == (before, None, 0)
    await execute("UPDATE outbox SET sent_at = {} WHERE id = {}", now, receipt)
    assert await code(trial.officer, receipt, now + timedelta(minutes=30)) == "resent_lately"
    for error, expected, state in (
        (f"{FINAL}the account was closed", "mail_over", "unwanted"),
        (f"{FINAL}recipient refused (550)", "", "refused"),
    ):
        await execute("UPDATE outbox SET error = {}, sent_at = NULL, again_at = NULL WHERE id = {}", error, receipt)
        box = await mailbox.of_call(trial.officer, trial.slug)
        assert {one.id: one.state for one in box.items}[receipt] == state
        assert await code(trial.officer, receipt, now + timedelta(hours=2)) == expected
    assert (
        await value("SELECT count(*) FROM entry WHERE stream = {} AND kind = 'mail_resent'", f"proposal:{proposal}")
        == 2
    )


async def test_officers_see_what_a_call_tells_its_committee_and_not_what_it_tells_those_who_have_drafts() -> None:
    trial, other = await Trial.publish(clock.now()), await Trial.publish(clock.now())
    sent = {}
    for template in (Mail.SITTING_CONVENED, Mail.OFFICER_MORNING, Mail.DEADLINE_EXTENDED):
        mail = sent[template] = uuid7(clock.now())
        data = msgspec.json.encode({"call": trial.slug}).decode()
        await execute(
            "INSERT INTO outbox (id, message_id, email, template, data, created_at, sent_at)"
            " VALUES ({}, {}, 'm@n.test', {}, {}, {}, {})",
            *(mail, str(mail), template.value, data, NOW, NOW),
        )
    seen = {Mail.SITTING_CONVENED, Mail.OFFICER_MORNING}
    found = await mailbox.of_call(trial.officer, trial.slug)
    assert {line.id for line in found.items} == {sent[mail] for mail in seen}
    assert (await mailbox.of_call(other.officer, other.slug)).items == ()
    for officer, codes in ((trial.officer, ("", "", "not_found")), (other.officer, ("not_found",) * 3)):
        assert tuple([await code(officer, mail, clock.now()) for mail in sent.values()]) == codes
    told = "SELECT count(*) FROM entry WHERE stream = {} AND kind = 'mail_resent'"
    assert await value(told, f"call:{trial.call}") == 2


async def test_a_mail_that_is_not_wanted_is_not_sent(settings: Settings) -> None:
    secrets.configure(settings.secret)
    trial = await Trial.publish(clock.now())
    asked = {one.mail for one in await mailbox.choices(trial.officer)}
    assert {mail.value for mail in OPTIONAL if mail.value.startswith("officer_")} <= asked
    assert {one.mail for one in await mailbox.choices(trial.applicant)} < asked
    with pytest.raises(Invalid):
        await mailing.choose_mails(trial.officer, ("officer_overdue",), now=clock.now())
    await mailing.choose_mails(trial.officer, ("officer_submitted", "officer_message"), now=clock.now())
    await mailing.choose_mails(trial.officer, ("officer_submitted",), now=clock.now())
    assert {one.mail for one in await mailbox.choices(trial.officer) if not one.wanted} == {"officer_submitted"}
    proposal = await trial.submit(clock.now())
    for line in await rows("SELECT * FROM outbox WHERE about = {} ORDER BY template", proposal):
        if line["template"] == "officer_submitted":
            with pytest.raises(Outdated, match=re.escape("does not want")):
                await compose(settings, line, clock.now())
        else:
            assert (await compose(settings, line, clock.now()))["To"] == line["email"]


async def test_whoever_keeps_the_accounts_sees_the_mails_about_accounts_and_no_others() -> None:
    admin = await person((Role.ADMIN, None))
    mine, asked = uuid7(clock.now()), uuid7(clock.now())
    for mail, template in ((mine, "invitation"), (asked, "inquiry_answered")):
        await execute(
            "INSERT INTO outbox (id, message_id, email, template, data, created_at)"
            " VALUES ({}, {}, 'x@y.test', {}, {}, {})",
            *(mail, str(mail), template, "{}", clock.now()),
        )
    found = (await mailbox.of_accounts(admin, limit=100)).items
    assert (mine in {one.id for one in found}, asked in {one.id for one in found}) == (True, False)
    assert {one.mail for one in found} <= set(OF_ACCOUNTS)
    with pytest.raises(NotFound):
        await mailbox.of_accounts(await person())
    assert [await code(admin, one, clock.now()) for one in (mine, asked)] == ["mail_waits", "not_found"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("recipient refused (550, 552)", "adresse refusée par son serveur (550, 552)"),
        ("mail refused (554)", "courriel refusé par le serveur (554)"),
        ("sender refused (530)", "expéditeur refusé par le serveur de courriel (530)"),
        ("SMTPHeloError (421)", "refus du serveur de courriel (421)"),
        ("could not be made (KeyError)", "courriel impossible à composer"),
        ("UnicodeEncodeError", "adresse impossible à écrire dans un courriel"),
        ("ConnectionRefusedError", "serveur de courriel injoignable"),
        ("TimeoutError", "serveur de courriel injoignable"),
        ("", ""),
    ],
)
def test_pages_say_in_french_what_kept_a_mail_from_leaving(error: str, said: str) -> None:
    assert fault(error) == said
