"""The page on which an expert writes one of 70 reviews: processor time of web and database, among 200 and 20,000."""

import asyncio
from uuid import UUID

from tests.bench.figure import Figure
from tests.bench.reviewing import Desk, measured


def measure() -> Figure:
    """A whole service on this machine; each page is another proposal's."""
    return asyncio.run(measured(_open, "7 ms"))


async def _open(desk: Desk, review: UUID) -> None:
    shown = await desk.http.get(f"/evaluations/{review}")
    if shown.status_code != 200 or "<form" not in shown.text:
        raise AssertionError(f"no page of a review: {shown.status_code} {shown.text[:300]}")
