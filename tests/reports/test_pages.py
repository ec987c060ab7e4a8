"""What a reader finds on the pages: every word, whole, in order; the same bytes each time; nothing from elsewhere."""

import hashlib
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from msgspec import structs
from pypdf import PdfReader

from forms.telling import Question
from reports.model import AnswerLine, AnswerSection, Choices, Column, Dossier, Paragraphs, Table, Value
from reports.paper import OwnFonts, print_pdf
from reports.render import render_dossier, render_form, render_letter, render_receipt
from tests.reports import posted, samples
from tests.reports.reading import pages_of, text_of
from tests.support.thorough import LONG


def words_of(text: str) -> set[str]:
    """The words of a text, with their punctuation."""
    return set(text.split())


@pytest.fixture(scope="module")
def dossier() -> bytes:
    """The committee's dossier of the sample proposal."""
    return render_dossier(samples.dossier())


def test_dossier_shows_everything(dossier: bytes) -> None:
    text = text_of(dossier)
    given = samples.dossier()
    parts = [given.title, given.organisation, given.reference, given.service, given.stage, given.edition]
    parts += [section.title for section in given.answers]
    parts += [line.label for section in given.answers for line in section.lines]
    parts += [samples.PROBLEM, samples.GREEK, *(file.name for file in given.attachments)]
    parts += [one.name for one in given.criteria] + [line.text for line in given.timeline]
    parts += [comment.text for review in given.reviews for comment in review.comments]
    parts += [review.overall for review in given.reviews]
    assert given.synthesis
    assert given.decision
    assert given.checklist
    parts += [given.synthesis.text, given.decision.reasons, given.checklist.remarks]
    parts += [item.text for item in given.checklist.items]
    assert words_of(" ".join(parts)) - words_of(text) == set()
    assert samples.DIGEST in text.replace(" ", "")
    assert samples.DIGEST[::-1] in text.replace(" ", "")
    for phrase in ("12 mai 2025 à 16 h 07", "77,33 sur 100", "rang 17 sur 312", "2,4 Mo", "Non renseigné", "4,33"):
        assert phrase in text.replace("\xa0", " "), phrase


def told(one: Question) -> list[str]:
    """Every text of a question and of its parts."""
    texts = [one.label.fr, one.answer if one.kind != "explanation" else "", *one.limits, *one.rules]
    texts += [text.fr for text in (one.help, one.example, one.text) if text]
    texts += [one.asked_if, one.required_if, *(choice.label.fr for choice in one.offered)]
    return (
        texts
        + [choice.help.fr for choice in one.offered if choice.help]
        + [t for part in one.parts for t in told(part)]
    )


def test_a_blank_form_asks_everything() -> None:
    given = samples.form()
    pdf = render_form(given)
    shown = re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
    parts = [given.call_title, given.service, given.digest, *(text for pair in given.personal for text in pair)]
    for part in given.form.parts:
        parts += [
            part.title.fr,
            part.asked_if,
            part.intro.fr if part.intro else "",
            part.stage.fr if part.stage else "",
        ]
        parts += [text for question in part.questions for text in told(question)]
    assert [text for text in parts if re.sub(r"\s+", "", text) not in shown] == []
    assert pdf == render_form(given)


def test_arabic_and_greek_words_can_be_found_and_copied(dossier: bytes) -> None:
    text = text_of(dossier)
    # Of a line with digits, an extractor may drop the spaces around them: each word is looked for by itself.
    assert [word for word in f"{samples.GREEK} {samples.ARABIC}".split() if word.strip("،.") not in text] == []


def test_arabic_stands_on_the_right(dossier: bytes) -> None:
    edges: dict[str, float] = {}

    def note(text: str, outer: list[float], inner: list[float], *_: object) -> None:
        for letters in ("يقرأ", "Η λύση"):
            if letters in text:
                edges[letters] = inner[4] + inner[0] * outer[4]

    for page in PdfReader(BytesIO(dossier)).pages:
        page.extract_text(visitor_text=note)
    assert edges["يقرأ"] > edges["Η λύση"] + 50


def test_fifty_pages_come_out_whole() -> None:
    """Fifty by `--long`; a dozen always."""
    paragraphs, least = (190, 50) if LONG["now"] else (50, 12)
    numbered = [f"{samples.PROBLEM}\nParagraphe numéro {i}." for i in range(paragraphs)]
    text = "\n\n".join(numbered)
    answers = (AnswerSection("Section", (AnswerLine("Question", Paragraphs(text)),)),)
    pdf = render_dossier(samples.dossier(answers=answers))
    assert len(PdfReader(BytesIO(pdf)).pages) > least
    found = re.findall(r"Paragraphe\s+numéro\s+(\d+)\.", text_of(pdf))
    assert [int(one) for one in found] == list(range(paragraphs))
    assert PdfReader(BytesIO(pdf)).attachments == {}


def test_outline_language_and_title(dossier: bytes) -> None:
    reader = PdfReader(BytesIO(dossier))
    titles = [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]
    assert titles == [
        "L’essentiel",
        "Candidature",
        "Pièces jointes",
        "Vérification de l’éligibilité",
        "Notes par critère",
        "Commentaires des évaluateurs",
        "Synthèse",
        "Décision",
        "Chronologie",
        "Éléments de preuve",
    ]
    assert str(reader.root_object["/Lang"]) == "fr"
    assert reader.metadata is not None
    assert reader.metadata.title == f"AMI-2025-0042 – {samples.dossier().title} – dossier de candidature"


