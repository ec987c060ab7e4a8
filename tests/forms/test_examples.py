"""The invented proposals are accepted as they stand, vary, and name nobody."""

import io
from datetime import date

import pikepdf
import pytest

import forms
from forms.answers import typed
from forms.base import FileFact
from forms.examples import complete_answers, small_files
from tests.forms.shipped import EVERY, SLUGS, shipped


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("slug", EVERY)
def test_accepted(slug: str, lang: str) -> None:
    edition = shipped(slug)
    for n in range(60 if slug in SLUGS else 20):
        answers = complete_answers(edition, n, lang=lang)
        files: dict[str, list[FileFact]] = {}
        for field, name, content in small_files(edition, n):
            files.setdefault(field, []).append(FileFact(name, name, len(content), "application/pdf"))
        assert forms.validate(edition.form, answers, files, date(2025, 5, 1)) == []
        sent = forms.visible(edition.form, answers, date(2025, 5, 1))
        assert typed(edition.form, sent) == answers


@pytest.mark.parametrize("slug", SLUGS)
def test_same_number_same_answers(slug: str) -> None:
    edition = shipped(slug)
    assert complete_answers(edition, 5) == complete_answers(edition, 5)
    assert small_files(edition, 5) == small_files(edition, 5)
    assert set(complete_answers(edition, 5, lang="en")) == set(complete_answers(edition, 5))


def test_varied() -> None:
    edition = shipped("ami-2025")
    every = [complete_answers(edition, n) for n in range(24)]
    assert len({answers["title"] for answers in every}) == 24
    countries = [answers["country"] for answers in every]
    assert countries.count("FR") == 18
    assert len(set(countries)) > 3
    assert {"siret" in answers for answers in every} == {True, False}


def test_nobody_real() -> None:
    """SIREN numbers that begin with 0 are given to nobody; addresses cannot exist."""
    for n in range(24):
        answers = complete_answers(shipped("ami-2025"), n)
        assert answers.get("siret", "0").startswith("0")
        assert answers["contact"]["email"].endswith(".example")
        assert answers["website"].endswith(".example")


def test_files_open() -> None:
    for slug in SLUGS:
        for _, name, content in small_files(shipped(slug), 0):
            assert name.endswith(".pdf")
            with pikepdf.open(io.BytesIO(content)) as pdf:
                assert len(pdf.pages) == 1
                assert pdf.check_pdf_syntax() == []
