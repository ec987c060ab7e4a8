"""Which mails exist: what happens, who is told, at once or together with other things, and whether they may do without.
The one list of it.

A mail of `Mail` without a line here is refused by a test. What a person does not want is not sent; what a right or a
deadline hangs on can't be refused. What somebody waits for, or must have as evidence, is sent at once; the rest is
gathered (`gathering.py`), each a line under what is to be done about it.
"""

from typing import Literal

import msgspec

from service.notify.headings import Line
from service.notify.mails import Mail

To = Literal["account", "applicant", "expert", "committee", "officer", "asker"]
TO = {
    "account": "La personne elle-même",
    "applicant": "Candidat et rédacteurs",
    "expert": "Évaluateur",
    "committee": "Membres convoqués",
    "officer": "Chargés de programme",
    "asker": "Qui a posé la question",
}
# Between applicants, and of whoever asked something: told to nobody who runs the call or the service.
PRIVATE = ("digest", "share_", "inquiry_answered", "inquiry_declined", "answer_published", "ownership_", "file_refused")


class Row(msgspec.Struct, frozen=True):
    """A mail: the event that it tells, its recipients, whether they may refuse it. Its words are those of the template
    of that name, or an edition's own. `line`: what it is in a digest; None: sent at once."""

    mail: Mail
    event: str
    to: To
    line: Line | None = None
    optional: bool = False

    @property
    def private(self) -> bool:
        """Whether nobody but its recipient is to know that it exists."""
        return self.mail.value.startswith(PRIVATE)


# Where its reader goes.
_FILE = "gestion/{call}/{proposal}"
_REVIEWS = "evaluations"
_REVIEW = "evaluations/{review}"
_PILOT = "pilotes/{proposal}"
_TALK = "conciliation/{proposal}"
_SHARE = "candidatures/{proposal}/partage"