def test_another_process_draws_the_same_bytes(dossier: bytes) -> None:
    code = (
        "import hashlib, sys; from reports.render import *; from tests.reports import posted, samples;"
        "print(*(hashlib.sha256(pdf).hexdigest() for pdf in (render_dossier(samples.dossier()),"
        " render_receipt(posted.receipt()), render_letter(posted.letter()))))"
    )
    root = Path(__file__).parents[2]
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, cwd=root)
    here = (dossier, render_receipt(posted.receipt()), render_letter(posted.letter()))
    assert other.stdout.split() == [hashlib.sha256(pdf).hexdigest() for pdf in here]


def test_other_data_other_bytes_and_identifier() -> None:
    first, second = render_letter(posted.letter()), render_letter(posted.letter(reasons="Autres motifs."))
    assert PdfReader(BytesIO(first)).trailer["/ID"] != PdfReader(BytesIO(second)).trailer["/ID"]


def test_reasons_and_choices_are_whole_however_long() -> None:
    long = " ".join(f"motif{i}." for i in range(1, 601))
    given = samples.dossier()
    assert given.checklist
    for reasons in ((long,), (long, "Un autre.")):
        checklist = structs.replace(given.checklist, reasons=reasons)
        answers = (AnswerSection("Réponses", (AnswerLine("Choix", Choices(("Un", long))),)),)
        text = text_of(render_dossier(samples.dossier(answers=answers, checklist=checklist)))
        assert (text.count("motif600."), text.count("motif300.")) == (2, 2)


def test_the_cover_is_one_page_with_the_longest_title() -> None:
    title = ("Plateforme d’aide à la rédaction des courriers en langage clair pour les usagers " * 4)[:300].strip()
    pdf = render_dossier(
        samples.dossier(title=title, organisation=("Groupement des communes rurales de l’Est " * 8)[:300])
    )
    first, second, third = pages_of(pdf)[:3]
    assert "Éléments de preuve" in first
    assert "L’essentiel" in second
    assert "Candidature Votre organisme" in third


def test_titles_stand_on_the_page_of_the_wide_table_they_announce() -> None:
    wide = Table(tuple(Column(f"Colonne {i}") for i in range(12)), (tuple("x" * 12),))
    answers = (AnswerSection("Moyens", (AnswerLine("Budget détaillé", wide), AnswerLine("Suite", Value("Fin")))),)
    pages = pages_of(render_dossier(samples.dossier(answers=answers)))
    assert [page for page in pages if "Moyens" in page and "Budget détaillé" in page and "Colonne 11" in page]
    assert len([page for page in pages[1:] if "Moyens" in page]) == 1


@pytest.mark.long
def test_a_short_table_is_not_cut_by_a_page_break() -> None:
    for lines in range(20, 44, 3):  # the table is taller than three lines
        above = "\n".join(f"Ligne {i}" for i in range(lines))
        answers = (
            AnswerSection("Moyens", (AnswerLine("Texte", Paragraphs(above)), AnswerLine("Budget", samples.BUDGET))),
        )
        pages = pages_of(render_dossier(bare(answers)))
        assert [i for i, page in enumerate(pages) if "Développement" in page] == [
            i for i, page in enumerate(pages) if "86 750,50" in page
        ]


def bare(answers: tuple[AnswerSection, ...]) -> Dossier:
    """A dossier of answers alone."""
    return samples.dossier(
        answers=answers,
        attachments=(),
        checklist=None,
        criteria=(),
        total=None,
        reviews=(),
        synthesis=None,
        decision=None,
        timeline=(),
    )


def test_before_any_score_the_grid_has_no_empty_columns() -> None:
    criteria = tuple(samples.criterion(one.name, int(one.weight), 3) for one in samples.CRITERIA)
    text = text_of(render_dossier(samples.dossier(criteria=criteria, reviews=(), total=None)))
    assert "Aucune évaluation remise." in text
    assert "Critère Poids Échelle Seuil 1. Impact" in text
    assert "Médiane" not in text


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web address of this machine, and the addresses of those who came."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                came.append(str(address))
                connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def hostile(address: str, secret: Path) -> str:
    """What an answer would say to have the renderer fetch something."""
    places = (address, secret.as_uri(), "ftp://127.0.0.1/x", "font:../../etc/passwd")
    return "".join(
        f'<img src="{place}"><link rel="attachment" href="{place}"><link rel="stylesheet" href="{place}">'
        f'<style>@import url("{place}"); p {{ background: url("{place}") }}</style><object data="{place}"></object>'
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{place}"/><use href="{place}#a"/></svg>'
        for place in places
    )


def test_a_hostile_answer_is_only_a_text(listener: tuple[str, list[str]], tmp_path: Path) -> None:
    address, came = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("canari")
    markup = hostile(address, secret) + "</p></body>{{ 7 * 191 }}{% include 'style.css' %}"
    answers = (
        AnswerSection(markup, (AnswerLine(markup, Paragraphs(markup)), AnswerLine(markup, Value(markup[:200])))),
    )
    pdf = render_dossier(samples.dossier(answers=answers, title=markup, organisation=markup))
    text = text_of(pdf)
    assert "canari" not in text
    assert "1337" not in text
    assert '<linkrel="attachment"href="file:' in text.replace(" ", "")
    assert (PdfReader(BytesIO(pdf)).attachments, came) == ({}, [])


def test_the_renderer_reaches_nothing_even_when_told_to(listener: tuple[str, list[str]], tmp_path: Path) -> None:
    address, came = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("canari")
    html = f"<html lang=fr><title>t</title><body><p>corps{hostile(address, secret)}</body></html>"
    pdf = print_pdf(html, samples.SUBMITTED)
    assert (PdfReader(BytesIO(pdf)).attachments, came) == ({}, [])
    assert b"canari" not in pdf
    for place in (address, secret.as_uri(), "font:nothing", "font:../glyphs.py", "ftp://127.0.0.1/x"):
        with pytest.raises(ValueError, match="disallowed protocol"):
            OwnFonts().fetch(place)
