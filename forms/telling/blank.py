"""A form before anybody has answered: every question of it, with its conditions and limits in French words."""

from collections.abc import Mapping

import msgspec

from forms.base import Field, Text
from forms.conditions import Condition, Filled, leaves
from forms.edition import Edition
from forms.kinds import Computed, Country, Explanation, LinkedChoice
from forms.kinds.choices import Option
from forms.rules import Rule
from forms.showing import OUTSIDE
from forms.telling.conditions import told
from forms.telling.french import sentence
from forms.telling.limits import KINDS, limits
from forms.telling.operands import formula

LONGEST = 260  # characters of a rule told from its condition


class Offered(msgspec.Struct, frozen=True):
    """One answer to choose, and what it takes to choose it, if that is said. `offered_if`: a clause to be said after
    « si », "" where it is always offered."""

    label: Text
    help: Text | None = None
    offered_if: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `answer`: the kind of its answer; `limits`: a phrase each; `asked_if`, `required_if`: clauses to be
    said after « si », "" where there is no condition; `rules`: sentences that must be true of this answer and others;
    `parts`: what each of its rows asks. `text`: of an explanation, which asks nothing."""

    id: str
    kind: str
    label: Text
    answer: str
    help: Text | None
    example: Text | None
    required: bool
    computed: bool
    required_if: str
    asked_if: str
    limits: tuple[str, ...]
    offered: tuple[Offered, ...]
    parts: tuple["Question", ...]
    rules: tuple[str, ...]
    text: Text | None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A section. `stage`: the stage that asks for it, where it is not asked from the start."""

    id: str
    title: Text
    intro: Text | None
    asked_if: str
    stage: Text | None
    questions: tuple[Question, ...]


class BlankForm(msgspec.Struct, frozen=True):
    """The sections, in their order."""

    parts: tuple[Part, ...]


def blank_form(edition: Edition) -> BlankForm:
    """The whole form of an edition, also what only a later stage asks for."""
    form, index = edition.form, edition.form.index
    rules = _rules(form.rules, index)
    return BlankForm(
        tuple(
            Part(
                id=section.id,
                title=section.title,
                intro=section.intro,
                asked_if=_clause(section.shown_if, index),
                stage=_stage_name(edition, section.stage),
                questions=tuple(_question(field, index, rules.get(field.id, ())) for field in section.fields),
            )
            for section in form.sections
        )
    )


def _stage_name(edition: Edition, stage: str | None) -> Text | None:
    found = edition.process.stage(stage) if stage is not None else None
    return found.applicant_name if found is not None else None


def _question(field: Field, index: Mapping[str, Field], rules: tuple[str, ...] = ()) -> Question:
    cells = _in_row(field, index) if field.cells else {}
    return Question(
        id=field.id,
        kind=field.kind,
        label=field.label,
        answer=KINDS[field.kind],
        help=field.help,
        example=field.example,
        required=field.required,
        computed=field.computed,
        required_if=_clause(field.required_if, index),
        asked_if=_clause(field.shown_if, index),
        limits=(*limits(field), *_formula(field, index)),
        offered=_offered(field, index),
        parts=tuple(_question(cell, cells) for cell in field.cells),
        rules=rules,
        text=field.text if isinstance(field, Explanation) else None,
    )


def _in_row(field: Field, index: Mapping[str, Field]) -> Mapping[str, Field]:
    """What a row looks at, by name: its cells, and the fields around it."""
    return {**{cell.id: cell for cell in field.cells}, **{f"{OUTSIDE}{name}": one for name, one in index.items()}}


def _formula(field: Field, index: Mapping[str, Field]) -> tuple[str, ...]:
    return (sentence(formula(field.value, index)).rstrip("."),) if isinstance(field, Computed) else ()


def _offered(field: Field, index: Mapping[str, Field]) -> tuple[Offered, ...]:
    if isinstance(field, Country):  # a limit says which ones
        return ()
    if isinstance(field, LinkedChoice):
        return tuple(
            Offered(one.label, _listed(one.options, index), _clause(one.shown_if, index)) for one in field.options
        )
    options = tuple(Offered(one.label, one.help, _clause(one.shown_if, index)) for one in getattr(field, "options", ()))
    levels = tuple(
        Offered(
            Text(f"{one.value} – {one.name.fr}", f"{one.value} – {one.name.en}"),
            one.definition,
            _clause(one.shown_if, index),
        )
        for one in getattr(field, "levels", ())
    )
    return options + levels


def _listed(options: tuple[Option, ...], index: Mapping[str, Field]) -> Text | None:
    """What is then to choose."""
    french = [
        f"{one.label.fr} (si {_clause(one.shown_if, index)})" if one.shown_if is not None else one.label.fr
        for one in options
    ]
    return Text(", ".join(french), ", ".join(one.label.en for one in options)) if options else None


def _rules(rules: tuple[Rule, ...], index: Mapping[str, Field]) -> dict[str, tuple[str, ...]]:
    """What each rule asks, at the last of the fields that it speaks at."""
    found: dict[str, tuple[str, ...]] = {}
    order = list(index)
    for rule in rules:
        fields = index if rule.each_row is None else _in_row(index[rule.each_row], index)
        said = told(rule.must, fields)
        if rule.when is not None and not all(isinstance(leaf, Filled) for leaf in leaves(rule.when)):
            said = f"si {told(rule.when, fields)}, alors {said}"
        if rule.each_row is not None:
            said = f"à chaque ligne, {said}"
        # What takes a paragraph to tell is told as it is when it is broken.
        said = said if len(said) <= LONGEST else rule.message.fr
        place = max(rule.places, key=order.index)
        found[place] = (*found.get(place, ()), sentence(said))
    return found


def _clause(condition: Condition | None, index: Mapping[str, Field]) -> str:
    return told(condition, index) if condition is not None else ""
