"""A sitting's pack: what it is made of for a reader, and the struct that is drawn."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import structs

from forms import Edition
from forms.telling.french import listed
from reports import pack as model
from reports.committee import CAPACITIES
from reports.kept import KeptFile
from reports.model import Dossier
from service.domain.actor import Actor, Role
from service.domain.documents import Job
from service.domain.packs import PackContent, PackItem
from service.domain.policy import JUDGED, Action
from service.problems import NotFound
from service.store.database import row, rows, value
from service.store.editions import edition
from service.store.roles import HELD
from service.store.sittings import SITS, agenda, call_of, called, calls_of
from service.views.archives import MOST_EMBEDDED, kept_files
from service.views.asof import state_of
from service.views.dossiers import dossier
from service.views.readable import note_readings
from service.views.readable_sittings import readable_sitting
from service.views.visible import visible

PDF = "application/pdf"
MOST_OF_FILE, MOST_PICTURES = 10, 1000
"""Pages that are shown of a file, and of all: one takes a tenth of a megabyte."""
BEFORE = timedelta(days=3)
"""How long before a sitting its packs are drawn without being asked for."""


class PackAbout(msgspec.Struct, frozen=True):
    """A sitting's number in the call by which it is read, and the names of its calls in addresses."""

    number: int
    slugs: tuple[str, ...]


async def contents(actor: Actor, sitting_id: UUID, *, pieces: bool = False) -> tuple[PackContent, PackAbout]:
    """What the pack of a sitting is made of for this reader, now: an item that they may not read, or are recused from,
    is a number. NotFound for whoever may not know of the sitting, and where there is nothing to read."""
    known = await readable_sitting(actor, sitting_id)
    found = known.row
    order = await agenda(found)
    may, args = visible(actor, Action.DOSSIER_READ)
    read = {
        line["id"]: line
        for line in await rows(
            f"SELECT p.id, p.last_seq FROM proposal p WHERE p.id = ANY({{}}) AND {may}",  # noqa: S608  our names
            *(list(order), *args),
        )
    }
    if not read or found["cancelled_at"] is not None:
        raise NotFound("Cette séance n’a pas encore de dossier que vous puissiez lire.")
    placed = await ranks([one.id for one in known.calls], list(read))
    items = tuple(
        PackItem(number, one, read[one]["last_seq"], *placed.get(one, (None, None)))
        if one in read
        else PackItem(number)
        for number, one in enumerate(order, 1)
    )
    return PackContent(sitting_id, found["version"], items, pieces), PackAbout(known.number, known.slugs)


