"""Charts of counts: bars from left to right, columns side by side. Their numbers are in the table beside them."""

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from reports.shapes import (
    ACCENT,
    LEFT,
    LINE,
    MUTED,
    RIGHT,
    WARM,
    WIDTH,
    Figure,
    named,
    picture,
    rule,
    tag,
    words_at,
    wrapped,
)
from reports.words import number

LIGHT = "#8b8bd8"
SMALL, PLAIN = 11.5, 13.5
HEIGHT = 128.0


class Bar(Struct, frozen=True):
    """A bar with its name, and its value in words. `part`: of it, drawn darker; None for a bar of one piece."""

    name: str
    value: float
    text: str
    part: float | None = None


class Column(Struct, frozen=True):
    """Columns that stand together, with the name below them."""

    name: str
    values: tuple[int, ...]


def bars(title: str, lines: Sequence[Bar], legend: tuple[str, str] = ("", "")) -> Figure:
    """One bar a line, the longest being the greatest value. `legend`: what the whole and the darker part are."""
    parts, y = ([_legend(legend)], 24.0) if legend[0] else ([], 0.0)
    most = max((one.value for one in lines), default=0) or 1
    for one in lines:
        rows = wrapped(one.name, 2)
        height = 9.0 + 15 * len(rows)
        parts.append(_bar(one, most, rows, y + height / 2))
        y += height
    said = " ".join(_said(one, legend) for one in lines)
    return picture(Markup("").join(parts), WIDTH, max(y, 10.0), f"{title}. {said}")


def _bar(one: Bar, most: float, rows: Sequence[str], y: float) -> Markup:
    whole = (WIDTH - LEFT - RIGHT) * one.value / most
    dark = whole if one.part is None else (WIDTH - LEFT - RIGHT) * one.part / most
    return Markup("").join(
        (
            named(rows, y),
            rule(LEFT, y - 8, LEFT, y + 8, stroke=LINE, stroke_width=1.5),
            tag("rect", x=LEFT, y=y - 5, width=whole, height=10, fill=LIGHT if one.part is not None else ACCENT),
            tag("rect", x=LEFT, y=y - 5, width=dark, height=10, fill=ACCENT),
            words_at(WIDTH, y + 5, one.text, text_anchor="end", font_size=PLAIN, font_weight=600),
        )
    )


def _said(one: Bar, legend: tuple[str, str]) -> str:
    return f"{one.name} : {one.text}{', ' + legend[0] if legend[0] and one.part is not None else ''}."


def _legend(legend: tuple[str, str]) -> Markup:
    whole, part = legend
    second = LEFT + 40 + 6.2 * len(whole)
    return Markup("").join(
        (
            tag("rect", x=LEFT, y=3, width=16, height=10, fill=LIGHT),
            words_at(LEFT + 22, 12, whole, font_size=SMALL, fill=MUTED),
            tag("rect", x=second, y=3, width=16, height=10, fill=ACCENT),
            words_at(second + 22, 12, part, font_size=SMALL, fill=MUTED),
        )
    )


def columns(title: str, groups: Sequence[Column], series: tuple[str, ...]) -> Figure:
    """Columns of one or two series, each with its count above it."""
    most = max((value for one in groups for value in one.values), default=0) or 1
    wide, base = WIDTH / max(1, len(groups)), HEIGHT + 40
    parts = [_series(series)] if len(series) > 1 else []
    for at, group in enumerate(groups):
        each = wide * 0.8 / len(group.values)
        for nth, value in enumerate(group.values):
            x, tall = wide * (at + 0.1) + each * nth, HEIGHT * value / most
            fill = ACCENT if nth == len(group.values) - 1 else LIGHT
            parts.append(tag("rect", x=x, y=base - tall, width=each - 1.5, height=tall, fill=fill))
            if value:
                middle = x + each / 2 - 0.75
                parts.append(
                    words_at(middle, base - tall - 5, number(value), text_anchor="middle", font_size=SMALL, fill=MUTED)
                )
        parts.append(words_at(wide * (at + 0.5), base + 16, group.name, text_anchor="middle", font_size=SMALL))
    parts.append(rule(0, base, WIDTH, base, stroke=LINE, stroke_width=1.5))
    told = (f"{one.name} : {', '.join(map(_counted, one.values, series))}." for one in groups if any(one.values))
    return picture(Markup("").join(parts), WIDTH, base + 22, f"{title}. {' '.join(told)}")


def _counted(value: int, of: str) -> str:
    return f"{number(value)} {of}".strip()


def _series(series: tuple[str, ...]) -> Markup:
    first, second = series
    return Markup("").join(
        (
            tag("rect", x=0, y=3, width=16, height=10, fill=LIGHT),
            words_at(22, 12, first, font_size=SMALL, fill=MUTED),
            tag("rect", x=60 + 6.2 * len(first), y=3, width=16, height=10, fill=ACCENT),
            words_at(82 + 6.2 * len(first), 12, second, font_size=SMALL, fill=MUTED),
        )
    )


def spread(title: str, bands: Sequence[tuple[float, float, int]], threshold: float | None = None) -> Figure:
    """How values spread: a column for each band (from, to, count), and a line at the threshold."""
    if not bands:
        return picture(Markup(""), WIDTH, 10, f"{title}. Aucune valeur.")
    most = max(count for _, _, count in bands) or 1
    low, high, base = bands[0][0], bands[-1][1], HEIGHT + 34
    wide, parts = WIDTH / len(bands), []
    for at, (start, _, count) in enumerate(bands):
        tall = HEIGHT * count / most
        parts.append(tag("rect", x=wide * at + 3, y=base - tall, width=wide - 6, height=tall, fill=ACCENT))
        if count:
            where = wide * (at + 0.5)
            parts.append(
                words_at(where, base - tall - 5, number(count), text_anchor="middle", font_size=SMALL, fill=MUTED)
            )
        anchor = "start" if at == 0 else "middle"
        parts.append(words_at(wide * at, base + 16, _short(start), text_anchor=anchor, font_size=SMALL, fill=MUTED))
    parts.append(words_at(WIDTH, base + 16, _short(high), text_anchor="end", font_size=SMALL, fill=MUTED))
    parts.append(rule(0, base, WIDTH, base, stroke=LINE, stroke_width=1.5))
    if threshold is not None and high > low:
        x = WIDTH * (threshold - low) / (high - low)
        parts.append(rule(x, 12, x, base + 4, stroke="#fff", stroke_width=5))
        parts.append(rule(x, 12, x, base + 4, stroke=WARM, stroke_width=2))
        parts.append(words_at(x, 9, f"seuil {_short(threshold)}", text_anchor="middle", font_size=SMALL, fill=WARM))
    told = (f"{number(count)} de {_short(start)} à {_short(end)}." for start, end, count in bands if count)
    return picture(Markup("").join(parts), WIDTH, base + 22, f"{title}. {' '.join(told)}")


def _short(value: float) -> str:
    return number(value, 2)
