"""Small charts of our own, as SVG. A chart never comes alone: its numbers are in the table beside it."""

from base64 import b64encode
from collections.abc import Sequence
from decimal import Decimal
from textwrap import wrap

from markupsafe import Markup, escape
from msgspec import Struct

from reports.glyphs import drawable
from reports.model import CriterionScores
from reports.words import number

INK, ACCENT, WARM, LINE, MUTED = "#161616", "#000091", "#b34000", "#d5d5e0", "#5a5a6b"
WIDTH, LEFT, RIGHT, TOP, STEP = 680.0, 216.0, 56.0, 34.0, 46.0


class Figure(Struct, frozen=True):
    """A picture as a `data:` address, and the sentence that says what it shows."""

    src: str
    alt: str


def scores_chart(criteria: Sequence[CriterionScores]) -> Figure:
    """One line per criterion: a dot for each expert, a mark at the mean, a tick at the threshold."""
    height = TOP + STEP * len(criteria) + 12
    rows = [_row(one, TOP + STEP * i + STEP / 2) for i, one in enumerate(criteria)]
    svg = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        'font-family="Text, World, Arabic">{legend}{rows}</svg>'
    ).format(w=_n(WIDTH), h=_n(height), legend=_legend(), rows=Markup("").join(rows))
    src = "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
    return Figure(src, "Notes par critère. " + " ".join(map(_sentence, criteria)))


def _row(one: CriterionScores, y: float) -> Markup:
    span = one.highest - one.lowest or Decimal(1)

    def x(value: Decimal) -> float:
        inside = min(max(value, one.lowest), one.highest)
        return LEFT + float((inside - one.lowest) / span) * (WIDTH - LEFT - RIGHT)

    parts = [_name(one.name, y), _axis(one, y, x(one.lowest), x(one.highest))]
    if one.threshold is not None:
        at = x(one.threshold)
        parts.append(_line(at, y - 13, at, y + 13, WARM, 2, "3 2"))
    seen: dict[Decimal, int] = {}
    for score in one.scores:
        rank = seen[score.value] = seen.get(score.value, -1) + 1
        parts.append(_dot(x(score.value), y - 11 * rank))
    if one.mean is not None:
        parts.append(_diamond(x(one.mean), y))
        parts.append(_text(WIDTH, y + 5, number(one.mean), "end", 15, INK, 600))
    return Markup("").join(parts)


def _axis(one: CriterionScores, y: float, start: float, end: float) -> Markup:
    steps = int(one.highest - one.lowest)
    ticks = steps if 1 <= steps <= 10 else 1
    gap = (end - start) / ticks
    marks = [_line(start + gap * i, y - 4, start + gap * i, y + 4, LINE, 1) for i in range(ticks + 1)]
    labels = [
        _text(
            start + gap * i, y + 19, number(one.lowest + (one.highest - one.lowest) * i / ticks), "middle", 9.5, MUTED
        )
        for i in range(ticks + 1)
    ]
    return Markup("").join([_line(start, y, end, y, LINE, 1.5), *marks, *labels])


def _name(name: str, y: float) -> Markup:
    lines = wrap(drawable(name), 32, max_lines=2, placeholder="…") or [""]
    first = y + 4.5 - 7.5 * (len(lines) - 1)
    return Markup("").join(_text(0, first + 15 * i, line, "start", 13, INK) for i, line in enumerate(lines))


def _legend() -> Markup:
    y = 10.0
    return Markup("").join(
        (
            _dot(LEFT + 5, y),
            _text(LEFT + 16, y + 4, "un évaluateur", "start", 11, MUTED),
            _diamond(LEFT + 118, y),
            _text(LEFT + 130, y + 4, "moyenne", "start", 11, MUTED),
            _line(LEFT + 204, y - 8, LEFT + 204, y + 8, WARM, 2, "3 2"),
            _text(LEFT + 213, y + 4, "seuil", "start", 11, MUTED),
        )
    )


def _sentence(one: CriterionScores) -> str:
    if one.mean is None:
        return f"{one.name} : aucune note."
    given = ", ".join(number(score.value) for score in one.scores)
    limit = "" if one.threshold is None else f", seuil {number(one.threshold)}"
    return f"{one.name} : notes {given}, moyenne {number(one.mean)} sur {number(one.highest)}{limit}."


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _dot(x: float, y: float) -> Markup:
    return Markup('<circle cx="{}" cy="{}" r="5" fill="{}" stroke="#fff" stroke-width="1.2"/>').format(
        _n(x), _n(y), ACCENT
    )


def _diamond(x: float, y: float) -> Markup:
    path = f"M{_n(x)} {_n(y - 8)}L{_n(x + 6)} {_n(y)}L{_n(x)} {_n(y + 8)}L{_n(x - 6)} {_n(y)}Z"
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="2"/>').format(path, INK)


def _line(x1: float, y1: float, x2: float, y2: float, color: str, width: float, dash: str = "none") -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>').format(
        _n(x1), _n(y1), _n(x2), _n(y2), color, width, dash
    )


def _text(x: float, y: float, text: str, anchor: str, size: float, color: str, weight: int = 400) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}" font-size="{}" fill="{}" font-weight="{}">{}</text>').format(
        _n(x), _n(y), anchor, size, color, weight, escape(text)
    )
