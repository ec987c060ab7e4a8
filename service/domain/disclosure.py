"""What of a call is published for everybody, what is not, and why: the written rules of the transparency export.

The export is read by a view that selects what is told and nothing else (`views/transparency.py`); these lines say the
same to its readers, and are printed in it.
"""

from msgspec import structs

from reports.disclosed import Rule

_WRITTEN = (
    Rule(
        *("edition", "Texte de l’appel, règlement intérieur du comité, formulaire vierge, grille de notation"),
        *("published", "Publiés en entier, pour chaque édition."),
        "Documents de l’administration qui ne concernent personne en particulier (code des relations entre le public et"
        " l’administration, L. 311-1 et L. 312-1).",
    ),
    Rule(
        *("members", "Membres du comité et personnes convoquées à ses séances"),
        *("partly", "Nom et qualité. Ni organisme d’appartenance, ni coordonnées."),
        "Le public doit pouvoir vérifier qui a délibéré ; le reste ne sert pas à cela (RGPD, article 5).",
    ),
    Rule(
        *("recusals", "Déports"),
        *(
            "partly",
            "Nom du membre, séance, référence de la candidature, une fois la décision publiée. Jamais le motif.",
        ),
        "L’impartialité doit être vérifiable ; le lien d’intérêts relève de la vie privée (L. 311-6).",
    ),
    Rule(
        *("sittings", "Convocations et ordres du jour"),
        "partly",
        "Séances tenues : dates, lieu, personnes convoquées, candidatures examinées par leur référence. Ni lien de"
        " visioconférence, ni motif d’une convocation en urgence. D’une séance commune à plusieurs appels, ce qui"
        " concerne celui-ci.",
        "Un texte libre peut nommer une personne ; un lien ouvrirait la réunion.",
    ),
    Rule(
        *("minutes", "Procès-verbaux"),
        "partly",
        "Procès-verbaux approuvés : présences et mandats, avis, résultat de chaque scrutin, voix nominatives des"
        " scrutins ouverts ou scellés, noms de ceux qui ont fait mentionner un désaccord. Ni observations, ni texte des"
        " désaccords, ni points dont la décision n’est pas encore publiée. Un vote secret n’a que ses totaux.",
        "Ces textes peuvent porter un secret des affaires ou un jugement sur une personne (L. 311-6) ; avant la"
        " décision, le document est préparatoire (L. 311-2).",
    ),
    Rule(
        *("retained", "Décisions sur les candidatures retenues"),
        "partly",
        "Référence, issue, date, qualité de l’autorité et motifs ; titre et organisme, si le formulaire les annonce"
        " publics. Pas le nom du signataire.",
        "Le formulaire prévient chaque candidat de ce qui sera public s’il est retenu.",
    ),
    Rule(
        *("refused", "Décisions sur les candidatures non retenues"),
        "partly",
        "Référence, issue, date et qualité de l’autorité. Ni titre, ni organisme, ni motifs.",
        "Les motifs d’un refus portent une appréciation sur le candidat, à qui seul ils sont communicables (L. 311-6).",
    ),
    Rule(
        *("figures", "Statistiques"),
        "partly",
        "Nombres de candidatures, délais, répartition et somme des réponses publiques, charge des évaluateurs, moyenne"
        " et médiane des notes. Aucun groupe, délai ou somme de moins de cinq candidatures ou évaluateurs ; aucune note"
        " de moins de dix candidatures, ni nombre de celles qui ont une note donnée.",
        "Un petit nombre désignerait quelqu’un (L. 312-1-2).",
    ),
    Rule(
        *("answers", "Réponses des candidats et fichiers joints"),
        "withheld",
        "Rien, hors du titre et de l’organisme des candidatures retenues. Le catalogue public dit ce que le formulaire"
        " annonce public.",
        "Secret des affaires : procédés, données économiques, stratégie (L. 311-6).",
    ),
    Rule(
        *("reviews", "Évaluations, synthèses, conciliations, et noms des évaluateurs"),
        *("withheld", "Rien, hors des statistiques."),
        "Appréciations sur le candidat (L. 311-6) ; un évaluateur exposé est moins indépendant.",
    ),
    Rule(
        *("persons", "Noms et coordonnées des candidats, des évaluateurs et des agents"),
        *("withheld", "Rien, hors des personnes convoquées aux séances."),
        "Vie privée et données personnelles (L. 311-6 ; RGPD, article 6).",
    ),
    Rule(
        *("work", "Brouillons, candidatures en cours, échanges, journal, décisions non publiées"),
        *("withheld", "Rien."),
        "Documents inachevés ou préparatoires (L. 311-1 et L. 311-2).",
    ),
)
# No line ends between an article's letter and its number.
RULES = tuple(structs.replace(one, why=one.why.replace("L. ", "L.\N{NO-BREAK SPACE}")) for one in _WRITTEN)
