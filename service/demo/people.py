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
    Person("admin@demo.test", "Zélie Kermorin", "AllIAnce", Role.ADMIN, shown=True),
    Person("audit@demo.test", "Octave Rivoallan", "Mission d’audit", Role.AUDITOR, shown=True),
)
