"""Pages of a call's transparency export: summary, rules of publication, texts, grid, figures. Pure."""

from itertools import groupby

from forms.scales import Choice
from forms.telling import rules_words, scale_words, steps
from forms.telling.french import NBSP, number, plural
from reports import words
from reports.disclosed import TOLD, Disclosure
from reports.public_page import Card, Grid, Link, Page, Section, drawn, paragraphs
from reports.told_figures import plain_rows


def _cards(d: Disclosure) -> tuple[Card, ...]:
    decided = len({one.reference for one in d.decisions})
    retained = len({one.reference for one in d.decisions if one.retained})
    return (
        Card("Ce qui est publié, ce qui ne l’est pas", "Les règles suivies pour composer ce dossier, et leurs raisons.",
             (Link("regles-de-publication.html", "Lire les règles"), Link("regles-de-publication.csv", "CSV"))),
        Card("Présentation de l’appel", "Ce qui était demandé, à qui, et le déroulement.",
             (Link("presentation.html", "Lire la présentation"),
              *(Link(f"editions/{one.number}.json", f"Édition {one.number}", "JSON") for one in d.editions))),
        Card("Formulaire vierge", "Toutes les questions posées aux candidats.",
             (Link("formulaire.pdf", "Formulaire", "PDF"), Link("formulaire.json", "Données", "JSON"))),
        Card("Grille de notation", "Critères, coefficients et définition de chaque note.",
             (Link("grille.html", "Lire la grille"), Link("grille.csv", "CSV"), Link("grille.json", "JSON"))),
        Card("Règlement intérieur du comité", "Quorum, mandats, votes : les règles de ses délibérations.",
             (Link("reglement-interieur.html", "Lire le règlement"),)),
        Card("Comité, déports et séances",
             f"{_members(d)} ; {plural(len(d.sittings), 'séance tenue', 'séances tenues')}.",
             (Link("comite.html", "Lire la page"), Link("membres.csv", "Membres", "CSV"),
              Link("deports.csv", "Déports", "CSV"), Link("seances.csv", "Séances", "CSV"))),
        Card("Décisions publiées", f"{plural(decided, 'candidature', 'candidatures')} avec décision, dont {retained} "
             f"{'retenue' if retained < 2 else 'retenues'}.",
             (Link("decisions.html", "Lire les décisions"), Link("decisions.csv", "CSV"),
              Link("decisions.json", "JSON"))),
        Card("Statistiques", "Parcours des candidatures, délais, charge des évaluateurs, notes.",
             (Link("statistiques.html", "Lire les statistiques"), Link("statistiques.csv", "CSV"),
              Link("statistiques.json", "JSON"))),
    )  # fmt: skip


def index_page(d: Disclosure) -> bytes:
    """The summary."""
    about = Section(
        "À propos de ce dossier",
        (
            f"Établi le {words.moment(d.at)} par le service chargé de l’appel : {d.service}.",
            "Se lit hors ligne ; chaque tableau est aussi donné en format ouvert.",
            "manifeste.json, en tête du fichier ZIP, donne la taille et l’empreinte SHA-256 de chaque élément.",
            "Construit sans les données qu’il ne publie pas : elles n’y sont pas masquées, elles n’y sont pas.",
            "Pour demander un document qui n’y figure pas :",
            d.contact,
        ),
    )
    return drawn(d, Page(d.title, "Dossier de transparence", (about,), "", _cards(d)))


def _members(d: Disclosure) -> str:
    count = len({one.name for one in d.members if one.capacity in ("chair", "member")})
    return plural(count, "membre", "membres")


def rules_page(d: Disclosure) -> bytes:
    """What is told, what is not, and why."""
    grid = Grid(
        "Règles de publication, élément par élément",
        ("Élément", "Publication", "Ce qui est publié", "Pourquoi"),
        tuple((one.what, TOLD[one.told], one.says, one.why) for one in d.rules),
    )
    lead = "Les règles suivies pour composer ce dossier. Elles valent pour tous les appels du service."
    return drawn(d, Page("Ce qui est publié, ce qui ne l’est pas", lead, (Section("Règles", grids=(grid,)),)))


