"""Reports: what they must say, in its order; their charts; figures of nothing are drawn too."""

import pytest
from msgspec import structs

from reports import counting
from reports.bars import Bar, Column, bars, columns, spread
from reports.figures import ExpertsLoad, FunnelStep
from reports.reporting import render_annual, render_report
from tests.reports import counted
from tests.reports.reading import in_order, pages_of


def test_the_report_of_a_call_tells_every_figure() -> None:
    given = counted.report()
    text = " ".join(pages_of(render_report(given)))
    parts = ["Bilan de l’appel", given.title, "Chiffres du 12 mai 2025 à 16 h 07", "435", "120 jours après"]
    for step in given.funnel:
        parts += [counting.STEPS[step.code], str(step.count)]
    parts += [
        "Où elles en sont",
        "Non retenues",
        "66 %",
        "Étapes et délais",
        "2,3 jours",
        "Délais d’ensemble",
        "12 heures",
    ]
    parts += ["Bénéficiaires", "12 400 000 selon 402 candidatures", "Futurs utilisateurs", "Plusieurs réponses"]
    parts += ["Qui a proposé quoi", "Nature de l’organisme", "Autres réponses", "19 %"]
    parts += ["Travail des évaluateurs", "801 (94 %)", "3, dont 2 après le dernier rappel", "De 11 à 20 évaluations"]
    parts += ["7 autres évaluateurs", "Anne Exemple", "5,5 jours", "Notes", "2 candidatures à l’examen desquelles"]
    parts += ["3,21 sur 5", "112 (29 %)", "0,74, à lire avec prudence", "Maturité", "indéterminé", "Comment lire"]
    assert in_order(text, parts) == []


def test_the_report_of_a_year_tells_every_figure() -> None:
    text = " ".join(pages_of(render_annual(counted.annual())))
    parts = [
        "Rapport annuel 2025",
        "496",
        "429",
        "113",
        "61",
        "1 appel dont le lecteur n’a pas la charge",
        "L’incubateur",
    ]
    parts += [
        "Ensemble",
        "Mois par mois",
        *(month.capitalize() for month in counting.MONTHS),
        "14 candidatures en cours",
    ]
    parts += [
        "31 décembre 2025, dont 9 en cours d’évaluation",
        "901",
        "Pilotes",
        "71",
        "Investigation",
        "Produit transféré",
    ]
    parts += ["10 pilotes terminés", "79 %", "0,41", "Tiers supérieur", "80 %", "À retenir", "75 %"]
    assert in_order(text, parts) == []
    assert "provisoire" not in text


def test_of_nothing_both_are_drawn() -> None:
    empty = structs.replace(
        counted.report(),
        closes_at=None,
        first=None,
        last=None,
        funnel=(FunnelStep("drafts", 0), FunnelStep("submitted", 0)),
        **dict.fromkeys(("statuses", "stages", "delays", "breakdowns", "rounds", "named"), ()),
        reach=None,
        load=ExpertsLoad(0, 0, 0, 0, 0, 0, 0),
        unnamed=0,
    )
    text = " ".join(pages_of(render_report(empty)))
    assert in_order(text, ["appel permanent", "Aucune candidature n’est encore déposée", "Comment lire"]) == []
    bare = structs.replace(
        counted.annual(), over=False, service="", others=0, **dict.fromkeys(("calls", "pipe", "pilots", "ends"), ()),
        foresight=None,
    )  # fmt: skip
    text = " ".join(pages_of(render_annual(bare)))
    assert in_order(text, ["L’année n’est pas finie", "0 candidature en cours d’examen au jour du rapport"]) == []
    assert "avaient prévu" not in text


def test_charts_say_in_words_what_they_draw() -> None:
    assert bars("Titre", [Bar("A <b>", 3, "3"), Bar("B", 0, "0")]).alt == "Titre. A <b> : 3. B : 0."
    assert bars("Titre", [Bar("A", 3, "3 · 1", 1)], ("déposées", "retenues")).alt == "Titre. A : 3 · 1, déposées."
    assert columns("Mois", [Column("mai", (2, 0)), Column("juin", (0, 0))], ("déposées", "décidées")).alt == (
        "Mois. mai : 2 déposées, 0 décidées."
    )
    assert spread("Totaux", [(0, 2.5, 0), (2.5, 5, 4)], 3).alt == "Totaux. 4 de 2,5 à 5."
    assert spread("Totaux", []).alt == "Totaux. Aucune valeur."


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (None, "–"),
        (0.01, "moins d’une heure"),
        (1 / 24, "1 heure"),
        (0.98, "1 jour"),
        (1.5, "1,5 jour"),
        (1.94, "1,9 jour"),
        (1.98, "2 jours"),
        (12, "12 jours"),
    ],
)
def test_spans(days: float | None, told: str) -> None:
    assert counting.span(days).replace("\xa0", " ") == told
