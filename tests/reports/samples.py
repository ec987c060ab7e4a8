"""Invented data for the documents: a proposal as rich as real ones are, and a blank form."""

from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from msgspec import structs

import forms
from forms import gallery
from forms.telling import blank_form, told_of_data
from reports.blank import BlankPaper
from reports.kept import Archive, KeptFile
from reports.model import (
    AnswerLine,
    AnswerSection,
    AttachmentLine,
    Checklist,
    ChecklistItem,
    Choices,
    Column,
    Comment,
    CriterionScores,
    Decision,
    Dossier,
    Mark,
    Message,
    Missing,
    Observation,
    Paragraphs,
    ReviewText,
    Score,
    Synthesis,
    Table,
    TimelineLine,
    Total,
    Value,
)

SUBMITTED = datetime(2025, 5, 12, 14, 7, tzinfo=UTC)
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SERVICE = "Direction interministérielle du numérique"
CALL = "Solutions d’IA pour le public"

PROBLEM = (
    "Chaque semaine, les secrétariats de mairie lisent et classent à la main plusieurs centaines de demandes arrivées "
    "par courriel, par formulaire ou sur papier. Les plus urgentes attendent derrière les plus simples.\n\n"
    "Nous avons suivi onze secrétariats pendant trois mois : une demande sur quatre est transmise deux fois avant "
    "d’arriver au bon service, et le délai médian de première réponse est de neuf jours.\n\n"
    "Ce que nous proposons :\n– lire la demande et reconnaître son objet ;\n"
    "– proposer le service compétent, avec la raison ;\n– laisser l’agent décider, toujours."
)

ENGLISH = "The solution reads the requests of the public and suggests who should answer them; the decision is theirs."
GREEK = "Η λύση ταξινομεί τα αιτήματα των πολιτών και προτείνει την αρμόδια υπηρεσία."
ARABIC = "يقرأ الحل طلبات المواطنين ويقترح المصلحة المختصة، ويبقى القرار دائما للموظف في 48 ساعة."

BUDGET = Table(
    (Column("Poste"), Column("2025", True), Column("2026", True), Column("Total", True)),
    (
        ("Développement", "42 000 €", "18 000 €", "60 000 €"),
        ("Hébergement qualifié SecNumCloud", "6 500 €", "9 000 €", "15 500 €"),
        ("Accompagnement des agents et accessibilité", "4 000 €", "7 250,50 €", "11 250,50 €"),
    ),
    ("Total", "52 500 €", "34 250,50 €", "86 750,50 €"),
)

ANSWERS = (
    AnswerSection(
        "Votre organisme",
        (
            AnswerLine("Pays du siège", Value("France")),
            AnswerLine("Numéro SIRET", Value("732 829 320 00074")),
            AnswerLine("Forme juridique", Value("Société coopérative et participative")),
            AnswerLine("Site de l’organisme", Missing()),
            AnswerLine("Contact", Value("Ariane Exemple, directrice · ariane@lumen.example")),
        ),
    ),
    AnswerSection(
        "Votre solution",
        (
            AnswerLine(
                "Nature de la solution",
                Choices(("Solution complète", "Logiciel libre", "Hébergée dans l’Union européenne")),
            ),
            AnswerLine("Quel problème de terrain résolvez-vous ?", Paragraphs(PROBLEM)),
            AnswerLine("Maturité", Value("TRL 7 : démontrée en conditions réelles")),
            AnswerLine(
                "Résumé en grec",
                Paragraphs(GREEK),
            ),
            AnswerLine(
                "Résumé en arabe",
                Paragraphs(ARABIC),
            ),
        ),
    ),
    AnswerSection(
        "Budget et calendrier",
        (
            AnswerLine(
                "Budget prévisionnel",
                BUDGET,
            ),
            AnswerLine("Cofinancements", Missing()),
        ),
    ),
)


def criterion(name: str, weight: int, threshold: int | None, *values: int) -> CriterionScores:
    """A criterion scored by experts A, B, C… in this order."""
    scores = tuple(Score(f"Évaluateur {chr(65 + i)}", Decimal(value)) for i, value in enumerate(values))
    ordered = sorted(values)
    mean = Decimal(sum(values)) / len(values) if values else None
    half = len(ordered) // 2
    median = (Decimal(ordered[half] + ordered[~half]) / 2) if values else None
    limit = None if threshold is None else Decimal(threshold)
    spread = Decimal(ordered[-1] - ordered[0]) if values else None
    return CriterionScores(name, Decimal(weight), Decimal(0), Decimal(5), limit, scores, mean, median, spread)


