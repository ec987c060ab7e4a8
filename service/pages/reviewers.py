"""Experts and teams in the words of pages: their load, how each stands, whom to choose among."""

from collections.abc import Callable
from typing import Any

from forms import Form
from service.pages import french, grounds
from service.pages.wording import Badge, Figure
from service.views.asked import AssignmentView
from service.views.calls import ExpertLine
from service.views.conflicts import ConflictView
from service.views.experts import ExpertEntry
from service.views.rosters import RosterView
from service.views.teams import TeamView

ASSIGNMENTS = {
    "proposed": ("Proposé", ""),
    "invited": ("Invité", "new"),
    "accepted": ("Accepté", "info"),
    "declined": ("Décliné", "warning"),
    "done": ("Remis", "success"),
    "released": ("Dessaisi", "warning"),
}
VERDICTS_OF_LINES = {
    "new": ("Nouveau", "success"),
    "changed": ("Modifié", "info"),
    "known": ("Sans changement", ""),
    "fault": ("À corriger", "error"),
}


def expert_options(
    experts: list[ExpertLine], conflicts: tuple[ConflictView, ...] = (), form: Form | None = None
) -> list[tuple[str, str, str]]:
    """Experts to tick, with their load, and what ties them to the proposal without stopping them."""
    return [
        (
            str(expert.id),
            f"{expert.name}{f' ({expert.organisation})' if expert.organisation else ''}",
            f"{french.plural(expert.invited + expert.accepted, 'évaluation en cours', 'évaluations en cours')},"
            f" {french.plural(expert.done, 'remise', 'remises')}"
            + ("" if expert.active else " – compte pas encore ouvert")
            + (grounds.hints(conflicts, expert.id, form) if form is not None else ""),
        )
        for expert in experts
    ]


def load_text(expert: ExpertEntry) -> str:
    """How much an expert has, and of how much: « 3 sur 8, 12 sur 70 dans l’appel »."""
    load = expert.load
    parts = [f"{load.open} en cours" if load.most is None else f"{load.open} en cours sur {load.most}"]
    if load.most_in_call is not None:
        parts.append(f"{load.given} sur {load.most_in_call} dans l’appel")
    return ", ".join(parts)


def hindrance_badge(expert: ExpertEntry) -> Badge:
    """Why nobody asks them today."""
    if expert.load.hindrance == "absent" and expert.absent_until is not None:
        return f"Absence jusqu’au {french.short_day(expert.absent_until)}", "warning"
    return "Limite atteinte", "info"


def expert_figures(expert: ExpertEntry) -> list[Figure]:
    """What they have in the call."""
    return [
        Figure(expert.invited, "À répondre"),
        Figure(expert.accepted, "En cours"),
        Figure(expert.late, "En retard", alarm=expert.late > 0),
        Figure(expert.done, "Remises"),
        Figure(expert.left, "Sans suite"),
    ]


def roster_figures(found: RosterView) -> list[Figure]:
    """How many lines of each verdict."""
    return [
        Figure(found.counts.get("new", 0), "Nouveaux"),
        Figure(found.counts.get("changed", 0), "Modifiés"),
        Figure(found.counts.get("known", 0), "Sans changement"),
        Figure(found.counts.get("fault", 0), "À corriger", alarm=found.counts.get("fault", 0) > 0),
    ]


def team_options(teams: list[TeamView]) -> list[tuple[str, str, str]]:
    """Teams to tick, with their members."""
    return [(str(team.id), team.name, ", ".join(member.name for member in team.members)) for team in teams]


def assignment_options(assignments: list[AssignmentView]) -> list[tuple[str, str, str]]:
    """Experts of a proposal to choose among, with how each stands."""

    def due(one: AssignmentView) -> str:
        return f", jusqu’au {french.day(one.due_at)}" if one.due_at else ""

    return [(str(one.id), one.name, f"{ASSIGNMENTS[one.status][0]}{due(one)}") for one in assignments]


FILTERS: dict[str, Callable[..., Any]] = {
    "assignment_badge": ASSIGNMENTS.__getitem__,
    "expert_options": expert_options,
    "assignment_options": assignment_options,
    "team_options": team_options,
    "roster_figures": roster_figures,
    "verdict_badge": VERDICTS_OF_LINES.__getitem__,
    "load_text": load_text,
    "hindrance_badge": hindrance_badge,
    "expert_figures": expert_figures,
}
