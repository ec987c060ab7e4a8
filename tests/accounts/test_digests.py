"""What is told together: seventy invitations are one mail, which leaves once, of what still holds when it does."""

import asyncio
import re
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from service.notify.dates import by
from service.notify.gathering import gather
from service.notify.headings import HEADINGS
from service.notify.mails import Mail
from service.notify.outbox import FINAL, drain
from service.notify.table import GATHERED, TABLE
from service.operations import mailing
from service.settings import Settings
from service.store.database import execute, rows
from service.store.ids import uuid7
from tests.accounts.mailbox import Mailbox
from tests.accounts.room import Room
from tests.accounts.support import in_french

pytestmark = pytest.mark.usefixtures("nobody_elses")

INTEREST = (
    "INSERT INTO conflict (expert, id, proposal, origin, reason, created_at) VALUES ({}, {}, {}, 'found', '', {})"
)
COUNTED = ("to_check", "to_sum_up", "overdue", "silent", "to_name")
SOON, LATER = timedelta(minutes=11), timedelta(days=4)


def said(message: EmailMessage) -> str:
    text: str = message.get_content().replace("\r\n", "\n")
    in_french(str(message["Subject"]), text)
    return text


def test_what_is_gathered() -> None:
    """Whoever judges or runs a call hears once a day; of applicants' mails, what nothing hangs on. A closing, and
    everything that opens an account, starts a clock, or proves something, is told at once."""
    at_once = {mail for mail in Mail if mail not in GATHERED}
    assert at_once == {
        *(Mail.ADDRESS_KNOWN, Mail.CONFIRM_ADDRESS, Mail.INVITATION, Mail.PASSWORD_CHANGED, Mail.RESET_PASSWORD),
        *(Mail.RECEIPT, Mail.RETURNED, Mail.QUESTION, Mail.MESSAGE, Mail.NEXT_PART, Mail.DEADLINE_EXTENDED),
        Mail.OWED_REMINDED,
        *(
            Mail.LETTER,
            Mail.LETTER_CORRECTED,
            Mail.WITHDRAWN,
            Mail.RESUMED,
            Mail.REOPENED,
            Mail.FILE_REFUSED,
            Mail.OWNERSHIP_TRANSFERRED,
        ),
        *(Mail.SHARE_INVITED, Mail.SHARE_CHANGED, Mail.SHARE_ENDED, Mail.INQUIRY_ANSWERED, Mail.INQUIRY_DECLINED),
        *(Mail.PILOT_REVIEW, Mail.PILOT_REVIEWED),
        *(Mail.OFFICER_CLOSED, Mail.OFFICER_SITTING, Mail.DIGEST),
        *(Mail.SITTING_CONVENED, Mail.SITTING_CHANGED, Mail.SITTING_CANCELLED, Mail.SITTING_REMINDED),
    }
    assert {row.line.under for row in TABLE.values() if row.line} == set(HEADINGS)


async def test_seventy_invitations_are_one_mail(now: datetime, by_smtp: Settings, mailbox: Mailbox) -> None:
    room = await Room.of(70, now)
    for which in range(70):
        await room.tell(Mail.EXPERT_INVITED, which, now + timedelta(seconds=which))
    assert (await gather(now + timedelta(minutes=9)), await drain(by_smtp, now + timedelta(minutes=9))) == (0, 0)
    at = now + timedelta(seconds=69) + SOON
    assert sum(await asyncio.gather(*(gather(at) for _ in range(3)))) == 1
    assert [await drain(by_smtp, at), await gather(at), await drain(by_smtp, at + LATER)] == [1, 0, 0]
    (message,) = mailbox.to(room.expert.email)
    text = said(message)
    assert message["Subject"] == "70 invitations à évaluer"
    assert len(set(re.findall(r"^- T-[0-9A-F]{8}-\d{4}$", text, re.MULTILINE))) == 70
    assert text.count(f"{by_smtp.address}/evaluations\n") == 1
    assert "\n\nInvitations à accepter ou à décliner (70)\nÉvaluations attendues pour le " in text
    states = await rows("SELECT sent_at IS NOT NULL AS sent, error FROM outbox WHERE email = {}", room.expert.email)
    assert states == [{"sent": True, "error": ""}] * 71
    # One more on the same day waits for the next working morning, then leaves as the plain mail that it is.
    await room.tell(Mail.EXPERT_REMINDED, 3, at + timedelta(hours=1))
    assert [await gather(at + timedelta(hours=5)), await gather(at + LATER)] == [0, 1]
    assert await drain(by_smtp, at + LATER) == 1
    assert str(mailbox.to(room.expert.email)[1]["Subject"]).startswith("Rappel\u00a0: évaluation de la candidature T-")


