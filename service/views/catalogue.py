"""The public catalogue: what was retained, and what became of it in the field. For everybody, nobody's rights matter.

It is read once per change into this process: a mark of what it rests on is read at each request. So nothing is a copy
that would have to be erased, and what was taken back is gone at once.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from forms import Edition, Field, kinds, local_day
from service.domain import catalogue as rules
from service.domain.folding import folded
from service.domain.piloting import INDICATORS
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.store.editions import edition
from service.views import cursors

MOST = 100


class PublicAnswer(msgspec.Struct, frozen=True):
    """An answer that the form marks as public: `value` as in the form's data, `text` for readers."""

    field: str
    label: str
    value: Any
    text: str = ""


class PublicMeasure(msgspec.Struct, frozen=True):
    """The indicator on a day."""

    day: date
    value: float


class PublicPilot(msgspec.Struct, frozen=True):
    """A pilot as everybody may know it: its indicator only where the form of its call makes it public."""

    phase: str
    partner: str
    began: date
    ended: date | None
    outcome: str
    indicator: str
    unit: str
    baseline: float | None
    target: float | None
    measures: tuple[PublicMeasure, ...]


class CatalogueEntry(msgspec.Struct, frozen=True):
    """A retained proposal, under its reference: an address for good. `title` and `organisation` are "" where the form
    does not make them public."""

    reference: str
    call: str
    call_title: str
    title: str
    organisation: str
    outcome: str
    published: date
    answers: tuple[PublicAnswer, ...]
    pilot: PublicPilot | None


class Catalogued(msgspec.Struct, frozen=True):
    """An entry with what is needed to show and find it: the fields of its answers, its folded text, its place."""

    entry: CatalogueEntry
    fields: tuple[Field, ...]
    text: str
    place: tuple[float, str]


class Facet(msgspec.Struct, frozen=True):
    """A public question with options, and those that were chosen: id, label, how often."""

    field: str
    label: str
    options: tuple[tuple[str, str, int], ...]


class CataloguePage(msgspec.Struct, frozen=True):
    """One page, the latest published first; `next`: the cursor of the following one. `total`: of all pages."""

    items: tuple[CatalogueEntry, ...]
    next: str | None
    total: int


class _Kept(msgspec.Struct, frozen=True):
    mark: tuple[Any, ...]
    every: tuple[Catalogued, ...]
    by_reference: dict[str, Catalogued]


_kept: list[_Kept] = []
_RETAINED = "p.status IN ('accepted', 'completed')"
_SQL = f"""
SELECT p.id, p.reference, p.edition, p.title, p.organisation, c.slug, d.outcome, d.at, r.content, r.at AS submitted_at,
  t.phase, t.partner, t.began_at, t.ended_at, t.outcome AS pilot_outcome, t.indicator, t.unit, t.baseline, t.target
FROM proposal p JOIN call c ON c.id = p.call
JOIN LATERAL (SELECT x.outcome, n.at FROM decision x JOIN publication n ON n.id = x.publication
  WHERE x.proposal = p.id ORDER BY x.round DESC, x.number DESC LIMIT 1) d ON true
JOIN LATERAL (SELECT y.content, y.at FROM revision y WHERE y.subject = 'answers' AND y.subject_id = p.id
  ORDER BY y.number DESC LIMIT 1) r ON true
LEFT JOIN pilot t ON t.proposal = p.id
WHERE {_RETAINED} ORDER BY d.at DESC, p.reference
"""  # noqa: S608  our names


class _Content(msgspec.Struct, frozen=True):
    edition: UUID
    answers: dict[str, Any]
    part: str = ""


async def everything() -> tuple[Catalogued, ...]:
    """All entries, the latest published first."""
    return (await _read()).every


async def entry(reference: str) -> Catalogued:
    """The entry of that reference, in whatever case. NotFound."""
    found = (await _read()).by_reference.get(reference.upper())
    if found is None:
        raise NotFound
    return found


async def facets(call: str) -> tuple[Facet, ...]:
    """The questions of a call that its entries can be told apart by: two options at least were chosen."""
    found: dict[str, tuple[Field, Counter[str]]] = {}
    for one in await everything():
        for field, answer in zip(one.fields, one.entry.answers, strict=True):
            if one.entry.call == call and isinstance(field, kinds.OneOf | kinds.SeveralOf):
                found.setdefault(field.id, (field, Counter()))[1].update(_chosen(answer.value))
    return tuple(
        Facet(
            field.id,
            field.label.fr,
            tuple((one.id, one.label.fr, times[one.id]) for one in field.options if times[one.id]),
        )
        for field, times in found.values()
        if isinstance(field, kinds.OneOf | kinds.SeveralOf) and len(times) > 1
    )


def _chosen(answer: Any) -> list[str]:
    """The options of an answer; what was written in place of one is none."""
    given = answer if isinstance(answer, list) else [answer]
    return [one for one in given if isinstance(one, str)]


