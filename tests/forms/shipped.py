"""The shipped editions and those of the gallery, parsed once; small editions made of one by changing a file."""

from functools import cache

import forms
from forms import catalogue, gallery
from forms.base import Field

SLUGS = catalogue.shipped()
EVERY = (*SLUGS, *gallery.SLUGS)


def read(slug: str) -> dict[str, bytes]:
    """The five files of a shipped call, or of one of the gallery."""
    return gallery.read(slug) if slug in gallery.SLUGS else catalogue.read(slug)


@cache
def shipped(slug: str) -> forms.Edition:
    return forms.parse_edition(read(slug))


def changed(file: str, old: str, new: str, slug: str = "ami-2025") -> dict[str, bytes]:
    """The five files of a shipped call, with one text of one file replaced (once)."""
    files = catalogue.read(slug)
    text = files[file].decode()
    assert old in text, old
    return {**files, file: text.replace(old, new, 1).encode()}


HEAD = """
title_field = "title"
organisation_field = "title"
[[sections]]
id = "only"
title = { fr = "Titre", en = "Title" }
[[sections.fields]]
id = "title"
kind = "short_text"
label = { fr = "Titre", en = "Title" }
"""


def form_of(fields: str) -> forms.Form:
    """The form whose only section holds these fields (TOML, `[[sections.fields]]` blocks), behind a title."""
    files = {**catalogue.read("ami-2025"), "form.toml": (HEAD + fields).encode()}
    return forms.parse_edition(files).form


def one_field(kind: str, constraints: str = "") -> Field:
    """A field `f` of this kind, with these constraints (TOML lines)."""
    form = form_of(f"""
[[sections.fields]]
id = "f"
kind = "{kind}"
label = {{ fr = "Champ", en = "Field" }}
{constraints}
""")
    return form.index["f"]
