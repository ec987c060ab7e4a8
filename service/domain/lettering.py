"""What is wrong with a letter before it is sent, as far as rules can tell: pure."""

import re
from typing import Literal

import msgspec

from reports.letters import Letter

Kind = Literal[
    "no_recipient",
    "no_body",
    "no_changes",
    "no_reasons",
    "no_capacity",
    "no_delegation",
    "no_author",
    "no_remedies",
    "no_algorithms",
    "placeholder",
]
_DELEGATED = re.compile(r"\b(?:par|pour) (?:sub)?délégation|\bp\. ?[od]\.", re.IGNORECASE)
_UNFILLED = re.compile(
    r"\{[^{}\n]{0,60}\}|\[(?:…|\.\.\.|[^\]\n]*(?:compléter|préciser)[^\]\n]*)\]|\bX{3,}\b|à compléter"
)


class LetterFault(msgspec.Struct, frozen=True):
    """A fault of a letter; `found`: the words that it is about, "" where something lacks."""

    kind: Kind
    found: str = ""


def faults(letter: Letter, *, ranked: bool) -> tuple[LetterFault, ...]:
    """In the order of the page. `ranked`: scores put the proposals in an order before the committee."""
    lacking: list[tuple[Kind, bool]] = [
        ("no_recipient", not letter.recipient.strip()),
        ("no_body", not (letter.body.strip() or letter.cites)),
        ("no_changes", bool(letter.cites) and not letter.changes.strip()),
        ("no_reasons", not letter.reasons.strip()),
        ("no_capacity", not letter.capacity.strip()),
        ("no_delegation", bool(_DELEGATED.search(letter.capacity)) and not letter.delegation.strip()),
        ("no_author", not letter.author.strip()),
        ("no_remedies", not letter.remedies.strip()),
        ("no_algorithms", ranked and not letter.algorithmic_mention.strip()),
    ]
    said = (
        *(letter.subject, letter.body, letter.changes, letter.reasons, letter.capacity, letter.delegation),
        *(letter.remedies, letter.algorithmic_mention),
    )
    left = dict.fromkeys(found for text in said for found in _UNFILLED.findall(text))
    return (
        *(LetterFault(kind) for kind, wrong in lacking if wrong),
        *(LetterFault("placeholder", found) for found in left),
    )