async def test_a_reminder_does_not_wait_beyond_its_deadline(now: datetime, by_smtp: Settings) -> None:
    """Told today already: a deadline of tomorrow, or an officer who presses, is told at once; others wait."""
    for due, more, waits in (
        (timedelta(days=20), {}, True),
        (timedelta(hours=25), {}, False),
        (timedelta(days=20), {"pressing": True}, False),
    ):
        room = await Room.of(2, now, due)
        await room.tell(Mail.EXPERT_INVITED, 0, now)
        assert await gather(now + SOON) == 1
        await room.tell(Mail.EXPERT_REMINDED, 1, now + timedelta(hours=2), **more)
        assert await gather(now + timedelta(hours=2) + SOON) == (0 if waits else 1)
        await execute("DELETE FROM outbox WHERE account = {}", room.expert.account)


async def test_an_officers_morning_is_one_mail(now: datetime, by_smtp: Settings, mailbox: Mailbox) -> None:
    """Counts, then what is new, by what is to be done; a line that is refused or over is left out, and says so."""
    room = await Room.of(6, now)
    await mailing.choose_mails(room.officer, ("officer_amended",), now=now)
    counts = {"to_check": 7, "to_sum_up": 0, "overdue": 1, "silent": 0}
    told = (
        *((Mail.OFFICER_SUBMITTED, 0), (Mail.OFFICER_SUBMITTED, 1), (Mail.OFFICER_COMPLETED, 1)),
        *((Mail.OFFICER_AMENDED, 2), (Mail.OFFICER_MESSAGE, 3), (Mail.OFFICER_MESSAGE, 3), (Mail.OFFICER_CONFLICT, 4)),
        *((Mail.OFFICER_NOBODY_LEFT, 4), (Mail.OFFICER_OVERDUE, 5), (Mail.OFFICER_WITHDRAWN, 5)),
    )
    for place, (mail, which) in enumerate(told):
        await room.tell(mail, which, now + timedelta(seconds=place))
    await room.tell(Mail.OFFICER_MORNING, 0, now + timedelta(minutes=1), counts=counts)
    assert [await gather(now + SOON + SOON), await drain(by_smtp, now + SOON + SOON)] == [1, 1]
    (message,) = mailbox.to(room.officer.email)
    text = said(message)
    assert message["Subject"] == "1 candidature qui attend une action, 2 messages de candidats, etc."
    reference = f"T-{room.slug[-8:].upper()}-000"
    assert re.findall(rf"^- ({reference}.*|.*: \d+)$".replace(": ", "\u00a0: "), text, re.MULTILINE) == [
        "Candidatures dont l’éligibilité est à vérifier\u00a0: 7",
        "Candidatures dont l’étape a dépassé son délai\u00a0: 1",
        f"{reference}5 (plus d’évaluateur à inviter)",
        f"{reference}4 (2 messages)",
        f"{reference}1 (déposée)",
        f"{reference}2 (déposée\u00a0; compléments reçus)",
        f"{reference}5 (conflit d’intérêts déclaré)",
    ]
    assert f"  {by_smtp.address}/gestion/{room.slug}/{room.proposals[3]}/echanges\n" in text
    left = await rows(
        "SELECT template, error FROM outbox WHERE email = {} AND error <> '' ORDER BY template", room.officer.email
    )
    assert [(line["template"], line["error"]) for line in left] == [
        ("officer_amended", f"{FINAL}the person does not want this mail"),
        ("officer_overdue", f"{FINAL}the stage has gone on, or was given more time"),
        ("officer_withdrawn", f"{FINAL}the proposal was brought back"),
    ]


