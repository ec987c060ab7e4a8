"""Calls as they exist elsewhere, written as data: models for officers who write their own, and proof that no call needs
code. None is published with the service."""

from importlib.resources import files

from forms.edition import FILES

SLUGS = ("european-research", "monthly-committee")


def read(slug: str) -> dict[str, bytes]:
    """The five files of such a call, as `forms.parse_edition` takes them. LookupError where there is none."""
    if slug not in SLUGS:
        raise LookupError(f"no call {slug!r} in the gallery; there are: {', '.join(SLUGS)}")
    folder = files(__name__) / slug
    return {name: (folder / name).read_bytes() for name in FILES}
