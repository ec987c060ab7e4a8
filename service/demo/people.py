"""The invented people of the demonstration."""

import msgspec

from service.domain.actor import Role


class Person(msgspec.Struct, frozen=True):
    """An account of the demonstration. `role` is None for an applicant; it counts for both calls, or everywhere."""

    email: str
    name: str
    organisation: str
    role: Role | None = None
    shown: bool = False


PEOPLE = (
    Person("candidate@demo.test", "Apolline Ferrand-Lisle", "Atelier Lisière", shown=True),
    Person("candidat2@demo.test", "Ulysse Carmenac", "Données Communes"),
    Person("candidat3@demo.test", "Maïlys Torrevent", "Institut Beaurivage de statistique"),
    Person("candidat4@demo.test", "Ignace Pellerault", "Clairvoie Logiciels"),
    Person("candidat5@demo.test", "Sixtine Brunoy-Vial", "Laboratoire Hélion"),
    Person("candidat6@demo.test", "Anselme Kerguidu", "Coopérative Le Maillon"),
    Person("candidat7@demo.test", "Ilse Vandermaele", "Noordlicht Research"),
    Person("expert@demo.test", "Tancrède Oulivier", "Université de Valmorin", Role.EXPERT, shown=True),
    Person("expert2@demo.test", "Soraya Belhamra-Quint", "École d’ingénieurs de Trémont", Role.EXPERT),
    Person("expert3@demo.test", "Corentin Maraval", "Direction des usages de Port-Aubrac", Role.EXPERT),
    Person("expert4@demo.test", "Philippine d’Oncelles", "Observatoire des services publics", Role.EXPERT),
    Person("expert5@demo.test", "Achille Ndoumbé-Laroche", "Centre de calcul de Valmorin", Role.EXPERT),
    Person("expert6@demo.test", "Bérengère Sauvaniac", "Mission numérique de Rochecline", Role.EXPERT),
    Person("expert7@demo.test", "Élouan Tréguidec", "Université de Port-Aubrac", Role.EXPERT),
    Person("expert8@demo.test", "Ombeline Castagnac", "Laboratoire d’éthique de Trémont", Role.EXPERT),
    Person("charge@demo.test", "Hermine Valcourt", "AllIAnce", Role.OFFICER, shown=True),
    Person("charge2@demo.test", "Gaspard Ellenbach", "AllIAnce", Role.OFFICER),
    Person("comite@demo.test", "Victoire Hautecombe", "Secrétariat du comité", Role.COMMITTEE, shown=True),
    Person("comite2@demo.test", "Lazare Montbrun", "Direction interministérielle", Role.COMMITTEE),
    Person("comite3@demo.test", "Perrine Aguilhon", "Personnalité qualifiée", Role.COMMITTEE),
    Person("presidence@demo.test", "Aurélien Castelvieil", "Présidence du comité", Role.CHAIR, shown=True),
    Person("autorite@demo.test", "Clarisse Vaubourg", "Direction de l’incubateur", Role.AUTHORITY, shown=True),
    Person("admin@demo.test", "Zélie Kermorin", "AllIAnce", Role.ADMIN, shown=True),
    Person("audit@demo.test", "Octave Rivoallan", "Mission d’audit", Role.AUDITOR, shown=True),
)

# What the experts say of themselves: headline, keywords, biography.
PROFILES = {
    "expert@demo.test": (
        "Maître de conférences en traitement automatique des langues",
        ("Transcription et traduction", "langue naturelle", "transcription", "traduction"),
        "Transcription de la parole, traduction automatique, auditions à plusieurs voix, langues peu dotées.",
    ),
    "expert2@demo.test": (
        "Ingénieure en vision par ordinateur",
        ("Analyse et synthèse de documents", "vision", "documents numérisés", "cartes"),
        "Lecture de documents scannés, plans, cartes et archives ; images aériennes ; qualité de la reconnaissance.",
    ),
    "expert3@demo.test": (
        "Chargé de mission usages numériques",
        ("Accueil et réponse aux usagers", "Aide à la rédaction", "accueil", "simplification"),
        "Accueil des usagers au guichet et au téléphone, réponses aux courriels, courriers clairs, langage simple.",
    ),
    "expert4@demo.test": (
        "Évaluatrice de politiques publiques",
        ("Instruction de dossiers", "évaluation", "mesure d’effet", "agents"),
        "Mesure du temps gagné par les agents, essais comparés, indicateurs, instruction des dossiers et des permis.",
    ),
    "expert5@demo.test": (
        "Architecte de calcul et d’hébergement",
        ("Informatique et cybersécurité", "hébergement", "modèles ouverts", "sobriété"),
        "Hébergement souverain, SecNumCloud, modèles de langue ouverts, recherche vectorielle, coûts et énergie.",
    ),
    "expert6@demo.test": (
        "Responsable d’une mission de données",
        ("Contrôle et lutte contre la fraude", "données publiques", "fraude", "factures"),
        "Données budgétaires, factures et marchés, détection d’anomalies, qualité et documentation des données.",
    ),
    "expert7@demo.test": (
        "Professeur d’interaction et d’accessibilité",
        ("Accessibilité des services", "handicap", "conception"),
        "Accessibilité des services, description d’images, lecteurs d’écran, personnes aveugles et malvoyantes.",
    ),
    "expert8@demo.test": (
        "Philosophe des techniques",
        ("éthique", "transparence", "droit"),
        "Éthique de l’intelligence artificielle, biais, explication des décisions, protection des données, règlement.",
    ),
}
# Experts of the first call who take the same proposals.
TEAMS = {
    "Binôme langage": ("expert@demo.test", "expert8@demo.test"),
    "Binôme usages": ("expert3@demo.test", "expert4@demo.test"),
    "Binôme technique": ("expert2@demo.test", "expert5@demo.test"),
    "Binôme données et accessibilité": ("expert6@demo.test", "expert7@demo.test"),
}
