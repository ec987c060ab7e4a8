"""Where in a file a key path stands."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

import forms
from forms import catalogue
from forms.edition import FILES
from forms.places import line_of
from tests.forms.shipped import changed


def leaves(data: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a file with its path."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, f"{at}.{key}" if at else key)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, f"{at}[{index}]")
    elif isinstance(data, str):
        yield at, data


@pytest.mark.parametrize("slug", catalogue.shipped())
@pytest.mark.parametrize("file", FILES)
def test_every_text_of_the_shipped_files_stands_on_its_line(slug: str, file: str) -> None:
    text = catalogue.read(slug)[file].decode()
    lines = text.split("\n")

    def after(path: str) -> int:
        """A list inside an element of a list may go on below the element's own line."""
        return 12 if ".columns" in path and ".options" in path else 0

    astray = [
        path
        for path, value in leaves(tomllib.loads(text))
        if (line := line_of(text, path)) is None
        or value.split("\n")[0] not in "\n".join(lines[line - 1 : line + ('"""' in lines[line - 1]) + after(path)])
    ]
    assert astray == []


TEXT = '''
# [[sections]] is not here
top = """
[[sections]]
"""

[[sections]]
id = "a" # ] }

  [[sections.fields]]
  id = "b"
  options = [
    { id = "x", of = [{ id = "y" }, { id = "z" }] },
    # { id = "no" },
    { id = "w" },
  ]

[[sections]]
id = "c"
[[sections.fields]]
id = "d"
[other.deep]
key = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("top", 3),
        ("sections[0]", 7),
        ("sections[0].id", 8),
        ("sections[0].fields[0].id", 11),
        ("sections[0].fields[0].label", 10),
        ("sections[0].fields[0].options", 12),
        ("sections[0].fields[0].options[0].of[1].id", 13),
        ("sections[0].fields[0].options[1].id", 15),
        ("sections[1].fields[0].id", 21),
        ("sections[2]", None),
        ("other.deep.key", 23),
        ("nowhere", None),
    ],
)
def test_lines(path: str, line: int | None) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("form.toml", "characters = 150", "caracters = 150", "form.toml:16: sections[0].fields[0].caracters: found"),
        ("process.toml", 'completion = "5wd"', "", "process.toml:17: stages[0].completion: found nothing"),
        ("grid.toml", "weight = 40", "weight = = 40", "grid.toml:10: file: found broken TOML"),
    ],
)
def test_a_fault_says_its_line(file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(forms.EditionError) as raised:
        forms.parse_edition(changed(file, old, new))
    assert [str(fault)[: len(said)] for fault in raised.value.faults] == [said]