CRITERIA = (
    criterion("Impact attendu sur les missions de service public", 40, 3, 5, 4, 4),
    criterion("Maturité fonctionnelle", 30, 3, 4, 4, 2),
    criterion("Intégration au système d’information", 15, None, 3, 4, 3),
    criterion("Conformité : sécurité, données personnelles, accessibilité", 15, 2, 4, 5, 3),
)

LETTERED = CriterionScores(
    name="Qualité de l’équipe",
    weight=Decimal(10),
    lowest=Decimal(1),
    highest=Decimal(3),
    threshold=Decimal(2),
    scores=(Score("Évaluateur A", Decimal(3)), Score("Évaluateur B", Decimal(2))),
    mean=Decimal("2.5"),
    median=Decimal("2.5"),
    spread=Decimal(1),
    marks=(Mark(Decimal(3), "A"), Mark(Decimal(2), "B"), Mark(Decimal(1), "C")),
)
OBSERVATIONS = (
    Observation("Impact attendu", ("Les bénéficiaires sont bien décrits.", "La mesure reste à préciser.\n\nPuis ?")),
    Observation("Avis général", ("Un beau projet.",)),
)

FILES = (
    AttachmentLine("présentation.pdf", 2_431_004, DIGEST, "application/pdf", "Présentation de la solution"),
    AttachmentLine(
        "conventions et lettres de soutien des communes partenaires – version signée.zip",
        18_200_511,
        DIGEST[::-1],
        "application/zip",
        "Lettres de soutien",
    ),
)


def review(letter: str, overall: str, *scores: int) -> ReviewText:
    """A review whose comments say something on every criterion."""
    texts = (
        "Effet chiffré et vérifiable : délai de première réponse divisé par trois sur onze secrétariats.",
        "Deux communes s’en servent chaque jour ; le passage à cinquante reste à démontrer.",
        "S’appuie sur des interfaces documentées. Il manque le raccordement à la gestion électronique de documents.",
        "Analyse d’impact fournie. Audit d’accessibilité annoncé pour l’automne, à suivre.",
    )
    comments = tuple(
        Comment(one.name, Decimal(score), text) for one, score, text in zip(CRITERIA, scores, texts, strict=True)
    )
    return ReviewText(f"Évaluateur {letter}", comments, overall, datetime(2025, 5, 26, 9, 30, tzinfo=UTC))


