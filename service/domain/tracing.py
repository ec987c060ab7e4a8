"""What the answers of a proposal say of persons and bodies, as keys: which of them are looked at goes by kind."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forms import Form
from forms.base import Field
from service.domain import naming
from service.domain.conflicts import ALONE, Kind, Trace, reference_key
from service.domain.mailboxes import PUBLIC, above, domain_of

LONGEST_NAME = 150
"""Characters of a line of text that may be a name."""
MOST_MENTIONED = 20_000
"""Characters of texts that are searched for names."""
LONGEST_KEY = 400
MANY_WORDS = 6
MOST_CALLED = 500
"""Names of persons that are kept of one proposal's texts."""


def traces_of(form: Form, answers: Mapping[str, Any], reference: str) -> frozenset[Trace]:
    """The traces of what was submitted, on the form that it was submitted on."""
    found: set[Trace] = {Trace("reference", reference_key(reference))} if reference else set()
    texts: list[str] = []
    for field in form.fields:
        for part, value in _parts(field, answers.get(field.id)):
            own = field.id == form.organisation_field
            found |= {
                Trace(kind, key, field.id) for kind, key in _keys(part, value, own=own) if 0 < len(key) <= LONGEST_KEY
            }
            if _searched(part, value, form):
                texts.append(value)
    return frozenset(found | _mentions(texts))


def _mentions(texts: list[str]) -> set[Trace]:
    """What is named inside texts: the words of them all, in which a name of several is looked for; behind them, each
    between two marks, those that may be a name alone; and what may be persons."""
    if not texts:
        return set()
    words = " | ".join(naming.organisation(text) for text in texts)[:MOST_MENTIONED]
    alone = sorted(frozenset().union(*(naming.capitals(text) for text in texts)))
    called = sorted(frozenset().union(*(naming.called(text) for text in texts)))[:MOST_CALLED]
    named = f"{ALONE}{ALONE.join(alone)}{ALONE}" if alone else ""
    return {Trace("mention", f" {words} {named[:MOST_MENTIONED]}"), *(Trace("called", key) for key in called)}


def of_applicant(account: str, email: str, name: str, organisation: str) -> frozenset[Trace]:
    """The traces of somebody on the applicant's side, by their account."""
    found = {("account", account), *_of_address(email), ("person", naming.person(name))}
    found |= {("organisation", key) for key in naming.organisations(organisation)}
    return frozenset(Trace(kind, key) for kind, key in found if key)


def _parts(field: Field, value: Any) -> Iterator[tuple[Field, Any]]:
    """A field with its answer, or the cells of its rows with theirs."""
    if not field.cells:
        yield field, value
        return
    rows = value.get("rows") if isinstance(value, dict) else None
    for row in rows or ():
        yield from ((cell, row.get(cell.id)) for cell in field.cells)


def _keys(field: Field, value: Any, *, own: bool) -> Iterable[tuple[Kind, str]]:
    if isinstance(value, dict):
        return _of_parts(field.kind, value)
    if not isinstance(value, str) or not value.strip():
        return ()
    if field.kind in ("siren", "siret", "ror"):
        return [("body", naming.body(value))]
    readers = {"email": _of_address, "url": _of_site, "short_text": _of_own if own else _of_line}
    return readers[field.kind](value) if field.kind in readers else ()


def _of_parts(kind: str, value: dict[str, Any]) -> Iterable[tuple[Kind, str]]:
    if kind == "person":
        return _of_person(value)
    if kind == "organisation":
        return _of_organisation(value)
    return [("body", naming.body(_said(value, "number")))] if kind == "foreign_id" else ()


def _of_person(value: dict[str, Any]) -> Iterable[tuple[Kind, str]]:
    name = f"{_said(value, 'given_name')} {_said(value, 'family_name')}"
    return [("person", naming.person(name)), *_of_address(_said(value, "email"))]


def _of_organisation(value: dict[str, Any]) -> Iterable[tuple[Kind, str]]:
    names: list[tuple[Kind, str]] = [("organisation", key) for key in naming.organisations(_said(value, "name"))]
    return [*names, ("body", naming.body(_said(value, "identifier")))]


def _of_address(address: str) -> list[tuple[Kind, str]]:
    plain, domain = address.strip().lower(), domain_of(address)
    if "@" not in plain:
        return []
    return [("email", plain), ("domain", domain), *(("above", one) for one in above(domain))]


def _of_site(value: str) -> list[tuple[Kind, str]]:
    """A site is near an address of its domain: who hosts a page need not be who applies."""
    host = value.strip().lower().partition("://")[2].partition("/")[0].partition(":")[0].removeprefix("www.")
    return [("above", one) for one in (host, *above(host)) if "." in one and one not in PUBLIC]


def _of_line(value: str) -> list[tuple[Kind, str]]:
    """A line of text may be the name of a body or of a person: whoever is called exactly so is named."""
    if len(value) > LONGEST_NAME:
        return []
    person = naming.person(value)
    keys: list[tuple[Kind, str]] = [("named", key) for key in naming.organisations(value)]
    return [*keys, ("person", person)] if len(person.split()) <= MANY_WORDS else keys


def _of_own(value: str) -> list[tuple[Kind, str]]:
    return [("organisation", key) for key in naming.organisations(value)]


def _searched(field: Field, value: Any, form: Form) -> bool:
    """Whether names are looked for inside this text: lines, and what the form marks as telling who applies."""
    if not isinstance(value, str) or not value.strip() or field.id == form.title_field:
        return False
    return field.kind == "short_text" or (field.kind == "long_text" and field.identifying)


def _said(value: Mapping[str, Any], key: str) -> str:
    said = value.get(key)
    return said if isinstance(said, str) else ""
