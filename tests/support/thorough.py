"""How many cases a property is tried on: some at each run, twenty times as many with `./alliance test --long`."""

LONG = {"now": False}


def many(cases: int, *, long: int | None = None) -> int:
    """So many cases, more in a long run: `long`, or twenty times as many. To be asked while tests are collected."""
    return (20 * cases if long is None else long) if LONG["now"] else cases
