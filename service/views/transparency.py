"""A call as everybody may know it: each query selects what the written rules (`domain/disclosure.py`) tell, and nothing
else, so that nothing has to be struck out of what is made of it."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from reports import committee, disclosed
from reports.disclosed import AgendaItem, Decided, Disclosure, EditionLine, Member, Recusal, Sitting
from reports.disclosing import files
from service.domain.actor import ANONYMOUS, Actor
from service.domain.disclosure import RULES
from service.domain.documents import RETAINED, Job
from service.domain.papers import Paper
from service.domain.policy import Action
from service.store.database import Row, row, rows, snapshot
from service.store.decided import IN_FORCE
from service.store.editions import edition
from service.store.sittings import number_in, of_call
from service.views import catalogue
from service.views.calls import CallView, call, require_on_call
from service.views.catalogue import CatalogueEntry
from service.views.figures import figures
from service.views.letters import contact
from service.views.opinions import outcome_name
from service.views.spooling import Filed, Part, spooled

Retained = Mapping[str, CatalogueEntry]
"""What of the call is in the catalogue, by reference."""


async def disclosure(actor: Actor, slug: str, now: datetime) -> Disclosure:
    """Of a call, for whoever may publish it, and for whoever runs the service. NotFound."""
    about = await (call(ANONYMOUS, slug) if actor.process else require_on_call(actor, slug, Action.CALL_TRANSPARENCY))
    async with snapshot():
        return await _disclosure(about, now)


async def _disclosure(about: CallView, now: datetime) -> Disclosure:
    told = {one.entry.reference: one.entry for one in await catalogue.everything() if one.entry.call == about.slug}
    sittings = tuple([await _sitting(line, about, told) for line in await rows(_SITTINGS, *[about.id] * 3)])
    service = about.content.call.service
    return Disclosure(
        slug=about.slug,
        title=about.content.call.title.fr,
        service=service.name.fr,
        contact=contact(service),
        at=now,
        rules=RULES,
        editions=await _editions(about.id),
        members=await _members(about.id),
        recusals=tuple(one for sitting in sittings for one in _recusals(sitting)),
        sittings=sittings,
        decisions=await _decisions(about.id, told),
        figures=await figures(None, about.slug),
    )


async def _editions(about: UUID) -> tuple[EditionLine, ...]:
    found = await rows(
        "SELECT id, number, published_at, digest FROM edition WHERE call = {} ORDER BY number DESC", about
    )
    return tuple([EditionLine(content=await edition(line.pop("id")), **line) for line in found])


# Of a member `m`, that they sat for this call: of a sitting of several, this one's export is without the others.
_SAT = "(m.sat IS NULL OR m.sat ? {}::uuid::text)"


async def _members(about: UUID) -> tuple[Member, ...]:
    """Whoever is of the committee now, or was called to a sitting that was held."""
    found = await rows(
        "SELECT name, capacity FROM (SELECT a.name,"  # noqa: S608  our words
        " CASE r.role WHEN 'chair' THEN 'chair' ELSE 'member' END AS capacity"
        "  FROM role r JOIN account a ON a.id = r.account WHERE r.call = {} AND r.role IN ('chair', 'committee')"
        " UNION SELECT a.name, m.capacity FROM sitting_member m JOIN sitting s ON s.id = m.sitting"
        f"  JOIN account a ON a.id = m.account WHERE {of_call('{}')} AND s.closed_at IS NOT NULL AND {_SAT}) f"
        " WHERE name <> ''"
        " ORDER BY array_position(ARRAY['chair', 'member', 'secretary', 'observer'], capacity::text), name",
        *(about, about, about, about),
    )
    return tuple(Member(**line) for line in found)


_SITTINGS = (
    f"SELECT s.id, {number_in('{}')} AS number, s.convened_at, s.starts_at, s.opened_at, s.closed_at,"  # noqa: S608
    " s.place, s.link <> '' AS video, s.urgency <> '' AS urgent, s.second_of IS NOT NULL AS second,"
    " s.version, s.approved_at, s.digest,"
    " coalesce(a.name, '') AS approved_by, EXISTS (SELECT FROM sitting_call c WHERE c.sitting = s.id) AS shared"
    " FROM sitting s LEFT JOIN account a ON a.id = s.approved_by"
    f" WHERE {of_call('{}')} AND s.closed_at IS NOT NULL ORDER BY 2"
)
_INSTANTS = ("convened_at", "opened_at", "closed_at")
_PLAIN = ("number", "starts_at", *_INSTANTS, "place", "video", "urgent", "second", "shared")


async def _sitting(line: Row, about: CallView, told: Retained) -> Sitting:
    called = await rows(
        "SELECT a.name, m.capacity FROM sitting_member m JOIN account a ON a.id = m.account WHERE m.sitting = {}"  # noqa: S608
        f" AND {_SAT}"
        " ORDER BY array_position(ARRAY['chair', 'member', 'secretary', 'observer'], m.capacity::text), a.name",
        *(line["id"], about.id),
    )
    agenda = await rows(
        "SELECT i.rank AS number, p.reference FROM sitting_item i JOIN proposal p ON p.id = i.proposal"
        " WHERE i.sitting = {} AND p.call = {} AND i.rank IS NOT NULL ORDER BY i.rank",
        *(line["id"], about.id),
    )
    return Sitting(
        id=str(line["id"]),
        called=tuple(Member(**one) for one in called),
        agenda=tuple(AgendaItem(**one, **_named(one["reference"], told)) for one in agenda),
        minutes=await _minutes(line, about, told) if line["approved_at"] is not None else None,
        **{name: line[name] for name in _PLAIN},
    )


def _named(reference: str, told: Retained) -> dict[str, Any]:
    """What a proposal and its applicant are called, where everybody may know."""
    entry = told.get(reference)
    return {"title": entry.title if entry else "", "organisation": entry.organisation if entry else ""}


class _Figures(msgspec.Struct, frozen=True):
    votes_for: int
    against: int
    abstained: int
    carried: bool
    casting: bool = False
    members: int = 0
    needed: int = 0
    voters: int = 0
    silent: int = 0


class _Voted(msgspec.Struct, frozen=True):
    number: int
    kind: str
    outcome: str
    figures: _Figures
    ballots: tuple[tuple[str, str], ...]


# Of minutes as they were approved: the parts that are told, cut out of their text by the database. An item is told once
# a decision that came after the sitting is published: one of an earlier round is none.
_PRESENT = (
    "SELECT m.name, m.capacity, m.presence, m.holder FROM sitting s,"
    " jsonb_to_recordset(s.content::jsonb -> 'members')"
    "  AS m (name text, capacity text, presence text, holder text, calls jsonb)"
    " WHERE s.id = {} AND (coalesce(m.calls, '[]') = '[]' OR m.calls ? {}::uuid::text)"
)
_POINTS = (
    "SELECT i.number, i.reference, i.opinion, i.outcome, i.away, i.votes,"
    " jsonb_path_query_array(i.dissent, '$[*].name') AS dissent FROM sitting s, jsonb_to_recordset("
    "s.content::jsonb -> 'items') AS i (number integer, proposal uuid, reference text, opinion text, outcome text,"
    " away jsonb, votes jsonb, dissent jsonb) WHERE s.id = {}"
    " AND EXISTS (SELECT FROM proposal p WHERE p.id = i.proposal AND p.call = {}) AND EXISTS (SELECT FROM decision d"
    " WHERE d.proposal = i.proposal AND d.publication IS NOT NULL AND d.corrects IS NULL"
    " AND d.decided_at >= s.opened_at) ORDER BY i.number"
)
_ALL_POINTS = (
    "SELECT count(*) AS number FROM sitting s, jsonb_array_elements(s.content::jsonb -> 'items') AS i"
    " WHERE s.id = {} AND coalesce(i ->> 'call', s.call::text) = {}::uuid::text"
)


async def _minutes(line: Row, about: CallView, told: Retained) -> committee.Minutes:
    which = (line["id"], about.id)
    present = await rows(_PRESENT, *which)
    found = await rows(_POINTS, *which)
    every = await row(_ALL_POINTS, *which)
    assert every is not None  # noqa: S101  its own row
    votes: dict[int, _Voted] = {}
    points: dict[int, list[int]] = {}
    items = []
    for one in found:
        given = msgspec.json.decode(one["votes"], type=tuple[_Voted, ...])
        for vote in given:
            votes[vote.number] = vote
            points.setdefault(vote.number, []).append(one["number"])
        items.append(_point(one, given, about, told))
    return committee.Minutes(
        call_title=about.content.call.title.fr,
        service=about.content.call.service.name.fr,
        version=0,
        link="",
        urgency="",
        members=tuple(_attended(one, {other["name"] for other in present}) for one in present),
        items=tuple(items),
        votes=tuple(_vote(votes[number], points[number], about) for number in sorted(votes)),
        left_out=every["number"] - len(items),
        approved_at=line["approved_at"],
        approved_by=line["approved_by"],
        digest=line["digest"],
        public=True,
        **{name: line[name] for name in ("number", *_INSTANTS, "place", "second", "shared")},
    )


def _attended(one: Row, present: Collection[str]) -> committee.Attended:
    """How somebody was there. A proxy that was given to whoever sat for other calls alone was none for this one."""
    lost = one["presence"] == "proxy" and one["holder"] not in present
    told = one | {"presence": "absent", "holder": ""} if lost else one
    return committee.Attended(organisation="", **told)


def _point(one: Row, given: Sequence[_Voted], about: CallView, told: Retained) -> committee.Point:
    return committee.Point(
        number=one["number"],
        proposal="",
        reference=one["reference"],
        opinion=one["opinion"],
        outcome=outcome_name(about.content, one["outcome"]) if one["outcome"] else "",
        away=msgspec.json.decode(one["away"], type=tuple[str, ...]),
        votes=tuple(vote.number for vote in given),
        dissent=tuple((name, "") for name in msgspec.json.decode(one["dissent"], type=tuple[str, ...])),
        **_named(one["reference"], told),
    )


def _vote(vote: _Voted, points: Sequence[int], about: CallView) -> committee.Vote:
    plain = msgspec.structs.asdict(vote.figures)
    plain["voices"], plain["uncast"] = plain.pop("voters"), plain.pop("silent")
    question = outcome_name(about.content, vote.outcome)
    return committee.Vote(
        number=vote.number, kind=vote.kind, question=question, points=tuple(points), ballots=vote.ballots, **plain
    )


def _recusals(sitting: Sitting) -> list[Recusal]:
    """Those of its approved minutes."""
    items = sitting.minutes.items if sitting.minutes else ()
    return [
        Recusal(sitting.number, sitting.opened_at, point.number, point.reference, name)
        for point in items
        for name in point.away
    ]


async def _decisions(about: UUID, told: Retained) -> tuple[Decided, ...]:
    found = await rows(
        "SELECT p.reference, p.edition, d.round, d.number, d.outcome, d.capacity, n.at AS published_at,"  # noqa: S608
        f" {RETAINED} AS retained, {IN_FORCE} AS in_force, CASE WHEN {RETAINED} AND {IN_FORCE} THEN d.reasons ELSE ''"
        " END AS reasons FROM decision d JOIN publication n ON n.id = d.publication JOIN proposal p"
        " ON p.id = d.proposal WHERE p.call = {} ORDER BY p.reference, d.round, d.number",
        about,
    )
    return tuple([await _decided(line, told) for line in found])


async def _decided(line: dict[str, Any], told: Retained) -> Decided:
    kept = await edition(line.pop("edition"))
    return Decided(outcome=outcome_name(kept, line.pop("outcome")), **_named(line["reference"], told), **line)


def papers_of(told: Disclosure) -> tuple[Paper, ...]:
    """The minutes that are drawn for everybody, in the order of sittings."""
    return tuple(
        Paper("minutes", UUID(one.id), msgspec.json.encode(one.minutes).decode())
        for one in told.sittings
        if one.minutes is not None
    )


async def zipped(told: Disclosure, form: Job, minutes: Sequence[Job]) -> AsyncIterator[bytes]:
    """The export, with its PDF: `form`, and the minutes in the order of `papers_of`, all drawn already."""
    return (await spooled(_parts(told, form, minutes))).sent(told.at, strict=True)


async def _parts(told: Disclosure, form: Job, minutes: Sequence[Job]) -> AsyncIterator[Part | Filed]:
    for one in files(told):
        yield Part(one.path, one.title, one.content)
    yield _drawn("formulaire.pdf", "Formulaire vierge", form)
    approved = [one for one in told.sittings if one.minutes is not None]
    for sitting, job in zip(approved, minutes, strict=True):
        path = disclosed.minutes_path(sitting)
        yield _drawn(path, f"Procès-verbal de la séance n°\u00a0{sitting.number}", job)


def _drawn(path: str, title: str, job: Job) -> Filed:
    return Filed(path, title, f"document/{job.id}", job.size or 0, job.sha256 or "")
