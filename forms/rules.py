"""Rules across the fields of a form: what must hold of several answers together, and what to say where it does not."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from forms.base import Text
from forms.conditions import Condition, asked, holds
from forms.operands import blank
from forms.showing import beside, outside


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`must` holds, as soon as `when` does; otherwise `message` is said at each of `fields`.

    `effect`: a broken rule of `error` keeps the proposal from being submitted; one of `eligibility` is only told, to
    the applicant at once and to the officer beside the checklist. `each_row`: a table or block, of whose rows that say
    something each is judged by itself: then conditions and `fields` are about its cells, conditions also about answers
    outside, by names such as `../country`.
    """

    id: str
    fields: tuple[str, ...]
    must: Condition
    message: Text
    when: Condition | None = None
    effect: Literal["error", "eligibility"] = "error"
    each_row: str | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """The fields at which it speaks: those it points to, or the one whose rows it judges."""
        return self.fields if self.each_row is None else (self.each_row,)

    @property
    def asked(self) -> set[str]:
        """The fields whose answers it looks at."""
        looks = asked(self.must) | (asked(self.when) if self.when is not None else set())
        return looks if self.each_row is None else {self.each_row} | outside(looks)

    def broken(self, answers: Mapping[str, Any], today: date) -> bool:
        """Whether these answers (or cells) break it."""
        return (self.when is None or holds(self.when, answers, today)) and not holds(self.must, answers, today)


class Broken(msgspec.Struct, frozen=True):
    """A rule that answers break: the paths it points to, and its row, counted from 0, where it judges rows."""

    rule: Rule
    paths: tuple[str, ...]
    row: int | None = None


def broken_rules(
    rules: Iterable[Rule], shown: Collection[str], answers: Mapping[str, Any], today: date
) -> Iterator[Broken]:
    """The rules that these answers break. `answers`: without the hidden ones. A rule of which one place is hidden
    does not apply: nobody could see what it says there, nor mend it."""
    for rule in rules:
        if not all(place in shown for place in rule.places):
            continue
        if rule.each_row is not None:
            yield from _broken_rows(rule, rule.each_row, answers, today)
        elif rule.broken(answers, today):
            yield Broken(rule, rule.fields)


def _broken_rows(rule: Rule, field: str, answers: Mapping[str, Any], today: date) -> Iterator[Broken]:
    value = answers.get(field)
    rows = value.get("rows") if isinstance(value, Mapping) else None
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, Mapping) and not blank(row) and rule.broken(beside(row, answers, rule.asked), today):
            yield Broken(rule, tuple(f"{field}/rows/{index}/{cell}" for cell in rule.fields), index)
