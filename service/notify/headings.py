"""What a digest is made of: its headings, each something to do, in their order, and the lines under them."""

import msgspec


class Line(msgspec.Struct, frozen=True):
    """What a mail is in a digest: its heading, where its reader goes, and what has happened, where the heading does not
    say it."""

    under: str
    path: str
    note: str = ""


class Heading(msgspec.Struct, frozen=True):
    """What one does about lines of a digest. `one`, `many`: such a line, in a subject. `says`: to all of them. `until`,
    `all_until`: what its date is, of a line, and where all have the same. `replaces`: what was told later of a proposal
    stands for what was told before. `adds`: each mail counts."""

    title: str
    one: str
    many: str
    says: str = ""
    until: str = ""
    all_until: str = ""
    replaces: bool = False
    adds: bool = False


# In the order in which a digest has them.
HEADINGS = {
    "morning": Heading("Ce qui attend ce matin", "", ""),
    "act": Heading(
        "Candidatures qui attendent une action de votre part",
        *("candidature qui attend une action", "candidatures qui attendent une action"),
    ),
    "read": Heading("Messages de candidats", "message de candidat", "messages de candidats", adds=True),
    "ask": Heading("Questions posées sur l’appel", "question sur l’appel", "questions sur l’appel", adds=True),
    "arrived": Heading("Candidatures reçues", "candidature reçue", "candidatures reçues"),
    "differ": Heading("Conflits d’intérêts et désaccords", "conflit ou désaccord", "conflits ou désaccords"),
    "withdrawn": Heading("Candidatures retirées", "candidature retirée", "candidatures retirées"),
    "answer": Heading(
        *("Invitations à accepter ou à décliner", "invitation à évaluer", "invitations à évaluer"),
        says="Si vous ne pouvez pas vous en charger, ou si un conflit d’intérêts vous en empêche, dites-le dès"
        " maintenant\u00a0: une autre personne sera sollicitée.",
        until="évaluation attendue pour le",
        all_until="Évaluations attendues pour le",
        replaces=True,
    ),
    "give": Heading(
        *("Évaluations à remettre", "évaluation à remettre", "évaluations à remettre"),
        says="Si vous ne pouvez plus vous en charger, dites-le dès maintenant\u00a0: une autre personne sera"
        " sollicitée.",
        until="attendue pour le",
        all_until="Attendues pour le",
        replaces=True,
    ),
    "confirm": Heading(
        *("Évaluations à confirmer ou à réviser", "évaluation à confirmer", "évaluations à confirmer"),
        says="Sans réponse de votre part, votre évaluation reste telle quelle.",
        until="jusqu’au",
        all_until="Possible jusqu’au",
        replaces=True,
    ),
    "talk": Heading(
        *("Messages entre évaluateurs", "message entre évaluateurs", "messages entre évaluateurs"), adds=True
    ),
    "late": Heading(
        *("Évaluations dont le délai est passé", "évaluation en retard", "évaluations en retard"),
        says="Tant que personne n’a été sollicité à votre place et que l’étape n’est pas close, vous pouvez encore"
        " les remettre.",
    ),
    "over": Heading(
        *("Évaluations qui ne sont plus attendues", "évaluation close", "évaluations closes"),
        says="Vous n’avez plus accès à ces candidatures, et n’avez rien à faire. Merci d’avoir été disponible.",
    ),
    "draft": Heading(
        *("Brouillons à déposer", "brouillon à déposer", "brouillons à déposer"),
        until="jusqu’au",
        all_until="Dépôt possible jusqu’au",
    ),
    "published": Heading("Réponses publiées sur l’appel", "réponse publiée", "réponses publiées"),
    "sharing": Heading(
        "Participants à vos candidatures",
        *("changement parmi vos participants", "changements parmi vos participants"),
    ),
}
