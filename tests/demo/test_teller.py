"""The demonstration's people act when people are at work."""

from datetime import UTC, datetime

import pytest

from forms.clocks import PARIS
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
