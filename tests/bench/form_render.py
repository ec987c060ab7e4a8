"""CPU of drawing one page with a form of 300 fields, filled, from the answers at hand to the HTML."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar.testing import RequestFactory

import forms
from forms import Edition, Form, catalogue
from forms.examples import complete_answers
from service.pages import writing
from service.pages.render import page
from service.preview.study import proposal_view
from tests.bench.figure import Figure, cpu_ms

FIELDS = 300
AT = datetime(2025, 5, 1, tzinfo=UTC)
NOBODY = UUID(int=1)


def measure() -> Figure:
    """What the route of a section does between its queries and its answer: conditions, validation, rules, template."""
    edition, answers = long_edition()
    found = proposal_view(edition, answers, [], AT)
    request: Any = RequestFactory().get(f"/candidatures/{NOBODY}", query_params={"section": "every"})

    def drawn() -> int:
        context = writing.section(edition, found, "every")
        return len(page(request, "proposal/section.html", context).content)

    length = drawn()

    def once() -> None:
        if drawn() != length:
            raise AssertionError("the same page, drawn twice, differs")

    return Figure(cpu_ms(once, times=40), "ms CPU", "under 80 ms CPU", f"{length // 1024} kB of HTML")


def long_edition() -> tuple[Edition, dict[str, Any]]:
    """The ami-2025 edition with its fields, conditions and answers again and again on one page, up to 300 fields."""
    edition = forms.parse_edition(catalogue.read("ami-2025"))
    fields: list[Any] = []
    answers: dict[str, Any] = {}
    copy = 0
    while len(fields) < FIELDS:
        copy += 1
        fields += [_renamed(msgspec.to_builtins(field), f"_{copy}") for field in edition.form.fields]
        answers |= {f"{name}_{copy}": value for name, value in complete_answers(edition, copy).items()}
    kept = [field for field in fields[:FIELDS] if field["kind"] != "explanation"]
    section = {"id": "every", "title": {"fr": "Tout", "en": "Everything"}, "fields": fields[:FIELDS]}
    form = {"sections": [section], "title_field": "title_1", "organisation_field": "organisation_name_1"}
    known = {field["id"] for field in kept}
    made = msgspec.structs.replace(edition, form=msgspec.convert(form, Form))
    return made, {name: value for name, value in answers.items() if name in known}


def _renamed(value: Any, ending: str) -> Any:
    """A field's data with its id, and the fields that it refers to, under other names."""
    if isinstance(value, list):
        return [_renamed(one, ending) for one in value]
    if not isinstance(value, dict):
        return value
    names = {"id"} if "kind" in value and "audience" in value else set()
    names |= {"field"} if "op" in value else {"country_field"}
    return {
        key: f"{part}{ending}" if key in names and isinstance(part, str) else _renamed(part, ending)
        for key, part in value.items()
        if key != "columns" or value.get("kind") != "table"
    } | ({"columns": value["columns"]} if value.get("kind") == "table" else {})
