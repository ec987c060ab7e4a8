"""All of a proposal, or of a call, that an officer or an auditor may read, as one ZIP that begins with its manifest.

It is made of the views of their pages, so rights, recusals and conflicts hold as they hold there.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from reports import words
from reports.archive import CallIndex, Fact, Listed, Piece, render_call
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound
from service.store.database import Row, rows, snapshot
from service.views.archived import Around, documents_of, filed, files_of, page_of
from service.views.calls import CallView, require_on_call
from service.views.conciliation import TalkLine, conciliation
from service.views.conflicts import Conflicts, conflicts
from service.views.files import FileView, as_they_stand
from service.views.histories import EntryView, journal
from service.views.minutes import MinutesView, minutes
from service.views.opinions import (
    DecisionView,
    EligibilityView,
    OpinionView,
    ReviewOf,
    SynthesisView,
    committee_of,
    decisions_of,
    eligibility_of,
    reviews_of,
    synthesis_of,
)
from service.views.pilots import PilotView, pilot
from service.views.readable import Readable, note_reading, note_readings, readable
from service.views.sittings import SittingView, sitting, sittings
from service.views.spooling import Filed, Part, Spool, spooled, streamed
from service.views.steering import SteeringLine, steering
from service.views.submitted import submitted_state
from service.views.threads import MessageView, thread
from service.views.visible import visible

AT_ONCE = 2  # each holds one connection while it is made
PAGE = 100
_GUIDE = (
    Fact("manifeste.json", "la taille et l’empreinte SHA-256 de chaque élément, en tête du ZIP"),
    Fact("reponses.json", "les réponses de chaque version déposée, et les fichiers qu’elle nomme"),
    Fact("instruction.json", "vérification, évaluations, synthèse, avis et décisions, échanges, conflits d’intérêts"),
    Fact("journal.json", "le journal, dont chaque ligne porte l’empreinte de la précédente"),
    Fact("documents.json", "les documents établis par le service, avec leur empreinte"),
    Fact("fichiers/", "les fichiers déposés ou envoyés, tels qu’ils ont été reçus"),
)
_CALL_GUIDE = (
    _GUIDE[0],
    Fact("editions/", "les règles de l’appel, édition par édition : formulaire, grille, processus"),
    Fact("seances/", "les séances du comité et leurs procès-verbaux"),
    Fact("candidatures/", "un dossier par candidature, chacun avec sa page et ses données"),
)
_making = asyncio.Semaphore(AT_ONCE)


class Version(msgspec.Struct, frozen=True):
    """What was submitted once: `digest` is the salted SHA-256 that the journal holds."""

    number: int
    at: datetime
    digest: str
    edition: UUID
    part: str
    answers: dict[str, object]
    files: tuple[FileView, ...]


class Submissions(msgspec.Struct, frozen=True):
    """Every submitted version, the first one first."""

    reference: str
    title: str
    organisation: str
    versions: tuple[Version, ...]


class Examination(msgspec.Struct, frozen=True):
    """What was said of a proposal, and done with it."""

    eligibility: EligibilityView | None
    reviews: tuple[ReviewOf, ...]
    synthesis: SynthesisView | None
    committee: tuple[OpinionView, ...]
    decisions: tuple[DecisionView, ...]
    messages: tuple[MessageView, ...]
    conciliation: tuple[TalkLine, ...]
    conflicts: Conflicts
    steering: tuple[SteeringLine, ...]
    pilot: PilotView | None


class SittingOf(msgspec.Struct, frozen=True):
    """A sitting, and its minutes once it is over."""

    sitting: SittingView
    minutes: MinutesView | None


class Bundle(msgspec.Struct, frozen=True):
    """What it is of, as a file is called; and its bytes, made while they are sent."""

    name: str
    content: AsyncIterator[bytes]


async def proposal_bundle(actor: Actor, proposal_id: UUID, now: datetime) -> Bundle:
    """That of a proposal. NotFound."""
    found = await readable(actor, proposal_id, Action.BUNDLE_READ)
    made = await _made(_of_proposal(actor, proposal_id))
    await note_reading(actor, proposal_id, "bundle")
    return Bundle(found.line["reference"], made.sent(now, strict=False))


async def call_bundle(actor: Actor, slug: str, now: datetime) -> Bundle:
    """That of a call, with each of its proposals that the reader may have. Its manifest is sent while the rest is made.
    NotFound."""
    about = await require_on_call(actor, slug, Action.CALL_BUNDLE)
    mine = [line["id"] for line in await _readable(actor, about)]
    await note_readings(actor, mine, "bundle")

    async def making(spool: Spool) -> None:
        async with _making, snapshot():
            await spool.take(_of_call(actor, about, mine))

    return Bundle(slug, await streamed(making, now))


async def _made(parts: AsyncIterator[Part | Filed]) -> Spool:
    async with _making, snapshot():
        return await spooled(parts)


async def _readable(actor: Actor, about: CallView) -> list[Row]:
    may, args = visible(actor, Action.BUNDLE_READ)
    return await rows(
        "SELECT p.id, p.reference, p.title, p.organisation, p.stage, p.status FROM proposal p"  # noqa: S608
        f" WHERE p.call = {{}} AND {may} ORDER BY p.reference",
        *(about.id, *args),
    )


async def _of_call(actor: Actor, about: CallView, noted: Sequence[UUID]) -> AsyncIterator[Part | Filed]:
    """Of proposals those whose reading is noted."""
    for line in await rows("SELECT number, content FROM edition WHERE call = {} ORDER BY number", about.id):
        yield Part(f"editions/{line['number']}.json", f"Édition {line['number']}", line["content"].encode())
    known = set(noted)
    found = [line for line in await _readable(actor, about) if line["id"] in known]
    met = list[Fact]()
    async for part in _of_sittings(actor, about, met):
        yield part
    content = about.content.call
    index = CallIndex(
        title=content.title.fr,
        facts=(
            Fact("Appel", about.slug),
            Fact("Service", content.service.name.fr),
            Fact("Candidatures", str(len(found))),
        ),
        guide=_CALL_GUIDE,
        sittings=tuple(met),
        proposals=tuple(_listed(about, line) for line in found),
    )
    yield Part("index.html", "Sommaire", render_call(index).encode())
    for line in found:
        async for one in _of_proposal(actor, line["id"], _folder(line), "../../index.html"):
            yield one


def _folder(line: Row) -> str:
    return f"candidatures/{line['reference']}/"


def _listed(about: CallView, line: Row) -> Listed:
    named = (line["reference"], line["title"], line["organisation"])
    return Listed(f"{_folder(line)}index.html", *named, _stage_name(about, line))


async def _of_sittings(actor: Actor, about: CallView, met: list[Fact]) -> AsyncIterator[Part]:
    for line in (await sittings(actor, about.slug)).items:
        view = await sitting(actor, line.id, about.slug, alone=True)
        said = await minutes(actor, line.id, about.slug, alone=True) if line.state == "closed" else None
        title = f"Séance n°\u00a0{line.number}, {words.day(line.starts_at)}"
        path = f"seances/{line.number}.json"
        met.append(Fact(title, path))
        yield Part(path, title, _json(SittingOf(view, said)))


def _stage_name(about: CallView, line: Row) -> str:
    process = about.content.process
    stage = process.stage(line["stage"]) if line["stage"] else None
    return stage.name.fr if stage else process.status_name(line["status"]).fr


async def _of_proposal(
    actor: Actor, proposal_id: UUID, folder: str = "", home: str = ""
) -> AsyncIterator[Part | Filed]:
    found = await readable(actor, proposal_id, Action.BUNDLE_READ)
    files = await files_of(proposal_id, passed=True)
    documents = [_named(one) for _, one in await documents_of(proposal_id, found.may)]
    around = Around((), _GUIDE, home)
    pieces = [one for _, one in files]
    page = await page_of(proposal_id, found.line["last_seq"], "officer", around, pieces, documents)
    yield Part(f"{folder}index.html", found.line["reference"], page.encode())
    yield Part(f"{folder}reponses.json", "Versions déposées", _json(await _submissions(found)))
    yield Part(f"{folder}instruction.json", "Instruction", _json(await _examination(actor, found)))
    yield Part(f"{folder}journal.json", "Journal", _entries(actor, proposal_id))
    yield Part(f"{folder}documents.json", "Documents établis", _json(documents))
    for key, one in files:
        yield filed(key, one, folder)


def _named(one: Piece) -> Piece:
    """A document is named by its digest, and not in here."""
    return msgspec.structs.replace(one, path="")


async def _submissions(found: Readable) -> Submissions:
    line = found.line
    versions = []
    for one in await rows(
        "SELECT number FROM revision WHERE subject = 'answers' AND subject_id = {} ORDER BY number", line["id"]
    ):
        state = await submitted_state(line["id"], one["number"])
        assert state.revision is not None  # noqa: S101  that number is there
        assert state.edition is not None  # noqa: S101
        kept, told = state.revision, await as_they_stand(state.files, None, mine=False)
        versions.append(Version(kept.number, kept.at, kept.digest, state.edition, kept.part, state.answers, told.files))
    return Submissions(line["reference"], line["title"], line["organisation"], tuple(versions))


async def _examination(actor: Actor, found: Readable) -> Examination:
    line, id_, may, kept = found.line, found.line["id"], found.may, found.edition
    return Examination(
        eligibility=await eligibility_of(id_, line["phase"], line["status"], may, mine=False),
        reviews=await reviews_of(line, kept, may, found.relations, actor),
        synthesis=await synthesis_of(line, may),
        committee=await committee_of(id_, kept, may),
        decisions=await decisions_of(id_, kept, may, mine=False),
        messages=(await thread(actor, id_)).messages if Action.THREAD_READ in may else (),
        conciliation=(await conciliation(actor, id_)).talk if Action.CONCILIATION_READ in may else (),
        conflicts=await conflicts(actor, id_) if Action.CONFLICT_READ in may else Conflicts(()),
        steering=(await steering(actor, id_)).acts,
        pilot=await _pilot(actor, id_),
    )


async def _pilot(actor: Actor, proposal_id: UUID) -> PilotView | None:
    try:
        return await pilot(actor, proposal_id)
    except NotFound:
        return None


async def _entries(actor: Actor, proposal_id: UUID) -> AsyncIterator[bytes]:
    """The journal as one array, a page of it at a time."""
    yield b"["
    after, comma = 0, b"\n"
    while True:
        page = await journal(actor, proposal_id, after, PAGE)
        if page.entries:
            yield comma + b",\n".join(map(_line, page.entries))
            comma = b",\n"
        if page.next is None:
            break
        after = page.next
    yield b"\n]\n"


def _line(entry: EntryView) -> bytes:
    return msgspec.json.encode(entry)


def _json(content: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=1)
