"""What happened to a proposal: the timeline that people read, and the journal that proves it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from forms import Edition
from service.domain.actor import Actor
from service.domain.policy import Action
from service.store.database import Row, rows
from service.store.editions import edition as edition_of
from service.views.opinions import outcome_name
from service.views.readable import Readable, readable


class Event(msgspec.Struct, frozen=True):
    """One line of a timeline, in French."""

    at: datetime
    kind: str
    text: str


class EntryView(msgspec.Struct, frozen=True):
    """One entry of the journal. `actor` is None for the process itself; hashes are SHA-256 in hexadecimal."""

    seq: int
    kind: str
    actor: UUID | None
    actor_name: str
    at: datetime
    data: dict[str, Any]
    previous: str
    hash: str


class JournalView(msgspec.Struct, frozen=True):
    """A page of a proposal's chain, oldest first; `next` is the number to read after."""

    stream: str
    entries: tuple[EntryView, ...]
    next: int | None


# What each audience is told. {stage} and {outcome} are the edition's names, {round} a number.
APPLICANT = {
    "draft_opened": "Brouillon ouvert",
    "edition_changed": "Nouvelle édition de l’appel",
    "proposal_submitted": "Candidature déposée",
    "eligibility_returned": "Compléments demandés",
    "proposal_completed": "Compléments déposés",
    "part_submitted": "Suite du dossier déposée",
    "completion_lapsed": "Délai de complément écoulé",
    "stage_closed": "Étape suivante : {next}",
    "decision_published": "Décision publiée",
    "decision_corrected": "Nouvelle décision, qui remplace la précédente",
    "proposal_withdrawn": "Candidature retirée",
    "withdrawal_undone": "Retrait annulé",
    "proposal_amended": "Nouvelle version déposée",
    "amendment_opened": "Modification commencée",
    "amendment_abandoned": "Modification abandonnée",
    "deadline_extended": "Délai de dépôt prolongé",
    "draft_discarded": "Brouillon supprimé",
    "draft_restored": "Brouillon rétabli",
    "message_sent": "Message envoyé",
    "question_asked": "Question du service, délai suspendu",
    "question_answered": "Réponse à la question du service",
    "question_closed": "Question close sans réponse",
    "attachment_quarantined": "Fichier écarté par l’antivirus",
    "collaborator_invited": "Invitation envoyée pour partager la candidature",
    "invitation_revoked": "Invitation annulée",
    "invitation_declined": "Invitation déclinée",
    "collaborator_joined": "Une personne a rejoint la candidature",
    "collaborator_changed": "Niveau d’un participant changé",
    "collaborator_removed": "Participation d’une personne terminée par le porteur",
    "collaborator_left": "Une personne a quitté la candidature",
    "ownership_offered": "Transfert de la candidature proposé",
    "ownership_transferred": "Candidature transférée à un nouveau porteur",
    "stage_reentered": "Retour à l’étape : {next}",
    "proposal_reopened": "Candidature rouverte, à l’étape : {next}",
    "process_stopped": "Examen arrêté par le service",
    "pilot_described": "Pilote décrit",
    "milestone_planned": "Jalon prévu",
    "milestone_reached": "Jalon atteint",
    "indicator_measured": "Indicateur mesuré",
    "pilot_review_convened": "Revue du pilote à tenir",
    "pilot_reviewed": "Revue du pilote tenue",
    "pilot_ended": "Résultat du pilote enregistré",
    "time_extended": "Délai prolongé",
}
STAFF = {
    **APPLICANT,
    "attachment_added": "Pièce jointe ajoutée",
    "attachment_removed": "Pièce jointe retirée",
    "attachment_replaced": "Pièce jointe remplacée",
    "attachment_restored": "Pièce jointe rétablie",
    "attachments_ordered": "Pièces jointes remises en ordre",
    "eligibility_eligible": "Vérification : éligible",
    "eligibility_ineligible": "Vérification : non éligible",
    "experts_proposed": "Évaluateurs proposés",
    "experts_listed": "Évaluateurs mis en liste par la répartition",
    "taker_pinned": "Évaluateur fixé pour la répartition",
    "taker_banned": "Évaluateur écarté de la répartition",
    "taker_freed": "Choix laissé à la répartition",
    "expert_invited": "Évaluateur invité",
    "expert_reminded": "Évaluateur relancé",
    "mail_resent": "Courriel renvoyé",
    "expert_chased": "Évaluateur relancé par le service",
    "expert_released": "Évaluateur dessaisi, sans réponse dans le délai",
    "expert_left": "Évaluateur dessaisi, n’étant plus évaluateur de l’appel",
    "assignment_accepted": "Évaluation acceptée",
    "assignment_declined": "Évaluation déclinée",
    "assignment_delegated": "Évaluation confiée à un autre membre de l’équipe",
    "conflict_declared": "Conflit d’intérêts déclaré",
    "member_recused": "Déport d’un membre du comité",
    "conflict_found": "Conflit d’intérêts relevé",
    "conflict_closed": "Conflit d’intérêts sans objet",
    "conflict_dismissed": "Conflit d’intérêts écarté",
    "conflict_reinstated": "Conflit d’intérêts rétabli",
    "conflict_confirmed": "Conflit d’intérêts confirmé",
    "expert_excluded": "Évaluateur dessaisi pour conflit d’intérêts",
    "expert_restored": "Évaluateur remis sur la liste",
    "review_submitted": "Évaluation remise",
    "synthesis_submitted": "Synthèse remise au comité",
    "decision_taken": "Décision prise, en attente de publication",
    "correction_taken": "Décision rectificative prise, en attente de publication",
    "correction_dropped": "Décision rectificative abandonnée avant sa publication",
    "deadline_passed": "Délai de l’étape dépassé",
    "stage_skipped": "Étape passée avant son terme par le service",
    "stage_extended": "Délai de l’étape prolongé",
    "expert_extended": "Délai d’un évaluateur prolongé",
    "expert_replaced": "Évaluateur dessaisi par le service",
    "expert_silent": "Évaluateur silencieux, signalé aux chargés de programme",
    "expert_wanted": "Évaluations trop éloignées : un évaluateur de plus est demandé",
    "conciliation_message": "Message entre évaluateurs",
    "review_confirmed": "Évaluation maintenue par son auteur",
    "review_kept": "Évaluation maintenue, sans révision dans le délai",
}
# The dossier and the committee read the process, not its machinery, nor what is between applicant and officers.
_SHARING = ("collaborator_", "invitation_", "ownership_")
_BETWEEN = (*_SHARING, "draft_", "deadline_", "time_", "attachment_", "amendment_", "message_", "question_")
COMMITTEE = {
    kind: STAFF[kind]
    for kind in (*APPLICANT, "review_submitted", "synthesis_submitted")
    if not kind.startswith(_BETWEEN) and kind != "edition_changed"
}


