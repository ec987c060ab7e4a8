"""What mails say: every template, in French, with links to pages that exist, and nothing that must stay hidden."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from forms.texts import MAILS
from service.domain.actor import PROCESS, Actor, Role
from service.notify import letters
from service.notify.dates import by, moment
from service.notify.facts import Outdated
from service.notify.letters import compose
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.operations import accounts, collaborators, drafts, inquiries, sharing, sittings
from service.operations.holding import held
from service.operations.inquiries import AnswerContent, DeclineContent, InquiryContent
from service.operations.seating import SittingContent
from service.operations.sittings import Cancelling
from service.operations.telling import tell
from service.settings import Settings
from service.store.database import Row, execute, row, transaction
from service.store.ids import uuid7
from tests.accounts.support import PASSWORD, in_french
from tests.support.calls import fresh_call
from tests.support.people import person

DRAFTS = (Mail.DEADLINE_EXTENDED, Mail.DRAFT_REMINDED)
THREAD = (Mail.MESSAGE, Mail.QUESTION)
PILOTS = (Mail.PILOT_REVIEW, Mail.PILOT_REVIEWED)
STANDING = (Mail.RETURNED, Mail.NEXT_PART)
SHARING = (Mail.SHARE_ACCEPTED, Mail.SHARE_DECLINED, Mail.SHARE_LEFT, Mail.OWNERSHIP_TRANSFERRED)
SHARED = (*SHARING, Mail.SHARE_CHANGED, Mail.SHARE_ENDED, Mail.SHARE_INVITED)
APPLICANT = (
    Mail.RECEIPT,
    Mail.WITHDRAWN,
    Mail.LETTER,
    Mail.LETTER_CORRECTED,
    Mail.RESUMED,
    Mail.REOPENED,
    Mail.DEADLINE_EXTENDED,
    Mail.DRAFT_REMINDED,
    Mail.FILE_REFUSED,
    *PILOTS,
    *STANDING,
    *THREAD,
    *SHARING,
)
LEAVING = (Mail.EXPERT_EXCLUDED, Mail.EXPERT_RELEASED, Mail.EXPERT_DISMISSED, Mail.EXPERT_REPLACED)
GIVEN = (Mail.EXPERT_AGAIN, Mail.EXPERT_EXTENDED)
TALKS = (Mail.EXPERT_CONCILIATION, Mail.EXPERT_CONCILIATION_MESSAGE)
EXPERT = (
    Mail.EXPERT_INVITED,
    Mail.EXPERT_REMINDED,
    Mail.EXPERT_LAST_REMINDER,
    Mail.EXPERT_JOINT,
    *GIVEN,
    *TALKS,
    *LEAVING,
)
OF_CALL = (Mail.OFFICER_CLOSED, Mail.OFFICER_MORNING)
MEETING = (Mail.SITTING_CONVENED, Mail.SITTING_CHANGED, Mail.SITTING_REMINDED)
OF_SITTING = (*MEETING, Mail.SITTING_CANCELLED, Mail.OFFICER_SITTING)
OFFICER = tuple(mail for mail in Mail if mail.name.startswith("OFFICER_") and mail not in (*OF_CALL, *OF_SITTING))
INQUIRY = (Mail.INQUIRY_ASKED, Mail.INQUIRY_ANSWERED, Mail.INQUIRY_DECLINED, Mail.ANSWER_PUBLISHED)
LINKS = (Mail.CONFIRM_ADDRESS, Mail.RESET_PASSWORD, Mail.INVITATION)
PATHS = {
    **dict.fromkeys(APPLICANT, r"/candidatures/[0-9a-f-]{36}"),
    **dict.fromkeys(OFFICER, r"/gestion/ami-2025-[0-9a-f]{8}/[0-9a-f-]{36}"),
    **dict.fromkeys(THREAD, r"/candidatures/[0-9a-f-]{36}/echanges"),
    **dict.fromkeys((*PILOTS, Mail.OFFICER_PILOT_REVIEW), r"/pilotes/[0-9a-f-]{36}"),
    **dict.fromkeys(SHARING, r"/candidatures/[0-9a-f-]{36}/partage"),
    Mail.SHARE_CHANGED: r"/candidatures/[0-9a-f-]{36}",
    Mail.SHARE_ENDED: r"/candidatures",
    Mail.SHARE_INVITED: r"/partage/[\w-]{43}",
    **dict.fromkeys(MEETING, r"/comite/ami-2025-[0-9a-f]{8}/seances/[0-9a-f-]{36}"),
    Mail.SITTING_CANCELLED: r"/comite",
    Mail.OFFICER_SITTING: r"/gestion/ami-2025-[0-9a-f]{8}/seances/[0-9a-f-]{36}",
    Mail.OFFICER_CLOSED: r"/gestion/ami-2025-[0-9a-f]{8}",
    Mail.OFFICER_MORNING: r"/gestion/ami-2025-[0-9a-f]{8}/tableau",
    Mail.OFFICER_MESSAGE: r"/gestion/ami-2025-[0-9a-f]{8}/[0-9a-f-]{36}/echanges",
    Mail.EXPERT_INVITED: r"/evaluations",
    Mail.EXPERT_REMINDED: r"/evaluations/[0-9a-f-]{36}",
    Mail.EXPERT_LAST_REMINDER: r"/evaluations/[0-9a-f-]{36}",
    Mail.EXPERT_JOINT: r"/evaluations/[0-9a-f-]{36}",
    **dict.fromkeys(GIVEN, r"/evaluations/[0-9a-f-]{36}"),
    **dict.fromkeys(TALKS, r"/conciliation/[0-9a-f-]{36}"),
    **dict.fromkeys(LEAVING, r"/evaluations"),
    **dict.fromkeys(INQUIRY, r"/appels/ami-2025-[0-9a-f]{8}/questions"),
    Mail.INQUIRY_ASKED: r"/gestion/ami-2025-[0-9a-f]{8}/questions/[0-9a-f-]{36}",
    Mail.CONFIRM_ADDRESS: r"/confirmer/[\w-]{43}",
    Mail.RESET_PASSWORD: r"/mot-de-passe/[\w-]{43}",
    Mail.INVITATION: r"/invitation/[\w-]{43}",
    Mail.ADDRESS_KNOWN: r"/connexion",
    Mail.PASSWORD_CHANGED: r"/mot-de-passe",
}
TITLE = "Tri des signalements d’éclairage public"


class Case:
    """A submitted proposal with its applicant, one expert and one officer, all with canary names."""

    applicant: Actor
    expert: Actor
    officer: Actor
    proposal: UUID
    assignment: UUID


async def a_case(now: datetime, mails: str = "") -> Case:
    call, case = await fresh_call(mails=mails), Case()
    case.applicant = await person(name="Canari-Candidat")
    case.expert = await person((Role.EXPERT, call.call), name="Canari-Évaluatrice")
    case.officer = await person((Role.OFFICER, call.call), name="Canari-Chargé")
    case.proposal = (await drafts.open_draft(case.applicant, call.slug, now=now)).id
    await execute(
        "UPDATE proposal SET reference = {}, status = 'in_progress', stage = 'recevabilite', stage_kind = 'review',"
        " visit = 1, returned = true, title = {} WHERE id = {}",
        *(f"T-{call.slug[-8:].upper()}-0001", TITLE, case.proposal),
    )
    await execute(
        "INSERT INTO deadline (proposal, visit, kind, rule, started_at, due_at)"
        " VALUES ({}, 1, 'completion', '10wd', {}, {})",
        *(case.proposal, now, datetime(2031, 6, 1, 21, 59, 59, tzinfo=UTC)),
    )
    case.assignment = uuid7(now)
    await execute(
        "INSERT INTO assignment (id, proposal, expert, rank, seat, status, proposed_at, due_at)"
        " VALUES ({}, {}, {}, 1, 0, 'invited', {}, {})",
        *(case.assignment, case.proposal, case.expert.person, now, datetime(2031, 6, 1, 12, 5, tzinfo=UTC)),
    )
    return case


async def told(case: Case, mail: Mail, settings: Settings, now: datetime) -> tuple[str, str]:
    """Subject and body of the mail as it would leave."""
    to = case.applicant if mail in APPLICANT else case.officer if mail in OFFICER else case.expert
    data = {"assignment": str(case.assignment)} if mail in EXPERT and mail not in (*LEAVING, *TALKS) else {}
    if mail in DRAFTS:
        data["due"] = datetime(2031, 6, 1, 21, 59, 59, tzinfo=UTC).isoformat()
    async with transaction():
        await tell(await held(PROCESS, case.proposal, now), to.person, mail, "x", **data)
    return await written(settings, to.email, now)


async def written(settings: Settings, email: str, now: datetime) -> tuple[str, str]:
    found = await row("SELECT * FROM outbox WHERE email = {} ORDER BY created_at DESC, id DESC LIMIT 1", email)
    assert found is not None
    message = await compose(settings, found, now)
    part = message.get_body()
    assert part is not None
    return message["Subject"], part.get_content()


async def with_link(mail: Mail, email: str, settings: Settings, now: datetime) -> tuple[str, str]:
    """The mails about accounts, from the operations that send them."""
    if mail is Mail.CONFIRM_ADDRESS:
        await accounts.sign_up(PROCESS, email, "Camille Ormeau", PASSWORD, now=now)
    elif mail is Mail.INVITATION:
        call = await fresh_call()
        await accounts.invite_account(PROCESS, email, "", Role.EXPERT, call.slug, now=now)
    else:
        await accounts.create_account(PROCESS, email, "Camille Ormeau", None, None, PASSWORD, now=now)
        if mail is Mail.RESET_PASSWORD:
            await accounts.ask_reset(PROCESS, email, now=now)
        elif mail is Mail.ADDRESS_KNOWN:
            await accounts.sign_up(PROCESS, email, "Camille Ormeau", PASSWORD, now=now)
        else:
            found = await row("SELECT id FROM account WHERE email = {}", email)
            assert found is not None
            await accounts.change_password(Actor(account=found["id"]), PASSWORD, "quatre rivières lentes", now=now)
    return await written(settings, email, now)


async def shared(case: Case, mail: Mail, email: str, settings: Settings, now: datetime) -> tuple[str, str]:
    """The mails to whoever is invited, or has joined, from the operations that send them."""
    await sharing.invite_collaborator(case.applicant, case.proposal, email, "writer", now=now)
    if mail is Mail.SHARE_INVITED:
        return await written(settings, email, now)
    reader = await person(name="Canari-Partenaire")
    await execute(
        "INSERT INTO collaborator (proposal, account, level, since) VALUES ({}, {}, 'reader', {})",
        *(case.proposal, reader.person, now),
    )
    if mail is Mail.SHARE_CHANGED:
        await collaborators.change_level(case.applicant, case.proposal, reader.person, "writer", now=now)
    else:
        await collaborators.remove_collaborator(case.applicant, case.proposal, reader.person, now=now)
    return await written(settings, reader.email, now)


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


async def stand(case: Case, mail: Mail, now: datetime) -> None:
    """Let the proposal stand as it does when that mail is worth telling."""
    if mail in GIVEN:
        await execute("UPDATE assignment SET status = 'done', asked_again = {} WHERE id = {}", now, case.assignment)
    if mail in LEAVING:
        await execute("UPDATE assignment SET status = 'released' WHERE id = {}", case.assignment)
    if mail in (Mail.OFFICER_OVERDUE, Mail.OFFICER_PILOT_REVIEW, Mail.PILOT_REVIEW):
        await execute(
            "INSERT INTO deadline (proposal, visit, kind, rule, started_at, due_at, overdue_at)"
            " VALUES ({}, 1, 'stage', '10wd', {}, {}, {})",
            *(case.proposal, now, now, now),
        )
    standing = {
        Mail.DRAFT_REMINDED: "status = 'draft', reference = NULL",
        Mail.NEXT_PART: "stage_kind = 'submission', returned = false",
        Mail.OFFICER_WITHDRAWN: "status = 'withdrawn', stage = '', stage_kind = ''",
        **dict.fromkeys(TALKS, "stage_kind = 'conciliation'"),
    }
    if mail in standing:
        await execute(f"UPDATE proposal SET {standing[mail]} WHERE id = {{}}", case.proposal)  # noqa: S608


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


async def inquired(mail: Mail, settings: Settings, now: datetime) -> tuple[str, str]:
    """A mail about a question on a call: each goes to whom it concerns."""
    call = await fresh_call()
    asker, writer = await person(name="Canari-Question"), await person(name="Canari-Brouillon")
    officer = await person((Role.OFFICER, call.call), name="Canari-Chargé")
    await drafts.open_draft(writer, call.slug, now=now)
    asked = await inquiries.ask_inquiry(asker, call.slug, InquiryContent("Faut-il un budget ?"), now=now)
    if mail is Mail.INQUIRY_DECLINED:
        await inquiries.decline_inquiry(officer, asked.id, DeclineContent("Lisez la page."), now=now)
    elif mail is not Mail.INQUIRY_ASKED:
        answer = AnswerContent("Faut-il un budget\u202f?", "Oui.", tell=True)
        await inquiries.publish_answer(officer, asked.id, answer, now=now)
    to = {Mail.INQUIRY_ASKED: officer, Mail.ANSWER_PUBLISHED: writer}.get(mail, asker)
    return await written(settings, to.email, now)


async def of_call(mail: Mail, settings: Settings, now: datetime, plan: int | None = None) -> tuple[str, str]:
    """A mail about a whole call, with the counts of the day."""
    call = await fresh_call()
    officer = await person((Role.OFFICER, call.call), name="Canari-Chargé")
    counts = {"submitted": 435, "drafts": 12, "to_check": 7, "to_sum_up": 0, "overdue": 2, "silent": 3, "to_name": 4}
    async with transaction():
        about = {"call": call.slug, "counts": counts, "plan": plan}
        await enqueue(mail, officer.person, officer.email, about, key=f"{mail}-{call.call}", now=now)
    return await written(settings, officer.email, now)


async def test_the_closing_leads_to_the_plan_that_was_made(settings: Settings, now: datetime) -> None:
    for plan in (None, 3):
        subject, body = await of_call(Mail.OFFICER_CLOSED, settings, now, plan)
        in_french(subject, body)
        link = rf"^{re.escape(settings.address)}/gestion/ami-2025-[0-9a-f]{{8}}/repartition$"
        assert bool(re.search(link, body, re.MULTILINE)) is ("(n°\u00a03)" in body) is (plan is not None)


async def of_sitting(mail: Mail, settings: Settings, now: datetime, mails: str = "") -> tuple[str, str]:
    """A mail about a sitting of the committee, to its chair or to who prepares it."""
    call = await fresh_call(mails=mails)
    chair = await person((Role.CHAIR, call.call), name="Canari-Présidence")
    officer = await person((Role.OFFICER, call.call), name="Canari-Chargé")
    content = SittingContent(now + timedelta(days=20), 150, "Salle 4")
    kept = await sittings.open_sitting(officer, call.slug, content, now=now)
    if mail is not Mail.OFFICER_SITTING:
        await execute("UPDATE sitting SET convened_at = {} WHERE id = {}", now, kept.id)
    if mail is Mail.SITTING_CANCELLED:
        await sittings.cancel_sitting(officer, kept.id, Cancelling("La salle n’est plus libre."), now=now)
        return await written(settings, chair.email, now)
    to = officer if mail is Mail.OFFICER_SITTING else chair
    async with transaction():
        about = {"call": call.slug, "sitting": str(kept.id)}
        await enqueue(mail, to.person, to.email, about, key=f"{mail}-{kept.id}", now=now)
    return await written(settings, to.email, now)


async def accept(case: Case, now: datetime) -> None:
    await execute("UPDATE assignment SET status = 'accepted' WHERE id = {}", case.assignment)
    await execute(
        "INSERT INTO review (id, proposal, assignment, expert) VALUES ({}, {}, {}, {})",
        *(uuid7(now), case.proposal, case.assignment, case.expert.person),
    )
    await execute("UPDATE assignment a SET review = r.id FROM review r WHERE r.assignment = a.id")


async def test_deadlines_are_those_of_paris(settings: Settings, now: datetime) -> None:
    case = await a_case(now)
    _, returned = await told(case, Mail.RETURNED, settings, now)
    assert "jusqu’au dimanche 1er juin 2031." in returned
    _, invited = await told(case, Mail.EXPERT_INVITED, settings, now)
    assert "pour le dimanche 1er juin 2031 à 14\u00a0h\u00a005." in invited


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


@pytest.mark.parametrize("returned", [True, False])
async def test_completion_is_asked_for_only_while_it_is_awaited(
    settings: Settings, now: datetime, *, returned: bool
) -> None:
    case = await a_case(now)
    await execute("UPDATE proposal SET returned = {} WHERE id = {}", returned, case.proposal)
    if returned:
        assert "dimanche 1er juin 2031" in (await told(case, Mail.RETURNED, settings, now))[1]
    else:
        with pytest.raises(Outdated):
            await told(case, Mail.RETURNED, settings, now)


async def test_an_invited_person_with_an_account_gets_no_link(email: str, settings: Settings, now: datetime) -> None:
    await accounts.create_account(PROCESS, email, "Camille Ormeau", None, None, PASSWORD, now=now)
    await accounts.invite_account(PROCESS, email, "", Role.AUDITOR, None, now=now)
    subject, body = await written(settings, email, now)
    assert subject == "Un nouveau rôle vous est confié"
    assert "auditeur ou auditrice" in body
    assert f"{settings.address}/connexion\n" in body
    assert "/invitation/" not in body


async def test_a_link_that_expired_is_not_sent(email: str, settings: Settings, now: datetime) -> None:
    await accounts.sign_up(PROCESS, email, "Camille Ormeau", PASSWORD, now=now)
    await written(settings, email, now + timedelta(hours=23))
    with pytest.raises(Outdated):
        await written(settings, email, now + timedelta(hours=24))


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
