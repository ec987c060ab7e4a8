"""One proposal as staff see it: the officer's page and the committee's share it, each with its own forms."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import Response

import forms
from forms import Edition
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.pages.door import sentences, status_of
from service.pages.faults import Fault
from service.pages.fields import anchor
from service.pages.inputs import Inputs
from service.pages.render import page
from service.pages.wording import happenings
from service.problems import Invalid, NotFound, Problem, Stale
from service.store.editions import edition as edition_of
from service.views import calls, changes, conflicts, deciding, histories, proposals, ranking
from service.views import teams as team_views
from service.views.calls import ExpertLine
from service.views.chain import chain
from service.views.changes import ChangesView
from service.views.proposals import ProposalView
from service.views.teams import TeamView

Answer = Response[Any]


class Room(StrEnum):
    """Whose page it is, as in its address."""

    OFFICER = "gestion"
    COMMITTEE = "comite"


async def one_page(
    request: AnyRequest,
    slug: str,
    proposal_id: UUID,
    room: Room,
    *,
    typed: Inputs | None = None,
    problem: Problem | None = None,
) -> Answer:
    """The page, with what was typed where it could not be recorded. NotFound where the room is not the reader's."""
    actor = actor_of(request)
    found = await proposals.proposal(actor, proposal_id)
    wanted = Action.JOURNAL_READ if room is Room.OFFICER else Action.SYNTHESIS_READ
    if found.call != slug or wanted not in found.may:
        raise NotFound
    edition = await edition_of(found.edition)
    names = [(stage.id, stage.name.fr) for stage in edition.process.stages if stage.kind != "pilot"]
    return page(
        request,
        "staff/proposal.html",
        {
            "room": room.value,
            "found": found,
            "edition": edition,
            "items": _items(found, edition),
            "form": (await edition_of(found.form_edition)).form_at(found.revision.part if found.revision else ""),
            "sent": typed or stored_inputs(found, await _proposed(request, found)),
            "wrong": sentences(problem),
            "stale": isinstance(problem, Stale),
            "current": _current_version(found, problem),
            **await _judgement(request, found, edition),
            "timeline": happenings(await histories.timeline(actor, proposal_id), names, found.stage),
            "journal": await histories.journal(actor, proposal_id) if Action.JOURNAL_READ in found.may else None,
            **await _listing(request, found, slug),
            "changed": await _changed(request, found),
        },
        status=status_of(problem),
        errors=_faults(problem, edition),
    )


def _items(found: ProposalView, edition: Edition) -> tuple[forms.Item, ...]:
    """What the checklist asks of it."""
    answers = {field: answer.value for field, answer in found.answers.items()}
    return forms.asked_items(edition.eligibility, edition.form, answers, found.judged_on)


async def _judgement(request: AnyRequest, found: ProposalView, edition: Edition) -> dict[str, Any]:
    """What experts, committee and authority made of the proposal in its present round."""
    actor, grid = actor_of(request), edition.grid_of(found.round)
    return {
        "grid": grid,
        "summary": forms.summary(grid, [one.scores for one in found.reviews if one.round == found.round]),
        "place": await ranking.place(actor, found.call, found.id, found.round) if found.reviews else None,
        "outcomes": outcomes_of(edition, found.round),
        "opinion": next((one for one in found.opinions if one.stands), None),
        "chain": await chain(actor, found.id) if found.decision else None,
    }


async def _listing(request: AnyRequest, found: ProposalView, slug: str) -> dict[str, Any]:
    """Conflicts of interest that are known, and who may still be put on the proposal's list: nobody whom one stops."""
    known = (await conflicts.conflicts(actor_of(request), found.id)).items if Action.CONFLICT_READ in found.may else ()
    stopped = {one.expert for one in known if one.stands}
    proposing = Action.ASSIGNMENT_PROPOSE in found.may
    return {
        "experts": [one for one in await _candidates(request, found, slug) if one.id not in stopped],
        "teams": [
            team for team in await _teams(request, found, slug) if not stopped & {member.id for member in team.members}
        ],
        "conflicts": known,
        "blocked": [one for one in known if one.stands and not one.listed] if proposing else [],
    }


