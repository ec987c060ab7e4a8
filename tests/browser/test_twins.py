"""The page's script and Python, side by side on the same random forms: what one reads, counts or hides, so does the
other."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Route

import forms
from forms import kinds
from forms.kinds.texts import characters, words
from forms.scales import Letter, Letters, Numbers, YesNo
from forms.showing import withheld
from service.pages.aloud import computed_text
from service.pages.elsewhere import elsewhere
from service.pages.fields import table_sum
from service.pages.grids import content_of, counted, inputs_of, plain, total_shown
from service.pages.inputs import Inputs, from_inputs
from service.pages.rows import rules_of_row
from service.pages.ruling import for_script, rules_of
from service.problems import Invalid
from service.views.readable import AnswerView
from tests.forms.strategies import CELLS, JSON, T, some_forms
from tests.support.site import ROOT
from tests.support.thorough import many

TODAY = date(2025, 4, 30)
STATIC = ROOT / "service" / "pages" / "static"
MANY = settings(
    max_examples=many(60),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
SPACES = " \t\n\x1c\x85\xa0\u1680\u2009\u2028\u202f\u3000\ufeff\u200b"
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=12),
    st.text(st.sampled_from([*SPACES, *"aé_'-?!9²Ⅷ٣字🙂"]), max_size=14),
    st.text(st.sampled_from([*SPACES, *"0123456789..,,+-−€%eE_x٣"]), max_size=9),
    st.from_regex(r"[+-]?[0-9]{1,5}([ \u00a0.,][0-9]{1,3}){0,2} ?[€%]?", fullmatch=True),
    st.sampled_from(["", "a", "b", "oui", "non", "other", "FR", "3", "2,5", "30/04/2025", "0x10", "1e3", "12.500"]),
    st.sampled_from(["732 829 320", "73282932000074", "https://orcid.org/0000-0002-1694-233x", "0000000218250097"]),
    st.sampled_from(["ror.org/05DXPS055", "05dxps055", "http://www.ror.org/05dxps055/", "0000-0002-1825-0097 "]),
    st.sampled_from(["un mot, un autre", "a;b\nc", "1/4/2025", "fr", "75001"]),
    st.sampled_from(["2025-04-29", "30/05/2024", "0,1", "0.3"]),
)
SCRIPT = """
import * as values from "./values.js";
import * as conditions from "./conditions.js";
import * as grid from "./grid.js";
import { told } from "./told.js";
Object.assign(window, { values, conditions, grid, told });
"""


@pytest.fixture(scope="module")
def script(browser: Browser) -> Iterator[Page]:
    """A page with the functions of the script, from the files themselves."""

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if not name:
            route.fulfill(body=f'<script type="module">{SCRIPT}</script>', content_type="text/html")
        else:
            route.fulfill(body=(STATIC / name).read_bytes(), content_type="text/javascript")

    page = browser.new_page()
    page.route("**/*", serve)
    page.goto("https://twins.test/")
    page.wait_for_function("window.grid")
    yield page
    page.close()


def _names(field: forms.Field) -> list[str]:
    match field:
        case kinds.Table():
            return [f"{field.id}/rows/{row}/{name}" for row in (0, 4) for name in (*CELLS, "nature/other")]
        case kinds.Block():
            parts = (
                "@id",
                *CELLS,
                "siren",
                "nature/other",
                "several",
                "several",
                "several/other",
                "who/email",
                "when/start",
                "when/end",
                "words",
                "words/other",
            )
            return [f"{field.id}/rows/{row}/{name}" for row in (0, 4) for name in parts]
        case kinds.Keywords():
            return [field.id, field.id, f"{field.id}/other"]
        case kinds.ObjectField():
            return [f"{field.id}/{part}" for part in field.parts()]
        case kinds.OneOf() | kinds.SeveralOf() if field.other:
            return [field.id, field.id, f"{field.id}/other"]
    return [field.id]


@st.composite
def _filled(draw: st.DrawFn) -> tuple[forms.Form, dict[str, list[tuple[str, str]]], dict[str, Any]]:
    """A form; what is typed in its last section, by field; what is stored of the others."""
    form = draw(some_forms())
    here = {field.id: field for field in form.sections[-1].fields if field.answered}
    typed = {name: [(one, draw(TEXTS)) for one in _names(field) if draw(st.booleans())] for name, field in here.items()}
    stored = {field.id: draw(JSON) for field in form.fields if field.answered and field.id not in here}
    kept = {name: value for name, value in stored.items() if forms.check_draft(form, name, value) == []}
    return form, typed, kept


READ = """({ kinds, cells, typed, elsewhere, conditions, offers, rules, rows, computed }) => {
  const { today } = elsewhere;
  const read = {};
  for (const name in kinds) read[name] = values.answer(kinds[name], name, typed[name], cells[name]);
  const shown = { ...elsewhere.conditions, ...conditions };
  const given = { ...elsewhere.answers, ...read };
  const offered = { ...elsewhere.offers, ...offers };
  const every = { ...elsewhere.rows, ...rows };
  const settled = window.conditions.settle(shown, given, today, every, elsewhere.formulas, offered);
  const broken = window.conditions.broken(rules, settled, today).map(({ rule, row }) => [rule.id, row]);
  const worked = {};
  for (const [name, dataset] of Object.entries(computed)) {
    worked[name] = [settled.seen[name] ?? null, values.computedText(settled.seen[name], dataset)];
  }
  const gone = Object.fromEntries(Object.entries(settled.gone).map(([name, choices]) => [name, [...choices].sort()]));
  const [said, seen] = [read, settled.seen].map((one) => JSON.stringify(one));
  return { read: said, seen, hidden: [...settled.hidden], gone, broken, worked };
}"""


@MANY
@given(case=_filled())
def test_answers_and_conditions(script: Page, case: tuple[forms.Form, dict[str, Any], dict[str, Any]]) -> None:
    form, typed, stored = case
    read = {name: from_inputs(form.index[name], Inputs(pairs)) for name, pairs in typed.items()}
    here = rules_of(form, form.sections[-1])
    on_page = {field.id for field in form.sections[-1].fields if not isinstance(field, kinds.File)}
    computed = [field for field in form.fields if isinstance(field, kinds.Computed)]
    kept = {name: AnswerView(value, 1, datetime(2026, 1, 1, tzinfo=UTC)) for name, value in stored.items()}
    told = script.evaluate(
        READ,
        {
            "kinds": {name: form.index[name].kind for name in typed},
            "cells": {name: {cell.id: cell.kind for cell in form.index[name].cells} for name in typed},
            "typed": typed,
            "computed": {
                one.id: {"shownAs": one.shown_as, "decimals": str(one.decimals), "unit": one.unit} for one in computed
            },
            "rows": {
                name: json.loads(msgspec.json.encode(rules_of_row(field)))
                for name in typed
                if isinstance(field := form.index[name], kinds.RowsField)
            },
            "offers": {name: msgspec.to_builtins(form.index[name].offers) for name in on_page},
            "elsewhere": json.loads(elsewhere(form, form.sections[-1], kept, TODAY)),
            "rules": json.loads(for_script(here)),
            "conditions": {
                name: msgspec.to_builtins(wanted) for name, wanted in form.conditions.items() if name in on_page
            },
        },
    )
    answers = {name: value for name, value in {**stored, **read}.items() if value is not None}
    seen = forms.counted(form, answers, TODAY)[1]
    assert told["gone"] == {
        one.id: sorted(withheld(one.offers, seen, TODAY)) for one in form.fields if one.offers or one.id in on_page
    }
    counts = json.loads(told["seen"])
    assert {name: counts.get(name) for name in typed} == {name: seen.get(name) for name in typed}
    assert told["worked"] == {one.id: [seen.get(one.id), computed_text(one, seen.get(one.id))] for one in computed}
    asked = {field.id for field in form.fields if field.answered}
    assert set(told["hidden"]) & asked == asked - forms.shown_fields(form, answers, TODAY)
    broken = [(one.rule.id, one.row) for one in forms.broken_rules(form, answers, TODAY) if one.rule in here]
    assert [(rule, row) for rule, row in told["broken"]] == broken
    said = json.loads(told["read"])
    for name, value in read.items():
        assert said.get(name) == value, (form.index[name].kind, typed[name])


@MANY
@given(text=st.lists(TEXTS, max_size=5).map("".join))
def test_counting(script: Page, text: str) -> None:
    told = script.evaluate("(text) => [values.words(text), values.characters(text)]", text)
    assert told == [words(text), characters(text)]


@MANY
@pytest.mark.parametrize("make", [kinds.Money, kinds.Percentage, kinds.Integer])
@given(cells=st.lists(TEXTS, max_size=4))
def test_totals(script: Page, cells: list[str], make: Callable[..., Any]) -> None:
    column = make(id="n", label=T)
    table = kinds.Table(id="t", label=T, columns=(column,), totals=(kinds.Total(column="n", label=T),))
    sent = Inputs([(f"t/rows/{index}/n", cell) for index, cell in enumerate(cells)])
    told = script.evaluate("([cells, kind]) => values.total(cells, kind)", [cells, column.kind])
    assert told == table_sum(sent, table, "t", "n", TODAY, {}).removesuffix("\u00a0€")


@st.composite
def _grids(draw: st.DrawFn) -> tuple[forms.Grid, list[tuple[str, str]]]:
    """A grid of scales of every kind, and what its inputs say."""
    weights = st.one_of(st.integers(1, 1000), st.sampled_from([0.1, 0.25, 1.5, 33.3]))
    numbers = st.builds(
        lambda low, step, steps: Numbers(lowest=low, step=step, highest=low + step * steps),
        *(st.integers(0, 3), st.sampled_from([0.25, 0.5, 1, 2.5]), st.integers(1, 40)),
    )
    letters = Letters((Letter("A", 3, T), Letter("B", 1.5, T), Letter("C", 0, T)))
    scales = st.one_of(numbers, st.just(letters), st.just(YesNo(T, T, 2.5)))
    chosen = draw(st.lists(st.tuples(weights, scales), min_size=1, max_size=5))
    criteria = tuple(
        forms.Criterion(id=f"c{number}", name=T, question=T, weight=weight, scale=scale)
        for number, (weight, scale) in enumerate(chosen)
    )
    grid = forms.Grid(criteria=criteria, total=draw(st.sampled_from(["mean", "sum"])))
    return grid, [(f"scores/{one.id}", draw(_score(one))) for one in criteria]


def _score(criterion: forms.Criterion) -> st.SearchStrategy[str]:
    """What the page can send of a criterion: one of its values; where it is typed, anything."""
    values = st.sampled_from([plain(choice.value) for choice in criterion.choices])
    said = st.one_of(values, values, values, st.sampled_from(["", "abstention"]))
    if not isinstance(criterion.scale, Numbers):
        return said
    return st.one_of(said, values.map(lambda text: text.replace(".", ",")), TEXTS, st.just("0003,50"))


@given(case=_grids())
def test_a_review_is_read_as_it_is_shown_and_what_is_no_number_is_said(
    case: tuple[forms.Grid, list[tuple[str, str]]],
) -> None:
    grid, pairs = case
    typed = dict(pairs)
    try:
        content = content_of(grid, Inputs([*pairs, ("comments/", " Avis.\r\nBref. "), ("confidence", "low")]))
    except Invalid as problem:
        for error in problem.errors:
            assert typed[error.path].strip()
            assert isinstance(grid.criteria[int(error.path.removeprefix("scores/c"))].scale, Numbers)
    else:
        assert (content.comments, content.confidence) == ({"": "Avis.\nBref."}, "low")
        assert content_of(grid, inputs_of(content)) == content


@MANY
@given(case=_grids())
def test_totals_of_grids(script: Page, case: tuple[forms.Grid, list[tuple[str, str]]]) -> None:
    grid, pairs = case
    scores = {name.removeprefix("scores/"): said for name, said in pairs}
    told = script.evaluate("([told, scores]) => grid.total(JSON.parse(told), scores) ?? '–'", [counted(grid), scores])
    assert told == total_shown(grid, Inputs(pairs))


SAID = "Enregistré à 14\u00a0h\u00a002"
CHOOSE = "sauf ce qui a été modifié ailleurs\u00a0: enregistrez la page pour choisir."
ROWS = "D’autres lignes ont changé dans une autre fenêtre\u00a0: rechargez la page pour les voir."
LINES: list[tuple[dict[str, object], str, str]] = [
    ({"pending": True, "trouble": "Non.", "clash": True, "merged": True}, "Modifications à enregistrer…", ""),
    ({"trouble": "Non.", "clash": True, "merged": True}, "Non.", "error"),
    ({"clash": True, "merged": True}, f"{SAID}, {CHOOSE}", "error"),
    ({"merged": True}, f"{SAID}. {ROWS}", "saved"),
    ({}, SAID, "saved"),
]


def test_the_line_about_saving_says_the_first_of_these_that_is_so(script: Page) -> None:
    """What is still to save, what was wrong with the last save, a choice that waits, rows of others, or the hour."""
    states = [{**state, "at": "14\u00a0h\u00a002"} for state, _, _ in LINES]
    assert script.evaluate("(states) => states.map(told)", states) == [[text, tone] for _, text, tone in LINES]
