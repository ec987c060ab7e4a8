"""The elements of a call's transparency export but its PDF: pages that need nothing else, tables and data. Pure."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from msgspec import Struct

from forms import Edition
from reports.committee import CAPACITIES
from reports.deliberations import committee_page, decisions_page, sitting_page
from reports.disclosed import TOLD, Disclosure, EditionLine
from reports.publishing import criteria_page, figures_page, index_page, presentation_page, procedure_page, rules_page
from reports.tables.model import Column, Kind, Row, Table, by_column
from reports.tables.separated import Separated
from reports.told_figures import figure_rows

C = Column


class Element(Struct, frozen=True):
    """One file of the export."""

    path: str
    title: str
    content: bytes


def files(d: Disclosure) -> Iterator[Element]:
    """All of them, the summary first."""
    yield Element("index.html", "Sommaire", index_page(d))
    yield Element("regles-de-publication.html", "Ce qui est publié, ce qui ne l’est pas", rules_page(d))
    yield Element("presentation.html", "Présentation de l’appel", presentation_page(d))
    yield Element("reglement-interieur.html", "Règlement intérieur du comité", procedure_page(d))
    yield Element("grille.html", "Grille de notation", criteria_page(d))
    yield Element("comite.html", "Comité, déports et séances", committee_page(d))
    yield Element("decisions.html", "Décisions publiées", decisions_page(d))
    yield Element("statistiques.html", "Statistiques", figures_page(d))
    for sitting in d.sittings:
        yield Element(f"seances/{sitting.number}.html", f"Séance n°\u00a0{sitting.number}", sitting_page(d, sitting))
    yield from _tables(d)
    yield from _data(d)


def _tables(d: Disclosure) -> Iterator[Element]:
    yield _csv(
        "regles-de-publication",
        "Règles de publication",
        (C("what", "Élément"), C("told", "Publication"), C("says", "Ce qui est publié"), C("why", "Pourquoi")),
        [(one.what, TOLD[one.told], one.says, one.why) for one in d.rules],
    )
    yield _csv("grille", "Grille de notation", _GRID, list(_grid(d.editions[0].content)))
    yield from _committee_tables(d)
    yield _csv(
        "decisions",
        "Décisions publiées",
        (C("reference", "Candidature"), C("title", "Titre"), C("organisation", "Organisme"),
         C("round", "Tour", Kind.NUMBER), C("outcome", "Issue"), C("in_force", "En vigueur", Kind.FLAG),
         C("published", "Publiée le", Kind.MOMENT), C("capacity", "Autorité"), C("reasons", "Motifs")),
        [(one.reference, one.title, one.organisation, one.round, one.outcome, one.in_force, one.published_at,
          one.capacity, one.reasons) for one in d.decisions],
    )  # fmt: skip
    yield _csv(
        "statistiques",
        "Statistiques",
        (C("about", "Sujet"), C("what", "Mesure"), C("value", "Valeur", Kind.NUMBER), C("unit", "Unité")),
        list(figure_rows(d.figures)),
    )


def _committee_tables(d: Disclosure) -> Iterator[Element]:
    """Who sat, who stood aside, and when."""
    yield _csv(
        "membres",
        "Membres du comité",
        (C("name", "Nom"), C("capacity", "Qualité")),
        [(one.name, CAPACITIES[one.capacity]) for one in d.members],
    )
    yield _csv(
        "deports",
        "Déports",
        (C("sitting", "Séance", Kind.NUMBER), C("day", "Ouverte le", Kind.MOMENT), C("number", "Point", Kind.NUMBER),
         C("reference", "Candidature"), C("name", "Membre")),
        [(one.sitting, one.opened_at, one.number, one.reference, one.name) for one in d.recusals],
    )  # fmt: skip
    yield _csv(
        "seances",
        "Séances",
        (C("number", "Séance", Kind.NUMBER), C("convened", "Convoquée le", Kind.MOMENT),
         C("opened", "Ouverte le", Kind.MOMENT), C("closed", "Levée le", Kind.MOMENT), C("place", "Lieu"),
         C("video", "À distance", Kind.FLAG), C("urgent", "En urgence", Kind.FLAG),
         C("second", "Sans quorum", Kind.FLAG),
         C("items", "Points", Kind.NUMBER)),
        [(one.number, one.convened_at, one.opened_at, one.closed_at, one.place, one.video, one.urgent, one.second,
          len(one.agenda)) for one in d.sittings],
    )  # fmt: skip


_GRID = (C("stage", "Étape"), C("criterion", "Critère"), C("question", "Question"),
         C("weight", "Coefficient", Kind.NUMBER),
         C("threshold", "Moyenne minimale", Kind.NUMBER), C("value", "Note", Kind.NUMBER), C("mark", "S’écrit"),
         C("name", "Niveau"), C("definition", "Définition"))  # fmt: skip


def _grid(edition: Edition) -> Iterator[Row]:
    for stage in edition.process.stages:
        if stage.kind == "review":
            for criterion in edition.grid.at(stage.id).criteria:
                for choice in criterion.choices:
                    yield (stage.applicant_name.fr, criterion.name.fr, criterion.question.fr, criterion.weight,
                           criterion.threshold, choice.value, choice.mark, choice.name.fr if choice.name else "",
                           choice.definition.fr if choice.definition else "")  # fmt: skip


def _csv(name: str, title: str, columns: tuple[Column, ...], lines: list[Row]) -> Element:
    written = Separated(Table(name, title, columns), french=True)
    content = written.head() + written.rows(by_column(lines))
    return Element(f"{name}.csv", title, content)


def _data(d: Disclosure) -> Iterator[Element]:
    last = d.editions[0]
    yield Element("formulaire.json", "Formulaire vierge", _json(last.content.form))
    yield Element("grille.json", "Grille de notation", _json(last.content.grid))
    for one in d.editions:
        yield Element(f"editions/{one.number}.json", f"Édition {one.number}", _json(_edition(one)))
    for sitting in d.sittings:
        yield Element(f"seances/{sitting.number}.json", f"Séance n°\u00a0{sitting.number}", _json(sitting))
    named = (("membres", d.members), ("deports", d.recusals), ("decisions", d.decisions), ("statistiques", d.figures))
    for name, content in named:
        yield Element(f"{name}.json", name.capitalize(), _json(content))


class EditionTold(Struct, frozen=True, kw_only=True):
    """An edition as data, without its mails."""

    number: int
    published_at: datetime
    digest: str
    call: dict[str, object]
    eligibility: object
    form: object
    grid: object
    process: object


def _edition(one: EditionLine) -> EditionTold:
    content = one.content
    call = {name: getattr(content.call, name) for name in content.call.__struct_fields__ if name != "mails"}
    return EditionTold(
        number=one.number,
        published_at=one.published_at,
        digest=one.digest,
        call=call,
        eligibility=content.eligibility,
        form=content.form,
        grid=content.grid,
        process=content.process,
    )


def _json(content: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=1)
