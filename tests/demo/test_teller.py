"""The demonstration's people act when people are at work; what was told is not told again."""

from datetime import UTC, datetime
from typing import Any

import pytest

from forms.clocks import PARIS
from service.demo.progress import BEGUN, WHOLE, missing, progress_of
from service.demo.teller import at_work


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("2026-11-24 10:49", "2026-11-24 10:49"),
        ("2026-11-24 09:00", "2026-11-24 09:00"),
        ("2026-11-24 03:49", "2026-11-24 09:49"),
        ("2026-11-24 17:59", "2026-11-24 17:59"),
        ("2026-11-24 18:00", "2026-11-25 09:00"),
        ("2026-11-27 23:05", "2026-11-30 09:05"),  # a Friday evening
        ("2026-11-28 11:20", "2026-11-30 11:20"),  # a Saturday
        ("2025-05-29 08:30", "2025-05-30 09:30"),  # Ascension Day
        ("2026-03-28 22:10", "2026-03-30 09:10"),  # the night when clocks change
    ],
)
def test_the_next_instant_at_work(asked: str, given: str) -> None:
    instant = datetime.fromisoformat(asked).replace(tzinfo=PARIS).astimezone(UTC)
    assert f"{at_work(instant).astimezone(PARIS):%Y-%m-%d %H:%M}" == given


NOW, FIRST = datetime(2026, 11, 26, 15, 0, tzinfo=UTC), "2026-11-26T09:00:00+00:00"
PARTS = ("questions", "tale 1", "sitting", "tale 2", "tale 3", "next sitting", WHOLE)


@pytest.mark.parametrize(
    ("said", "ends", "left"),
    [
        ([], NOW.isoformat(), list(PARTS)),
        ([{"part": BEGUN, "now": FIRST}], FIRST, list(PARTS)),
        ([{"part": BEGUN, "now": FIRST}, {"part": "questions"}, {"part": "tale 1"}], FIRST, list(PARTS[2:])),
        ([{"part": BEGUN, "now": FIRST}, *({"part": part} for part in PARTS)], FIRST, []),
        # An older version marked tales alone.
        ([{"number": 1}, {"number": 2}], NOW.isoformat(), list(PARTS[4:])),
        ([{"number": 2}, {"number": 1}, {"part": BEGUN, "now": FIRST}, {"part": "tale 3"}], FIRST, list(PARTS[5:])),
    ],
)
def test_what_is_left_to_tell(said: list[dict[str, Any]], ends: str, left: list[str]) -> None:
    found = progress_of(said, NOW, 3)
    assert (found.now.isoformat(), missing(PARTS, found.told, found.older)) == (ends, left)


def test_what_an_older_version_told_whole_is_left_alone() -> None:
    assert WHOLE in progress_of([{"number": number} for number in (1, 2, 3)], NOW, 3).told
