"""Invented figures: a call that is decided, a year that is over."""

from datetime import UTC, datetime

from reports.figures import (
    AnnualFigures,
    AnswerGroup,
    Breakdown,
    CallFigures,
    CallYear,
    CriterionFigures,
    DelayFigures,
    ExpertsLoad,
    ExpertWork,
    Foreseen,
    Foresight,
    FunnelStep,
    LoadBand,
    MonthFigures,
    PilotEnds,
    PipeFigures,
    ReachFigures,
    RoundFigures,
    ScoreBand,
    StageFigures,
)
from tests.reports.samples import CALL, SERVICE, SUBMITTED


def report() -> CallFigures:
    """A call that is decided, with scores, experts by name and a round of two."""
    steps = [("drafts", 41), ("submitted", 435), ("withdrawn", 9), ("eligible", 402), ("reviewed", 398)]
    steps += [("committee", 390), ("decided", 389), ("retained", 102)]
    totals = tuple(
        ScoreBand(n / 2, n / 2 + 0.5, count) for n, count in enumerate((0, 2, 9, 24, 51, 83, 96, 71, 40, 14))
    )
    bands = (LoadBand(0, 0, 1), LoadBand(1, 2, 4), LoadBand(11, 20, 60), LoadBand(21, None, 3))
    criteria = tuple(
        CriterionFigures(name, 390, 0, 5, 3.27, 3, 120, alpha)
        for name, alpha in (("Pertinence pour l’action publique", 0.82), ("Maturité", 0.71), ("Équipe", None))
    )
    groups = (
        AnswerGroup("sme", "Petite ou moyenne entreprise", 212, 190, 190, 51),
        AnswerGroup("lab", "Laboratoire ou établissement de recherche", 98, 92, 91, 30),
        AnswerGroup("", "Autres réponses", 125, 108, 108, 21),
    )
    return CallFigures(
        call="ami-2025",
        title=CALL,
        service=SERVICE,
        at=SUBMITTED,
        opens_at=datetime(2025, 1, 6, tzinfo=UTC),
        closes_at=datetime(2025, 3, 3, tzinfo=UTC),
        first=datetime(2025, 1, 9, tzinfo=UTC),
        last=datetime(2025, 5, 9, tzinfo=UTC),
        funnel=tuple(FunnelStep(*one) for one in steps),
        statuses=(FunnelStep("accepted", 102), FunnelStep("declined", 287), FunnelStep("ineligible", 33)),
        stages=(
            StageFigures("eligibility", "Vérification de l’éligibilité", 435, 4, 431, 2.3, 4.9),
            StageFigures("review", "Évaluation", 402, 2, 400, 8.25, 12.0),
            StageFigures("pilot", "Pilote", 60, 60, 0, None, None),
        ),
        delays=(DelayFigures("decision", 389, 61.5, 84.0), DelayFigures("review", 801, 0.5, 6.0)),
        breakdowns=(
            Breakdown("kind", "Nature de l’organisme", several=False, groups=groups),
            Breakdown("users", "Futurs utilisateurs", several=True, groups=groups[:2], beneficiaries=True),
        ),
        reach=ReachFigures("Personnes concernées par an", 402, 12_400_000, 4_000, 102, 3_100_000),
        load=ExpertsLoad(68, 850, 3, 2, 801, 30, 16, bands),
        rounds=(RoundFigures(1, 390, 0, 5, 3.21, 3.3, 3, 112, 0.74, totals, totals, criteria),),
        left_out=2,
        named=(ExpertWork("Anne Exemple", 14, 12, 1, 1, 5.5), ExpertWork("Bruno Exemple", 12, 12, 0, 0, None)),
        unnamed=7,
    )


def annual() -> AnnualFigures:
    """A year that is over, with two calls and pilots that ended."""
    return AnnualFigures(
        year=2025,
        at=SUBMITTED,
        over=True,
        service=SERVICE,
        calls=(CallYear("ami-2025", CALL, 435, 389, 102, 0), CallYear("incubateur", "L’incubateur", 61, 40, 11, 14)),
        others=1,
        months=tuple(MonthFigures(month, month * 7 % 60, month * 5 % 40) for month in range(1, 13)),
        pipe=(PipeFigures("eligibility", 3), PipeFigures("review", 9), PipeFigures("committee", 2)),
        asked=970,
        reviews=901,
        experts=91,
        begun=71,
        pilots=(PipeFigures("investigation", 40), PipeFigures("construction", 21)),
        ends=(PilotEnds("Produit transféré", 6), PilotEnds("Projet arrêté", 4)),
        foresight=Foresight(
            *(10, 6, 0.79, 0.41),
            (Foreseen("Tiers supérieur", 7, 5, 0.8), Foreseen("Tiers inférieur", 3, 1, None)),
            (Foreseen("À retenir", 14, 11, 0.75),),
        ),
    )
