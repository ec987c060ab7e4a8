"""The shipped calls: what their published facts say, and the typography of their texts."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

import forms
from forms import catalogue
from tests.forms.shipped import EVERY, SLUGS, read, shipped


def test_order_of_publication() -> None:
    assert catalogue.shipped() == ("ami-2025", "incubateur")


def test_unknown_call() -> None:
    with pytest.raises(LookupError, match="ami-2025, incubateur"):
        catalogue.read("../ami-2025")


def test_reference_call() -> None:
    edition = shipped("ami-2025")
    assert edition.call.prefix == "AMI-2025"
    # 7 April to 15 May 2025, both days included, in Paris (UTC+2 in summer).
    assert edition.call.opens == datetime(2025, 4, 6, 22, 0, 0, tzinfo=UTC)
    assert edition.call.closes == datetime(2025, 5, 15, 21, 59, 59, tzinfo=UTC)
    assert [(one.id, one.weight) for one in edition.grid.criteria] == [
        ("impact", 40),
        ("maturity", 30),
        ("integration", 15),
        ("compliance", 15),
    ]
    assert edition.call.letters.algorithms is not None


def test_incubator_never_closes() -> None:
    assert shipped("incubateur").call.closes is None


def test_how_long_proposals_are_kept() -> None:
    found = {slug: msgspec.to_builtins(shipped(slug).call.retention) for slug in SLUGS}
    draft = {"after": "P1Y", "fate": "delete"}
    assert found == {
        "ami-2025": {
            "draft": draft,
            "declined": {"after": "P3Y", "fate": "delete"},
            "accepted": {"after": "P3Y", "fate": "archive"},
        },
        "incubateur": {
            "draft": draft,
            "declined": {"after": "P2Y", "fate": "delete"},
            "accepted": {"after": "P5Y", "fate": "archive"},
        },
    }


@pytest.mark.parametrize("slug", SLUGS)
def test_grid_defines_every_level(slug: str) -> None:
    for criterion in shipped(slug).grid.criteria:
        assert [level.value for level in criterion.levels] == [0, 1, 2, 3, 4, 5]
        definitions = [level.definition.fr for level in criterion.levels]
        assert len(set(definitions)) == 6
    assert sum(criterion.weight for criterion in shipped(slug).grid.criteria) == 100


@pytest.mark.parametrize("slug", SLUGS)
def test_what_such_calls_ask(slug: str) -> None:
    form = shipped(slug).form
    asked = {
        "country": "country",
        "siret": "siret",
        "foreign_id": "foreign_id",
        "contact": "person",
        "problem": "long_text",
        "public_partner": "short_text",
        "description": "long_text",
        "impact": "long_text",
        "integration": "long_text",
        "hosting": "one_of",
        "personal_data": "yes_no",
        "ai_act_class": "one_of",
        "licence": "one_of",
        "budget": "table",
        "timeline": "table",
        "presentation": "file",
        "accuracy": "declaration",
    }
    assert {field: form.index[field].kind for field in asked} == asked
    assert forms.file_limit(form, "annexes") is not None


@pytest.mark.parametrize("slug", SLUGS)
def test_process_leads_everywhere(slug: str) -> None:
    process = shipped(slug).process
    assert [stage.kind for stage in process.stages] == ["eligibility", "review", "synthesis", "committee", "pilot"]
    reached = {process.stages[0].id}
    for stage in process.stages:
        reached |= {outcome.next for outcome in stage.outcomes if outcome.next}
    assert reached == {stage.id for stage in process.stages}
    review = process.stage("review")
    assert review is not None
    # A pair, or two experts.
    assert (review.seats * review.team, review.reminders) == (2, (0.5, 0.8))


def test_names_of_statuses() -> None:
    """A call may name a status its own way; the others have a name too."""
    accepted = [shipped(slug).process.status_name("accepted").en for slug in SLUGS]
    assert accepted == ["Selected", "Accepted"]
    with pytest.raises(KeyError):
        shipped("ami-2025").process.status_name("lost")


@pytest.mark.parametrize("slug", EVERY)
def test_every_end_has_a_letter(slug: str) -> None:
    """Whoever is refused, accepted or invited to go on is told so in words of the edition."""
    for stage in shipped(slug).process.stages:
        if stage.kind in ("eligibility", "committee"):
            for outcome in stage.outcomes:
                told = outcome.status != "in_progress" or stage.kind == "committee"
                assert (outcome.letter is not None) == told, outcome.id


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"fr", "en"}:
            yield value["fr"], value["en"]
        else:
            for part in value.values():
                yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


@pytest.mark.parametrize("slug", EVERY)
def test_typography(slug: str) -> None:
    texts = list(_texts(msgspec.to_builtins(shipped(slug))))
    assert len(texts) > 100
    for french, english in texts:
        assert "'" not in french, french
        assert "'" not in english, english
        # A no-break space stands before : ; ? ! % » and after «; a colon inside a web address has none.
        assert not re.search(r"(?<![\u00a0\u202f(])[;?!»%](?!\w)", french), french
        assert not re.search(r"(?<![\u00a0\u202f]):(?!//)", french), french
        assert not re.search(r"«(?!\u00a0)", french), french
        assert french == french.strip()
        assert english == english.strip()


@pytest.mark.parametrize("slug", EVERY)
def test_no_address_that_could_exist(slug: str) -> None:
    for content in read(slug).values():
        for domain in re.findall(r"[\w.+-]+@([\w.-]+\w)|https://([\w.-]+\w)", content.decode()):
            assert "".join(domain).endswith((".example", ".test"))