_ROWS = (
    Row(Mail.ADDRESS_KNOWN, "Inscription avec une adresse déjà connue", "account"),
    Row(Mail.DIGEST, "Récapitulatif de plusieurs événements", "account"),
    Row(Mail.CONFIRM_ADDRESS, "Inscription", "account"),
    Row(Mail.INVITATION, "Invitation à un rôle", "account"),
    Row(Mail.PASSWORD_CHANGED, "Mot de passe changé", "account"),
    Row(Mail.RESET_PASSWORD, "Mot de passe oublié", "account"),
    Row(
        Mail.DRAFT_REMINDED,
        "Brouillon pas encore déposé, peu avant la clôture",
        "applicant",
        Line("draft", "candidatures/{proposal}"),
        optional=True,
    ),
    Row(Mail.RECEIPT, "Candidature déposée", "applicant"),
    Row(Mail.RETURNED, "Compléments demandés", "applicant"),
    Row(Mail.QUESTION, "Question du service", "applicant"),
    Row(Mail.MESSAGE, "Message du service", "applicant"),
    Row(Mail.NEXT_PART, "Partie suivante à remplir", "applicant"),
    Row(Mail.OWED_REMINDED, "Compléments ou partie suivante attendus, peu avant l’échéance", "applicant"),
    Row(Mail.DEADLINE_EXTENDED, "Délai de dépôt prolongé", "applicant"),
    Row(Mail.LETTER, "Décision, ou fin de l’examen", "applicant"),
    Row(Mail.LETTER_CORRECTED, "Décision rectifiée", "applicant"),
    Row(Mail.PILOT_REVIEW, "Revue d’un pilote à préparer", "applicant"),
    Row(Mail.PILOT_REVIEWED, "Conclusion de la revue d’un pilote", "applicant"),
    Row(Mail.WITHDRAWN, "Candidature retirée", "applicant"),
    Row(Mail.RESUMED, "Retrait annulé", "applicant"),
    Row(Mail.REOPENED, "Candidature rouverte par le service", "applicant"),
    Row(Mail.FILE_REFUSED, "Fichier refusé par l’antivirus", "account"),
    Row(Mail.OWNERSHIP_TRANSFERRED, "Candidature transmise", "applicant"),
    Row(Mail.SHARE_INVITED, "Invitation à participer à une candidature", "account"),
    Row(
        Mail.SHARE_ACCEPTED,
        "Invitation à participer acceptée",
        "applicant",
        Line("sharing", _SHARE, "une personne a rejoint votre candidature"),
        optional=True,
    ),
    Row(
        Mail.SHARE_DECLINED,
        "Invitation à participer déclinée",
        "applicant",
        Line("sharing", _SHARE, "une invitation a été déclinée"),
        optional=True,
    ),
    Row(
        Mail.SHARE_LEFT,
        "Un participant a quitté la candidature",
        "applicant",
        Line("sharing", _SHARE, "une personne est partie"),
        optional=True,
    ),
    Row(Mail.SHARE_CHANGED, "Niveau de participation changé", "account"),
    Row(Mail.SHARE_ENDED, "Participation terminée", "account"),
    Row(
        Mail.INQUIRY_ASKED,
        "Question posée sur l’appel",
        "officer",
        Line("ask", "gestion/{call}/questions"),
        optional=True,
    ),
    Row(Mail.INQUIRY_ANSWERED, "Réponse à sa question", "asker"),
    Row(Mail.INQUIRY_DECLINED, "Question écartée", "asker"),
    Row(
        Mail.ANSWER_PUBLISHED,
        "Réponse publiée pendant la rédaction",
        "applicant",
        Line("published", "appels/{call}/questions"),
        optional=True,
    ),
    Row(Mail.EXPERT_INVITED, "Invitation à évaluer", "expert", Line("answer", _REVIEWS)),
    Row(Mail.EXPERT_REMINDED, "Rappel, du processus ou du service", "expert", Line("give", _REVIEW, "rappel")),
    Row(Mail.EXPERT_LAST_REMINDER, "Dernier rappel", "expert", Line("give", _REVIEW, "dernier rappel")),
    Row(Mail.EXPERT_AGAIN, "Évaluation à confirmer ou à réviser", "expert", Line("confirm", _REVIEW)),
    Row(
        Mail.EXPERT_CONCILIATION,
        "Conciliation ouverte : avis à confirmer ou à réviser",
        "expert",
        Line("confirm", _TALK, "les évaluations s’écartent"),
    ),
    Row(Mail.EXPERT_CONCILIATION_MESSAGE, "Message dans une conciliation", "expert", Line("talk", _TALK)),
    Row(
        Mail.EXPERT_JOINT,
        "Évaluation commune à remettre à nouveau",
        "expert",
        Line("give", _REVIEW, "évaluation commune, à remettre à nouveau"),
    ),
    Row(Mail.EXPERT_EXTENDED, "Délai d’évaluation prolongé", "expert", Line("give", _REVIEW, "délai prolongé")),
    Row(Mail.EXPERT_RELEASED, "Délai d’évaluation passé", "expert", Line("late", _REVIEWS)),
    Row(
        Mail.EXPERT_REPLACED,
        "Évaluation confiée à une autre personne",
        "expert",
        Line("over", _REVIEWS, "confiée à une autre personne"),
    ),
    Row(
        Mail.EXPERT_DISMISSED,
        "Évaluation close sans son avis",
        "expert",
        Line("over", _REVIEWS, "candidature retirée, ou nombre d’évaluations atteint"),
    ),
    Row(
        Mail.EXPERT_EXCLUDED,
        "Conflit d’intérêts trouvé",
        "expert",
        Line("over", _REVIEWS, "lien possible relevé, sans mise en cause de votre travail"),
    ),
    Row(Mail.SITTING_CONVENED, "Convocation à une séance du comité", "committee"),
    Row(Mail.SITTING_CHANGED, "Séance du comité modifiée", "committee"),
    Row(Mail.SITTING_CANCELLED, "Séance du comité annulée", "committee"),
    Row(Mail.SITTING_REMINDED, "Rappel, la veille d’une séance du comité", "committee", optional=True),
    Row(Mail.OFFICER_CLOSED, "Appel clos", "officer"),
    Row(Mail.OFFICER_SITTING, "Séance du comité à convoquer", "officer", optional=True),
    Row(
        Mail.OFFICER_RECUSAL,
        "Déport d’un membre du comité",
        "officer",
        Line("differ", _FILE, "déport d’un membre du comité"),
    ),
    Row(
        Mail.OFFICER_MORNING,
        "Ce qui attend, chaque matin ouvré",
        "officer",
        Line("morning", "gestion/{call}/tableau"),
        optional=True,
    ),
    Row(Mail.OFFICER_SUBMITTED, "Candidature déposée", "officer", Line("arrived", _FILE, "déposée"), optional=True),
    Row(
        Mail.OFFICER_PART,
        "Partie suivante déposée",
        "officer",
        Line("arrived", _FILE, "suite du dossier"),
        optional=True,
    ),
    Row(
        Mail.OFFICER_COMPLETED,
        "Compléments reçus",
        "officer",
        Line("arrived", _FILE, "compléments reçus"),
        optional=True,
    ),
    Row(
        Mail.OFFICER_AMENDED,
        "Candidature modifiée",
        "officer",
        Line("arrived", _FILE, "nouvelle version"),
        optional=True,
    ),
    Row(
        Mail.OFFICER_MESSAGE,
        "Message du candidat",
        "officer",
        Line("read", "gestion/{call}/{proposal}/echanges"),
        optional=True,
    ),
    Row(Mail.OFFICER_WITHDRAWN, "Candidature retirée", "officer", Line("withdrawn", _FILE), optional=True),
    Row(Mail.OFFICER_RESUMED, "Retrait annulé", "officer", Line("arrived", _FILE, "retrait annulé"), optional=True),
    Row(Mail.OFFICER_REOPENED, "Candidature rouverte", "officer", Line("arrived", _FILE, "rouverte"), optional=True),
    Row(
        Mail.OFFICER_CONFLICT,
        "Conflit d’intérêts déclaré",
        "officer",
        Line("differ", _FILE, "conflit d’intérêts déclaré"),
    ),
    Row(
        Mail.OFFICER_CONFLICT_FOUND,
        "Conflit d’intérêts trouvé",
        "officer",
        Line("differ", _FILE, "conflit d’intérêts relevé"),
    ),
    Row(
        Mail.OFFICER_DISAGREEMENT,
        "Désaccord entre évaluateurs",
        "officer",
        Line("differ", _FILE, "évaluations qui s’écartent"),
    ),
    Row(Mail.OFFICER_SILENT, "Évaluateur silencieux", "officer", Line("act", _FILE, "évaluateur silencieux")),
    Row(
        Mail.OFFICER_LAPSED,
        "Compléments non reçus dans le délai",
        "officer",
        Line("act", _FILE, "compléments non reçus dans le délai"),
    ),
    Row(
        Mail.OFFICER_NOBODY_LEFT,
        "Plus d’évaluateur à inviter",
        "officer",
        Line("act", _FILE, "plus d’évaluateur à inviter"),
    ),
    Row(
        Mail.OFFICER_PILOT_REVIEW,
        "Revue d’un pilote à tenir",
        "officer",
        Line("act", _PILOT, "revue du pilote à tenir"),
    ),
    Row(Mail.OFFICER_OVERDUE, "Délai d’une étape dépassé", "officer", Line("act", _FILE, "délai de l’étape dépassé")),
)
TABLE = {row.mail: row for row in _ROWS}
GATHERED = frozenset(row.mail for row in _ROWS if row.line)
OPTIONAL = frozenset(row.mail for row in _ROWS if row.optional)
# What an officer may see of their calls' proposals, and whoever keeps the accounts of accounts.
OF_CALLS = tuple(row.mail.value for row in _ROWS if row.to in ("applicant", "expert", "officer") and not row.private)
# Those about a call and none of its proposals; not what applicants get of one, whose drafts are theirs alone.
OF_WHOLE_CALLS = tuple(row.mail.value for row in _ROWS if row.to in ("committee", "officer"))
OF_ACCOUNTS = tuple(row.mail.value for row in _ROWS if row.to == "account" and not row.private)
