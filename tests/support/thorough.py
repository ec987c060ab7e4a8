"""How many cases a property is tried on: some at each run, twenty times as many with `./alliance test --long`."""

LONG = {"now": False}


def many(cases: int) -> int:
    """So many cases, more in a long run. To be asked while tests are collected."""
    return 20 * cases if LONG["now"] else cases
