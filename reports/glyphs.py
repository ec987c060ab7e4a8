"""Characters that our fonts can draw. PDF/A forbids a missing glyph, and one that stands for a private character, so
what no font has is replaced, visibly.
"""

import unicodedata
from functools import cache
from pathlib import Path

import fontpkg_ibm_plex_sans_arabic
import fontpkg_noto_sans
import fontpkg_source_sans_3
from fontTools.ttLib import TTFont

UNKNOWN = "□"
# Text layout hands what Unicode calls an emoji to a font of the system, whatever our fonts have.
_EMOJI = frozenset({0x2615, 0x1F4A9, 0x1F512, 0x1F916})
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"

FONTS: dict[str, Path] = {
    "text": fontpkg_source_sans_3.ROOT / "files" / "SourceSans3[wght].ttf",
    "text-italic": fontpkg_source_sans_3.ROOT / "files" / "SourceSans3-Italic[wght].ttf",
    "world": fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf",
    "arabic": fontpkg_ibm_plex_sans_arabic.ROOT / "files" / "IBMPlexSansArabic-Regular.ttf",
    "arabic-bold": fontpkg_ibm_plex_sans_arabic.ROOT / "files" / "IBMPlexSansArabic-SemiBold.ttf",
}


@cache
def _known() -> frozenset[int]:
    """Code points that one of the upright fonts has."""
    known: set[int] = set()
    for name in ("text", "world", "arabic"):
        with TTFont(FONTS[name], lazy=True) as font:
            known.update(font.getBestCmap())
    return frozenset(code for code in known - _EMOJI if unicodedata.category(chr(code)) != "Co")


@cache
def _drawn(char: str) -> str:
    if char == "\n" or char in _JOINERS:
        return char
    if char in "\t\v\f\r\x85\u2028\u2029":
        return " "
    if unicodedata.category(char) in ("Cc", "Cf") or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    return char if ord(char) in _known() else UNKNOWN


def drawable(text: str) -> str:
    """The text with composed accents, without control or direction characters, unknown characters as `UNKNOWN`."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(map(_drawn, plain))


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is written from right to left."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