async def test_an_experts_day_by_what_is_to_be_done(now: datetime, by_smtp: Settings, mailbox: Mailbox) -> None:
    """A reminder stands for the invitation that it reminds of; dates and links that lines share are said once."""
    room = await Room.of(8, now, timedelta(days=14))
    await execute("UPDATE assignment SET due_at = due_at + interval '2 days' WHERE id = {}", room.assignments[1])
    await execute("UPDATE proposal SET stage_kind = 'conciliation' WHERE id = {}", room.proposals[7])
    await execute("UPDATE assignment SET status = 'released' WHERE id = ANY({})", room.assignments[5:7])
    for which in (3, 4):
        await room.accept(which, now)
    told = (
        *((Mail.EXPERT_INVITED, 0), (Mail.EXPERT_INVITED, 1), (Mail.EXPERT_INVITED, 2), (Mail.EXPERT_REMINDED, 2)),
        *((Mail.EXPERT_LAST_REMINDER, 3), (Mail.EXPERT_REMINDED, 4), (Mail.EXPERT_RELEASED, 5)),
        *((Mail.EXPERT_REPLACED, 6), (Mail.EXPERT_CONCILIATION_MESSAGE, 7), (Mail.EXPERT_CONCILIATION_MESSAGE, 7)),
    )
    for place, (mail, which) in enumerate(told):
        await room.tell(mail, which, now + timedelta(seconds=place))
    assert [await gather(now + SOON), await drain(by_smtp, now + SOON)] == [1, 1]
    (message,) = mailbox.to(room.expert.email)
    first, later = (by(now + timedelta(days=days)) for days in (14, 16))
    reference, nb = f"- T-{room.slug[-8:].upper()}-000", "\u00a0"
    assert message["Subject"] == (
        "3 invitations à évaluer, 2 évaluations à remettre, 2 messages entre évaluateurs, etc."
    )
    assert [line for line in said(message).splitlines() if line and "http" not in line][2:-1] == [
        f"Appel «{nb}Solutions d’IA pour le public{nb}»",
        "=======================================",
        "Invitations à accepter ou à décliner (3)",
        HEADINGS["answer"].says,
        f"{reference}1, évaluation attendue pour le {first}",
        f"{reference}3 (rappel), évaluation attendue pour le {first}",
        f"{reference}2, évaluation attendue pour le {later}",
        "Évaluations à remettre (2)",
        f"Attendues pour le {first}. {HEADINGS['give'].says}",
        f"{reference}4 (dernier rappel)",
        f"{reference}5 (rappel)",
        "Messages entre évaluateurs (2)",
        f"{reference}8 (2 messages)",
        "Évaluations dont le délai est passé (1)",
        HEADINGS["late"].says,
        f"{reference}6",
        "Évaluations qui ne sont plus attendues (1)",
        "Vous n’avez plus accès à ces candidatures, et n’avez rien à faire. Merci d’avoir été disponible.",
        f"{reference}7 (confiée à une autre personne)",
    ]


OWN = """
[mails.expert_invited]
subject = { fr = "Relire {reference}", en = "Read {reference}" }
body = { fr = "Le jury vous confie {reference}, à rendre pour le {due}\u00a0: {link}", en = "By {due}." }
"""


async def test_a_call_invites_in_its_own_words_once(now: datetime, by_smtp: Settings, mailbox: Mailbox) -> None:
    rooms = {number: await Room.of(number, now, mails=OWN) for number in (2, 4)}
    for number, room in rooms.items():
        for which in range(number):
            await room.tell(Mail.EXPERT_INVITED, which, now)
    assert await gather(now + SOON) == 2
    await drain(by_smtp, now + SOON)
    first = by(now + timedelta(days=14))
    for number, room in rooms.items():
        (message,) = mailbox.to(room.expert.email)
        names = [f"T-{room.slug[-8:].upper()}-{n:04}" for n in range(1, number + 1)]
        what = " et ".join(names) if number == 2 else "4 candidatures"
        words = f"Le jury vous confie {what}, à rendre pour le {first}\u00a0: {by_smtp.address}/evaluations"
        lines = said(message).splitlines()
        assert lines.count(words) == 1
        heading = f"Invitations à accepter ou à décliner ({number})"
        assert [line for line in lines[lines.index(heading) :] if line][1:2] == [words]


