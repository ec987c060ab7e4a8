"""What figures are made of, and how few a public one may tell of. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import structs

from forms import Field, Form, kinds
from reports.figures import AnswerGroup, ReachFigures, RoundFigures

FEW = 5
"""A public figure tells of so many proposals together, or of more."""
FEW_SCORED = 10
"""Scores are told to the public of so many decided proposals, or of more."""
OTHER = "@other"
"""What was written in place of an option."""
# Where forms tell whom a project is for, and how many people it concerns.
BENEFICIARIES = ("users", "beneficiaries")
REACH = ("reach", "beneficiaries_number")
MOST_GROUPS = 20
CHOSEN = (kinds.OneOf, kinds.SeveralOf, kinds.Scale, kinds.Country)


def chosen(form: Form, *, public: bool) -> list[Field]:
    """The questions by whose answers proposals are told apart: those with choices, that experts and committee read too;
    or that everybody may."""
    return [one for one in form.fields if isinstance(one, CHOSEN) and told(one, public=public)]


def reach(form: Form, *, public: bool) -> Field | None:
    """The question that asks how many people a project concerns, if any that experts and committee read too; or that
    everybody may."""
    found = [one for one in form.fields if one.id in REACH and isinstance(one, kinds.Integer)]
    return next((one for one in found if told(one, public=public)), None)


def public_reach(found: ReachFigures | None) -> ReachFigures | None:
    """What everybody is told: of all that say so, where they are not a few. What the retained ones say, who are named,
    would tell one of them, or else one of the others."""
    if found is None or found.n < FEW:
        return None
    return structs.replace(found, retained=None, retained_total=None)


def public_round(found: RoundFigures) -> RoundFigures | None:
    """What everybody is told: means and medians of many, and no band, which may hold a single proposal."""
    if found.scored < FEW_SCORED:
        return None
    criteria = tuple(structs.replace(one, below=None) for one in found.criteria if one.n >= FEW_SCORED)
    return structs.replace(found, below=None, totals=(), spreads=(), criteria=criteria)


def told(field: Field, *, public: bool) -> bool:
    """Whether figures may rest on the answer: it is for everybody, or for whoever reads a call's report."""
    readers = ("public",) if public else ("public", "reviewers")
    return field.audience in readers and not field.identifying


def grouped(field: Field, counts: Mapping[str, AnswerGroup], *, public: bool) -> tuple[AnswerGroup, ...]:
    """The groups in the order of the form, each with the name of its answer; those of a country by size. Many small
    ones are told together, and to the public all that are of a few."""
    names = _names(field)
    known = [structs.replace(counts[code], name=name) for code, name in names.items() if code in counts]
    known += [structs.replace(one, name=names.get(code, code)) for code, one in counts.items() if code not in names]
    if isinstance(field, kinds.Country):
        known.sort(key=lambda one: (-one.submitted, one.name))
    if public:
        return _hidden(known)
    return (*known[:MOST_GROUPS], *_together(known[MOST_GROUPS:]))


def _names(field: Field) -> dict[str, str]:
    match field:
        case kinds.OneOf() | kinds.SeveralOf() | kinds.Country():
            return {**{one.id: one.label.fr for one in field.options}, OTHER: "Autre réponse"}
        case kinds.Scale():
            return {str(one.value): f"{one.value} – {one.name.fr}" for one in field.levels}
        case _:
            return {}


def _hidden(groups: Sequence[AnswerGroup]) -> tuple[AnswerGroup, ...]:
    """Those of a few together, with the smallest of the others while they are few still; nothing where all are."""
    shown = sorted((one for one in groups if one.submitted >= FEW), key=lambda one: one.submitted)
    small = [one for one in groups if one.submitted < FEW]
    while small and shown and sum(one.submitted for one in small) < FEW:
        small.append(shown.pop(0))
    if sum(one.submitted for one in small) < FEW:
        small = []
    kept = {one.code for one in shown}
    return (*(one for one in groups if one.code in kept), *_together(small))


def _together(groups: Sequence[AnswerGroup]) -> tuple[AnswerGroup, ...]:
    if not groups:
        return ()
    names = ("submitted", "committee", "decided", "retained")
    return (AnswerGroup("", "Autres réponses", *(sum(getattr(one, name) for one in groups) for name in names)),)
