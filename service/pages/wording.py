"""Statuses, states, stages and acts in the words and colours of pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from forms.kinds.files import format_name
from forms.process import STATUS_NAMES
from service.domain.actor import Role
from service.notify.mails import Mail
from service.notify.table import TABLE
from service.pages import french, grounds
from service.pages.faults import Fault
from service.views.calls import CallLine, Counts
from service.views.histories import STAFF, Event
from service.views.lists import ProposalLine
from service.views.proposals import ProposalView
from service.views.steering import SteeringLine

Badge = tuple[str, str]
COLOURS = {
    "draft": "",
    "in_progress": "info",
    "accepted": "success",
    "reserve": "new",
    "declined": "error",
    "ineligible": "error",
    "withdrawn": "",
    "completed": "success",
}
ACCOUNTS = {
    "active": ("Actif", "success"),
    "invited": ("Invité", "new"),
    "unconfirmed": ("Adresse à confirmer", "warning"),
    "disabled": ("Fermé", ""),
}
LEVELS = {"owner": ("Porteur", "info"), "writer": ("Rédacteur", "new"), "reader": ("Lecteur", "")}
CALLS = {"open": ("Ouvert", "success"), "upcoming": ("À venir", "info"), "closed": ("Clos", "")}


VERDICTS = {"eligible": "éligible", "ineligible": "non éligible", "returned": "compléments demandés"}
ROLES = {
    Role.ADMIN: "Administration du service",
    Role.AUDITOR: "Audit",
    Role.AUTHORITY: "Autorité de décision",
    Role.CHAIR: "Présidence du comité",
    Role.COMMITTEE: "Membre du comité",
    Role.EXPERT: "Évaluateur",
    Role.OFFICER: "Chargé de programme",
}
# The journal in the words of the timeline.
ENTRIES = {
    **STAFF,
    "stage_closed": "Étape close",
    "stage_reentered": "Retour à une étape antérieure",
    "proposal_reopened": "Candidature rouverte",
}
# What an applicant may expect, in each phase that asks nothing of them.
NEXT = {
    "eligibility": "Le service chargé de l’appel vérifie que votre candidature peut être examinée. Vous n’avez rien à"
    " faire : un courriel vous préviendra s’il manque quelque chose.",
    "review": "Des évaluateurs lisent votre candidature et la notent. Vous n’avez rien à faire pour le moment.",
    "conciliation": "Les évaluateurs comparent leurs avis sur votre candidature. Vous n’avez rien à faire pour le"
    " moment.",
    "synthesis": "Le service chargé de l’appel rassemble les évaluations pour le comité. Vous n’avez rien à faire pour"
    " le moment.",
    "committee": "Le comité examine votre candidature. La décision, motivée, vous sera annoncée par courriel.",
    "pilot": "Votre solution est essayée dans une administration. La page du pilote en suit les jalons, les mesures et"
    " les revues.",
}
DOCUMENTS = {
    "receipt": ("Accusé de réception", "recepisse.pdf"),
    "dossier": ("Dossier de comité", "dossier.pdf"),
    "whole_dossier": ("Dossier d’instruction", "dossier.pdf?pour=instruction"),
    "own_dossier": ("Dossier de candidature", "mon-dossier.pdf"),
    "archive": ("Archive, avec les pièces", "archive.pdf"),
    "letter": ("Lettre", "lettre.pdf"),
}


class Figure(msgspec.Struct, frozen=True):
    """A number with its name, and the list it counts. `alarm`: one that should be zero and is not."""

    count: int
    label: str
    address: str = ""
    here: bool = False
    alarm: bool = False


class Happening(msgspec.Struct, frozen=True):
    """One item of a timeline. `state`: "", now or next."""

    title: str
    at: datetime | None = None
    text: str = ""
    state: str = ""


def status_badge(found: ProposalLine | ProposalView) -> Badge:
    """A proposal's status; for the applicant of one under examination, its stage says more."""
    if found.status == "in_progress" and found.stage_name:
        return found.stage_name, "warning" if found.phase == "returned" else "info"
    if found.phase == "returned":
        return "À compléter", "warning"
    return STATUS_NAMES[found.status].fr, COLOURS[found.status]


def what_next(found: ProposalView) -> str:
    """What the applicant may expect now; "" where another part of the page says it."""
    if found.thread is not None and found.thread.asked_at is not None:
        return ""
    if found.status == "withdrawn":
        return french.typography("Vous avez retiré cette candidature : elle n’est plus examinée.")
    return french.typography(NEXT.get(found.phase, ""))


def round_name(number: int) -> str:
    """« premier tour », « deuxième tour »."""
    names = ("premier", "deuxième", "troisième", "quatrième", "cinquième")
    return f"{names[number - 1]} tour" if number <= len(names) else f"tour {number}"


def call_badge(state: str) -> Badge:
    """Whether a call takes proposals."""
    return CALLS[state]


def call_dates(call: CallLine) -> str:
    """When a call is open, in a few words."""
    if call.state == "upcoming":
        return f"Ouvre le {french.day(call.opens_at)}"
    if call.closes_at is None:
        return "Appel permanent"
    verb = "Clos depuis le" if call.state == "closed" else "Jusqu’au"
    return f"{verb} {french.day(call.closes_at)}"


def formats(types: tuple[str, ...]) -> str:
    """Media types as people call them."""
    return ", ".join(map(format_name, types))


