"""Letters and receipts: all that an administration's letter says, in its order, on one page."""

from io import BytesIO

from msgspec import structs
from pypdf import PdfReader

from forms import catalogue, parse_edition
from reports.render import render_letter, render_receipt
from service.views.letters import contact
from tests.reports import posted, samples
from tests.reports.reading import pages_of


def test_a_letter_is_one() -> None:
    (page,) = pages_of(render_letter(posted.letter()))
    given = posted.letter()
    parts = [
        *given.sender.split("\n"),
        *given.contact.split("\n"),
        given.recipient,
        given.organisation,
        "Paris, le 4 juin 2025",
        f"Objet : {given.subject}",
        "Madame, Monsieur,",
        "Décision : Candidature retenue",
        "Motifs de la décision",
        "Veuillez agréer",
        given.capacity,
        given.author,
        "Voies et délais de recours",
        "Traitement algorithmique",
    ]
    places = [page.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    title = PdfReader(BytesIO(render_letter(given))).metadata
    assert title is not None
    assert title.title == f"Décision sur la candidature AMI-2025-0042 – {given.title}"


def test_what_experts_say_to_the_applicant_is_joined_to_the_letter() -> None:
    first, second = pages_of(render_letter(structs.replace(posted.letter(), observations=samples.OBSERVATIONS)))
    parts = ["Observations des évaluateurs"]
    for one in samples.OBSERVATIONS:
        parts += [one.criterion, *(line for text in one.texts for line in text.split("\n\n"))]
    places = [second.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert "Observations" not in first


def test_a_receipt_names_the_service_and_every_file() -> None:
    (page,) = pages_of(render_receipt(posted.receipt()))
    given = posted.receipt()
    assert "12 juillet 2025, si aucune décision" in page
    for part in ("12 mai 2025 à 16 h 07", given.service, given.contact, given.reference, "PDF", "archive ZIP"):
        assert part in page
    for digest in (given.digest, *(file.sha256 for file in given.files)):
        assert digest in page.replace(" ", "")


def test_the_shipped_texts_make_letters_and_receipts_of_one_page() -> None:
    for slug in catalogue.shipped():
        edition = parse_edition(catalogue.read(slug))
        call, letters = edition.call, edition.call.letters
        remedies = f"{letters.silence.fr}\n\n{letters.remedies.fr}"
        told = structs.replace(
            posted.receipt(),
            contact=contact(call.service),
            next_steps=letters.receipt.fr,
            remedies=remedies,
            service=call.service.name.fr,
        )
        pages = [len(pages_of(render_receipt(told)))]
        for outcome in [one for stage in edition.process.stages for one in stage.outcomes if one.letter]:
            assert outcome.letter
            assert letters.algorithms
            letter = posted.letter(
                body=outcome.letter.fr,
                outcome=outcome.name.fr,
                contact=contact(call.service),
                remedies=letters.remedies.fr,
                algorithmic_mention=letters.algorithms.fr,
                reasons="Le comité relève la forte adéquation au besoin du partenaire et la solidité de l’équipe. " * 3,
            )
            pages.append(len(pages_of(render_letter(letter))))
        assert set(pages) == {1}
