"""A house of one's own, whose parts a test may kill."""

from collections.abc import Iterator

import pytest

from tests.support.house import House


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    built = House()
    try:
        yield built.start()
    finally:
        built.remove()