async def catalogue(  # noqa: PLR0917  what is wanted, and which page of it
    q: str = "",
    call: str = "",
    phase: str = "",
    cursor: str | None = None,
    limit: int = 20,
    answers: Mapping[str, str] | None = None,
) -> CataloguePage:
    """One page of what has all these words, is of that call, is a pilot in that phase ("over": ended), and answered
    questions so (option by field)."""
    every = await everything()
    found = [one for one in every if _wanted(one, q, call, phase) and _answered(one, answers or {})]
    start = bisect_right(found, _after(cursor), key=lambda one: one.place) if cursor else 0
    limit = max(1, min(limit, MOST))
    shown = found[start : start + limit]
    more = len(found) > start + limit
    last = cursors.write(f"{shown[-1].place[0]!r}|{shown[-1].place[1]}", UUID(int=0)) if more else None
    return CataloguePage(tuple(one.entry for one in shown), last, len(found))


def _after(cursor: str) -> tuple[float, str]:
    number, _, reference = cursors.read(cursor)[0].partition("|")
    try:
        return float(number), reference
    except ValueError as error:
        raise cursors.refused() from error


def _wanted(one: Catalogued, q: str, call: str, phase: str) -> bool:
    pilot = one.entry.pilot
    here = "" if pilot is None else "over" if pilot.ended else pilot.phase
    return (not call or one.entry.call == call) and (not phase or here == phase) and rules.fits(one.text, q)


def _answered(one: Catalogued, wanted: Mapping[str, str]) -> bool:
    given = {answer.field: answer.value for answer in one.entry.answers}
    return all(option in _chosen(given.get(field)) for field, option in wanted.items())


async def _read() -> _Kept:
    found = await row(
        "SELECT count(*) AS number, coalesce(sum(p.last_seq), 0) AS entries,"  # noqa: S608  our names
        f" coalesce(bit_xor(uuid_hash_extended(p.id, 0)), 0) AS which FROM proposal p WHERE {_RETAINED}"
    )
    assert found is not None  # noqa: S101  an aggregate gives one row
    mark = tuple(found.values())
    if not _kept or _kept[0].mark != mark:
        measures = await _measures()
        every = tuple([await _catalogued(line, measures.get(line["id"], ())) for line in await rows(_SQL)])
        _kept[:] = [_Kept(mark, every, {one.entry.reference.upper(): one for one in every})]
    return _kept[0]


async def _measures() -> dict[UUID, tuple[PublicMeasure, ...]]:
    found: dict[UUID, list[PublicMeasure]] = {}
    for line in await rows(
        "SELECT DISTINCT ON (m.proposal, m.day) m.proposal, m.day, m.value FROM measure m JOIN proposal p"  # noqa: S608
        f" ON p.id = m.proposal WHERE {_RETAINED} ORDER BY m.proposal, m.day, m.at DESC, m.id DESC"
    ):
        found.setdefault(line["proposal"], []).append(PublicMeasure(line["day"], line["value"]))
    return {proposal: tuple(listed) for proposal, listed in found.items()}


async def _catalogued(line: Row, measures: Sequence[PublicMeasure]) -> Catalogued:
    content, present = msgspec.json.decode(line["content"], type=_Content), await edition(line["edition"])
    form = (await edition(content.edition)).form_at(content.part)
    told = rules.published(form, content.answers, local_day(line["submitted_at"]), present.form)
    known = {field.id for field, _ in told}
    kept = CatalogueEntry(
        reference=line["reference"],
        call=line["slug"],
        call_title=present.call.title.fr,
        title=line["title"] if form.title_field in known else "",
        organisation=line["organisation"] if form.organisation_field in known else "",
        outcome=_outcome(present, line["outcome"]),
        published=local_day(line["at"]),
        answers=tuple(PublicAnswer(field.id, field.label.fr, answer) for field, answer in told),
        pilot=_pilot(line, present, measures, indicated=bool(known & set(INDICATORS))) if line["phase"] else None,
    )
    fields = tuple(field for field, _ in told)
    return Catalogued(kept, fields, _text(kept, told), (-line["at"].timestamp(), line["reference"]))


def _outcome(kept: Edition, outcome: str) -> str:
    found = (stage.outcome(outcome) for stage in kept.process.stages)
    return next((one.name.fr for one in found if one is not None), "")


def _pilot(line: Row, kept: Edition, measures: Sequence[PublicMeasure], *, indicated: bool) -> PublicPilot:
    return PublicPilot(
        phase=line["phase"],
        partner=line["partner"],
        began=local_day(line["began_at"]),
        ended=local_day(line["ended_at"]) if line["ended_at"] else None,
        outcome=_outcome(kept, line["pilot_outcome"]) if line["pilot_outcome"] else "",
        indicator=line["indicator"] if indicated else "",
        unit=line["unit"] if indicated else "",
        baseline=line["baseline"] if indicated else None,
        target=line["target"] if indicated else None,
        measures=tuple(measures) if indicated else (),
    )


def _text(kept: CatalogueEntry, told: Sequence[tuple[Field, Any]]) -> str:
    """What is looked at for words: what is read, options by their labels."""
    options = [
        option.label.fr
        for field, answer in told
        for option in getattr(field, "options", ())
        if option.id == answer or (isinstance(answer, list) and option.id in answer)
    ]
    texts = [answer for _, answer in told if isinstance(answer, str)]
    partner = kept.pilot.partner if kept.pilot else ""
    return folded(" ".join([kept.reference, kept.title, kept.organisation, kept.call_title, partner, *texts, *options]))
