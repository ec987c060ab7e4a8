"""What mails say: every template, in French, with links to pages that exist, and nothing that must stay hidden."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forms.texts import MAILS
from service.domain.actor import PROCESS, Role
from service.notify import letters
from service.notify.dates import by, moment
from service.notify.letters import compose
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations import accounts
from service.settings import Settings
from service.store.database import Row, row, transaction
from tests.accounts.composing import (
    APPLICANT,
    DRAFTS,
    EXPERT,
    GIVEN,
    INQUIRY,
    MEETING,
    OF_CALL,
    OF_SITTING,
    OFFICER,
    PATHS,
    SHARED,
    TITLE,
    a_case,
    accept,
    inquired,
    of_call,
    of_sitting,
    shared,
    stand,
    told,
    with_link,
    written,
)
from tests.accounts.support import PASSWORD, in_french


@pytest.mark.parametrize("mail", [mail for mail in Mail if mail is not Mail.DIGEST])
async def test_every_mail(mail: Mail, email: str, settings: Settings, now: datetime) -> None:
    case = await a_case(now)
    if mail in APPLICANT + EXPERT + OFFICER:
        if mail in (Mail.EXPERT_REMINDED, Mail.EXPERT_LAST_REMINDER, Mail.EXPERT_JOINT, *GIVEN):
            await accept(case, now)
        await stand(case, mail, now)
        subject, body = await told(case, mail, settings, now)
        assert re.search(r"T-[0-9A-F]{8}-0001", subject) or mail in DRAFTS, "a draft has no reference"
    elif mail in (*OF_CALL, *OF_SITTING):
        subject, body = await (of_call if mail in OF_CALL else of_sitting)(mail, settings, now)
    elif mail in INQUIRY:
        subject, body = await inquired(mail, settings, now)
    elif mail in SHARED:
        subject, body = await shared(case, mail, email, settings, now)
    else:
        subject, body = await with_link(mail, email, settings, now)
    in_french(subject, body)
    assert re.search(rf"^{re.escape(settings.address)}{PATHS[mail]}$", body, re.MULTILINE), body
    assert (TITLE in body) is (mail is Mail.RECEIPT)


def worded() -> str:
    """Every mail that an edition may word, in words of its own that use all of their placeholders."""
    told = []
    for mail, names in MAILS.items():
        text = "; ".join(f"{name}={{{name}}}" for name in names)
        told.append(f'[mails.{mail}]\nsubject = {{ fr = "Nos mots", en = "Ours" }}')
        told.append(f'body = {{ fr = "{text}; fin", en = "{text}" }}')
    return "\n".join(told)


@pytest.mark.parametrize("mail", [Mail(name) for name in MAILS])
async def test_every_mail_in_an_editions_own_words(mail: Mail, settings: Settings, now: datetime) -> None:
    """Each placeholder stands for something, the link is that of the service's own words, and a convocation still says
    when and where."""
    if mail in OF_SITTING:
        subject, body = await of_sitting(mail, settings, now, worded())
    else:
        case = await a_case(now, worded())
        if mail in (Mail.EXPERT_REMINDED, Mail.EXPERT_LAST_REMINDER):
            await accept(case, now)
        await stand(case, mail, now)
        subject, body = await told(case, mail, settings, now)
    assert subject == "Nos mots"
    said = dict(re.findall(r"(\w+)=(.*?);", body))
    empty = {"due"} if mail in (Mail.NEXT_PART, Mail.EXPERT_CONCILIATION) else set()  # no date in this case
    assert [name for name, text in said.items() if not text and name not in empty] == []
    assert tuple(said) == MAILS[mail.value]
    assert re.fullmatch(rf"{re.escape(settings.address)}{PATHS[mail]}", said["link"])
    assert body.count(said.get("starts", "?")) == (2 if mail in MEETING else 0)


async def test_the_closing_leads_to_the_plan_that_was_made(settings: Settings, now: datetime) -> None:
    for plan in (None, 3):
        subject, body = await of_call(Mail.OFFICER_CLOSED, settings, now, plan)
        in_french(subject, body)
        link = rf"^{re.escape(settings.address)}/gestion/ami-2025-[0-9a-f]{{8}}/repartition$"
        assert bool(re.search(link, body, re.MULTILINE)) is ("(n°\u00a03)" in body) is (plan is not None)


async def test_deadlines_are_those_of_paris(settings: Settings, now: datetime) -> None:
    case = await a_case(now)
    _, returned = await told(case, Mail.RETURNED, settings, now)
    assert "jusqu’au dimanche 1er juin 2031." in returned
    _, invited = await told(case, Mail.EXPERT_INVITED, settings, now)
    assert "pour le dimanche 1er juin 2031 à 14\u00a0h\u00a005." in invited


async def test_an_invited_person_with_an_account_gets_no_link(email: str, settings: Settings, now: datetime) -> None:
    await accounts.create_account(PROCESS, email, "Camille Ormeau", None, None, PASSWORD, now=now)
    await accounts.invite_account(PROCESS, email, "", Role.AUDITOR, None, now=now)
    subject, body = await written(settings, email, now)
    assert subject == "Un nouveau rôle vous est confié"
    assert "auditeur ou auditrice" in body
    assert f"{settings.address}/connexion\n" in body
    assert "/invitation/" not in body


async def test_names_of_strangers_stay_out_of_mails_they_trigger(email: str, settings: Settings, now: datetime) -> None:
    await accounts.sign_up(PROCESS, email, "Gagnez 1000 euros sur leurre.test", PASSWORD, now=now)
    assert "leurre" not in "".join(await written(settings, email, now))


def test_every_mail_has_its_template_and_every_template_its_mail() -> None:
    found = {file.stem for file in (Path(letters.__file__).parent / "templates").glob("*.txt")}
    assert found == {mail.value for mail in Mail} | {"base", "officer", "own", "own_sitting", "sitting"}


@pytest.mark.parametrize(
    ("at", "whole", "deadline"),
    [
        ((2027, 6, 1, 12, 5), "mardi 1er juin 2027 à 14\u00a0h\u00a005", ""),
        ((2027, 12, 31, 22, 59), "vendredi 31 décembre 2027 à 23\u00a0h\u00a059", "vendredi 31 décembre 2027"),
        ((2027, 7, 31, 22, 30), "dimanche 1er août 2027 à 0\u00a0h\u00a030", ""),
    ],
)
def test_moments_in_french(at: tuple[int, int, int, int, int], whole: str, deadline: str) -> None:
    """A deadline is the same, less the hour where it is the end of the day."""
    instant = datetime(*at, tzinfo=UTC)
    assert (moment(instant), by(instant)) == (whole, deadline or whole)


async def test_the_same_row_makes_the_same_bytes(settings: Settings, now: datetime) -> None:
    email = f"{uuid.uuid4().hex}@mairie.test"
    async with transaction():
        await enqueue(Mail.ADDRESS_KNOWN, None, email, {}, key=email, now=now)
    found: Row | None = await row("SELECT * FROM outbox WHERE email = {}", email)
    assert found is not None
    first = await compose(settings, found, now)
    assert first.as_bytes() == (await compose(settings, found, now + timedelta(hours=3))).as_bytes()
