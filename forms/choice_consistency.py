"""What types cannot say of lists: ids that are their own, levels in order, lists that leave something to choose."""

import re
from collections.abc import Iterator, Sequence

from forms.base import MOST_LINE, Field
from forms.conditions import Condition
from forms.kinds import Keywords, LinkedChoice, OneOf, Option, Scale, SeveralOf
from forms.kinds.keywords import MOST_KEYWORDS
from forms.kinds.linked import LinkedOption
from forms.operand_consistency import Add

_ID = re.compile(r"[a-z][a-z0-9_]{0,49}")


def unique(ids: Sequence[str], at: str, add: Add) -> None:
    """Fault a list that is empty, or whose ids are malformed or repeated."""
    if not ids:
        add(at, "an empty list", "one entry or more")
    for index, one in enumerate(ids):
        if not _ID.fullmatch(one):
            add(f"{at}[{index}].id", one, "a small letter, then small letters, digits and _, at most 50")
        if one in ids[:index]:
            add(f"{at}[{index}].id", f"{one}, a second time", "an id that no other entry has")


def choice_faults(field: OneOf | SeveralOf | Keywords | LinkedChoice | Scale, at: str, add: Add) -> None:
    """Every fault of what a field offers to choose from."""
    match field:
        case OneOf() | SeveralOf():
            unique([option.id for option in field.options], f"{at}.options", add)
            if field.other and any(option.id == "other" for option in field.options):
                add(f"{at}.options", "other", "other options beside the free text")
        case Keywords():
            _keywords(field, at, add)
        case LinkedChoice():
            _linked(field, at, add)
        case Scale():
            rising([level.value for level in field.levels], f"{at}.levels", add)


def placed_offers(field: Field, at: str) -> Iterator[tuple[str, Condition]]:
    """What choices are offered on, each with its key path."""
    if isinstance(field, Scale):
        for index, level in enumerate(field.levels):
            if level.shown_if is not None:
                yield f"{at}.levels[{index}].shown_if", level.shown_if
    if not isinstance(field, OneOf | SeveralOf | Keywords | LinkedChoice):
        return
    options: Sequence[Option | LinkedOption] = field.options
    for index, option in enumerate(options):
        if option.shown_if is not None:
            yield f"{at}.options[{index}].shown_if", option.shown_if
        for place, one in enumerate(option.options if isinstance(option, LinkedOption) else ()):
            if one.shown_if is not None:
                yield f"{at}.options[{index}].options[{place}].shown_if", one.shown_if


def _keywords(field: Keywords, at: str, add: Add) -> None:
    if field.options or not field.free:
        unique([option.id for option in field.options], f"{at}.options", add)
    if any(option.id == "other" for option in field.options):
        add(f"{at}.options", "other", "other options: this name is that of free keywords")
    if not 0 <= field.least <= field.most <= MOST_KEYWORDS or field.most < 1:
        add(f"{at}.most", f"{field.least} to {field.most}", f"0 to {MOST_KEYWORDS}, the least first")
    if not 1 <= field.characters <= MOST_LINE:
        add(f"{at}.characters", str(field.characters), f"1 to {MOST_LINE}")


def _linked(field: LinkedChoice, at: str, add: Add) -> None:
    unique([option.id for option in field.options], f"{at}.options", add)
    known: list[str] = []
    for index, option in enumerate(field.options):
        ids, where = [one.id for one in option.options], f"{at}.options[{index}].options"
        if ids:
            unique(ids, where, add)
        for place, one in enumerate(ids):
            if one in known:
                add(f"{where}[{place}].id", f"{one}, a second time", "an id that is in no other second list")
        known += ids
    if not known:
        add(f"{at}.options", "no second list", "what to choose next, for one option at least")


def rising(values: Sequence[int], at: str, add: Add) -> None:
    """Fault levels that are none, or not in rising order."""
    if not values:
        add(at, "an empty list", "one level or more")
    if list(values) != sorted(set(values)):
        add(at, ", ".join(map(str, values)), "levels in rising order, each once")
