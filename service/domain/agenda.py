"""The order of a sitting's items in which recused members go out and come back least. Pure."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

Item = TypeVar("Item")
Recused = frozenset[UUID]
NOBODY: Recused = frozenset()
EXACT = 11  # sets of recused members up to which every order is looked at


def absences(items: Sequence[Item], recused: Mapping[Item, Recused]) -> int:
    """How many times somebody goes out: a member who is recused from items one after the other goes once for all."""
    before, count = NOBODY, 0
    for item in items:
        now = recused.get(item, NOBODY)
        count += len(now - before)
        before = now
    return count


def ordered(ranked: Sequence[Item], recused: Mapping[Item, Recused]) -> tuple[Item, ...]:
    """The items with the fewest absences, those that nobody is recused from first; the better ranked before the others
    wherever that costs none.

    Items with the same recused members stay together: apart they never cost less, as the way from one set to another is
    never longer than by a third one. What is left is the shortest way through the different sets and back to nobody:
    exact (Held and Karp 1962) up to eleven of them, beyond by the nearest one and then by turning parts of it around.
    """
    groups: dict[Recused, list[Item]] = {}
    for item in ranked:
        groups.setdefault(recused.get(item, NOBODY), []).append(item)
    sets = [one for one in groups if one]
    way = _shortest(sets) if len(sets) <= EXACT else _short(sets)
    return tuple(item for one in (NOBODY, *way) for item in groups.get(one, ()))


def _steps(one: Recused, other: Recused) -> int:
    return len(one ^ other)


def _shortest(sets: list[Recused]) -> list[Recused]:
    """From nobody through each of the sets back to nobody; the first of the list before the others among equals."""
    if not sets:
        return []
    size = len(sets)
    # best[done][last]: the least steps that are left once these were passed, the last of them last.
    full = (1 << size) - 1
    best = [[0] * size for _ in range(1 << size)]
    for last in range(size):
        best[full][last] = len(sets[last])
    for done in range(full - 1, 0, -1):
        for last in range(size):
            if done >> last & 1:
                best[done][last] = min(
                    _steps(sets[last], sets[to]) + best[done | 1 << to][to] for to in range(size) if not done >> to & 1
                )
    way: list[Recused] = []
    done, at = 0, NOBODY
    while done != full:
        left = [to for to in range(size) if not done >> to & 1]
        to = min(left, key=lambda one: _steps(at, sets[one]) + best[done | 1 << one][one])
        way.append(sets[to])
        done, at = done | 1 << to, sets[to]
    return way


def _short(sets: list[Recused]) -> list[Recused]:
    left, at = list(sets), NOBODY
    way: list[Recused] = []
    while left:
        at = min(left, key=lambda one: _steps(at, one))
        left.remove(at)
        way.append(at)
    better = True
    while better:
        better = False
        for first in range(len(way)):
            for last in range(first + 1, len(way)):
                if _gain(way, first, last) > 0:
                    way[first : last + 1] = way[first : last + 1][::-1]
                    better = True
    return way


def _gain(way: list[Recused], first: int, last: int) -> int:
    """How many steps are saved by turning around the part from `first` to `last`."""
    before = way[first - 1] if first else NOBODY
    after = way[last + 1] if last + 1 < len(way) else NOBODY
    now = _steps(before, way[first]) + _steps(way[last], after)
    return now - _steps(before, way[last]) - _steps(way[first], after)


def ordered_by_call(
    ranked: Sequence[Item], calls: Mapping[Item, UUID], recused: Mapping[Item, Recused]
) -> tuple[Item, ...]:
    """The items call by call, the calls as they come in the list; those of each in the order of `ordered`."""
    groups: dict[UUID, list[Item]] = {}
    for item in ranked:
        groups.setdefault(calls[item], []).append(item)
    return tuple(item for group in groups.values() for item in ordered(group, recused))
