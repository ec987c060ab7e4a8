"""Conflicts found by rule: how names compare, what answers say, what meets and how strongly."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Form
from service.domain import naming, tracing
from service.domain.conflicts import (
    Ground,
    Rule,
    Strength,
    Tie,
    Trace,
    affiliated,
    earlier,
    found,
    interested,
    stands,
    ties_of,
)
from service.domain.mailboxes import above, domain_of
from tests.support.thorough import many

TODAY = date(2026, 3, 2)
C, L, W = Strength.CERTAIN, Strength.LIKELY, Strength.WEAK
SIREN, SIRET = "732829320", "73282932000074"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Étoile du Sud SAS", "ETOILE DU SUD"),
        ("Étoile du Sud, S.A.S.", "société par actions simplifiée Étoile du Sud"),
        ("L’Œuvre & Cie", "OEUVRE ET CIE"),
        ("Groupement d’intérêt public Lumière", "GIP Lumiere"),
        ("Université de la Lune", "Universite Lune"),
        ("Mondlicht GmbH", "mondlicht"),
        ("Lune\u00a0S.A.", "La Lune"),
    ],
)
def test_two_spellings_of_an_organisation_have_one_key(one: str, other: str) -> None:
    assert naming.organisation(one) == naming.organisation(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Lune", "Lunes"), ("Lune Nord", "Lune Sud"), ("SA", "SAS"), ("A", "")])
def test_two_organisations_have_two(one: str, other: str) -> None:
    assert naming.organisation(one) != naming.organisation(other)


def test_an_organisation_is_called_by_its_acronym_and_by_its_parts_of_two_words() -> None:
    assert naming.organisations("Centre d’études de la Lune (CEL)") == {
        "centre etudes lune cel",
        "centre etudes lune",
        "cel",
    }
    assert naming.organisations("Ministère de la Marée - Paris") == {"ministere maree paris", "ministere maree"}
    assert naming.organisations(" ") == frozenset()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Zoé MARTIN-DURAND", "durand martin zoe"),
        ("Mme Martin Durand Zoé", "durand martin zoe"),
        ("Zoé", ""),
        ("", ""),
    ],
)
def test_a_person_is_called_by_all_of_their_names_in_any_order(name: str, key: str) -> None:
    assert naming.person(name) == key


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Un poste de travail de La Poste, l’Inria et le C.E.A.", {"poste", "inria", "cea"}),
        ("L’université, la Ville et le Conseil de l’État : des données, un LLM, une API.", set()),
        ("TOUT EN CAPITALES AVEC ORANGE", set()),
        ("Une Mer, un Toit.", {"toit"}),
    ],
)
def test_of_a_text_only_what_is_written_as_a_name_is_one_by_itself(text: str, words: set[str]) -> None:
    assert naming.capitals(text) == words


def test_persons_of_a_text_are_words_that_stand_together() -> None:
    assert naming.called("Mme Zoé Martin-Durand (Lune), puis Jean, de Mars ; marie dupont") == {
        *("martin zoe", "durand martin", "durand martin zoe"),
    }


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        (SIRET, f"siren:{SIREN}"),
        ("732 829 320", f"siren:{SIREN}"),
        ("FR 44 732 829 320", f"siren:{SIREN}"),
        ("732829321", "id:732829321"),
        ("https://ror.org/05dxps055", "id:05DXPS055"),
        ("05dxps055", "id:05DXPS055"),
        ("BE 0123.456.749", "id:BE0123456749"),
        ("12", ""),
        ("٧٣٢٨٢٩٣٢٠", ""),
    ],
)
def test_a_legal_body_has_one_key_whatever_its_number(identifier: str, key: str) -> None:
    assert naming.body(identifier) == key


@given(st.text(max_size=60))
@settings(max_examples=many(40))
def test_a_key_is_its_own_key_whatever_the_case_and_the_spaces(name: str) -> None:
    key = naming.organisation(name)
    assert naming.organisation(key) == key or not naming.plain(name)
    assert naming.organisation(f"  {name.upper()}  ".replace(" ", "\u00a0")) == naming.organisation(name.upper())
    assert naming.person(naming.person(name)) == naming.person(name)


@pytest.mark.parametrize("provider", ["gmail.com", "orange.fr", "sfr.fr", "laposte.net", "proton.me", "tutanota.com"])
def test_an_address_of_a_public_provider_ties_nobody(provider: str) -> None:
    assert domain_of(f"zoe@{provider.upper()}") == ""
    assert not {tie.kind for tie in ties_of("1", f"zoe@{provider}", "", "")} & {"domain", "above"}


def test_a_domain_and_those_above_it() -> None:
    assert domain_of(" Zoe@Labo.Lune.Example ") == "labo.lune.example"
    assert above("labo.lune.example") == ("lune.example",)
    assert (domain_of("zoe"), above("")) == ("", ())


def test_what_an_account_says() -> None:
    assert ties_of("7", "Zoe@labo.lune.example", "Zoé Martin", "Lune SAS") == {
        Tie("made", "1"),
        Tie("account", "7"),
        Tie("email", "zoe@labo.lune.example"),
        Tie("domain", "labo.lune.example"),
        Tie("above", "lune.example"),
        Tie("person", "martin zoe"),
        Tie("organisation", "lune"),
    }


PAST, FUTURE = TODAY - timedelta(days=400), TODAY + timedelta(days=400)


@pytest.mark.parametrize(
    ("tie", "trace", "rule", "strength"),
    [
        (Tie("account", "7"), Trace("account", "7"), Rule.APPLICANT, C),
        (Tie("email", "z@l.example"), Trace("email", "z@l.example", "contact"), Rule.NAMED, C),
        (Tie("person", "martin zoe"), Trace("person", "martin zoe"), Rule.NAMESAKE, L),
        (Tie("domain", "l.example"), Trace("domain", "l.example"), Rule.SAME_DOMAIN, L),
        (Tie("domain", "l.example"), Trace("above", "l.example"), Rule.NEAR_DOMAIN, W),
        (Tie("above", "l.example"), Trace("domain", "l.example"), Rule.NEAR_DOMAIN, W),
        (Tie("above", "l.example"), Trace("above", "l.example"), None, None),
        (Tie("organisation", "lune"), Trace("organisation", "lune"), Rule.SAME_ORGANISATION, L),
        (Tie("organisation", "lune"), Trace("named", "lune"), Rule.SAME_ORGANISATION, L),
        (Tie("organisation", "lune nord"), Trace("mention", " avec lune nord | et mars "), Rule.MENTIONED, W),
        (Tie("organisation", "lune nord"), Trace("mention", " lune nordique "), None, None),
        (Tie("organisation", "lune"), Trace("mention", " avec lune | et mars ^lune^"), Rule.MENTIONED, W),
        (Tie("organisation", "lune"), Trace("mention", " avec lune ^mars^"), None, None),
        (Tie("organisation", "lune"), Trace("mention", " avec lunes "), None, None),
        (Tie("organisation", "me"), Trace("mention", " me ^me^"), None, None),
        (Tie("person", "martin zoe"), Trace("called", "martin zoe"), Rule.NAMESAKE, W),
        (Tie("person", "martin zoe", "interest"), Trace("called", "martin zoe"), Rule.INTEREST, W),
        (Tie("body", "siren:1", "affiliation"), Trace("body", "siren:1"), Rule.SAME_BODY, L),
        (Tie("body", "siren:1", "affiliation", FUTURE), Trace("body", "siren:1"), Rule.SAME_BODY, L),
        (Tie("body", "siren:1", "affiliation", None, TODAY), Trace("body", "siren:1"), Rule.SAME_BODY, L),
        (Tie("body", "siren:1", "affiliation", None, PAST), Trace("body", "siren:1"), Rule.SAME_BODY, W),
        (Tie("body", "siren:1", "affiliation", None, date(2023, 3, 1)), Trace("body", "siren:1"), None, None),
        (Tie("body", "siren:1", "interest"), Trace("body", "siren:1"), Rule.INTEREST, C),
        (Tie("organisation", "lune", "interest"), Trace("named", "lune"), Rule.INTEREST, C),
        (Tie("organisation", "lune", "interest"), Trace("mention", " lune ^lune^"), Rule.INTEREST, W),
        (Tie("person", "martin zoe", "interest"), Trace("person", "martin zoe"), Rule.INTEREST, C),
        (Tie("reference", "A-1", "interest"), Trace("reference", "A-1"), Rule.INTEREST, C),
        (Tie("made", "1"), Trace("made", "1"), None, None),
    ],
)
def test_every_rule(tie: Tie, trace: Trace, rule: Rule | None, strength: Strength | None) -> None:
    grounds = {Ground(rule, strength, tie.value)} if rule and strength else set()
    assert found([tie], [trace], TODAY) == grounds


def test_of_two_grounds_of_one_rule_the_stronger_is_told() -> None:
    ties = affiliated("Lune", "", None, PAST) | affiliated("LUNE SA", "", None, None)
    assert found(ties, [Trace("organisation", "lune")], TODAY) == {Ground(Rule.SAME_ORGANISATION, L, "lune")}
    assert found(ties, [Trace("organisation", "mars")], TODAY) == frozenset()


def test_what_is_declared_stops_by_name_by_number_and_by_reference() -> None:
    assert interested("organisation", "Lune SA", SIRET) == {
        Tie("organisation", "lune", "interest"),
        Tie("body", f"siren:{SIREN}", "interest"),
    }
    assert interested("person", "Zoé Martin", "Zoe@l.example") == {
        Tie("person", "martin zoe", "interest"),
        Tie("email", "zoe@l.example", "interest"),
    }
    assert interested("proposal", " ami-2025-0042", "") == {Tie("reference", "AMI-2025-0042", "interest")}


def test_only_a_likely_one_is_dismissed() -> None:
    assert [stands(one) for one in (C, L, W)] == [True, True, False]
    assert [stands(one, dismissed=True) for one in (C, L, W)] == [True, False, False]
    assert not any(stands(one, closed=True, confirmed=True) for one in (C, L, W))
    assert [stands(one, confirmed=True) for one in (C, L, W)] == [True, True, True]
    assert [stands(one, confirmed=True, dismissed=True) for one in (C, L, W)] == [True, False, False]


def test_years_before_a_day_that_there_was_not() -> None:
    assert earlier(date(2028, 2, 29), 3) == date(2025, 2, 28)


def _field(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "id": name, "label": {"fr": name, "en": name}, **more}


def _form(*fields: dict[str, Any]) -> Form:
    section = {"id": "s", "title": {"fr": "S", "en": "S"}, "fields": [_field("short_text", "title"), *fields]}
    given = {"sections": [section], "title_field": "title", "organisation_field": "body"}
    return msgspec.convert(given, Form)


@pytest.mark.parametrize(
    ("field", "answer", "traces"),
    [
        (
            _field("short_text", "body"),
            "Lune SAS",
            {Trace("organisation", "lune", "body"), Trace("mention", " lune ^lune^"), Trace("called", "lune sas")},
        ),
        (
            _field("short_text", "partner"),
            "Zoé Martin",
            {
                *(Trace("named", "zoe martin", "partner"), Trace("person", "martin zoe", "partner")),
                *(Trace("mention", " zoe martin ^martin^"), Trace("called", "martin zoe")),
            },
        ),
        (_field("siret", "x"), SIRET, {Trace("body", f"siren:{SIREN}", "x")}),
        (_field("ror", "x"), "https://ror.org/05dxps055", {Trace("body", "id:05DXPS055", "x")}),
        (
            _field("foreign_id", "x"),
            {"scheme": "eu_vat", "number": "BE0123456749"},
            {Trace("body", "id:BE0123456749", "x")},
        ),
        (
            _field("url", "x"),
            "https://www.labo.lune.example/a",
            {Trace("above", "labo.lune.example", "x"), Trace("above", "lune.example", "x")},
        ),
        (_field("email", "x"), "Zoe@gmail.com", {Trace("email", "zoe@gmail.com", "x")}),
        (
            _field("person", "x"),
            {"given_name": "Zoé", "family_name": "Martin", "email": "z@l.example"},
            {Trace("person", "martin zoe", "x"), Trace("email", "z@l.example", "x"), Trace("domain", "l.example", "x")},
        ),
        (
            _field("organisation", "x"),
            {"name": "Lune", "country": "FR", "identifier": SIREN},
            {Trace("organisation", "lune", "x"), Trace("body", f"siren:{SIREN}", "x")},
        ),
        (
            _field("block", "x", row_title={"fr": "R", "en": "R"}, fields=[_field("siren", "number")]),
            {"rows": [{"number": SIREN}, {}]},
            {Trace("body", f"siren:{SIREN}", "x")},
        ),
        (_field("long_text", "x"), "Avec la Lune.", set()),
        (_field("long_text", "x", identifying=True), "Avec la Lune.", {Trace("mention", " avec lune ^avec^lune^")}),
        (_field("integer", "x"), 3, set()),
        (_field("siret", "x"), None, set()),
    ],
)
def test_what_an_answer_says_goes_by_its_kind(field: dict[str, Any], answer: object, traces: set[Trace]) -> None:
    answers = {"title": "Lune et Mars", field["id"]: answer}
    titled = {Trace("named", "lune mars", "title"), Trace("person", "et lune mars", "title")}
    assert tracing.traces_of(_form(field), answers, "") - titled == traces