async def ranks(calls: list[UUID], proposals: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """The place of each in its round of its call, by raw total, and among how many: of what has come before the
    committee, as its page of the ranking and its dossiers count."""
    found = await rows(
        "SELECT r.* FROM (SELECT t.proposal, t.round,"
        "  rank() OVER (PARTITION BY t.call, t.round ORDER BY t.total DESC) AS rank,"
        "  count(*) OVER (PARTITION BY t.call, t.round) AS ranked FROM tally t JOIN proposal p ON p.id = t.proposal"
        "  WHERE t.call = ANY({}) AND t.total IS NOT NULL AND p.status NOT IN ('withdrawn', 'ineligible')"
        "   AND p.phase = ANY({})) r"
        " JOIN proposal p ON p.id = r.proposal AND p.round = r.round WHERE p.id = ANY({})",
        *(calls, sorted(JUDGED), proposals),
    )
    return {line["proposal"]: (line["rank"], line["ranked"]) for line in found}


def stamp(actor: Actor) -> str:
    """What stands on each page of somebody's copy."""
    return f"Exemplaire de {actor.name or 'son destinataire'}, à ne pas diffuser"


async def coming(now: datetime) -> list[UUID]:
    """The convened sittings that begin within three days."""
    found = await rows(
        "SELECT id FROM sitting WHERE convened_at IS NOT NULL AND opened_at IS NULL AND cancelled_at IS NULL"
        " AND starts_at BETWEEN {} AND {} ORDER BY starts_at",
        *(now, now + BEFORE),
    )
    return [line["id"] for line in found]


async def readers(sitting_id: UUID) -> tuple[Actor, ...]:
    """Whoever is called to it, with the roles that they have now."""
    found = await rows(
        "SELECT a.id, a.name, a.email,"  # noqa: S608
        f" (SELECT coalesce(json_agg(json_build_array(g.role, g.call)), '[]') FROM ({HELD.format(who='a.id')}) g)"
        " AS roles FROM sitting_member m JOIN sitting s ON s.id = m.sitting"
        f" JOIN account a ON a.id = m.account WHERE m.sitting = {{}} AND {SITS} ORDER BY a.id",
        sitting_id,
    )
    return tuple(
        Actor(
            account=line["id"],
            name=line["name"],
            email=line["email"],
            roles=frozenset(msgspec.json.decode(line["roles"], type=list[tuple[Role, UUID | None]])),
        )
        for line in found
    )


async def note_pack(actor: Actor, content: PackContent) -> None:
    """Whoever takes a pack reads the dossiers in it."""
    await note_readings(actor, [one.proposal for one in content.items if one.proposal is not None], "dossier")


async def pack_content(job: Job) -> PackContent:
    """What the pack of a job is made of. NotFound."""
    kept = await value("SELECT content FROM job WHERE id = {}", job.id)
    if kept is None:
        raise NotFound
    return msgspec.json.decode(kept, type=PackContent)


async def pack_of(job: Job) -> model.Pack:
    """The pack of a job."""
    content = await pack_content(job)
    sitting = await row("SELECT * FROM sitting WHERE id = {}", job.sitting)
    if sitting is None:
        raise NotFound
    calls = {one: (await _edition(one, job.created_at)).call for one in await calls_of(content.sitting)}
    about = calls[sitting["call"]]
    return model.Pack(
        call_title=listed([one.title.fr for one in calls.values()]),
        service=about.service.name.fr,
        number=sitting["number"],
        starts_at=sitting["starts_at"],
        length=sitting["length"],
        place=sitting["place"],
        link=sitting["link"],
        members=await _members(content.sitting, {one: said.title.fr for one, said in calls.items()}),
        items=await _items(content, {one: said.title.fr for one, said in calls.items()} if len(calls) > 1 else {}),
        at=job.created_at,
    )


async def _edition(call: UUID, at: datetime) -> Edition:
    """The one of a call that was in force at an instant."""
    kept: UUID = await value(
        "SELECT id FROM edition WHERE call = {} AND published_at <= {} ORDER BY number DESC LIMIT 1", call, at
    )
    return await edition(kept)


async def _items(content: PackContent, titles: Mapping[UUID, str]) -> tuple[model.Item, ...]:
    """`titles`: of the calls of a sitting of several, by which they are told apart."""
    items, left, pages = [], MOST_EMBEDDED, MOST_PICTURES
    of = await call_of([one.proposal for one in content.items if one.proposal is not None])
    for one in content.items:
        pieces: tuple[KeptFile, ...] = ()
        if content.pieces and one.proposal is not None:
            found = await kept_files(await state_of(one.proposal, one.position), "committee", left, only=PDF)
            left -= sum(len(piece.content or b"") for piece in found)
            pieces = tuple(_shown(found, pages))
            pages -= sum(piece.shown for piece in pieces)
        title = titles.get(of[one.proposal], "") if one.proposal in of else ""
        items.append(model.Item(one.number, await _dossier(one), pieces, title))
    return tuple(items)


def _shown(pieces: Iterable[KeptFile], left: int) -> Iterator[KeptFile]:
    """The files with how many of their pages are shown, as far as so many are left."""
    for piece in pieces:
        shown = min(piece.pages, MOST_OF_FILE, left)
        left -= shown
        yield structs.replace(piece, shown=shown)


async def _dossier(item: PackItem) -> Dossier | None:
    if item.proposal is None:
        return None
    told = await dossier(item.proposal, item.position)
    if item.rank is None or told.total is None:
        return told
    return structs.replace(told, total=structs.replace(told.total, rank=item.rank, ranked=item.ranked))


async def _members(sitting: UUID, titles: Mapping[UUID, str]) -> tuple[model.Member, ...]:
    return tuple(
        model.Member(
            *(one.name, one.organisation, CAPACITIES[one.capacity]),
            tuple(title for call, title in titles.items() if call in one.calls) if len(one.calls) < len(titles) else (),
        )
        for one in await called(sitting)
    )
