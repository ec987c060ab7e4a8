"""Invented answers to a form of every kind, of which some part became anything: what is accepted fits the schema of its
field. `./alliance test --long` tries 100,000."""

from copy import deepcopy
from datetime import date
from functools import cache
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import forms
from forms.examples import complete_answers
from forms.kinds import Block
from forms.kinds.blocks import Part
from tests.forms.judging import faults, said
from tests.forms.shipped import shipped
from tests.forms.strategies import JSON, MAKERS, T
from tests.support.thorough import many

TODAY = date(2025, 4, 30)
THOROUGH = settings(max_examples=many(100, long=100_000), deadline=None, suppress_health_check=list(HealthCheck))


@cache
def of_every_kind() -> forms.Edition:
    """A field of every kind, and a block of every kind that a row may have."""
    fields = [make({"id": f"f{index}", "label": T}) for index, make in enumerate(MAKERS)]
    simple = tuple(
        msgspec.structs.replace(field, id=f"c{index}") for index, field in enumerate(fields) if isinstance(field, Part)
    )
    fields.append(Block(id="rows", label=T, fields=simple, row_title=T, most_rows=3))
    section = forms.Section(id="all", title=T, fields=tuple(fields))
    form = forms.Form(sections=(section,), title_field="f0", organisation_field="f0")
    return msgspec.structs.replace(shipped("ami-2025"), form=form)


@cache
def answers(number: int) -> dict[str, Any]:
    return complete_answers(of_every_kind(), number)


LEAVES = st.one_of(
    st.sampled_from(["", " ", "a", "FR", "12", "2025-02-29", "2025-04-30", "a\nb", "\0", "x" * 300, "75001", "other"]),
    st.sampled_from([0, -1, 1, 2.5, 0.001, 10**16, 1e300, float("nan"), True, False, None]),
    st.text(max_size=12),
    JSON,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a value with each of its keys."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [(value, key) for key, _ in pairs] + [place for _, part in pairs for place in places(part)]


@st.composite
def _changed(draw: st.DrawFn) -> dict[str, Any]:
    """Answers of which one part or a few, anywhere, became anything."""
    found = deepcopy(answers(draw(st.integers(0, 11))))
    for name in draw(st.lists(st.sampled_from(sorted(found)), min_size=1, max_size=8, unique=True)):
        inside = [(found, name), *places(found[name])]
        container, key = draw(st.sampled_from(inside))
        match draw(st.sampled_from(["replace", "replace", "drop", "repeat"])):
            case "drop":
                del container[key]
            case "repeat" if isinstance(container, list):
                container.append(deepcopy(container[key]))
            case _:
                container[key] = draw(LEAVES)
    return found


@THOROUGH
@given(given_answers=_changed())
def test_what_is_accepted_fits_the_schema_of_its_field(given_answers: dict[str, Any]) -> None:
    form = of_every_kind().form
    kept = {}
    for name, value in given_answers.items():
        errors = forms.check_draft(form, name, value) if form.field(name) else []
        assert all(error.fr and error.en for error in errors)
        if not errors:
            kept[name] = forms.normal(form, name, value)
            assert forms.check_draft(form, name, kept[name]) == []
            assert forms.normal(form, name, kept[name]) == kept[name]
    refused = {error.path.partition("/")[0] for error in forms.validate(form, kept, {}, TODAY)}
    for name, value in forms.visible(form, kept, TODAY).items():
        content = said(value)
        if name not in refused and content is not None:
            assert list(faults(form.index[name].shape(), content)) == [], (name, value)
