"""A dossier says what is true for those whom it is drawn for, also of what they are not told."""

import re
from datetime import UTC, datetime

import pytest

from reports.model import Audience, Decision
from reports.render import render_dossier
from tests.reports import samples
from tests.reports.reading import text_of


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        ("public", "Les pièces jointes ne sont pas publiées."),
        ("committee", "Aucune pièce jointe destinée au comité."),
        ("officer", "Aucune pièce jointe."),
        ("applicant", "Aucune pièce jointe."),
    ],
)
def test_files_that_readers_are_not_given_are_not_said_not_to_be(audience: Audience, told: str) -> None:
    said = text_of(render_dossier(samples.dossier(drawn_for=audience, attachments=())))
    assert re.findall(r"Aucune pièce[^.]*\.|Les pièces jointes ne[^.]*\.", said) == [told]


@pytest.mark.parametrize(
    ("author", "delegation", "told"),
    [
        (None, "", "par l’autorité : Cheffe du département ;"),
        ("Dominique Exemple", "Arrêté du 5 mai", "par Dominique Exemple, Cheffe du département (Arrêté du 5 mai) ;"),
    ],
)
def test_who_took_a_decision_is_a_sentence_with_and_without_a_name(
    author: str | None, delegation: str, told: str
) -> None:
    at = datetime(2025, 6, 2, 16, 0, tzinfo=UTC)
    decision = Decision("Retenue", "Utile.", author, "Cheffe du département", at, at, delegation=delegation)
    said = text_of(render_dossier(samples.dossier(decision=decision)))
    assert f"Prise le 2 juin 2025 à 18 h 00 {told} publiée le" in said
