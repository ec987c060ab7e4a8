"""What figures of calls and years are called in French, and how spans, shares and agreement are written."""

from reports.words import mean, number

_NBSP = "\N{NO-BREAK SPACE}"
STEPS = {
    "drafts": "Brouillons en cours",
    "submitted": "Candidatures déposées",
    "withdrawn": "Retirées par le candidat",
    "eligible": "Jugées éligibles",
    "reviewed": "Évaluées au moins une fois",
    "committee": "Présentées au comité",
    "decided": "Décisions publiées",
    "retained": "Retenues",
}
ASIDE = ("drafts", "withdrawn")
"""Steps that no proposal takes on its way to a decision."""
DELAYS = {
    "decision": "Du dépôt à la décision publiée",
    "answer": "De l’invitation d’un évaluateur à sa réponse",
    "review": "De l’invitation d’un évaluateur à la remise de son évaluation",
}
STAGES = {
    "eligibility": "Vérification de l’éligibilité",
    "submission": "Attente de la suite du dossier",
    "review": "Évaluation",
    "conciliation": "Conciliation entre évaluateurs",
    "synthesis": "Synthèse",
    "committee": "Comité",
    "pilot": "Pilote",
}
EXPERTISE = ("review", "conciliation")
PHASES = {
    "investigation": "Investigation",
    "construction": "Construction",
    "acceleration": "Accélération",
    "handover": "Transfert",
    "stopped": "Arrêt",
}
THIRDS = {"low": "Tiers inférieur", "middle": "Tiers médian", "high": "Tiers supérieur"}
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)
OUTCOMES = {
    "in_progress": "En cours d’examen",
    "accepted": "Retenues",
    "completed": "Retenues, pilote terminé",
    "reserve": "Sur liste complémentaire",
    "declined": "Non retenues",
    "ineligible": "Non éligibles",
    "withdrawn": "Retirées par le candidat",
}
METHOD = tuple(
    """Les durées sont en jours de calendrier et comptent le temps pendant lequel un candidat a complété son dossier. La
médiane partage les passages en deux moitiés ; neuf sur dix ont duré moins que le second nombre.

Une étape compte quand la procédure l’a close : ce qui est renvoyé en arrière, arrêté ou retiré n’entre pas dans les
durées. Une candidature qui repasse par une étape y compte à chaque passage.

Les réponses sont celles du dernier dépôt. À une question à choix multiples, une candidature peut en donner plusieurs.
Ce qui a été supprimé au terme de sa conservation n’est plus compté.

L’alpha de Krippendorff mesure l’accord entre évaluateurs : 1 est l’accord parfait, 0 ce que donnerait le hasard. À
partir de 0,8 les notes sont fiables ; au-dessous de 0,67 elles ne le sont pas (Content Analysis, 2018).""".replace(
        " ;", "\N{NARROW NO-BREAK SPACE};"
    )
    .replace(" :", f"{_NBSP}:")
    .split("\n\n")
)
RELIABLE, TENTATIVE = 0.8, 0.667


def span(days: float | None) -> str:
    """A length of time: "3,5 jours", "7 heures", "moins d’une heure"; a dash for none."""
    if days is None:
        return "–"
    hours = round(days * 24)
    if hours < 1:
        return "moins d’une heure"
    if hours < 24:
        return f"{hours}{_NBSP}heure{'s' if hours > 1 else ''}"
    # The plural is that of the number that is read: 1,98 is told as 2.
    return f"{number(days, 1)}{_NBSP}jour{'s' if round(days, 1) >= 2 else ''}"


def share(part: float, whole: float) -> str:
    """A part of a whole: "42 %"; a dash of nothing."""
    return f"{100 * part / whole:.0f}{_NBSP}%" if whole else "–"


def agreement(alpha: float | None) -> str:
    """An alpha with what it allows, by Krippendorff's own limits."""
    if alpha is None:
        return "indéterminé"
    said = "fiable" if alpha >= RELIABLE else "à lire avec prudence" if alpha >= TENTATIVE else "faible"
    return f"{mean(alpha)}, {said}"


def load_name(low: int, high: int | None) -> str:
    """How many reviews: "aucune", "1 ou 2", "de 3 à 5", "21 ou plus"."""
    if high is None:
        return f"{low} évaluations ou plus"
    if high == 0:
        return "aucune évaluation"
    return f"{low} ou {high} évaluations" if high == low + 1 else f"de {low} à {high} évaluations"
