"""Every kind of document passes veraPDF for PDF/A-3a and PDF/UA-1, whatever people typed; a bad file does not."""

import json
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from msgspec import structs

from reports.model import (
    AnswerLine,
    AnswerSection,
    Choices,
    Column,
    Content,
    Missing,
    Paragraphs,
    Table,
    Value,
)
from reports.render import (
    render_archive,
    render_convocation,
    render_dossier,
    render_form,
    render_letter,
    render_minutes,
    render_receipt,
)
from reports.reporting import render_annual, render_report
from tests.reports import counted, posted, samples, sittings
from tests.support.verapdf import PDFA_3A, PDFUA_1, NotAPdfError, failures

ODD = (
    "Emoji 😀👍🏽👨‍👩‍👧 ☕ ❤️ 🇫🇷, chinois 中文, hébreu עברית, devanagari हिन्दी, tibétain བོད, "
    "marque seule \u0301, é décomposé e\u0301, coupure a\u00adb, sens forcé \u202egpj.exe\u202c, privé \ue000, "
    "nul \x00, cloche \x07, moitié \ud800, fin \U0010ffff"
)


ARABIC = samples.ARABIC.partition("\n")[0]


def wide() -> Table:
    """A table of more columns than a page's side holds, with numbers that must not be cut."""
    columns = (Column("Poste"), *(Column(f"Mois {i}", numeric=True) for i in range(1, 25)))
    rows = tuple((f"Ligne {i}", *(f"{i * 1000 + j}\xa0€" for j in range(1, 25))) for i in range(12))
    return Table(columns, rows, ("Total", *("66\u202f000\xa0€" for _ in range(24))))


def section(*contents: Content) -> tuple[AnswerSection, ...]:
    """A section of one question for each content."""
    return (AnswerSection("Réponses", tuple(AnswerLine(f"Question {i}", one) for i, one in enumerate(contents, 1))),)


def conforms(pdf: bytes) -> None:
    """Both standards, every rule."""
    assert (failures(pdf, PDFA_3A), failures(pdf, PDFUA_1)) == ((), ())


def test_archive() -> None:
    """The dossier with all its parts, with everything that it names inside it, and what it leaves out named."""
    archive = samples.archive()
    pdf = render_archive(archive)
    conforms(pdf)
    with pikepdf.open(BytesIO(pdf)) as document:
        held = {name: one.get_file().read_bytes() for name, one in document.attachments.items()}
    manifest = json.loads(held.pop("manifeste.json"))
    told = {one["name"]: one["sha256"] for one in manifest["files"] if one["embedded"]}
    assert {name: sha256(content).hexdigest() for name, content in held.items()} == told
    assert [one["original"] for one in manifest["files"] if not one["embedded"]] == ["film.mp4"]
    assert held["reponses.json"] == archive.answers


def test_receipt_and_letter() -> None:
    conforms(render_receipt(posted.receipt()))
    english = posted.letter(reasons=samples.ENGLISH)
    conforms(render_letter(structs.replace(english, observations=samples.OBSERVATIONS)))


def test_minutes_and_convocation() -> None:
    conforms(render_minutes(structs.replace(sittings.minutes(), urgency=ODD)))
    conforms(render_minutes(sittings.public_minutes()))
    conforms(render_convocation(sittings.convocation()))


def test_reports_of_a_call_and_of_a_year() -> None:
    given = counted.report()
    odd = structs.replace(given.breakdowns[0], label=ODD, groups=given.breakdowns[0].groups * 8)
    conforms(render_report(structs.replace(given, title=ODD, breakdowns=(odd, *given.breakdowns[1:]))))
    conforms(render_annual(counted.annual()))


def test_blank_form() -> None:
    conforms(render_form(samples.form()))


def test_dossier_of_a_bare_proposal() -> None:
    empty = samples.dossier(
        answers=section(Missing(), Table((), ()), Choices(()), Paragraphs(""), Value("")),
        attachments=(),
        checklist=None,
        criteria=(),
        total=None,
        reviews=(),
        synthesis=None,
        decision=None,
        timeline=(),
        title="",
        organisation="",
    )
    conforms(render_dossier(empty))


def test_dossier_with_every_script_and_shape() -> None:
    answers = section(
        Paragraphs(samples.GREEK),
        Paragraphs(samples.ARABIC),
        Paragraphs(f"{samples.ENGLISH}\n\n- the first of them\n- and this is the second"),
        Table((Column("Poste", typed=True), Column("Montant", numeric=True)), ((samples.ENGLISH, "12 €"),)),
        Paragraphs(f"Du français, {samples.ARABIC} et encore du français."),
        Value(samples.ARABIC),
        Choices((samples.GREEK, samples.ARABIC, ODD)),
        Paragraphs(ODD),
        wide(),
        Table((Column("Texte"), Column("Mot")), ((samples.PROBLEM * 3, "x" * 3000), (samples.ARABIC, ODD))),
        Paragraphs("x" * 5000),
        Paragraphs(f"Trois listes\n- une\n- deux\n\n3. trois\n4. {samples.PROBLEM * 12}\n\n- {ARABIC}\n- {ARABIC}"),
    )
    conforms(render_dossier(samples.dossier(answers=answers, title=ODD, organisation=samples.ARABIC)))


def test_the_check_bites() -> None:
    good = render_letter(posted.letter())
    assert failures(without(good, "/StructTreeRoot"), PDFUA_1) != ()
    assert any("6.6.2" in rule for rule in failures(without(good, "/Metadata"), PDFA_3A))
    assert any("6.2.3" in rule or "6.2.4" in rule for rule in failures(without(good, "/OutputIntents"), PDFA_3A))
    with pytest.raises(NotAPdfError):
        failures(b"not a file of that kind", PDFA_3A)


def without(pdf: bytes, key: str) -> bytes:
    """The file, with one entry of its catalogue removed."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        del document.Root[key]
        document.save(out)
    return out.getvalue()
