"""Which language a text is written in, of the two that proposals are written in: its commonest little words tell. So
that what is typed in English is read aloud as English, in a document that is French."""

import re
from typing import Literal

Tongue = Literal["fr", "en", ""]
# Without those that both have: « a », « an », « as », « on », « or », « plus ».
_ENGLISH = """
    the and of to is are was were for with from this that these those which their its our we will would have has had
    been be by at it not can they he she you your into than between each all more how what when who
"""
_FRENCH = """
    le la les un une des de du et est sont été être dans pour par avec sur sans qui que ce cette ces nous vous leur
    leurs aux au il elle ils elles ne pas se sa ses notre nos votre chaque tous dont afin comme
"""
_WORDS = {"en": frozenset(_ENGLISH.split()), "fr": frozenset(_FRENCH.split())}
LEAST = 3
"""Little words of a language, below which a text says nothing of the one it is in."""
MOST = 4_000
"""Characters that are looked at."""
_WORD = re.compile(r"[^\W\d_]+")


def tongue(text: str) -> Tongue:
    """The language of a text, "" where it has too few words of one, or many of both."""
    said = _WORD.findall(text[:MOST].lower())
    in_english, in_french = (sum(word in known for word in said) for known in (_WORDS["en"], _WORDS["fr"]))
    if in_english >= LEAST and in_english > 2 * in_french:
        return "en"
    return "fr" if in_french >= LEAST and in_french > 2 * in_english else ""


def english(text: str, usual: Tongue = "") -> bool:
    """Whether a text is English; one that does not tell is in the `usual` language of its author, if that is known."""
    return (tongue(text) or usual) == "en"
