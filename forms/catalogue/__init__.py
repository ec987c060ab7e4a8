"""The calls that ship with the service, each a folder of five TOML files."""

from importlib.resources import files

_SHIPPED = ("ami-2025", "incubateur")
_FILES = ("call.toml", "form.toml", "eligibility.toml", "grid.toml", "process.toml")


def shipped() -> tuple[str, ...]:
    """The slugs of the shipped calls, in the order in which they are published."""
    return _SHIPPED


def read(slug: str) -> dict[str, bytes]:
    """The five files of a shipped call, as `forms.parse_edition` takes them. LookupError where it is not shipped."""
    if slug not in _SHIPPED:
        raise LookupError(f"no shipped call {slug!r}; shipped: {', '.join(_SHIPPED)}")
    folder = files(__name__) / slug
    return {name: (folder / name).read_bytes() for name in _FILES}
