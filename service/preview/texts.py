"""The texts of a call as their readers would have them, with example values in place of the placeholders."""

import msgspec

from forms import Edition
from forms.texts import Preview, previews

MAILS = {
    "deadline_extended": "Au candidat : délai de dépôt prolongé",
    "draft_reminded": "Au candidat : brouillon à déposer",
    "receipt": "Au candidat : candidature reçue",
    "returned": "Au candidat : candidature à compléter",
    "message": "Au candidat : message du service",
    "question": "Au candidat : question du service",
    "next_part": "Au candidat : suite du dossier à déposer",
    "withdrawn": "Au candidat : retrait enregistré",
    "resumed": "Au candidat : retrait annulé",
    "reopened": "Au candidat : candidature rouverte",
    "letter": "Au candidat : décision disponible",
    "expert_invited": "À l’évaluateur : invitation",
    "expert_reminded": "À l’évaluateur : premier rappel",
    "expert_last_reminder": "À l’évaluateur : dernier rappel",
    "expert_conciliation": "À l’évaluateur : conciliation",
    "expert_released": "À l’évaluateur : délai passé",
    "expert_dismissed": "À l’évaluateur : évaluation devenue sans objet",
    "officer_completed": "Au service : candidature complétée",
    "officer_conflict": "Au service : conflit d’intérêts",
    "officer_lapsed": "Au service : complément non reçu",
    "officer_nobody_left": "Au service : plus d’évaluateur à inviter",
    "officer_overdue": "Au service : étape en retard",
    "officer_submitted": "Au service : candidature déposée",
    "officer_withdrawn": "Au service : candidature retirée",
    "sitting_convened": "Au comité : convocation",
    "sitting_changed": "Au comité : séance modifiée",
    "sitting_reminded": "Au comité : rappel de la veille",
}
"""What each mail is, to whoever writes the call."""
PAPERS = {
    "letters.receipt": "Accusé de réception : suite de la procédure",
    "letters.silence": "Accusé de réception : silence du service",
    "letters.remedies": "Accusé de réception et lettres : voies de recours",
    "letters.algorithms": "Lettres : mention du traitement algorithmique",
    "letters.delegation": "Lettres signées par le service : acte de délégation",
}


class ShownText(msgspec.Struct, frozen=True):
    """One text in both languages, under what it is and where it stands in the files."""

    title: str
    place: str
    fr: Preview
    en: Preview


def shown_texts(edition: Edition) -> dict[str, list[ShownText]]:
    """All that have placeholders, mails and papers apart, in the order of the files."""
    outcomes = {
        f"stages[{number}].outcomes[{rank}].letter": f"Lettre de décision : {stage.name.fr}, {outcome.name.fr}"
        for number, stage in enumerate(edition.process.stages)
        for rank, outcome in enumerate(stage.outcomes)
    }
    titles = {**{f"mails.{name}": title for name, title in MAILS.items()}, **PAPERS, **outcomes}
    made: dict[str, list[ShownText]] = {"mails": [], "papers": []}
    for french, english in zip(previews(edition, "fr"), previews(edition, "en"), strict=True):
        one = ShownText(titles[french.path], f"{french.file} : {french.path}", french, english)
        made["mails" if french.kind == "mail" else "papers"].append(one)
    return made
