"""The only source of "now" outside workflows."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251
