"""Small charts of our own, as SVG. A chart never comes alone: its numbers are in the table beside it."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from reports.model import CriterionScores
from reports.shapes import (
    ACCENT,
    INK,
    LEFT,
    LINE,
    MUTED,
    RIGHT,
    WARM,
    WIDTH,
    Figure,
    named,
    picture,
    rounded,
    rule,
    tag,
    words_at,
    wrapped,
)
from reports.words import marked, mean, number

DOT = 11.0


def scores_chart(criteria: Sequence[CriterionScores]) -> Figure:
    """One line per criterion: a dot for each expert, a mark at the mean, a line at the threshold."""
    parts, y = [_legend()], 30.0
    for one in criteria:
        stack = max(Counter(score.value for score in one.scores).values(), default=1)
        y += 20 + DOT * stack
        parts.append(_scores(one, y))
        y += 26
    return _figure(parts, y, "Notes par critère. " + " ".join(map(_scores_sentence, criteria)))


def means_chart(
    criteria: Sequence[CriterionScores], of: str = "Moyenne par critère", limit: str = "seuil du critère"
) -> Figure:
    """One bar per criterion, from the lowest possible score to the mean, with a line at the threshold. of, limit: what
    the bars and the lines are."""
    limits = any(one.threshold is not None for one in criteria)
    parts, y = ([_means_legend(limit)], 22.0) if limits else ([], 0.0)
    crowded = len(criteria) > 5
    for one in criteria:
        lines = wrapped(one.name, 1 if crowded else 3)
        height = (11.0 if crowded else 20.0) + 15 * len(lines)
        parts.append(_means(one, lines, y + height / 2))
        y += height
    return _figure(parts, y, f"{of}. " + " ".join(map(_means_sentence, criteria)))


def _figure(parts: Sequence[Markup], height: float, alt: str) -> Figure:
    return picture(Markup("").join(parts), WIDTH, height, alt)


def _at(one: CriterionScores, value: Decimal) -> float:
    """Where a value stands from left to right; one out of the scale stands at its end."""
    span = one.highest - one.lowest
    share = (min(max(value, one.lowest), one.highest) - one.lowest) / span if span else Decimal(0)
    return LEFT + float(share) * (WIDTH - LEFT - RIGHT)


def _scores(one: CriterionScores, y: float) -> Markup:
    parts = [named(wrapped(one.name), y), _axis(one, y)]
    if one.threshold is not None:
        x = _at(one, one.threshold)
        parts.append(rule(x, y - 16, x, y + 6, stroke=WARM, stroke_width=2))
    seen: Counter[Decimal] = Counter()
    for score in one.scores:
        parts.append(_dot(_at(one, score.value), y - DOT * (seen[score.value] + 1)))
        seen[score.value] += 1
    if one.mean is None:
        parts.append(words_at(WIDTH, y + 5, "–", text_anchor="end", font_size=15, fill=MUTED))
    else:
        parts.append(_diamond(_at(one, one.mean), y))
        parts.append(words_at(WIDTH, y + 5, mean(one.mean), text_anchor="end", font_size=15, font_weight=600))
    return Markup("").join(parts)


def _axis(one: CriterionScores, y: float) -> Markup:
    parts = [rule(_at(one, one.lowest), y, _at(one, one.highest), y, stroke=LINE, stroke_width=2)]
    for value in _ticks(one):
        x = _at(one, value)
        parts.append(rule(x, y - 4, x, y + 4, stroke=LINE, stroke_width=1.5))
        parts.append(words_at(x, y + 19, marked(value, one.marks), text_anchor="middle", font_size=10.5, fill=MUTED))
    return Markup("").join(parts)


def _ticks(one: CriterionScores) -> list[Decimal]:
    """The values that the axis names: those with marks of their own, the whole numbers where they are few, the ends."""
    if one.marks:
        return [mark.value for mark in one.marks]
    span = one.highest - one.lowest
    steps = int(span) if span == int(span) and 1 <= span <= 10 else 1
    return [one.lowest + span * i / steps for i in range(steps + 1)]


def _means(one: CriterionScores, lines: Sequence[str], y: float) -> Markup:
    start, end = _at(one, one.lowest), _at(one, one.highest)
    parts = [named(lines, y), tag("rect", x=start, y=y - 5, width=end - start, height=10, fill="#e8e8f2")]
    if one.mean is not None:
        parts.append(tag("rect", x=start, y=y - 5, width=_at(one, one.mean) - start, height=10, fill=ACCENT))
    if one.threshold is not None:
        x = _at(one, one.threshold)
        parts.append(rule(x, y - 10, x, y + 10, stroke="#fff", stroke_width=5))
        parts.append(rule(x, y - 10, x, y + 10, stroke=WARM, stroke_width=2))
    value = "–" if one.mean is None else f"{mean(one.mean)} sur {number(one.highest)}"
    parts.append(words_at(WIDTH, y + 5, value, text_anchor="end", font_size=15, font_weight=600))
    return Markup("").join(parts)


def _legend() -> Markup:
    y = 9.0
    return Markup("").join(
        (
            _dot(LEFT + 5, y),
            words_at(LEFT + 15, y + 4, "note d’un évaluateur", font_size=11.5, fill=MUTED),
            _diamond(LEFT + 152, y),
            words_at(LEFT + 164, y + 4, "moyenne", font_size=11.5, fill=MUTED),
            rule(LEFT + 240, y - 8, LEFT + 240, y + 8, stroke=WARM, stroke_width=2),
            words_at(LEFT + 248, y + 4, "seuil", font_size=11.5, fill=MUTED),
            words_at(WIDTH, y + 4, "Moyenne", text_anchor="end", font_size=11.5, fill=MUTED),
        )
    )


def _means_legend(limit: str) -> Markup:
    y = 9.0
    return Markup("").join(
        (
            tag("rect", x=LEFT, y=y - 5, width=16, height=10, fill=ACCENT),
            words_at(LEFT + 22, y + 4, "moyenne des évaluateurs", font_size=11.5, fill=MUTED),
            rule(LEFT + 176, y - 8, LEFT + 176, y + 8, stroke=WARM, stroke_width=2),
            words_at(LEFT + 184, y + 4, limit, font_size=11.5, fill=MUTED),
        )
    )


def _scores_sentence(one: CriterionScores) -> str:
    if one.mean is None:
        return f"{one.name} : aucune note."
    given = ", ".join(marked(score.value, one.marks) for score in one.scores)
    return f"{one.name} : notes {given} ; moyenne {mean(one.mean)} sur {number(one.highest)}{_limit(one)}."


def _means_sentence(one: CriterionScores) -> str:
    if one.mean is None:
        return f"{one.name} : aucune note."
    return f"{one.name} : {mean(one.mean)} sur {number(one.highest)}{_limit(one)}."


def _limit(one: CriterionScores) -> str:
    return "" if one.threshold is None else f", seuil {marked(one.threshold, one.marks)}"


def _dot(x: float, y: float) -> Markup:
    return tag("circle", cx=x, cy=y, r=4.8, fill=ACCENT)


def _diamond(x: float, y: float) -> Markup:
    corners = ((x, y - 8), (x + 6, y), (x, y + 8), (x - 6, y))
    path = "L".join(f"{rounded(across)} {rounded(down)}" for across, down in corners)
    return tag("path", d=f"M{path}Z", fill="#fff", stroke=INK, stroke_width=2)
