"""Words that the commands' lines share."""


def many(number: int, one: str, several: str = "") -> str:
    """A count with its noun: `1 draft`, `3 criteria`."""
    return f"{number} {one if number == 1 else several or one + 's'}"
