"""A profile as a form, without a browser: what is kept comes back, what is wrong is told where it is, nothing typed is
lost."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.languages import LANGUAGES
from service.domain.profiles import Absence, Affiliation, Profile, checked
from service.pages.inputs import Inputs
from service.pages.profiles import compacted, inputs_of, labels, profile_of
from service.problems import Invalid
from tests.support.thorough import many

WORDS = st.text("abcéù ", min_size=1, max_size=12).filter(str.strip)
THIS_YEAR = st.dates(date(2026, 1, 1), date(2026, 12, 31))
DAYS = st.dates(date(2000, 1, 1), date(2040, 1, 1))
VOCABULARY = ("Éthique", "Santé publique")


def spell(first: date, last: date) -> Absence:
    return Absence(min(first, last), max(first, last))


PROFILES = st.builds(
    Profile,
    headline=WORDS,
    biography=WORDS,
    keywords=st.lists(WORDS | st.sampled_from(VOCABULARY), max_size=4).map(tuple),
    languages=st.lists(st.sampled_from(sorted(LANGUAGES)), max_size=4, unique=True).map(tuple),
    most=st.none() | st.integers(0, 50),
    affiliations=st.lists(
        st.builds(Affiliation, WORDS, st.sampled_from(["", "732829320"]), st.none() | DAYS), max_size=3
    ).map(tuple),
    absences=st.lists(st.builds(spell, THIS_YEAR, THIS_YEAR), max_size=3).map(tuple),
)


@settings(max_examples=many(40))
@given(PROFILES)
def test_what_is_kept_comes_back_from_its_form(typed: Profile) -> None:
    kept, errors = checked(typed)
    assert errors == []
    again, _ = checked(profile_of(compacted(inputs_of(kept, VOCABULARY))))
    assert {*again.keywords} == {*kept.keywords}
    assert {*again.languages} == {*kept.languages}
    for name in ("headline", "biography", "most", "affiliations", "absences"):
        assert getattr(again, name) == getattr(kept, name)


def test_faults_are_told_together_by_the_rows_that_are_shown() -> None:
    sent = compacted(
        Inputs(
            [
                *(("most", "huit"), ("other_languages", "grec, klingon"), ("headline", "Une ligne")),
                *(("affiliations/rows/0/organisation", " "), ("affiliations/rows/0/since", "")),
                *(("affiliations/rows/2/organisation", "Institut"), ("affiliations/rows/2/since", "31/02/2026")),
                ("affiliations/rows/2/identifier", "12"),
                *(("absences/rows/1/starts", "03/08/2026"), ("absences/rows/1/ends", "")),
            ]
        )
    )
    assert sent.rows("affiliations") == [0]
    with pytest.raises(Invalid) as refused:
        profile_of(sent)
    paths = {error.path for error in refused.value.errors}
    assert paths >= {"most", "languages", "affiliations/0/since", "affiliations/0/identifier", "absences/0/ends"}
    assert paths <= set(labels(sent))
    assert (sent.one("headline"), sent.one("affiliations/rows/0/organisation")) == ("Une ligne", "Institut")
