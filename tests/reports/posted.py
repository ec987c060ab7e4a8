"""What the applicant of the invented proposal is sent."""

from datetime import UTC, date, datetime

from msgspec import structs

from reports.letters import Letter, Receipt
from tests.reports.samples import CALL, DIGEST, FILES, SERVICE, SUBMITTED


def receipt() -> Receipt:
    """The receipt of the same proposal."""
    return Receipt(
        reference="AMI-2025-0042",
        title="Lumen, l’aide au tri des demandes des usagers",
        organisation="Coopérative Lumen",
        recipient="Ariane Exemple",
        call_title=CALL,
        service=SERVICE,
        contact="ami-ia@dinum.example",
        submitted_at=SUBMITTED,
        revision=1,
        digest=DIGEST,
        files=FILES,
        silence_on=date(2025, 7, 12),
        next_steps=(
            "Un chargé de programme vérifie la recevabilité de votre candidature sous huit jours ouvrés.\n\nElle "
            "est ensuite lue par plusieurs évaluateurs. Vous recevrez la décision par lettre, au plus tard le 30 "
            "juin 2025."
        ),
        remedies=(
            "Le silence gardé pendant deux mois sur votre candidature vaut décision de rejet. Cette décision "
            "peut être contestée dans les deux mois devant le tribunal administratif."
        ),
    )


def letter(**changes: str) -> Letter:
    """The letter of the same proposal."""
    return structs.replace(_LETTER, **changes)


_LETTER = Letter(
    reference="AMI-2025-0042",
    title="Lumen, l’aide au tri des demandes des usagers",
    call_title=CALL,
    sender="Direction interministérielle\ndu numérique",
    service=SERVICE,
    contact="1, place de l’Exemple\n75000 Paris\nami-ia@dinum.example",
    recipient="Ariane Exemple",
    organisation="Coopérative Lumen",
    place="Paris",
    date=datetime(2025, 6, 4, 7, 0, tzinfo=UTC),
    subject="décision sur votre candidature AMI-2025-0042",
    outcome="Candidature retenue",
    body=(
        "Vous avez déposé une candidature à l’appel « Solutions d’IA pour le public ». "
        "Après avis du comité de sélection réuni le 2 juin 2025, j’ai le plaisir de vous faire connaître "
        "qu’elle est retenue."
    ),
    reasons=(
        "Le comité a relevé un impact démontré sur le terrain, mesuré dans onze secrétariats, et une "
        "solution libre et souveraine."
    ),
    author="Dominique Exemple",
    capacity="La cheffe du département, par délégation",
    remedies=(
        "Cette décision peut être contestée, dans les deux mois qui suivent sa notification, par un recours "
        "gracieux auprès de son auteur ou par un recours contentieux devant le tribunal administratif de "
        "Paris."
    ),
    algorithmic_mention=(
        "Le classement qui a servi à préparer l’avis du comité est calculé : moyenne des notes des "
        "évaluateurs, pondérée par critère. Vous pouvez demander communication des règles de ce calcul et de "
        "leur application à votre candidature."
    ),
)