def presentation_page(d: Disclosure) -> bytes:
    """The texts of the last edition."""
    last = d.editions[0]
    about, letters, data = last.content.call, last.content.call.letters, last.content.call.personal_data
    closes = f"jusqu’au {words.moment(about.closes)}" if about.closes else "sans date de clôture"
    editions = Grid(
        "Éditions de l’appel",
        ("Édition", "Publiée le", "Empreinte SHA-256"),
        tuple((str(one.number), words.moment(one.published_at), words.grouped(one.digest)) for one in d.editions),
    )
    way = Grid(
        "Étapes",
        ("Étape", "Ce qui se passe", "Durée"),
        tuple((one.name.fr, " ".join(one.says), one.time or "–") for one in steps(last.content)),
    )
    sections = (
        Section("L’appel", paragraphs(about.description.fr)),
        Section("Qui peut candidater", paragraphs(about.eligible.fr)),
        Section("Calendrier", (f"Ouvert du {words.moment(about.opens)} {closes}.",)),
        Section("Déroulement", grids=(way,)),
        Section("Ce qui est vérifié", items=tuple(one.text.fr for one in last.content.eligibility.items)),
        Section(
            "Sans réponse, et pour contester",
            (
                *paragraphs(letters.silence.fr),
                *paragraphs(letters.remedies.fr),
                *(paragraphs(letters.algorithms.fr) if letters.algorithms else ()),
            ),
        ),
        Section(
            "Données personnelles",
            tuple(one.fr for one in (data.purposes, data.legal_basis, data.recipients, data.retention, data.rights)),
        ),
        Section("Éditions", grids=(editions,)),
    )
    return drawn(d, Page("Présentation de l’appel", about.summary.fr, sections))


def procedure_page(d: Disclosure) -> bytes:
    """The committee's rules of procedure."""
    process = d.editions[0].content.process
    committees = [stage for stage in process.stages if stage.kind == "committee"]
    outcomes = tuple(dict.fromkeys(one.name.fr for stage in committees for one in stage.outcomes))
    sections = (
        (
            Section("Règles", items=tuple(rules_words(process.committee))),
            Section("Ce que le comité peut proposer", items=outcomes),
        )
        if committees
        else (Section("Règles", ("Cet appel n’a pas de comité.",)),)
    )
    lead = "Le comité examine les candidatures et propose une suite à l’autorité qui décide."
    return drawn(d, Page("Règlement intérieur du comité", lead, sections))


def criteria_page(d: Disclosure) -> bytes:
    """The grid with weights and definitions, for each review."""
    edition = d.editions[0].content
    sections = []
    for stage in edition.process.stages:
        if stage.kind != "review":
            continue
        grid = edition.grid.at(stage.id)
        total = (
            "somme des notes, multipliées par leur coefficient"
            if grid.total == "sum"
            else "moyenne des notes, pondérée"
        )
        least = (
            f" Il faut au moins {number(grid.threshold)} sur {number(grid.highest)}."
            if grid.threshold is not None
            else ""
        )
        sections.append(Section(stage.applicant_name.fr, (f"Total : {total}.{least}",)))
        for one in grid.criteria:
            facts = [f"Coefficient {number(one.weight)}", f"Noté {scale_words(one)}"]
            if one.threshold is not None:
                facts.append(f"Moyenne minimale : {number(one.threshold)}")
            told = Grid(f"Notes du critère {one.name.fr}", ("Note", "Définition"), tuple(map(_choice, one.choices)))
            defined = any(choice.name or choice.definition for choice in one.choices)
            sections.append(Section(one.name.fr, (one.question.fr,), tuple(facts), (told,) if defined else ()))
    lead = "Ce que les évaluateurs notent, et ce que chaque note veut dire. La grille est la même pour tous."
    return drawn(d, Page("Grille de notation", lead, tuple(sections)))


def _choice(one: Choice) -> tuple[str, str]:
    name = f"{one.mark} – {one.name.fr}" if one.name and one.name.fr != one.mark else one.mark
    return name, one.definition.fr if one.definition else "–"


def figures_page(d: Disclosure) -> bytes:
    """What is counted."""
    sections = []
    for about, lines in groupby(plain_rows(d.figures), lambda line: line[0]):
        rows = tuple((what, _measured(value, unit)) for _, what, value, unit in lines)
        sections.append(Section(about, grids=(Grid(about, ("Mesure", "Valeur"), rows),)))
    for one in d.figures.breakdowns:
        told = tuple((group.name, number(group.submitted), number(group.retained)) for group in one.groups)
        grid = Grid(f"Candidatures par réponse : {one.label}", ("Réponse", "Déposées", "Retenues"), told)
        said = ("Une candidature peut donner plusieurs réponses.",) if one.several else ()
        sections.append(Section(one.label, said, grids=(grid,)))
    lead = f"État au {words.moment(d.figures.at)}. Les durées sont en jours de calendrier."
    return drawn(d, Page("Statistiques", lead, tuple(sections)))


def _measured(value: float, unit: str) -> str:
    """« 1,5 jour », « 2 jours », « 3,2 sur 5 »."""
    one = unit.removesuffix("s") if abs(value) < 2 else unit
    return f"{number(value)}{NBSP}{one}" if unit else number(value)
