"""The texts of a call as their readers would have them, with example values in place of the placeholders."""

import msgspec

from forms import Edition
from forms.texts import Preview, previews

MAILS = {
    "receipt": "Au candidat : candidature reçue",
    "returned": "Au candidat : candidature à compléter",
    "withdrawn": "Au candidat : retrait enregistré",
    "letter": "Au candidat : décision disponible",
    "expert_invited": "À l’évaluateur : invitation",
    "expert_reminded": "À l’évaluateur : premier rappel",
    "expert_last_reminder": "À l’évaluateur : dernier rappel",
    "expert_released": "À l’évaluateur : délai passé",
    "expert_dismissed": "À l’évaluateur : évaluation devenue sans objet",
    "officer_completed": "Au service : candidature complétée",
    "officer_conflict": "Au service : conflit d’intérêts",
    "officer_lapsed": "Au service : complément non reçu",
    "officer_nobody_left": "Au service : plus d’évaluateur à inviter",
    "officer_overdue": "Au service : étape en retard",
    "officer_submitted": "Au service : candidature déposée",
    "officer_withdrawn": "Au service : candidature retirée",
}
"""What each mail is, to whoever writes the call."""
PAPERS = {
    "letters.receipt": "Accusé de réception : suite de la procédure",
    "letters.silence": "Accusé de réception : silence du service",
    "letters.remedies": "Accusé de réception et lettres : voies de recours",
    "letters.algorithms": "Lettres : mention du traitement algorithmique",
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
