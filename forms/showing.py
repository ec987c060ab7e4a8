"""Which of some fields conditions show, and what then counts: the fields of a form, or the cells of a row.

A hidden answer counts as missing for the conditions of others, so fields are settled after those that they look at.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import TopologicalSorter
from typing import Any, TypeAlias

from forms.conditions import Condition, asked, holds

Conditions: TypeAlias = tuple[Condition, ...]
Step: TypeAlias = tuple[str, Conditions]


def in_order(wanted: Mapping[str, Conditions]) -> tuple[Step, ...]:
    """For each field that may be hidden, what must hold for it to be shown; each after those that it looks at."""
    ahead = {field: set().union(*map(asked, conditions)) for field, conditions in wanted.items()}
    return tuple((field, wanted[field]) for field in TopologicalSorter(ahead).static_order() if field in wanted)


def settle(
    steps: Iterable[Step], fields: Iterable[str], answers: Mapping[str, Any], today: date
) -> tuple[set[str], dict[str, Any]]:
    """The ids of the fields that are shown, and the answers without the hidden ones."""
    shown, seen = set(fields), dict(answers)
    for field, conditions in steps:
        if not all(holds(one, seen, today) for one in conditions):
            shown.discard(field)
            seen.pop(field, None)
    return shown, seen
