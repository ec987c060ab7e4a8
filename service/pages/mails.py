"""Mails and their states in the words of pages."""

import re
from collections.abc import Callable
from typing import Any

from service.notify.table import TO
from service.views.mailbox import MailLine

STATES = {
    "waiting": ("En attente", "info"),
    "sent": ("Envoyé", "success"),
    "retried": ("Nouvel essai", "warning"),
    "unwanted": ("Sans objet", ""),
    "refused": ("Refusé par le destinataire", "error"),
    "given_up": ("Abandonné", "error"),
}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Our own reasons not to send, in the words of the page.
REASONS = {
    "the account was closed": "le compte est fermé",
    "the person does not want this mail": "la personne ne veut pas de ce courriel",
    "the assignment has moved on": "l’évaluation n’est plus attendue",
    "the person was given more time": "la personne a reçu plus de temps",
    "the person is no expert of the call any more": "la personne n’est plus évaluatrice de l’appel",
    "the proposal is gone": "la candidature n’existe plus",
    "the person's part in the proposal has changed": "la personne ne participe plus à la candidature",
    "what was owed was submitted, or it is too late": "ce qui était attendu a été déposé, ou le délai est passé",
    "the examination is over": "l’examen de la candidature est terminé",
    "the stage has gone on, or was given more time": "l’étape a avancé, ou a reçu plus de temps",
    "the proposal was brought back": "le retrait a été annulé",
    "the message was answered": "il a été répondu au message",
    "the conciliation is over": "la conciliation est terminée",
    "the person has the review again": "l’évaluation a été rendue à la personne",
    "the link was used, replaced, or has expired": "le lien a servi, a été remplacé ou a expiré",
}
# What kept one from leaving, as `notify/transports.py` and `notify/outbox.py` write it; their words stay in the API.
_FAULTS = (
    (r"recipient refused \((.+)\)", "adresse refusée par son serveur ({})"),
    (r"mail refused \((.+)\)", "courriel refusé par le serveur ({})"),
    (r"sender refused \((.+)\)", "expéditeur refusé par le serveur de courriel ({})"),
    (r"could not be made .*", "courriel impossible à composer"),
    (r"\w+ \((\d+)\)", "refus du serveur de courriel ({})"),
    (r"ValueError|Unicode\w+", "adresse impossible à écrire dans un courriel"),
    (r".+", "serveur de courriel injoignable"),
)


def reason(line: MailLine) -> str:
    """Why a mail is where it is."""
    if line.state == "unwanted":
        return REASONS.get(line.error, "ce qu’il annonçait est passé")
    return fault(line.error) if line.state in ("retried", "refused", "given_up") else ""


def fault(error: str) -> str:
    """What kept a mail from leaving, in the words of the page; "" for nothing."""
    found = ((re.fullmatch(pattern, error), said) for pattern, said in _FAULTS)
    return next((said.format(*match.groups()) for match, said in found if match), "")


def without_ids(text: str) -> str:
    """A mail as it is shown before it leaves: what its links end with is nothing to read."""
    return _ID.sub("…", text)


FILTERS: dict[str, Callable[..., Any]] = {
    "mail_state": STATES.__getitem__,
    "mail_reason": reason,
    "without_ids": without_ids,
    "mail_to": TO.__getitem__,
}
