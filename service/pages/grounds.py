"""Conflicts of interest in words."""

from forms import Form
from service.views.conflicts import ConflictView

STRENGTHS = {"certain": ("Certain", "error"), "likely": ("Probable", "warning"), "weak": ("À titre indicatif", "info")}
KINDS = {"organisation": "Organisme", "person": "Personne", "proposal": "Candidature"}
_REASONS = {
    "declared": "Conflit déclaré par l’évaluateur",
    "interest": "Lien d’intérêts déclaré par l’évaluateur : {what}",
    "applicant": "Porte cette candidature, ou y a participé",
    "coapplicant": "A déposé une candidature avec {what}, qui participe à celle-ci",
    "named": "Cité dans la candidature, par son adresse {what}",
    "namesake": "Porte le nom d’une personne désignée dans la candidature",
    "same_body": "Même organisme : {what}",
    "same_organisation": "Même organisme : {what}",
    "same_domain": "Même domaine de messagerie : {what}",
    "near_domain": "Domaine de messagerie voisin : {what}",
    "mentioned": "Organisme cité dans la candidature : {what}",
}
_WEAK = {
    "same_body": "Ancien organisme : {what}",
    "same_organisation": "Ancien organisme : {what}",
    "namesake": "Son nom apparaît dans un texte de la candidature",
    "interest": "Cité dans un texte de la candidature, et déclaré par l’évaluateur : {what}",
}


def reason(conflict: ConflictView, form: Form) -> str:
    """Why there is a conflict, and which answer says it."""
    words = (_WEAK if conflict.strength == "weak" else {}).get(conflict.rule) or _REASONS[conflict.rule]
    field = form.field(conflict.field) if conflict.field else None
    where = f" (réponse « {field.label.fr} »)" if field is not None else ""
    return words.format(what=conflict.what or "une autre personne") + where


def badge(conflict: ConflictView) -> tuple[str, str]:
    """How sure it is, or what an officer made of it."""
    if conflict.confirmed_at:
        return "Confirmé", "error"
    return ("Écarté", "success") if conflict.dismissed_at else STRENGTHS[conflict.strength]


def hints(conflicts: tuple[ConflictView, ...], expert: object, form: Form) -> str:
    """What is known of somebody who may be asked nonetheless."""
    told = [reason(one, form) for one in conflicts if one.expert == expert and not one.stands]
    return " – à noter : " + " ; ".join(told) if told else ""
