"""A criterion that is drawn once, its holes filled for each review, reads as one that is drawn anew."""

import re
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Criterion, Edition, FieldError, catalogue, gallery, parse_edition
from service.pages.fields import Wrong
from service.pages.grids import ABSTAIN, plain
from service.pages.inputs import Inputs
from service.pages.render import environment
from service.views.walks import Earlier, Scored

EDITIONS = [
    *(parse_edition(catalogue.read(name)) for name in catalogue.shipped()),
    *(parse_edition(gallery.read(name)) for name in gallery.SLUGS),
]
ELSEWHERE = Wrong([FieldError("elsewhere", "wrong", "Ailleurs.", "Elsewhere.")])  # so that nothing is taken as drawn
TEXTS = st.sampled_from(
    ["", "Un mot", "<b>&amp;\"'</b>", "\nplus bas", "\x1a0\x1a", "{{ 7 * 7 }}", "é\u00a0: «\u202fsi\u202f»"]
)


def _review(data: st.DataObject, criterion: Criterion) -> tuple[SimpleNamespace, Inputs]:
    """What a page is drawn from, as it may be of this criterion."""
    values = [plain(one.value) for one in criterion.choices]
    counts = data.draw(st.dictionaries(st.sampled_from([one.value for one in criterion.choices]), st.integers(1, 9)))
    last = tuple(Scored(UUID(int=n), f"AMI-{n}", value) for n, value in enumerate(counts))
    known = Earlier(sum(counts.values()), 2.5, {f"{value:g}": n for value, n in counts.items()}, last)
    found = SimpleNamespace(marks={criterion.id: data.draw(TEXTS)}, earlier={criterion.id: known} if counts else {})
    said = {f"{part}/{criterion.id}": data.draw(TEXTS) for part in ("comments", "confidential")}
    score = data.draw(st.sampled_from(["", ABSTAIN, "quatre", *values]))
    return found, Inputs([*said.items(), (f"scores/{criterion.id}", score)])


def _drawn(edition: Edition, criterion: Criterion, found: SimpleNamespace, sent: Inputs, wrong: Wrong) -> str:
    found.grid = edition.grid
    made = environment()
    macros: Any = made.get_template("review/criterion.html").module
    return str(macros.one(made.globals["ask"], found, criterion, sent, wrong, {}))


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: one.call.slug)
@given(data=st.data())
@settings(max_examples=40)
def test_what_is_filled_reads_as_what_is_drawn_anew(edition: Edition, data: st.DataObject) -> None:
    """Of every kind of scale, whatever was said elsewhere and typed here, markup and marks of ours included."""
    for criterion in edition.grid.criteria:
        found, sent = _review(data, criterion)
        filled = _drawn(edition, criterion, found, sent, Wrong())
        assert filled == _drawn(edition, criterion, found, sent, ELSEWHERE)
        assert filled.count(" checked") == (sent.one(f"scores/{criterion.id}") in _offered(criterion, filled))


def _offered(criterion: Criterion, html: str) -> set[str]:
    """The values that may be picked on the page."""
    return set(re.findall(f'id="c-{criterion.id}-([^"]+)" name="scores/', html))
