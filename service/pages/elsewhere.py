"""What the script of a section's page cannot read from that page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from forms import Form, Section, kinds
from forms.conditions import asked
from forms.operands import fields_of as looked_at
from service.pages.rows import rules_of_row
from service.pages.ruling import rules_of
from service.views.readable import AnswerView

LONGEST_COMPARED = 5_000


def elsewhere(form: Form, section: Section, answers: Mapping[str, AnswerView], today: date) -> str:
    """What the page's script cannot read from the page: the answers of other sections that conditions and rules ask
    for, the conditions there, and the day it is."""
    here = {field.id for field in section.fields}
    conditions = [one for wanted in form.conditions.values() for one in wanted]
    conditions += [field.required_if for field in section.fields if field.required_if is not None]
    conditions += [one for field in form.fields for one in field.offers.values()]
    rowed = [field for field in form.fields if isinstance(field, kinds.RowsField)]
    formulas = [step.formula.value for step in form.settling if step.formula is not None]
    wanted = set().union(
        *map(asked, conditions), *map(looked_at, formulas), *(rule.asked for rule in rules_of(form, section))
    )
    wanted |= set().union(*(one.looks_at if one.id in here else one.hangs_on for one in rowed))
    wanted -= here
    # Without what is hidden inside rows, but where that hangs on other answers: this, and whether a field is hidden, is
    # the script's to settle.
    afar = {one.id for one in rowed if one.hangs_on and one.id not in here}
    seen = {
        name: form.index[name].counted(answer.value, today, {})
        if name in form.index and name not in afar
        else answer.value
        for name, answer in answers.items()
    }
    told = {
        "today": today.isoformat(),
        "answers": {field: _shortened(seen[field]) for field in sorted(wanted & set(seen))},
        "conditions": {field: wanted for field, wanted in form.conditions.items() if field not in here},
        "formulas": {step.field: formula._asdict() for step in form.settling if (formula := step.formula) is not None},
        "offers": {field.id: field.offers for field in form.fields if field.offers and field.id not in here},
        "rows": {field.id: rules_of_row(field) for field in rowed if field.id in afar},
    }
    return msgspec.json.encode(told).decode()


def _shortened(value: Any) -> Any:
    """A long text as short as a comparison needs it."""
    return value.strip()[:LONGEST_COMPARED] if isinstance(value, str) and len(value) > LONGEST_COMPARED else value
