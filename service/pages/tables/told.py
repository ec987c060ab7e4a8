"""What a call has told: the mails about it, and the questions that were asked on it."""

from reports.tables.model import Column, Kind, by_column
from service.domain.policy import Action
from service.notify.table import TO
from service.pages.mails import STATES, reason
from service.pages.tables.source import Batches, Source, Wanted, fixed
from service.views import cursors, mailbox
from service.views import inquiries as views

MOMENT, NUMBER = Kind.MOMENT, Kind.NUMBER
_ASKED = {"waiting": "À traiter", "published": "Publiée", "declined": "Écartée"}

_MAILS = fixed(
    Column("event", "Courriel"),
    Column("to", "Qualité du destinataire"),
    Column("name", "Nom ou adresse"),
    Column("reference", "Candidature"),
    Column("state", "État"),
    Column("created_at", "Écrit le", MOMENT),
    Column("sent_at", "Envoyé le", MOMENT),
    Column("reason", "Explication"),
    Column("attempts", "Nombre d’essais", NUMBER, asked=True),
    Column("again_at", "Prochain essai", MOMENT, asked=True),
)
_QUESTIONS = fixed(
    Column("state", "État"),
    Column("at", "Posée le", MOMENT),
    Column("text", "Question, telle que posée"),
    Column("question", "Question, telle que publiée"),
    Column("answer", "Réponse"),
    Column("published_at", "Publiée le", MOMENT),
    Column("reason", "Motif, si elle est écartée"),
)


async def _mails(wanted: Wanted) -> Batches:
    state, slug = wanted.asked.get("etat", ""), wanted.call.slug
    state = state if state in STATES else ""
    async for page in cursors.pages(
        lambda cursor: mailbox.of_call(wanted.actor, slug, state=state, cursor=cursor, limit=mailbox.MOST)
    ):
        lines = [
            (
                *(one.event, TO[one.to], one.name or one.email, one.reference, STATES[one.state][0]),
                *(one.created_at, one.sent_at, reason(one), one.attempts, one.again_at),
            )
            for one in page.items
        ]
        yield by_column(lines)


async def _questions(wanted: Wanted) -> Batches:
    found = await views.all_inquiries(wanted.actor, wanted.call.slug)
    yield by_column(
        [
            (_ASKED[one.state], one.at, one.text, one.question, one.answer, one.published_at, one.reason)
            for one in found.items
        ]
    )


MAILS = Source(
    "courriels",
    "Courriels",
    "Les courriels de l’appel et de ses candidatures, avec ce qu’ils sont devenus.",
    Action.MAIL_READ,
    "/gestion/{slug}/courriels",
    _MAILS,
    _mails,
    ("etat",),
)
QUESTIONS = Source(
    "questions",
    "Questions sur l’appel",
    "Les questions posées, sans leur auteur, et les réponses publiées.",
    Action.CALL_ANSWER,
    "/gestion/{slug}/questions",
    _QUESTIONS,
    _questions,
)
