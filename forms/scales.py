"""What a criterion can be scored with. Every scale is a finite row of values: experts see marks, sums take values."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

import msgspec

from forms.base import Text, grouped

MOST_STEPS = 1001
"""Values of one scale of numbers."""
FEW_STEPS = 21
"""Values up to which a page can offer each one to be picked; beyond, the number is typed."""

Number: TypeAlias = int | float


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level of a criterion: its value, its name, and what a proposal must show to get it."""

    value: int
    name: Text
    definition: Text


class Landmark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one value of a scale of numbers means. `name`: in a word or two, if it has one."""

    value: Number
    definition: Text
    name: Text | None = None


class Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="numbers"):
    """From `lowest` to `highest` by `step`; some values may be defined, such as the whole ones of a scale by halves."""

    highest: Number
    lowest: Number = 0
    step: Number = 1
    definitions: tuple[Landmark, ...] = ()


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One letter: what experts choose, the value that it counts for, and what a proposal must show to get it."""

    letter: str
    value: Number
    definition: Text
    name: Text | None = None


class Letters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="letters"):
    """Letters, in the order of the page."""

    letters: tuple[Letter, ...]


class YesNo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="yes_no"):
    """Yes counts for `value`, no for 0; `yes` and `no`: when to answer so."""

    yes: Text
    no: Text
    value: Number = 1


Scale: TypeAlias = Numbers | Letters | YesNo


class Choice(msgspec.Struct, frozen=True):
    """One value that may be given. `mark`: how it is written, « 3,5 », « A », « Oui ». Name and definition if any."""

    value: Number
    mark: str
    name: Text | None = None
    definition: Text | None = None


@lru_cache(maxsize=1024)
def choices(levels: tuple[Level, ...], scale: Scale | None) -> tuple[Choice, ...]:
    """Every value that may be given, in the order of the page: levels and numbers rising, letters as they are listed,
    yes before no. Empty for a scale that cannot be counted through."""
    match scale:
        case None:
            ordered = sorted(levels, key=lambda level: level.value)
            return tuple(Choice(one.value, grouped(one.value), one.name, one.definition) for one in ordered)
        case Numbers():
            defined = {one.value: one for one in scale.definitions}
            return tuple(_number(value, defined.get(value)) for value in steps(scale))
        case Letters():
            return tuple(Choice(one.value, one.letter, one.name, one.definition) for one in scale.letters)
        case YesNo():
            return (
                Choice(scale.value, "Oui", Text("Oui", "Yes"), scale.yes),
                Choice(0, "Non", Text("Non", "No"), scale.no),
            )


def _number(value: Number, landmark: Landmark | None) -> Choice:
    if landmark is None:
        return Choice(value, grouped(value))
    return Choice(value, grouped(value), landmark.name, landmark.definition)


def steps(scale: Numbers) -> tuple[Number, ...]:
    """The values from lowest to highest, exact in decimals; empty where step and ends do not meet or are too far."""
    lowest, highest, step = (Decimal(str(one)) for one in (scale.lowest, scale.highest, scale.step))
    if step <= 0 or highest <= lowest or (highest - lowest) / step >= MOST_STEPS or (highest - lowest) % step:
        return ()
    return tuple(_plain(lowest + step * at) for at in range(int((highest - lowest) / step) + 1))


def _plain(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else float(value)


def ends(offered: Sequence[Choice]) -> tuple[Number, Number]:
    """The lowest and the highest value of a scale; ValueError for one without values."""
    values = [choice.value for choice in offered]
    return min(values), max(values)
