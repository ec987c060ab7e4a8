"""Conflicts of interest that are found by rule: what ties a person and a proposal together, and how strongly.

What is known of a person are ties, of a proposal traces; both are keys that compare by equality (`naming`), so that the
same rules run here, on two sets, and in SQL, on two tables (`service/store/conflicts.py`); a test compares the two.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Literal

import msgspec

from service.domain import naming
from service.domain.mailboxes import above, domain_of

VERSION = "1"
"""Of the making of keys. Another one has those that are stored made anew, when they are next looked at."""
YEARS = 3
"""For how long a tie that is over still tells, where the edition does not say (`Process.conflict_years`)."""

Kind = Literal[
    "made",
    "reference",
    "account",
    "email",
    "person",
    "body",
    "organisation",
    "named",
    "domain",
    "above",
    "mention",
    "called",
]
Source = Literal["self", "affiliation", "interest"]


class Strength(StrEnum):
    """`certain` stops as a declared conflict does; `likely` stops until an officer dismisses it; `weak` is shown, and
    stops once an officer confirms it."""

    CERTAIN = "certain"
    LIKELY = "likely"
    WEAK = "weak"


class Rule(StrEnum):
    """Why there is a conflict. The first two are not found by comparing keys."""

    DECLARED = "declared"
    COAPPLICANT = "coapplicant"
    APPLICANT = "applicant"
    NAMED = "named"
    NAMESAKE = "namesake"
    SAME_BODY = "same_body"
    SAME_ORGANISATION = "same_organisation"
    SAME_DOMAIN = "same_domain"
    NEAR_DOMAIN = "near_domain"
    MENTIONED = "mentioned"
    INTEREST = "interest"


class Tie(msgspec.Struct, frozen=True):
    """What is known of a person: a key, and from when until when (days included; None: for ever, still)."""

    kind: Kind
    value: str
    source: Source = "self"
    since: date | None = None
    until: date | None = None


class Trace(msgspec.Struct, frozen=True):
    """What a proposal says of persons and bodies. `field`: the answer that says it, "" for who applies."""

    kind: Kind
    value: str
    field: str = ""


class Match(msgspec.Struct, frozen=True):
    """One line of the rules: a tie of this kind and source equals a trace of that kind. `past`: what an ended tie still
    comes to; None: nothing."""

    tie: Kind
    source: Source
    trace: Kind
    rule: Rule
    strength: Strength
    past: Strength | None = None


class Ground(msgspec.Struct, frozen=True):
    """A conflict that was found. `value`: the key on which person and proposal meet."""

    rule: Rule
    strength: Strength
    value: str


_C, _L, _W = Strength.CERTAIN, Strength.LIKELY, Strength.WEAK
MATCHES: tuple[Match, ...] = (
    Match("account", "self", "account", Rule.APPLICANT, _C),
    Match("email", "self", "email", Rule.NAMED, _C),
    Match("person", "self", "person", Rule.NAMESAKE, _L),
    Match("person", "self", "called", Rule.NAMESAKE, _W),
    Match("domain", "self", "domain", Rule.SAME_DOMAIN, _L),
    Match("domain", "self", "above", Rule.NEAR_DOMAIN, _W),
    Match("above", "self", "domain", Rule.NEAR_DOMAIN, _W),
    Match("organisation", "self", "organisation", Rule.SAME_ORGANISATION, _L),
    Match("organisation", "self", "named", Rule.SAME_ORGANISATION, _L),
    Match("organisation", "self", "mention", Rule.MENTIONED, _W),
    Match("body", "affiliation", "body", Rule.SAME_BODY, _L, _W),
    Match("organisation", "affiliation", "organisation", Rule.SAME_ORGANISATION, _L, _W),
    Match("organisation", "affiliation", "named", Rule.SAME_ORGANISATION, _L, _W),
    Match("organisation", "affiliation", "mention", Rule.MENTIONED, _W),
    Match("body", "interest", "body", Rule.INTEREST, _C),
    Match("organisation", "interest", "organisation", Rule.INTEREST, _C),
    Match("organisation", "interest", "named", Rule.INTEREST, _C),
    Match("organisation", "interest", "mention", Rule.INTEREST, _W),
    Match("person", "interest", "person", Rule.INTEREST, _C),
    Match("person", "interest", "called", Rule.INTEREST, _W),
    Match("email", "interest", "email", Rule.INTEREST, _C),
    Match("reference", "interest", "reference", Rule.INTEREST, _C),
)
PERSONS: tuple[Kind, ...] = ("account", "email")
"""The keys that name one person and no other: by these, who applied together is known."""
SHORTEST_MENTION = 3
"""Characters of a name that is looked for inside a text."""
ALONE = "^"
"""What stands before and after each word of a text that may be a name by itself."""


def stands(strength: Strength, *, closed: bool = False, dismissed: bool = False, confirmed: bool = False) -> bool:
    """Whether a conflict stops its expert. The generated column `conflict.stands` says the same."""
    return not closed and (strength is _C or (not dismissed and (strength is _L or confirmed)))


def mention(name: str) -> str:
    """The key of an organisation's name as it stands inside a trace of texts: one word alone is looked for among the
    words that may be a name."""
    return f" {name} " if " " in name else f"{ALONE}{name}{ALONE}"


def found(ties: Iterable[Tie], traces: Iterable[Trace], today: date, years: int = YEARS) -> frozenset[Ground]:
    """Every ground on which these meet, each with its greatest strength, but for who applied together. What is named
    exactly is not told a second time where it is found in a text."""
    kept, best = tuple(traces), dict[tuple[Rule, str], Strength]()
    exact = {trace.value for trace in kept if trace.kind in ("organisation", "named")}
    for tie in ties:
        for trace in kept:
            if trace.kind == "mention" and tie.value in exact:
                continue
            for match in MATCHES:
                strength = _met(match, tie, trace, today, years)
                known = best.get((match.rule, tie.value))
                if strength is not None and (known is None or strength < known):  # in the order of the alphabet
                    best[match.rule, tie.value] = strength
    return frozenset(Ground(rule, strength, value) for (rule, value), strength in best.items())


def _met(match: Match, tie: Tie, trace: Trace, today: date, years: int) -> Strength | None:
    if (match.tie, match.source, match.trace) != (tie.kind, tie.source, trace.kind):
        return None
    if trace.kind == "mention":
        if len(tie.value) < SHORTEST_MENTION or mention(tie.value) not in trace.value:
            return None
    elif tie.value != trace.value:
        return None
    if tie.until is None or tie.until >= today:
        return match.strength
    return (match.past or (_W if match.strength is _W else None)) if tie.until >= earlier(today, years) else None


def earlier(today: date, years: int) -> date:
    """The same day so many years before; 28 February for a 29th that there was not."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def ties_of(account: str, email: str, name: str, organisation: str) -> frozenset[Tie]:
    """What an account itself says of a person."""
    made = {Tie("made", VERSION), Tie("account", account)}
    if email:
        made |= {Tie("email", email.lower())}
        made |= {Tie("domain", domain) for domain in [domain_of(email)] if domain}
        made |= {Tie("above", one) for one in above(domain_of(email))}
    if person := naming.person(name):
        made.add(Tie("person", person))
    return frozenset(made | {Tie("organisation", key) for key in naming.organisations(organisation)})


def affiliated(organisation: str, identifier: str, since: date | None, until: date | None) -> frozenset[Tie]:
    """What one of a person's organisations is known by."""
    made = {Tie("organisation", key, "affiliation", since, until) for key in naming.organisations(organisation)}
    if body := naming.body(identifier):
        made.add(Tie("body", body, "affiliation", since, until))
    return frozenset(made)


def interested(kind: str, name: str, identifier: str) -> frozenset[Tie]:
    """What a declared interest stops: an organisation, a person, or the proposal of a reference."""
    if kind == "proposal":
        return frozenset({Tie("reference", reference_key(name), "interest")})
    if kind == "person":
        address = identifier.strip().lower()
        keys = {Tie("person", key, "interest") for key in [naming.person(name)] if key}
        return frozenset(keys | ({Tie("email", address, "interest")} if "@" in address else set()))
    keys = {Tie("organisation", key, "interest") for key in naming.organisations(name)}
    return frozenset(keys | {Tie("body", key, "interest") for key in [naming.body(identifier)] if key})


def reference_key(reference: str) -> str:
    """A proposal's reference as it compares."""
    return "".join(reference.split()).upper()