def dossier(**changes: object) -> Dossier:
    """The committee's dossier of a proposal that went all the way."""
    values: dict[str, object] = {
        "reference": "AMI-2025-0042",
        "title": "Lumen, l’aide au tri des demandes des usagers",
        "organisation": "Coopérative Lumen",
        "call_title": CALL,
        "service": SERVICE,
        "lang": "fr",
        "drawn_for": "committee",
        "journal_position": 31,
        "journal_hash": DIGEST[::-1],
        "revision": 2,
        "revision_digest": DIGEST,
        "submitted_at": SUBMITTED,
        "edition": "ami-2025, édition 1",
        "journal_at": datetime(2025, 6, 4, 7, 0, tzinfo=UTC),
        "stage": "Comité de sélection",
        "answers": ANSWERS,
        "attachments": FILES,
        "checklist": Checklist(
            "Éligible",
            (
                ChecklistItem("Le candidat est une personne morale de l’Union européenne", True),
                ChecklistItem("La solution s’utilise sans personnel technique", True),
                ChecklistItem("Le dossier est complet", True),
                ChecklistItem("Un conflit d’intérêts est signalé", False),
            ),
            (),
            "Pièce complétée le 14 mai à notre demande.",
            datetime(2025, 5, 16, 8, 2, tzinfo=UTC),
            "Camille Exemple",
        ),
        "criteria": CRITERIA,
        "total": Total(
            Decimal("77.33"),
            Decimal(100),
            Decimal(60),
            (
                Score("Évaluateur A", Decimal(85)),
                Score("Évaluateur B", Decimal(83)),
                Score("Évaluateur C", Decimal(64)),
            ),
            rank=17,
            ranked=312,
        ),
        "reviews": (
            review("A", "Très bonne candidature, utile dès cette année.", 5, 4, 3, 4),
            review("B", "", 4, 4, 4, 5),
            review("C", "Prometteur, mais à revoir quand l’audit d’accessibilité sera fait.", 4, 2, 3, 3),
        ),
        "synthesis": Synthesis(
            (
                "Les trois évaluateurs s’accordent sur l’impact. Ils divergent sur la maturité : l’écart tient à la "
                "lecture de l’essai mené à petite échelle.\n\nNous proposons de retenir la candidature, avec un "
                "audit d’accessibilité avant le pilote."
            ),
            "Avis favorable",
            datetime(2025, 5, 28, 15, 45, tzinfo=UTC),
            "Camille Exemple",
        ),
        "decision": Decision(
            "Retenue, entrée en pilote",
            "Impact démontré sur le terrain ; solution libre et souveraine.",
            "Dominique Exemple",
            "Cheffe du département, par délégation",
            datetime(2025, 6, 2, 16, 0, tzinfo=UTC),
            datetime(2025, 6, 4, 7, 0, tzinfo=UTC),
        ),
        "timeline": (
            TimelineLine(SUBMITTED, "Candidature déposée"),
            TimelineLine(datetime(2025, 5, 13, 7, 30, tzinfo=UTC), "Complément demandé"),
            TimelineLine(datetime(2025, 5, 14, 10, 12, tzinfo=UTC), "Complément reçu (version 2)"),
            TimelineLine(datetime(2025, 5, 16, 8, 2, tzinfo=UTC), "Candidature jugée éligible"),
            TimelineLine(datetime(2025, 5, 26, 9, 30, tzinfo=UTC), "Troisième évaluation remise"),
            TimelineLine(datetime(2025, 5, 28, 15, 45, tzinfo=UTC), "Synthèse remise au comité"),
            TimelineLine(datetime(2025, 6, 2, 16, 0, tzinfo=UTC), "Décision prise"),
        ),
    }
    return Dossier(**{**values, **changes})  # type: ignore[arg-type]


def whole_dossier() -> Dossier:
    """The officers' dossier of the same proposal, with everything that one may hold."""
    at = datetime(2025, 5, 20, 9, 30, tzinfo=UTC)
    code = "7K3M-9PQ2-XW4T-VB8N-0C5D"
    return structs.replace(
        dossier(),
        drawn_for="officer",
        ranked_at=at,
        code=code,
        verification=f"https://alliance.example/verifier/AMI-2025-0042/{code}",
        observations=OBSERVATIONS,
        conciliation=(
            Message(at, "Anne Exemple", "Je maintiens que l’essai ne prouve rien.\n\nOnze mairies, c’est peu."),
            Message(at, "Bruno Exemple", "Les chiffres sont publics : voir l’annexe 2."),
        ),
        clarifications=(
            Message(at, "Le service chargé de l’appel", "Pouvez-vous préciser le calendrier ?", "Question"),
            Message(at, "Ariane Exemple", "Oui : pilote en septembre.", "1 fichier joint"),
        ),
    )


def archive() -> Archive:
    """The archive of the same proposal, with a file that is too large for it."""
    content = b"%PDF-1.7 exemple"
    return Archive(
        whole_dossier(),
        b'{"answers": {"title": "Lumen"}}',
        (
            KeptFile("présentation.pdf", "Présentation", len(content), sha256(content).hexdigest(), content),
            KeptFile("film.mp4", "Démonstration", 4_000_000_000, DIGEST, None, "Trop volumineux"),
        ),
    )


def form() -> BlankPaper:
    """The blank form of a call in two stages, with every shape of question."""
    edition = forms.parse_edition(gallery.read("european-research"))
    return BlankPaper(
        call_title=edition.call.title.fr,
        service=edition.call.service.name.fr,
        contact=edition.call.service.email,
        number=2,
        digest=DIGEST,
        published_at=SUBMITTED,
        form=blank_form(edition),
        personal=told_of_data(edition.call),
    )