async def test_what_is_over_when_it_is_due_is_not_told(now: datetime, by_smtp: Settings, mailbox: Mailbox) -> None:
    """Of three lines one is left: it is said as its own mail says it. Of two, none: no mail, and the day is unused."""
    room = await Room.of(3, now)
    for which in range(3):
        await room.tell(Mail.EXPERT_INVITED, which, now)
    await gather(now + SOON)
    await execute("UPDATE assignment SET status = 'declined' WHERE id = ANY({})", room.assignments[:2])
    assert await drain(by_smtp, now + SOON) == 1
    (message,) = mailbox.to(room.expert.email)
    assert str(message["Subject"]).startswith("Invitation à évaluer la candidature T-")

    other = await Room.of(3, now)
    for which in range(2):
        await other.tell(Mail.EXPERT_INVITED, which, now)
    await gather(now + SOON)
    await execute("UPDATE assignment SET status = 'declined' WHERE id = ANY({})", other.assignments[:2])
    assert await drain(by_smtp, now + SOON) == 0
    assert {line["error"] for line in await rows("SELECT error FROM outbox WHERE email = {}", other.expert.email)} == {
        f"{FINAL}the assignment has moved on",
        f"{FINAL}everything that it told is over",
    }
    await other.tell(Mail.EXPERT_INVITED, 2, now + timedelta(hours=1))
    assert [await gather(now + timedelta(hours=1) + SOON), len(mailbox.to(other.expert.email))] == [1, 0]


@pytest.mark.parametrize("gathered", [False, True])
@pytest.mark.parametrize("others", [0, 1])
async def test_a_reminder_waits_while_its_clock_stands_still(
    now: datetime, by_smtp: Settings, mailbox: Mailbox, *, gathered: bool, others: int
) -> None:
    """Alone or with others, whether it was about to leave or not: it leaves once, after the clock goes on, however long
    that takes; unless the expert was given more time meanwhile, which has reminders of its own."""
    rooms = [await Room.of(2, now, timedelta(days=60)) for _ in range(2)]
    for room in rooms:
        await room.tell(Mail.EXPERT_REMINDED, 0, now)
        for _ in range(others):
            await room.tell(Mail.EXPERT_INVITED, 1, now)
        if not gathered:
            await room.stop(0, now)
    assert await gather(now + SOON) == (2 if gathered or others else 0)
    if gathered:
        for room in rooms:
            await room.stop(0, now + SOON)
    assert await drain(by_smtp, now + SOON) == 2 * others
    much_later = now + timedelta(days=30)
    assert [await gather(much_later), await drain(by_smtp, much_later)] == [0, 0]
    await execute("UPDATE assignment SET reminded = 0 WHERE id = {}", rooms[1].assignments[0])
    for room in rooms:
        await room.go_on(0)
    assert [await gather(much_later), await drain(by_smtp, much_later), await gather(much_later)] == [2, 1, 0]
    assert [[str(one["Subject"])[:6] for one in mailbox.to(room.expert.email)] for room in rooms] == [
        ["Invita"] * others + ["Rappel"],
        ["Invita"] * others,
    ]


@pytest.mark.parametrize(
    ("meanwhile", "mails", "untold"),
    [
        ("DELETE FROM role WHERE account = {} AND role = 'officer'", (Mail.OFFICER_SUBMITTED, Mail.OFFICER_MORNING), 2),
        ("DELETE FROM role WHERE account = {} AND role = 'officer'", (Mail.OFFICER_CONFLICT,), 1),
        (INTEREST, (Mail.OFFICER_SUBMITTED, Mail.OFFICER_MESSAGE), 2),
        (INTEREST, (Mail.OFFICER_SUBMITTED, Mail.OFFICER_MORNING), 1),
    ],
)
async def test_an_officer_who_may_not_know_any_more_is_not_told(
    now: datetime, by_smtp: Settings, mailbox: Mailbox, *, meanwhile: str, mails: tuple[Mail, ...], untold: int
) -> None:
    """Whose part has ended, or who has an interest in that proposal since: together or alone, it stays untold."""
    room = await Room.of(1, now)
    for mail in mails:
        counts = {"counts": dict.fromkeys(COUNTED, 1)} if mail is Mail.OFFICER_MORNING else {}
        await room.tell(mail, 0, now, **counts)
    assert await gather(now + SOON) == 1
    given = (room.officer.account, *((uuid7(now), room.proposals[0], now) if meanwhile == INTEREST else ()))
    await execute(meanwhile, *given)
    assert await drain(by_smtp, now + SOON) == (1 if untold < len(mails) else 0)
    assert not any("T-" in f"{one['Subject']}{one.get_content()}" for one in mailbox.to(room.officer.email))
    lines = await rows("SELECT error FROM outbox WHERE email = {} AND template <> 'digest'", room.officer.email)
    why = f"{FINAL}the person runs the call no more, or has an interest in the proposal"
    assert sorted(line["error"] for line in lines) == [""] * (len(mails) - untold) + [why] * untold
