"""What is too long is cut and joined; what no font has is replaced; words in French."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from reports import charts, sheet, words
from reports.glyphs import drawable, is_right_to_left
from reports.model import AttachmentLine, Column, Comment, CriterionScores, ReviewText, Score, Table, Total
from reports.prose import LEAST, Paragraph, parts
from reports.render import render_dossier
from service.pages.reading import paragraphs
from tests.reports import samples
from tests.reports.reading import text_of


def listed(tag: str, *items: str) -> str:
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag.partition(' ')[0]}>"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Trois\n- un\n– deux\n• trois <b>", "<p>Trois</p>" + listed("ul", "un", "deux", "trois &lt;b&gt;")),
        ("* un\n\n* deux\n  et demi\n\nFin", listed("ul", "un", "deux<br>et demi") + "<p>Fin</p>"),
        ("1. un\n2. deux\n4. quatre", listed("ol", "un", "deux") + "<p>4. quatre</p>"),
        ("3. trois\n4. quatre\n- a", listed('ol start="3"', "trois", "quatre") + "<p>- a</p>"),
        ("- un seul\nsuite", "<p>- un seul<br>suite</p>"),
        ("-5 degrés\n-3 degrés\n1.5\n2.5", "<p>-5 degrés<br>-3 degrés<br>1.5<br>2.5</p>"),
        ("12. Juin 2026.\n\n14. Juillet", "<p>12. Juin 2026.</p><p>14. Juillet</p>"),
        ("- a\n- b\nretour", listed("ul", "a", "b") + "<p>retour</p>"),
    ],
)
def test_lines_that_begin_alike_are_a_list(text: str, shown: str) -> None:
    """On paper and on pages alike."""
    assert str(paragraphs(text)) == shown
    assert str(sheet.Sheet().prose(text)).replace(' class="prose"', "").replace("\u00a0", " ") == shown


@given(st.text(alphabet=" -–•*1234.\nab\t", max_size=60))
def test_a_list_loses_nothing_but_its_marks(text: str) -> None:
    told: list[str] = []
    for part in parts(text):
        told += part.lines if isinstance(part, Paragraph) else [line for item in part.items for line in item]
        assert isinstance(part, Paragraph) or len(part.items) >= LEAST
    assert re.findall("[ab]", "".join(told)) == re.findall("[ab]", text)


def test_a_text_keeps_its_paragraphs_and_lines() -> None:
    shown = sheet.Sheet().prose("Un & deux\n<b>trois</b>\n\n\n\nQuatre")
    assert shown == "<p>Un &amp; deux<br>&lt;b&gt;trois&lt;/b&gt;</p><p>Quatre</p>"
    assert sheet.Sheet().prose("سلام\n\nsalut") == '<p dir="rtl">سلام</p><p>salut</p>'


def test_a_text_that_is_too_long_is_cut_at_a_word_and_joined_whole() -> None:
    paper = sheet.Sheet()
    text = "mot " * (sheet.TEXT_LIMIT // 4 + 100)
    shown = str(paper.prose(text))
    assert shown.endswith(
        '<p class="note">La suite (401 caractères) est jointe à ce document, sous le nom « texte-01.txt ».</p>'
    )
    printed = shown[: shown.index('<p class="note">')]
    assert set(re.sub("<[^>]+>", " ", printed).split()) == {"mot"}
    assert [(one.name, one.text) for one in paper.enclosures] == [("texte-01.txt", text)]


def test_all_texts_together_have_a_limit_too() -> None:
    paper = sheet.Sheet()
    text = "mot " * (sheet.TEXT_LIMIT // 4 - 1)
    assert [("jointe" in paper.prose(text)) for _ in range(2)] == [False, True]


def test_a_text_of_very_many_lines_is_cut_and_joined_whole() -> None:
    paper = sheet.Sheet()
    text = "é\n\n" * 40_000
    shown = str(paper.prose(text))
    assert shown.count("<p>") == sheet.BREAKS_LIMIT // 2 + 1
    assert "La suite (110\u202f999 caractères) est jointe" in shown
    assert [one.text for one in paper.enclosures] == [text]
    assert "jointe" in paper.prose("une\ndeux")
    assert "jointe" not in paper.prose("une seule")


def test_a_long_paragraph_is_laid_out_in_pieces_without_losing_a_word() -> None:
    text = " ".join(f"mot{i}" for i in range(5000))
    shown = str(sheet.Sheet().prose(text))
    assert (shown.count('<p class="begun">'), shown.count("<p>")) == (9, 1)
    assert shown.replace('<p class="begun">', "<p>").replace("</p><p>", " ") == f"<p>{text}</p>"


def test_a_long_paragraph_goes_on_below_where_a_sentence_or_a_line_begins() -> None:
    sentence = "Le service répond « en neuf jours », dit-il ; c’est long. "
    shown = str(sheet.Sheet().prose(sentence * 200))
    pieces = re.findall(r"<p[^>]*>(.*?)</p>", shown)
    assert len(pieces) == 3
    assert all(piece.rstrip().endswith("c’est long.") for piece in pieces)
    lines = "\n".join(f"ligne {i}" for i in range(900))
    shown = str(sheet.Sheet().prose(lines))
    assert re.sub("</p><p[^>]*>", "<br>", shown[len('<p class="begun">') :]) == lines.replace("\n", "<br>") + "</p>"


def test_a_table_too_long_for_paper_is_joined_whole() -> None:
    paper = sheet.Sheet()
    table = Table((Column("A"), Column("B", numeric=True)), (("a\tb", "1"),) * 4000, ("Total", "4000"))
    (panel,), note = paper.panels(table)
    assert len(panel.table.rows) == sheet.CELLS_LIMIT // 2
    assert "1\u202f000 lignes ne sont pas imprimées : le tableau entier est joint à ce document" in note
    lines = paper.enclosures[0].text.splitlines()
    assert (len(lines), lines[0], lines[1], lines[-1]) == (4002, "A\tB", "a b\t1", "Total\t4000")


def test_a_table_too_wide_for_paper_goes_on_below_beside_its_first_column() -> None:
    columns = tuple(Column(str(i)) for i in range(14))
    table = Table(columns, (tuple(f"c{i}" for i in range(14)),), tuple(f"t{i}" for i in range(14)))
    first, second = sheet.Sheet().panels(table)[0]
    assert [column.label for column in first.table.columns] == [str(i) for i in range(12)]
    assert second.table.rows == (("c0", "c12", "c13"),)
    assert second.table.totals == ("t0", "t12", "t13")
    assert sum(first.widths) == 1000


def test_a_long_list_is_cut_and_joined() -> None:
    paper = sheet.Sheet()
    lines = [AttachmentLine(f"{i}.pdf", i, samples.DIGEST, "application/pdf", "Pièces") for i in range(310)]
    shown, note = paper.first(lines, "pieces-jointes")
    assert (len(shown), paper.enclosures[0].name) == (300, "pieces-jointes-01.json")
    assert "10 lignes de plus" in note
    assert paper.enclosures[0].text.count('"name"') == 310


def test_what_no_font_has_is_replaced_counted_and_joined() -> None:
    paper = sheet.Sheet()
    assert paper.prose("Bonjour 😀 中 □") == "<p>Bonjour □ □ □</p>"
    assert (paper.replaced, [one.text for one in paper.enclosures]) == (2, ["Bonjour 😀 中 □"])
    assert paper.prose("Bonjour") == "<p>Bonjour</p>"
    assert paper.replaced == 2


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("e\u0301te\u0301", "été"),
        ("a\u00adb\u200bc\ufeffd\x00e\x07", "abcde"),
        ("facture\u202egpj.exe\u202c", "facturegpj.exe"),
        ("a\tb\u2028c\r\nd", "a b c\nd"),
        ("☕ ❤️ \ud800 \ue000", "□ ❤ □ □"),
        (samples.GREEK, samples.GREEK),
        (samples.ARABIC, samples.ARABIC),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_drawable(typed: str, drawn: str) -> None:
    assert drawable(typed) == drawn


def test_direction_is_that_of_the_first_letter() -> None:
    texts = ("12 – سلام abc", "abc سلام", "12", "")
    assert [is_right_to_left(text) for text in texts] == [True, False, False, False]


def test_words() -> None:
    summer = datetime(2025, 5, 31, 22, 5, tzinfo=UTC)
    assert words.moment(summer) == "1er\xa0juin\xa02025 à\xa00\xa0h\xa005"
    assert words.day(datetime(2025, 12, 31, 22, 59, tzinfo=UTC)) == "31\xa0décembre\xa02025"
    assert [words.size(one) for one in (0, 1, 999, 1500, 2_431_004, 5 * 10**9, 10**13)] == [
        "0\xa0octet",
        "1\xa0octet",
        "999\xa0octets",
        "1,5\xa0ko",
        "2,4\xa0Mo",
        "5\xa0Go",
        "10\u202f000\xa0Go",
    ]
    assert [words.number(Decimal(one)) for one in ("4", "12500.126", "-0.5")] == ["4", "12\u202f500,13", "-0,5"]
    assert (words.money(Decimal("12.5")), words.money(Decimal(1200), "en")) == ("12,50\xa0€", "€1,200")
    assert words.mean(Decimal(10) / 3) == "3,33"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Quoi ? « Oui » ; non !", "Quoi\xa0? «\xa0Oui\xa0»\xa0; non\xa0!"),
        ("12 500 000 € et 9,5 %", "12\xa0500\xa0000\xa0€ et 9,5\xa0%"),
        ("la loi n° 78-17, l’article L. 311-1", "la loi n°\xa078-17, l’article L.\xa0311-1"),
        ("le 12 mai 2025, le 1er juin", "le 12\xa0mai\xa02025, le 1er\xa0juin"),
        ("en 2025 avec 3 agents : 12 5000", "en 2025 avec 3 agents\xa0: 12 5000"),
        (samples.ARABIC, samples.ARABIC),
    ],
)
def test_french_lines_do_not_break_where_they_must_not(typed: str, printed: str) -> None:
    assert words.glued(typed) == printed
    assert re.sub("<[^>]+>", "", str(sheet.Sheet().prose(typed))) == printed
    assert sheet.Sheet().word(f" {printed}\n") == printed
    assert sheet.Sheet().cell(typed) == printed


def test_a_file_is_called_as_people_call_it() -> None:
    assert [words.media(one) for one in ("application/pdf", "text/csv", "application/x-rare")] == [
        "PDF",
        "tableau CSV",
        "application/x-rare",
    ]


def test_a_short_table_stays_whole_and_a_long_one_may_be_cut() -> None:
    def is_short(*rows: tuple[str, ...]) -> bool:
        (panel,), _ = sheet.Sheet().panels(Table((Column("A"), Column("B")), rows))
        return panel.short

    assert [is_short(*[("a", "b")] * 12), is_short(*[("a", "b")] * 13), is_short(("a", "b" * 1500))] == [
        True,
        False,
        False,
    ]


def test_a_chart_says_what_it_shows() -> None:
    given = samples.criterion("Impact <b>", 40, 3, 5, 4, 4)
    none: CriterionScores = samples.criterion("Maturité", 60, None)
    figure = charts.scores_chart((given, none))
    assert figure.alt == (
        "Notes par critère. Impact <b> : notes 5, 4, 4 ; moyenne 4,33 sur 5, seuil 3. Maturité : aucune note."
    )
    assert charts.means_chart((given,)).alt == "Moyenne par critère. Impact <b> : 4,33 sur 5, seuil 3."
    assert figure.src.startswith("data:image/svg+xml;base64,")


def test_letters_are_drawn_as_letters() -> None:
    one = samples.LETTERED
    assert charts.scores_chart((one,)).alt == (
        "Notes par critère. Qualité de l’équipe : notes A, B ; moyenne 2,50 sur 3, seuil B."
    )
    axis = str(charts._axis(one, 0))
    assert [axis.count(f">{mark}</text>") for mark in "ABC"] == [1, 1, 1]
    halves = structs.replace(one, marks=(), scores=(Score("A", Decimal("3.5")), Score("B", Decimal(2))))
    assert "notes 3,5, 2 ;" in charts.scores_chart((halves,)).alt


def test_a_dossier_tells_marks_recommendation_certainty_and_what_is_for_the_committee_alone() -> None:
    review = ReviewText(
        label="Évaluateur A",
        comments=(Comment(samples.LETTERED.name, Decimal(3), "Équipe solide.", mark="A", confidential="À vérifier."),),
        overall="Bien.",
        submitted_at=samples.SUBMITTED,
        confidential="Un doute.",
        confidence="Élevé",
        recommendation="Retenir",
    )
    total = Total(Decimal("11.5"), Decimal(15), Decimal(10), (Score("Évaluateur A", Decimal(12)),), summed=True)
    text = text_of(render_dossier(samples.dossier(criteria=(samples.LETTERED,), reviews=(review,), total=total)))
    for phrase in (
        "Total des notes : 11,50 sur 15",
        "1. Qualité de l’équipe 10 A, B, C B 2,50 2,50 1",
        "Évaluateur A A 12,00",
        "Évaluateur B B –",
        "Critère 1 : A vaut 3, B vaut 2, C vaut 1.",
        "Qualité de l’équipe · note A",
        "Pour le comité et le service seuls : À vérifier.",
        "Recommandation : Retenir. Certitude de l’évaluateur : Élevé.",
        "Avis général, pour le comité et le service seuls Un doute.",
    ):
        assert phrase in text.replace("\xa0", " "), phrase
