"""What is written in English is marked as English, part by part, and nothing else is."""

import pytest
from msgspec import structs

from reports.model import AnswerLine, AnswerSection, Choices, Column, Comment, Content, Paragraphs, Table, Value
from reports.render import render_dossier, render_letter
from reports.tongues import tongue
from tests.reports import posted, samples
from tests.support.paper import spoken, squeezed

SHORT = "Sorting of requests"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (samples.ENGLISH, "en"),
        (samples.PROBLEM, "fr"),
        (samples.GREEK, ""),
        (SHORT, ""),
        ("Une solution « open source » qui trie les demandes, dans le respect du droit", "fr"),
        ("The mairie de la Roche and the mairie de Valmont have agreed to be our first users", "en"),
        (f"{samples.ENGLISH} {samples.PROBLEM[:120]}", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text(text: str, found: str) -> None:
    assert tongue(text) == found


def test_a_letter_gives_its_reasons_in_their_language() -> None:
    assert spoken(render_letter(posted.letter(reasons=samples.ENGLISH)), "en") == squeezed(samples.ENGLISH)
    assert spoken(render_letter(posted.letter()), "en") == ""


def test_a_dossier_is_read_aloud_in_the_language_of_each_part() -> None:
    """What does not tell its own is in that of the long answers; words of ours are French, whatever stands around."""
    table = Table((Column("Poste", typed=True), Column("Type")), (("Hosting", "Logiciel"),))
    answers: tuple[Content, ...] = (
        Paragraphs(samples.ENGLISH),
        Value("Lumen tool", typed=True),
        Value("Oui"),
        Choices(("Logiciel libre",)),
        table,
        Paragraphs("Un mot pour les agents."),
    )
    lines = tuple(AnswerLine(f"Question {number}", one) for number, one in enumerate(answers, 1))
    given = samples.dossier(answers=(AnswerSection("Réponses", lines),), timeline=(), checklist=None)
    said = Comment("Impact", None, "This is the one that we would try, and it has been tried before.")
    review = structs.replace(given.reviews[0], comments=(said,), overall="Très bonne candidature pour les communes.")
    found = spoken(render_dossier(structs.replace(given, reviews=(review,))), "en")
    wanted = (samples.ENGLISH, samples.ENGLISH, "Lumen tool", "Hosting", said.text)  # the first one is quoted before
    assert found == "".join(map(squeezed, wanted))
