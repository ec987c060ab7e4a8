"""The checklist of the officer and the grid of the experts, as data."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

import msgspec

from forms.base import Text
from forms.conditions import Condition
from forms.scales import Choice, Level, Number, Scale, choices, ends

Score = int | float | None
Readers: TypeAlias = Literal["panel", "applicant", "committee"]
"""Whom a comment is for, beside officers and committee: "panel", the other experts of the proposal; "applicant", these
and, once the decision is published, the applicant; "committee", nobody."""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of the checklist, answered by yes or no. `blocking`: a no makes the proposal ineligible. `shown_if`:
    the answers of the proposal of which it is asked; of every one where there is none."""

    id: str
    text: Text
    help: Text | None = None
    blocking: bool = True
    shown_if: Condition | None = None


class Checklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the officer verifies before experts are asked."""

    items: tuple[Item, ...]


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the grid, scored by named `levels` or on a `scale` of another kind. `threshold`: the mean score below
    which the proposal does not pass. A comment is required where the score is `comment_below` or less, or
    `comment_above` or more: all three are values, also where experts see letters. `may_abstain`: no score, with a
    comment. `comments`: whom its comment is for, where not whom the grid says.
    """

    id: str
    name: Text
    question: Text
    weight: Number
    levels: tuple[Level, ...] = ()
    threshold: Number | None = None
    comment_below: Number | None = None
    comment_above: Number | None = None
    may_abstain: bool = False
    scale: Scale | None = None
    comments: Readers | None = None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Every value that may be given, in the order of the page."""
        return choices(self.levels, self.scale)

    @property
    def lowest(self) -> Number:
        """The lowest value."""
        return ends(self.choices)[0]

    @property
    def highest(self) -> Number:
        """The highest value."""
        return ends(self.choices)[1]

    def choice(self, value: float | None) -> Choice | None:
        """The choice of that value, or None: what nobody can give, such as a mean."""
        return next((one for one in self.choices if one.value == value), None)


class Stance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer that an expert may give on the whole: how sure they are, or what they recommend."""

    id: str
    name: Text
    definition: Text | None = None


class GridPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of the grid a review stage uses, where the process has several: its criteria (none named: all of them), and
    the thresholds that hold there in place of the grid's own."""

    stage: str
    criteria: tuple[str, ...] = ()
    thresholds: dict[str, Number] = {}
    threshold: Number | None = None


class Grid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The criteria, their order being that of the page, and how they make a total.

    `total`: "mean", Σ weight·score / Σ weight, on the criteria's own scale; or "sum", Σ weight·score, such as out of 15
    for three criteria up to 5. `threshold`: the total below which the proposal does not pass. `general_comment`:
    whether the comment on the whole, key "", is required.

    `comments`: whom comments are for (`Readers`), that on the whole and those on criteria that do not say.
    `confidential`: experts have a second box for officers and committee alone beside each that others read too.
    `confidence`: how sure an expert is, from the least on, told to officers and committee. `recommendation`: what an
    expert advises. Each is required where the grid has it. `parts`: what some review stages use of it.
    """

    criteria: tuple[Criterion, ...]
    threshold: Number | None = None
    general_comment: bool = True
    guide: Text | None = None
    total: Literal["mean", "sum"] = "mean"
    comments: Readers = "panel"
    confidential: bool = False
    confidence: tuple[Stance, ...] = ()
    recommendation: tuple[Stance, ...] = ()
    parts: tuple[GridPart, ...] = ()

    def at(self, stage: str) -> "Grid":
        """The grid as a review stage uses it."""
        part = next((one for one in self.parts if one.stage == stage), None)
        if part is None:
            return self
        used = (one for one in self.criteria if not part.criteria or one.id in part.criteria)
        return msgspec.structs.replace(
            self,
            criteria=tuple(
                msgspec.structs.replace(one, threshold=part.thresholds.get(one.id, one.threshold)) for one in used
            ),
            threshold=part.threshold,
            parts=(),
        )

    def criterion(self, criterion: str) -> Criterion | None:
        """The criterion of that id, or None."""
        return next((one for one in self.criteria if one.id == criterion), None)

    def readers(self, key: str) -> Readers:
        """Whom the comment on a criterion is for; `key` "": that on the whole."""
        criterion = self.criterion(key)
        return (criterion.comments if criterion else None) or self.comments

    @property
    def all_readers(self) -> frozenset[Readers]:
        """Whom its comments are for, the one and the other."""
        return frozenset(self.readers(key) for key in ("", *(one.id for one in self.criteria)))

    def told(self, comments: Mapping[str, str], *readers: Readers) -> dict[str, str]:
        """Of an expert's comments, by criterion id, those that are for one of these."""
        return {key: text for key, text in comments.items() if self.readers(key) in readers}

    @property
    def lowest(self) -> Number:
        """The lowest total."""
        return self._sum([one.lowest for one in self.criteria]) if self.total == "sum" else self.criteria[0].lowest

    @property
    def highest(self) -> Number:
        """The highest total: what it is out of."""
        return self._sum([one.highest for one in self.criteria]) if self.total == "sum" else self.criteria[0].highest

    def _sum(self, values: list[Number]) -> Number:
        pairs = zip(self.criteria, values, strict=True)
        total = sum((Fraction(str(one.weight)) * Fraction(str(value)) for one, value in pairs), Fraction(0))
        return total.numerator if total.denominator == 1 else float(total)

    def stance(self, of: Literal["confidence", "recommendation"], chosen: str) -> Stance | None:
        """The confidence, or recommendation, of that id, or None."""
        offered = self.confidence if of == "confidence" else self.recommendation
        return next((one for one in offered if one.id == chosen), None)
