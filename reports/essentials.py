"""What one page says of a proposal: the beginnings of its first texts, its budget, what was thought of it."""

from collections.abc import Iterator

from msgspec import Struct

from reports.model import AnswerLine, CriterionScores, Dossier, Paragraphs, Table

TEXTS, EXCERPT = 3, 420
"""How many answers are quoted, and how many characters of each text."""
MOST_ROWS, MOST_COLUMNS = 6, 6
"""Of a budget that stands on the page; of a larger one its totals do."""


class Quoted(Struct, frozen=True):
    """The beginning of an answer."""

    label: str
    text: str


class Budget(Struct, frozen=True):
    """The first table of amounts."""

    label: str
    table: Table


class Essentials(Struct, frozen=True):
    """`below`: names of the criteria under their thresholds; `apart`: the one that experts differ most on. `worth`:
    there is anything to say."""

    texts: tuple[Quoted, ...]
    budget: Budget | None
    below: tuple[str, ...]
    apart: CriterionScores | None
    synthesis: str
    reasons: str
    worth: bool


def of(dossier: Dossier) -> Essentials:
    """Those of a dossier; of what it does not hold, nothing."""
    lines = [line for section in dossier.answers for line in section.lines]
    texts = tuple(_quoted(lines))
    budget = next(_budgets(lines), None)
    differing = [one for one in dossier.criteria if one.spread]
    return Essentials(
        texts=texts,
        budget=budget,
        below=tuple(
            one.name
            for one in dossier.criteria
            if one.threshold is not None and one.mean is not None and one.mean < one.threshold
        ),
        apart=max(differing, key=_share, default=None),
        synthesis=excerpt(dossier.synthesis.text) if dossier.synthesis else "",
        reasons=excerpt(dossier.decision.reasons) if dossier.decision else "",
        worth=bool(texts or budget or dossier.synthesis or dossier.decision),
    )


def _share(one: CriterionScores) -> float:
    """How far its scores are from each other, as a part of its scale."""
    span = one.highest - one.lowest
    return float((one.spread or 0) / span) if span else 0.0


def _quoted(lines: list[AnswerLine]) -> Iterator[Quoted]:
    said = [(line.label, line.content.text) for line in lines if isinstance(line.content, Paragraphs)]
    for label, text in said[:TEXTS]:
        if text.strip():
            yield Quoted(label, excerpt(text))


def _budgets(lines: list[AnswerLine]) -> Iterator[Budget]:
    for line in lines:
        table = line.content
        if not isinstance(table, Table) or not table.totals or not any("€" in cell for cell in table.totals):
            continue
        if len(table.columns) > MOST_COLUMNS:
            continue
        yield Budget(line.label, table if len(table.rows) <= MOST_ROWS else Table(table.columns, (table.totals,)))


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of a text in one paragraph, up to the end of a word."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–") + "…"