async def _proposed(request: AnyRequest, found: ProposalView) -> list[tuple[str, str]]:
    """What the form of a first decision begins with: the committee's opinion, and how its author signed last."""
    if Action.DECISION_TAKE not in found.may:
        return []
    capacity, delegation = await deciding.signature(actor_of(request), found.call)
    opinion = next((one.outcome for one in found.opinions if one.stands), "")
    return [("outcome", opinion), ("reasons", ""), ("capacity", capacity), ("delegation", delegation)]


def stored_inputs(found: ProposalView, proposed: list[tuple[str, str]]) -> Inputs:
    """The inputs of the page's forms as they are kept: checklist, synthesis, decision; as proposed where none is."""
    pairs: list[tuple[str, str]] = []
    if found.eligibility is not None:
        pairs += [(f"items/{item}", "oui" if yes else "non") for item, yes in found.eligibility.items.items()]
        if found.phase != "eligibility":
            pairs += [("verdict", found.eligibility.verdict), ("reasons", found.eligibility.reasons)]
    if found.synthesis is not None:
        pairs += [("text", found.synthesis.text), ("recommendation", found.synthesis.recommendation)]
    if found.decision is not None and found.decision.round == found.round:
        pairs += [
            ("outcome", found.decision.outcome),
            ("reasons", found.decision.reasons),
            ("capacity", found.decision.capacity),
            ("delegation", found.decision.delegation),
        ]
    else:
        pairs += proposed
    return Inputs(pairs)


def outcomes_of(edition: Edition, number: int) -> list[tuple[str, str, str]]:
    """The decisions that the process knows in a round: id, name, and nothing else to say."""
    stages = edition.process.committees(number)
    return [(outcome.id, outcome.name.fr, "") for stage in stages for outcome in stage.outcomes]


async def _changed(request: AnyRequest, found: ProposalView) -> ChangesView | None:
    """What the last version changed, for whoever runs the call."""
    if Action.CHANGES_READ not in found.may or found.revision is None or found.revision.number == 1:
        return None
    return await changes.changes(actor_of(request), found.id)


async def _candidates(request: AnyRequest, found: ProposalView, slug: str) -> list[ExpertLine]:
    """The experts who may still be put on the proposal's list, the least loaded first."""
    if Action.ASSIGNMENT_PROPOSE not in found.may:
        return []
    taken = {assignment.expert for assignment in found.assignments if assignment.round == found.round}
    free = [expert for expert in await calls.experts(actor_of(request), slug) if expert.id not in taken]
    return sorted(free, key=lambda expert: (expert.invited + expert.accepted, expert.name))


async def _teams(request: AnyRequest, found: ProposalView, slug: str) -> list[TeamView]:
    """The teams that may still be put on the list: none of its members is on it."""
    if Action.ASSIGNMENT_PROPOSE not in found.may:
        return []
    taken = {assignment.expert for assignment in found.assignments if assignment.round == found.round}
    listed = (await team_views.teams(actor_of(request), slug)).items
    return [team for team in listed if not team.ended_at and not taken & {one.id for one in team.members}]


def _current_version(found: ProposalView, problem: Problem | None) -> int:
    if isinstance(problem, Stale):
        return problem.current
    if found.phase != "committee":
        return found.synthesis.version if found.synthesis is not None else 0
    kept = found.decision
    return kept.version if kept is not None and kept.round == found.round else 0


def _faults(problem: Problem | None, edition: Edition) -> list[Fault]:
    if problem is None or isinstance(problem, Stale):
        return []
    if not isinstance(problem, Invalid) or not problem.errors:
        return [Fault(problem.detail)]
    items = {f"items/{item.id}": item.text.fr for item in edition.eligibility.items}
    labels = {
        **items,
        "verdict": "Conclusion",
        "reasons": "Motifs",
        "text": "Synthèse",
        "outcome": "Décision",
        "capacity": "Qualité",
        "delegation": "Délégation",
        "recommendation": "Proposition",
        "remarks": "Compléments",
    }
    return [Fault(error.fr, labels.get(error.path, ""), anchor(error.path)) for error in problem.errors]
