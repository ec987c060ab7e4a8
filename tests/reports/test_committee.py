"""Minutes and convocations: what they must say, in its order, and that a draft says that it is one."""

import pytest
from msgspec import structs

from reports import committee
from reports.render import render_convocation, render_minutes
from tests.reports import sittings
from tests.reports.reading import in_order, pages_of


def test_minutes_tell_who_was_there_and_the_sense_of_each_deliberation() -> None:
    given = sittings.minutes()
    text = " ".join(pages_of(render_minutes(given)))
    assert given.digest in text.replace(" ", "")
    parts = ["Procès-verbal", "Séance n° 2", "Approuvé par Anne Exemple, le 4 juin 2025 à 11 h 30", "Présences"]
    for one in given.members:
        parts += [one.name, committee.CAPACITIES[one.capacity], committee.presence(one).split()[0]]
    parts += ["1 point de l’ordre du jour ne figure pas"]
    for item in given.items:
        parts += [item.title, item.reference]
    parts += ["Reportée à une autre séance", "Scrutin n° 1", "points 1 à 8", "2 pour, 1 contre, 1 abstention : adopté"]
    parts += ["Quorum : 2 membres sur 4 ; 4 présents ou représentés."]
    parts += ["Bruno Exemple : contre", "Scrutin n° 2", "Scrutin secret sur le point 10", "prépondérante"]
    parts += ["comptées sans les noms", "Point 10", "Puis un essai.", "Désaccord de Zoé", "sous-estimé", "Chloé"]
    assert in_order(text, parts) == []
    assert "un projet" not in text


def test_a_draft_says_so_and_bears_no_hash() -> None:
    draft = structs.replace(sittings.minutes(), approved_at=None, approved_by="", digest="")
    text = " ".join(pages_of(render_minutes(draft)))
    assert in_order(text, ["Projet de procès-verbal", "ne l’a pas encore approuvé", "état n° 14"]) == []
    assert "Empreinte" not in text


def test_everybody_is_told_what_is_public_of_minutes() -> None:
    given = sittings.public_minutes()
    text = " ".join(pages_of(render_minutes(given)))
    assert in_order(text, ["Procès-verbal", "Approuvé par", "Exemplaire public : 1 point", "Projet 1", "Scrutin"]) == []
    hidden = ("Agence des communes", "Lumen, l’aide", "sous-estimé", "un audit", "Projet reporté", "video.example")
    assert [one for one in hidden if one in text] == []


def test_a_convocation_is_somebodys_and_tells_nothing_of_what_they_are_recused_from() -> None:
    given = sittings.convocation()
    letter, agenda = pages_of(render_convocation(given))
    parts = [given.recipient, "Le 26 mai 2025", "séance n° 2", "en urgence : le pilote commence en juillet. J’ai"]
    parts += ["en qualité de membre", "2 juin 2025 à 14 h 00", given.place, given.link, "3 h", given.page, *given.rules]
    assert in_order(letter, [*parts, given.chair]) == []
    parts = [
        "Projet 1",
        "AMI-2025-0001",
        "2 Une candidature à l’examen de laquelle vous ne prenez pas part",
        "Projet 3",
    ]
    assert in_order(agenda, parts) == []


@pytest.mark.parametrize(
    ("numbers", "told"),
    [((), ""), ((4,), "4"), ((2, 1), "1, 2"), ((3, 1, 2, 7, 8, 9, 10), "1 à 3, 7 à 10"), ((1, 1, 5), "1, 5")],
)
def test_numbers_that_follow_each_other_are_told_together(numbers: tuple[int, ...], told: str) -> None:
    assert committee.runs(numbers) == told


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ((9, 5, 8), "Quorum : 5 membres sur 9 ; 8 présents ou représentés."),
        ((2, 1, 1), "Quorum : 1 membre sur 2 ; 1 présent ou représenté."),
        ((3, 0, 2), "Sans condition de quorum ; 2 membres sur 3 présents ou représentés."),
        ((3, 0, 1), "Sans condition de quorum ; 1 membre sur 3 présent ou représenté."),
        ((0, 0, 0), ""),
    ],
)
def test_a_quorum_agrees_with_its_numbers(figures: tuple[int, int, int], said: str) -> None:
    assert committee.quorum(*figures) == said
