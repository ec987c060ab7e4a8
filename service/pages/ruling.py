"""Rules across fields as a section of a form shows them: what they say at each field, and what the script knows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

import forms
from forms import Broken, FieldError, Form, Rule, Section, kinds
from service.pages.french import NBSP, typography
from service.views.notices import NoticeView


class Told(msgspec.Struct, frozen=True):
    """What a broken rule says at a field. `key` tells it from others there; `tone`: error, or warning where it does not
    keep the proposal from being submitted."""

    key: str
    tone: str
    text: str


def rules_of(form: Form, section: Section) -> tuple[Rule, ...]:
    """The rules that speak at a field of this section."""
    here = {field.id for field in section.fields}
    return tuple(rule for rule in form.rules if here & set(rule.places))


def told_by_field(form: Form, answers: Mapping[str, Any], today: date) -> dict[str, list[Told]]:
    """What the rules that these answers break say, by field."""
    found: dict[str, list[Told]] = {}
    for broken in forms.broken_rules(form, answers, today) if form.rules else ():
        for place in broken.rule.places:
            found.setdefault(place, []).append(_told(form, broken))
    return found


def _told(form: Form, broken: Broken) -> Told:
    rule, row = broken.rule, broken.row
    text = typography(rule.message.fr)
    if row is None:
        return Told(rule.id, tone(rule), text)
    block = form.index.get(rule.each_row or "")
    name = block.row_title.fr if isinstance(block, kinds.Block) else "Ligne"
    return Told(f"{rule.id}:{row}", tone(rule), f"{name} {row + 1}{NBSP}: {text[:1].lower()}{text[1:]}")


def tone(rule: Rule) -> str:
    """How it sounds."""
    return "error" if rule.effect == "error" else "warning"


def for_script(rules: tuple[Rule, ...]) -> str:
    """The same rules for the page's script, as JSON: see `broken` in static/conditions.js."""
    told = [
        {
            **{name: getattr(rule, name) for name in ("id", "fields", "when", "must", "each_row")},
            "tone": tone(rule),
            "text": typography(rule.message.fr),
        }
        for rule in rules
    ]
    return msgspec.json.encode(told).decode()


def as_errors(notices: Iterable[NoticeView]) -> list[FieldError]:
    """What rules of eligibility say, as a list of errors is: each at the first place that it points to."""
    return [FieldError(one.paths[0], f"rule_{one.rule}", one.fr, one.en) for one in notices]


def of_rules(errors: list[FieldError], section: Section) -> list[FieldError]:
    """Those of the errors that rules found at fields of this section."""
    here = {field.id for field in section.fields}
    return [error for error in errors if error.code.startswith("rule_") and error.path.partition("/")[0] in here]
