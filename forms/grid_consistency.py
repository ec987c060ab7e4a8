"""What types cannot say of a grid: scales that can be counted through, thresholds on them, totals with a meaning."""

import re

from forms.base import grouped
from forms.choice_consistency import rising, unique
from forms.grid import Criterion, Grid
from forms.operand_consistency import Add
from forms.scales import MOST_STEPS, Letters, Numbers, YesNo, steps

_LETTER = re.compile(r"[A-Z][+-]?")


def grid_faults(grid: Grid, add: Add) -> None:
    """Every fault of a grid whose types are right."""
    unique([criterion.id for criterion in grid.criteria], "criteria", add)
    for index, criterion in enumerate(grid.criteria):
        _criterion(criterion, f"criteria[{index}]", add)
    if grid.criteria and all(one.choices for one in grid.criteria):
        _total(grid, add)
    for name in ("confidence", "recommendation"):
        offered = getattr(grid, name)
        if offered:
            unique([one.id for one in offered], name, add)
        if len(offered) == 1:
            add(name, "one answer", "two or more, or none")
    if grid.confidential and grid.all_readers == {"committee"}:
        add("confidential", "true", "false, where all comments are for the committee alone")


def _total(grid: Grid, add: Add) -> None:
    if grid.total == "mean":
        if len({(one.lowest, one.highest) for one in grid.criteria}) > 1:
            allowed = "the same lowest and highest value in every criterion, or a sum"
            add("criteria", "levels of different scales", allowed)
            return
    else:
        for index, one in enumerate(grid.criteria):
            if one.may_abstain:
                add(f"criteria[{index}].may_abstain", "true", "false: a sum needs every score")
    if grid.threshold is not None and not grid.lowest <= grid.threshold <= grid.highest:
        add("threshold", str(grid.threshold), f"{grid.lowest} to {grid.highest}")


def _criterion(criterion: Criterion, at: str, add: Add) -> None:
    if not 0 < criterion.weight <= 1000:
        add(f"{at}.weight", str(criterion.weight), "above 0, 1000 at most")
    if criterion.scale is None:
        rising([level.value for level in criterion.levels], f"{at}.levels", add)
    elif criterion.levels:
        add(f"{at}.scale", "levels and a scale", "one or the other")
    _scale(criterion, f"{at}.scale", add)
    if not criterion.choices:
        return
    for name in ("threshold", "comment_below", "comment_above"):
        value = getattr(criterion, name)
        if value is not None and not criterion.lowest <= value <= criterion.highest:
            add(f"{at}.{name}", str(value), f"{criterion.lowest} to {criterion.highest}")


def _scale(criterion: Criterion, at: str, add: Add) -> None:
    match criterion.scale:
        case Numbers():
            _numbers(criterion.scale, at, add)
        case Letters():
            _letters(criterion.scale, at, add)
        case YesNo():
            if criterion.scale.value <= 0:
                add(f"{at}.value", str(criterion.scale.value), "above 0, which is what no counts for")


def _numbers(scale: Numbers, at: str, add: Add) -> None:
    values = steps(scale)
    if scale.lowest < 0:
        add(f"{at}.lowest", str(scale.lowest), "0 or more")
    if not values:
        found = f"{scale.lowest} to {scale.highest} by {scale.step}"
        add(f"{at}.step", found, f"a step above 0 that leads from lowest to highest, in {MOST_STEPS - 1} steps at most")
    defined = [one.value for one in scale.definitions]
    if defined != sorted(set(defined)):
        add(f"{at}.definitions", ", ".join(map(str, defined)), "values in rising order, each once")
    for index, one in enumerate(scale.definitions):
        if values and one.value not in values:
            told = f"{grouped(scale.lowest)} to {grouped(scale.highest)} by {grouped(scale.step)}"
            add(f"{at}.definitions[{index}].value", str(one.value), told)


def _letters(scale: Letters, at: str, add: Add) -> None:
    letters = [one.letter for one in scale.letters]
    values = [one.value for one in scale.letters]
    if len(letters) < 2:
        add(f"{at}.letters", ", ".join(letters) or "an empty list", "two letters or more")
    for index, letter in enumerate(letters):
        if not _LETTER.fullmatch(letter):
            add(f"{at}.letters[{index}].letter", letter, "a capital letter, with + or - after it if need be")
        if letter in letters[:index]:
            add(f"{at}.letters[{index}].letter", f"{letter}, a second time", "a letter that no other level has")
    if values and min(values) < 0:
        add(f"{at}.letters", str(min(values)), "values of 0 or more")
    if values not in (sorted(set(values)), sorted(set(values), reverse=True)):
        add(f"{at}.letters", ", ".join(map(str, values)), "values that rise or fall, each once")
