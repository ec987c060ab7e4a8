"""The process of a call as an applicant meets it: what happens, in which time, what is expected of them."""

import msgspec

from forms.base import Text
from forms.edition import Edition
from forms.process import Stage
from forms.telling.french import NBSP, duration, listed, plural, quoted


class Step(msgspec.Struct, frozen=True):
    """One step. `stage`: its id, "" for the application itself; `time`: how long it takes, "" where nothing says so;
    `says`: sentences. `yours`: the applicant has something to do in it."""

    stage: str
    name: Text
    time: str
    says: tuple[str, ...]
    yours: bool = False


def steps(edition: Edition) -> tuple[Step, ...]:
    """From the first answer to the decision, and what follows it where the call has that."""
    return (_applying(edition), *(_step(edition, stage) for stage in edition.process.stages))


def _applying(edition: Edition) -> Step:
    said = [
        "Vous créez un compte, remplissez le formulaire en plusieurs fois si vous le souhaitez, puis le déposez.",
        "Un accusé de réception avec la référence de la candidature vous est envoyé.",
    ]
    if edition.call.grace is not None:
        said.append(
            f"Un brouillon commencé avant la clôture peut encore être déposé pendant {duration(edition.call.grace)}."
        )
    return Step("", Text("Vous déposez votre candidature", "You submit your proposal"), "", tuple(said), yours=True)


def _step(edition: Edition, stage: Stage) -> Step:
    say = {
        "eligibility": _eligibility,
        "submission": _submission,
        "review": _review,
        "conciliation": _conciliation,
        "synthesis": _synthesis,
        "committee": _committee,
        "pilot": _pilot,
    }[stage.kind]
    said = say(edition, stage)
    if stage.amend:
        said.append("Vous pouvez encore modifier votre candidature et la déposer à nouveau.")
    time = duration(stage.duration) if stage.duration else ""
    return Step(stage.id, stage.applicant_name, time, tuple(said), yours=stage.kind == "submission")


def _eligibility(_edition: Edition, stage: Stage) -> list[str]:
    said = ["Le service chargé de l’appel vérifie que la candidature peut être examinée."]
    if stage.completion:
        said.append(
            f"S’il manque quelque chose, il vous le demande par courriel{NBSP}: vous avez {duration(stage.completion)}"
            " pour compléter, et le délai de cette étape est suspendu."
        )
    return said


def _submission(edition: Edition, stage: Stage) -> list[str]:
    titles = [quoted(section.title.fr) for section in edition.form.sections if section.stage == stage.id]
    return [f"Vous remplissez la suite du formulaire{NBSP}: {listed(titles)}."]


def _review(edition: Edition, stage: Stage) -> list[str]:
    experts = plural(stage.seats, "évaluateur lit et note", "évaluateurs lisent et notent")
    if stage.team > 1:
        of_each = plural(stage.team, "évaluateur", "évaluateurs")
        experts = plural(stage.seats, f"équipe de {of_each} lit et note", f"équipes de {of_each} lisent et notent")
    grid = edition.grid.at(stage.id)
    criteria = plural(len(grid.criteria), "critère publié", "critères publiés")
    said = [f"{experts} la candidature selon {criteria}."]
    if stage.blind == "applicant_hidden":
        said.append(f"L’évaluation est anonyme{NBSP}: le nom du candidat n’est pas communiqué aux évaluateurs.")
    if stage.reviews == "joint":
        said.append("Ceux qui travaillent en équipe rendent une évaluation commune, qui compte pour une.")
    if 0 < stage.quorum < stage.seats:
        enough = plural(stage.quorum, "évaluation suffit", "évaluations suffisent")
        said.append(f"À l’échéance, {enough} pour passer à l’étape suivante.")
    if stage.disagreement is not None and stage.disagreement.then == "expert":
        said.append("Si les évaluations s’écartent trop l’une de l’autre, un évaluateur de plus est sollicité.")
    return said


def _conciliation(_edition: Edition, _stage: Stage) -> list[str]:
    return [
        "Cette étape n’a lieu que si les évaluations s’écartent trop l’une de l’autre.",
        "Les évaluateurs lisent leurs évaluations, en discutent, puis chacun maintient la sienne ou la révise.",
    ]


def _synthesis(_edition: Edition, _stage: Stage) -> list[str]:
    return ["Le service chargé de l’appel rassemble les évaluations pour le comité."]


def _committee(edition: Edition, stage: Stage) -> list[str]:
    names = [
        quoted(edition.process.status_name(one.status).fr if one.status != "in_progress" else one.name.fr)
        for one in stage.outcomes
    ]
    return [
        f"Le comité examine la candidature. Issues possibles{NBSP}: {listed(list(dict.fromkeys(names)), 'ou')}.",
        "La décision, motivée, vous est annoncée par courriel, avec une lettre.",
    ]


def _pilot(_edition: Edition, _stage: Stage) -> list[str]:
    return [
        "Pour les candidatures retenues qui y sont appelées, le service vous écrit pour préparer la suite.",
        f"Le pilote avance par phases{NBSP}: investigation, construction, accélération, transfert.",
        "À chaque fois, une revue avec le partenaire public décide de poursuivre, de prolonger ou d’arrêter.",
    ]
