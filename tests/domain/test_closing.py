"""Until when a draft may be submitted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from forms import catalogue, parse_edition
from service.domain.closing import Closing, closing, code_of, tail_of

PLAIN = parse_edition(catalogue.read("ami-2025"))
GRACIOUS = msgspec.structs.replace(PLAIN, call=msgspec.structs.replace(PLAIN.call, grace="PT30M"))
END = datetime(2026, 5, 15, 21, 59, 59, tzinfo=UTC)
HALF, DAY = timedelta(minutes=30), timedelta(days=1)


@pytest.mark.parametrize(
    ("edition", "granted", "until", "extended"),
    [
        (PLAIN, None, END, False),
        (GRACIOUS, None, END + HALF, False),
        (PLAIN, END + DAY, END + DAY, True),
        (GRACIOUS, END + DAY, END + DAY, True),
        (GRACIOUS, END + HALF / 2, END + HALF, False),  # everybody has been given more since
        (PLAIN, END - DAY, END, False),
    ],
)
def test_the_latest_counts(edition: object, granted: datetime | None, until: datetime, extended: bool) -> None:  # noqa: FBT001
    assert closing(END, edition, granted) == Closing(END, until, extended)  # type: ignore[arg-type]


def test_a_call_that_stays_open_has_no_end() -> None:
    assert closing(None, GRACIOUS, END) == Closing(None, None)


def test_a_code_names_a_draft_however_it_is_typed() -> None:
    draft = UUID("01a210fb-07c2-743c-b20e-88913525827d")
    assert code_of(draft) == "8891-3525-827D"
    for typed in ("8891-3525-827D", "88913525827d", " 8891 3525 827d "):
        assert tail_of(typed) == str(draft)[-12:]
    for wrong in ("", "8891", "8891-3525-827G", "%891-3525-827D", "0" * 13, "8891-3525-827D-0"):
        assert tail_of(wrong) == ""
