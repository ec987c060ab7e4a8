"""When reviews disagree, and what an edition must have for what follows."""

from pathlib import Path

import pytest

from forms import parse_edition
from forms.edition import EditionError
from forms.grid import Grid
from forms.process import Disagreement
from forms.scoring import disagree

FOLDER = Path(__file__).parents[1] / "process"
FILES = {path.name: path.read_bytes() for name in ("edition", "disagreeing") for path in (FOLDER / name).glob("*.toml")}
FILES["call.toml"] = FILES["call.toml"].replace(b"@slug@", b"essai").replace(b"@prefix@", b"T")
GRID: Grid = parse_edition(FILES).grid


@pytest.mark.parametrize(
    ("scores", "spread", "apart"),
    [
        ([], 0, False),
        ([5], 0, False),
        ([5, None], 0, False),
        ([5, 5], 0, False),
        ([5, 0], 5, False),
        ([5, 0], 4.9, True),
        ([5, None, 0], 2, True),
    ],
)
@pytest.mark.parametrize("of", ["total", "criterion"])
def test_beyond_the_spread_and_not_at_it(scores: list[float | None], spread: float, *, apart: bool, of: str) -> None:
    rule = Disagreement(spread, "expert", of)  # type: ignore[arg-type]
    assert disagree(GRID, [{"impact": score} for score in scores], rule) is apart


WAY = '{ id = "disagreed", name = { fr = "En désaccord", en = "Disagreed" }, next = "conciliation" },'


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (WAY, "", "stages[1].outcomes"),
        ('next = "conciliation"', 'next = "synthesis"', "stages[1].outcomes"),
        ('disagreement = { spread = 2, then = "conciliation" }', "", "stages[1].outcomes"),
        ('then = "conciliation"', 'then = "expert"', "stages[1].outcomes"),
        ("spread = 2", "spread = -1", "stages[1].disagreement"),
        ("seats = 2", "seats = 1", "stages[1].disagreement"),
        ("escalation = 0.9", "escalation = 0.8", "stages[1].escalation"),
        ("escalation = 0.9", "escalation = 1.5", "stages[1].escalation"),
        ('duration = "P10D"\n', "", "stages[2].duration"),
        ('{ id = "settled", name = { fr = "Achevée", en = "Settled" } },', "", "stages[2].outcomes"),
    ],
)
def test_what_an_edition_lacks(old: str, new: str, path: str) -> None:
    text = FILES["process.toml"].decode()
    assert old in text
    with pytest.raises(EditionError) as refused:
        parse_edition({**FILES, "process.toml": text.replace(old, new, 1).encode()})
    assert path in {fault.path for fault in refused.value.faults}