async def timeline(actor: Actor, proposal_id: UUID) -> tuple[Event, ...]:
    """The events that the reader may know, oldest first. NotFound."""
    found = await readable(actor, proposal_id)
    if found.mine:
        told = APPLICANT
    elif Action.JOURNAL_READ in found.may:
        told = STAFF
    else:
        told = COMMITTEE if Action.ELIGIBILITY_READ in found.may else {"proposal_submitted": "Candidature déposée"}
    return await events(proposal_id, found.edition, told, mine=found.mine)


async def events(
    proposal_id: UUID, edition: Edition, told: dict[str, str], *, mine: bool = False, position: int | None = None
) -> tuple[Event, ...]:
    """The entries of these kinds up to a position of the journal, in words: those of the edition of that time."""
    found = await rows(
        "SELECT kind, at, data FROM entry WHERE stream = {} AND kind = ANY({}) AND seq <= {} ORDER BY seq",
        *(f"proposal:{proposal_id}", [*told, "edition_changed"], 2_000_000_000 if position is None else position),
    )
    editions = await _editions(found, edition)
    return tuple(
        Event(line["at"], line["kind"], _words(told[line["kind"]], line, then, mine=mine))
        for line, then in zip(found, editions, strict=True)
        if line["kind"] in told
    )


async def _editions(entries: list[Row], last: Edition) -> list[Edition]:
    """For each entry, the edition that the proposal was on then; `last` where it was never moved."""
    moves = [msgspec.json.decode(line["data"]) for line in entries if line["kind"] == "edition_changed"]
    then = await edition_of(UUID(moves[0]["from"])) if moves else last
    found = []
    for line in entries:
        if line["kind"] == "edition_changed":
            then = await edition_of(UUID(moves.pop(0)["to"]))
        found.append(then)
    return found


def _words(template: str, line: Row, edition: Edition, *, mine: bool) -> str:
    if "{next}" not in template:
        return template
    data = msgspec.json.decode(line["data"])
    following = edition.process.stage(data["next"]) if data["next"] else None
    if following is not None:
        name = following.applicant_name if mine else following.name
        return template.format(next=name.fr)
    return f"Procédure terminée : {outcome_name(edition, data['outcome']).lower()}"


async def journal(actor: Actor, proposal_id: UUID, after: int = 0, limit: int = 200) -> JournalView:
    """A page of the proposal's chain, for officers and auditors. NotFound."""
    found: Readable = await readable(actor, proposal_id, Action.JOURNAL_READ)
    stream = f"proposal:{found.line['id']}"
    lines = await rows(
        "SELECT e.seq, e.kind, e.actor, coalesce(a.name, '') AS actor_name, e.at, e.data, e.previous, e.hash"
        " FROM entry e LEFT JOIN account a ON a.id = e.actor"
        " WHERE e.stream = {} AND e.seq > {} ORDER BY e.seq LIMIT {}",
        *(stream, after, limit + 1),
    )
    entries = tuple(
        EntryView(
            **{
                **line,
                "data": msgspec.json.decode(line["data"]),
                "previous": bytes(line["previous"]).hex(),
                "hash": bytes(line["hash"]).hex(),
            }
        )
        for line in lines[:limit]
    )
    return JournalView(stream, entries, entries[-1].seq if len(lines) > limit else None)
