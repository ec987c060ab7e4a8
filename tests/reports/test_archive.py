"""The index of a package: every kind of answer is told, and whatever people typed is text."""

from datetime import UTC, datetime
from html.parser import HTMLParser

from reports.archive import ArchiveIndex, Fact, Piece, Said, render_index
from reports.model import (
    AnswerLine,
    AnswerSection,
    Choices,
    Column,
    Content,
    Entries,
    Entry,
    Missing,
    Paragraphs,
    Table,
    Value,
)
from tests.reports.samples import dossier

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BAD = "<script>x()</script> & “é”"
KINDS: tuple[Content, ...] = (
    Paragraphs(f"un\n\n{BAD}"),
    Value(f"valeur {BAD}"),
    Choices((f"choix {BAD}", "autre choix")),
    Table((Column(f"colonne {BAD}"), Column("prix", numeric=True)), ((f"cellule {BAD}", "12"),), ("total", "13")),
    Entries((Entry(f"ligne {BAD}", (AnswerLine(f"sous-question {BAD}", Value("sous-réponse")),)),)),
    Missing(),
)


class Read(HTMLParser):
    """The texts of a page, and that every element is closed in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def test_everything_is_told_and_nothing_is_markup() -> None:
    lines = tuple(AnswerLine(f"question {number} {BAD}", kind) for number, kind in enumerate(KINDS))
    page = Read()
    page.feed(
        render_index(
            ArchiveIndex(
                dossier=dossier(title=f"titre {BAD}"),
                facts=(Fact("Organisme", f"organisme {BAD}"),),
                guide=(Fact("donnees/", f"guide {BAD}"),),
                answers=(AnswerSection(f"partie {BAD}", lines),),
                files=(
                    Piece("fichiers/1/a b#%?é.pdf", f"fichier {BAD}", "Plan", 12, "ab" * 32),
                    Piece("", "virus.pdf", "Plan", 3, "cd" * 32, "écarté"),
                ),
                documents=(Piece("documents/d.pdf", "Lettre", "établie", 5, "ef" * 32),),
                messages=(Said(NOW, "Candidat", f"message {BAD}"),),
            )
        )
    )
    assert (page.open, "script" in page.texts) == ([], False)
    told = ["titre", "organisme", "guide", "partie", "valeur", "choix", "colonne", "cellule", "ligne", "sous-question"]
    told += [f"question {number}" for number in range(len(KINDS))] + ["fichier", "message"]
    whole = "\n".join(page.texts)
    assert [word for word in told if f"{word} {BAD}" not in whole] == []
    for word in (
        f"un\n\n{BAD}",
        "autre choix",
        "total",
        "sous-réponse",
        "Sans réponse",
        "écarté",
        "Synthèse",
        "Décision",
    ):
        assert word in whole, word
    assert page.links == ["fichiers/1/a%20b%23%25%3F%C3%A9.pdf", "documents/d.pdf"]
