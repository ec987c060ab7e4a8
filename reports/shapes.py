"""The shapes that charts are drawn of, as SVG, and a picture with the words that stand for it."""

from base64 import b64encode
from collections.abc import Sequence
from textwrap import wrap

from markupsafe import Markup
from msgspec import Struct

from reports.glyphs import drawable

INK, ACCENT, WARM, LINE, MUTED = "#161616", "#000091", "#b34000", "#c9c9d6", "#5a5a6b"
WIDTH, LEFT, RIGHT = 680.0, 224.0, 106.0


class Figure(Struct, frozen=True):
    """A picture as a `data:` address, and the sentences that say what it shows."""

    src: str
    alt: str


def picture(inside: Markup, width: float, height: float, alt: str) -> Figure:
    """Shapes of ours, as a picture with the words that stand for it."""
    svg = tag(
        "svg",
        inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {rounded(width)} {rounded(height)}",
        width=width,
        height=height,
        font_family="Text, World, Arabic",
    )
    return Figure("data:image/svg+xml;base64," + b64encode(svg.encode()).decode(), alt)


def wrapped(name: str, most: int = 3) -> list[str]:
    """A name in lines that stand left of a chart, the last one cut where there are more."""
    return wrap(drawable(name), 33, max_lines=most, placeholder="…") or ["–"]


def named(lines: Sequence[str], y: float) -> Markup:
    """Such a name, its middle at this height."""
    first = y + 4.5 - 7.5 * (len(lines) - 1)
    return Markup("").join(words_at(0, first + 15 * i, line, font_size=13, fill=INK) for i, line in enumerate(lines))


def rule(x1: float, y1: float, x2: float, y2: float, **look: str | float) -> Markup:
    """A line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, **look)


def words_at(x: float, y: float, text: str, **look: str | float) -> Markup:
    """A text on its line of writing."""
    return tag("text", text, x=x, y=y, **look)


def tag(element: str, inside: str = "", /, **attributes: str | float) -> Markup:
    """An element; text inside and attributes are escaped unless they are markup of ours."""
    given = Markup("").join(
        Markup(' {}="{}"').format(key.replace("_", "-"), value if isinstance(value, str) else rounded(value))
        for key, value in attributes.items()
    )
    # The tag names are the literals above; the attributes are escaped.
    return Markup("<{0}{1}>{2}</{0}>").format(element, given, inside)


def rounded(value: float) -> str:
    """A length, to the hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
