"""The largest forms and answers that work, and the clear error that one more is."""

from datetime import date
from typing import Any

import pytest

import forms
from forms import EditionError
from forms.base import MOST_FIELDS, MOST_ROWS
from tests.forms.shipped import form_of

TODAY = date(2026, 11, 27)
BLOCK = """
[[sections.fields]]
id = "partners"
kind = "block"
label = { fr = "Partenaires", en = "Partners" }
row_title = { fr = "Partenaire", en = "Partner" }
most_rows = 200
fields = [
    { id = "name", kind = "short_text", label = { fr = "Nom", en = "Name" }, required = true },
    { id = "share", kind = "money", label = { fr = "Part", en = "Share" } },
]

[[sections.fields]]
id = "shares"
kind = "computed"
label = { fr = "Parts", en = "Shares" }
value = { get = "total", field = "partners", column = "share" }
"""


def questions(count: int) -> str:
    """So many fields, each shown where the one before it is answered."""
    found = []
    for number in range(count):
        shown = f'shown_if = {{ op = "filled", field = "f{number - 1}" }}' if number else ""
        label = 'label = { fr = "Q", en = "Q" }'
        found.append(f'[[sections.fields]]\nid = "f{number}"\nkind = "short_text"\nrequired = true\n{label}\n{shown}')
    return "\n".join(found)


def rows(count: int) -> dict[str, Any]:
    return {"rows": [{"@id": f"r{number}", "name": f"Nom {number}", "share": 0.1} for number in range(count)]}


def test_a_form_of_300_fields() -> None:
    form = form_of(questions(MOST_FIELDS - 1))  # and the title
    assert len(form.fields) == MOST_FIELDS
    answers = {field.id: "x" for field in form.fields}
    assert forms.validate(form, answers, {}, TODAY) == []
    assert forms.visible(form, answers, TODAY) == answers
    # What the first one hides, hides all that follow: they are asked for one after the other.
    assert [error.path for error in forms.validate(form, {"title": "x"}, {}, TODAY)] == ["f0"]


@pytest.mark.parametrize("more", [questions(MOST_FIELDS), questions(MOST_FIELDS - 3) + BLOCK])
def test_one_field_more(more: str) -> None:
    """Those inside a block count."""
    with pytest.raises(EditionError) as raised:
        form_of(more)
    told = [(fault.file, fault.path, fault.allowed) for fault in raised.value.faults]
    assert told == [("form.toml", "sections", f"{MOST_FIELDS} fields at most")]


def test_a_block_of_200_rows() -> None:
    form = form_of(BLOCK)
    answers = {"title": "x", "partners": rows(MOST_ROWS)}
    assert forms.check_draft(form, "partners", answers["partners"]) == []
    assert forms.validate(form, answers, {}, TODAY) == []
    assert forms.visible(form, answers, TODAY)["shares"] == 20  # two hundred times 0.1, exactly
    (refused,) = forms.check_draft(form, "partners", rows(MOST_ROWS + 1))
    assert (refused.path, refused.code, refused.en) == ("partners/rows", "too_large", "At most 200: remove some.")