def happenings(events: tuple[Event, ...], stages: list[tuple[str, str]], stage: str) -> list[Happening]:
    """What happened, then the present stage and those to come. `stages`: id and name, in the order of the process."""
    told = [Happening(french.typography(event.text), event.at) for event in events if event.kind != "stage_closed"]
    ids = [one for one, _ in stages]
    if stage not in ids:
        return told
    here = ids.index(stage)
    present = Happening(french.typography(f"En cours : {stages[here][1]}"), state="now")
    return [*told, present, *(Happening(name, state="next") for _, name in stages[here + 1 :])]


def stage_figures(counts: Counts, address: str, stage: str = "", late: object = None) -> list[Figure]:
    """How many late, how many proposals in each stage: numbers that lead to the list they count."""
    overdue = Figure(
        counts.late, "En retard", f"{address}?retard=oui" if address else "", bool(late), alarm=counts.late > 0
    )
    stages = [
        Figure(one.count, one.name, f"{address}?etape={one.stage}" if address else "", one.stage == stage)
        for one in counts.stages
    ]
    to_publish = [Figure(counts.pending_decisions, "À publier")] if counts.pending_decisions else []
    return [overdue, *stages, *to_publish]


def outcome_figures(outcomes: tuple[tuple[str, str, int], ...], pending: int) -> list[Figure]:
    """How many decisions of each kind, and how many wait for publication."""
    return [*(Figure(count, name) for _, name, count in outcomes), Figure(pending, "À publier")]


def outcome_label(outcomes: list[tuple[str, str, str]], wanted: str) -> str:
    """An outcome's name."""
    return next((name for code, name, _ in outcomes if code == wanted), wanted)


def status_options(statuses: dict[str, int]) -> list[tuple[str, str]]:
    """The statuses that occur, with how many of each."""
    return [(status, f"{STATUS_NAMES[status].fr} ({count})") for status, count in statuses.items()]


def document_link(kind: str, proposal: UUID) -> tuple[str, str]:
    """A document's name and address."""
    name, file = DOCUMENTS[kind]
    return name, f"/candidatures/{proposal}/{file}"


def with_query(address: str, query: dict[str, str], **more: str) -> str:
    """An address with its query."""
    asked = urlencode({**query, **more})
    return f"{address}?{asked}" if asked else address


def entry_name(kind: str) -> str:
    """An entry of the journal in words."""
    return french.typography(ENTRIES.get(kind, kind))


def fault_text(fault: Fault) -> str:
    """« Label : sentence »; a label that is a whole sentence loses its full stop."""
    text = french.typography(fault.text)
    return f"{fault.label.rstrip('.')}{french.NBSP}: {text}" if fault.label else text


ACTS = {
    "skip": "Étape passée",
    "go_back": "Retour à une étape",
    "reopen": "Candidature rouverte",
    "reassign": "Évaluateurs changés",
    "stop": "Examen arrêté",
}
BATCHES = {
    "skip": "Étape passée",
    "go_back": "Retour à une étape",
    "reopen": "Candidatures rouvertes",
    "extend": "Délai prolongé",
    "stop": "Examen arrêté",
    "replace_expert": "Évaluateur remplacé",
    "extend_expert": "Évaluateur : délai prolongé",
}
# The same before it is done: what the page is called that shows what it would come to, and the box to tick there.
FORESEEN = {
    "skip": ("Passer l’étape", "Je confirme que l’étape se termine pour ces candidatures."),
    "go_back": ("Revenir à une étape", "Je confirme le retour de ces candidatures."),
    "reopen": ("Rouvrir des candidatures", "Je confirme la réouverture de ces candidatures."),
    "extend": ("Prolonger les délais", "Je confirme la nouvelle échéance pour ces candidatures."),
    "stop": ("Arrêter l’examen", "Je confirme la fin de l’examen de ces candidatures."),
    "replace_expert": ("Remplacer un évaluateur", "Je confirme ce remplacement sur ces candidatures."),
    "extend_expert": ("Donner plus de temps à un évaluateur", "Je confirme la nouvelle échéance."),
}
EXTENDED = {"stage": "Étape", "completion": "Réponse du candidat", "expert": "Évaluateur"}


def act_name(line: SteeringLine) -> str:
    """What an officer did."""
    return ACTS.get(line.act) or f"{EXTENDED.get(line.clock, 'Délai')}{french.NBSP}: délai prolongé"


FILTERS: dict[str, Callable[..., Any]] = {
    "status_badge": status_badge,
    "call_badge": call_badge,
    "call_dates": call_dates,
    "formats": formats,
    "stage_figures": stage_figures,
    "outcome_figures": outcome_figures,
    "outcome_label": outcome_label,
    "conflict_reason": grounds.reason,
    "conflict_badge": grounds.badge,
    "interest_name": grounds.KINDS.__getitem__,
    "act_name": act_name,
    "batch_name": lambda act: french.typography(BATCHES[act]),
    "foreseen_words": FORESEEN.__getitem__,
    "mail_event": lambda mail: TABLE[Mail(mail)].event,
    "ways": lambda ways: [(way.id, way.name) for way in ways],
    "ticks": lambda words: [(word, word, "") for word in words],
    "twice": lambda words: [(word, word) for word in words],
    "status_options": status_options,
    "document_link": document_link,
    "with_query": with_query,
    "verdict_name": VERDICTS.__getitem__,
    "level_badge": LEVELS.__getitem__,
    "role_name": ROLES.__getitem__,
    "what_next": what_next,
    "entry_name": entry_name,
    "round_name": round_name,
    "fault_text": fault_text,
    "account_badge": ACCOUNTS.__getitem__,
    "status_name": lambda status: STATUS_NAMES[status].fr,
}
