"""A case in which each mail is worth telling, and that mail as it would leave."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from service.domain.actor import PROCESS, Actor, Role
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
from service.store.database import execute, row, transaction
from service.store.ids import uuid7
from tests.accounts.support import PASSWORD
from tests.support.calls import fresh_call
from tests.support.people import person

DRAFTS = (Mail.DEADLINE_EXTENDED, Mail.DRAFT_REMINDED)
THREAD = (Mail.MESSAGE, Mail.QUESTION)
PILOTS = (Mail.PILOT_REVIEW, Mail.PILOT_REVIEWED)
STANDING = (Mail.RETURNED, Mail.OWED_REMINDED, Mail.NEXT_PART)
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
        "INSERT INTO assignment (id, proposal, expert, rank, seat, status, proposed_at, due_at, reminded)"
        " VALUES ({}, {}, {}, 1, 0, 'invited', {}, {}, 1)",
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
