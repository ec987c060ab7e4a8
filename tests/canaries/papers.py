"""What each paper of the world holds, for whoever asks for it: the canaries of the table, and no other one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar
from uuid import UUID

from forms.pdf import small_pdf
from service import activities
from service.domain.actor import ANONYMOUS, Actor
from service.domain.documents import Job
from service.domain.papers import SittingPaper
from service.doors import reporting
from service.drawing import Drawing
from service.operations import documents
from service.store import objects
from service.views import packs, papers, transparency
from tests.canaries.world import COMMITTEE, PUBLISHED, World

T = TypeVar("T")
R = TypeVar("R")
Ask = Callable[[World, Actor], Awaitable[Job]]

# What each document of the published proposal holds, and nothing else.
COMMENTS = {"commentexpert1", "commentexpert2"}
ON_PAPER = {
    "dossier committee": {"title", "organisation", "answer", "file", *COMMENTS, "synthesis", "reasons"},
    "dossier officer": {
        *("title", "organisation", "answer", "file", *COMMENTS, "synthesis", "reasons", "contact", "thread")
    },
    "dossier applicant": {"title", "organisation", "answer", "file", "reasons", "contact", "thread"},
    "dossier public": {"title", "organisation", "reasons"},
    "receipt": {"title", "organisation", "file"},
    "letter": {"title", "organisation", "reasons"},
}
SIGNED = {
    "dossier committee": {"authority"},
    "dossier officer": {"authority", "expert1", "expert2", "officer", "owner"},
    "dossier applicant": {"authority", "owner"},
    "dossier public": set(),
    "receipt": {"owner"},
    "letter": {"owner", "authority"},
}
CALLED = {"chair", "committee", "recused", "officer"}

Holds = set[tuple[str, int | str]]


class Paper(NamedTuple):
    """`reader`: who asks, "" for nobody in particular; `says`: words of the document's own."""

    reader: str
    ask: Ask
    holds: Holds
    says: str


class Here(Drawing):
    """Draws in this process: to start another takes longer than to draw."""

    async def __call__(
        self,
        render: Callable[[T], R],
        content: T,
        longest: float | None = None,  # noqa: ARG002  it takes what it takes
    ) -> R:
        """At once."""
        return render(content)


def held(kind: str) -> Holds:
    """What a document of the published proposal holds."""
    return of(PUBLISHED, *ON_PAPER[kind]) | named(*SIGNED[kind])


def of(number: int, *what: str) -> Holds:
    """Texts of a proposal."""
    return {(one, number) for one in what}


def named(*who: str) -> Holds:
    """Names of persons."""
    return {(f"name{one}", "") for one in who}


def of_proposal(kind: str, audience: str = "") -> Ask:
    """A document of the published proposal."""
    return lambda world, actor: documents.ask_document(actor, world.proposals[PUBLISHED], kind, audience, now=world.at)


def of_sitting(which: Callable[[Actor, UUID], Awaitable[tuple[SittingPaper, packs.PackAbout]]], *, over: bool) -> Ask:
    """A paper of the sitting that is over, or of the one to come."""

    async def ask(world: World, actor: Actor) -> Job:
        sitting = world.held if over else world.sitting
        assert sitting is not None
        return await documents.ask_paper(actor, (await which(actor, sitting))[0], now=world.at)

    return ask


async def public_minutes(world: World, actor: Actor) -> Job:
    """Those of the transparency export."""
    told = await transparency.disclosure(actor, world.call.slug, world.at)
    [paper] = transparency.papers_of(told)
    return await documents.ask_paper(actor, paper, now=world.at)


MINUTES = {"title", "organisation", "notes"}
DOSSIER = ON_PAPER["dossier committee"] - {"reasons"}
PAPERS = {
    "committee's dossier": Paper("committee", of_proposal("dossier"), held("dossier committee"), "le comité"),
    "officers' dossier": Paper("officer", of_proposal("dossier", "officer"), held("dossier officer"), "le chargé"),
    "applicant's dossier": Paper(
        "owner", of_proposal("dossier", "applicant"), held("dossier applicant"), "le candidat"
    ),
    "public dossier": Paper(
        "",
        lambda world, actor: documents.ask_public_dossier(actor, world.proposals[PUBLISHED], now=world.at),
        held("dossier public"),
        "le public",
    ),
    "archive": Paper("auditor", of_proposal("archive"), held("dossier officer"), "Fichiers contenus"),
    "receipt": Paper("writer", of_proposal("receipt"), held("receipt"), "Accusé de réception"),
    "letter": Paper("reader", of_proposal("letter"), held("letter"), "Motifs de la décision"),
    "blank form": Paper(
        "", lambda world, actor: documents.ask_form(actor, world.call.edition, now=world.at), set(), "Formulaire"
    ),
    "chair's pack": Paper(
        "chair",
        of_sitting(packs.contents, over=True),
        of(COMMITTEE, *DOSSIER) | of(PUBLISHED, *DOSSIER, "reasons") | named(*CALLED, "authority"),
        "Ordre du jour",
    ),
    "recused member's pack": Paper(
        "recused",
        of_sitting(packs.contents, over=True),
        of(PUBLISHED, *DOSSIER, "reasons") | named(*CALLED, "authority"),
        "Ordre",
    ),
    "chair's minutes": Paper(
        "chair",
        of_sitting(papers.minutes_paper, over=True),
        of(COMMITTEE, *MINUTES) | of(PUBLISHED, *MINUTES, "dissent") | named(*CALLED),
        "Approuvé par",
    ),
    "recused member's minutes": Paper(
        "recused",
        of_sitting(papers.minutes_paper, over=True),
        of(PUBLISHED, *MINUTES, "dissent") | named(*CALLED),
        "1 point de l’ordre du jour ne figure pas",
    ),
    "public minutes": Paper(
        "officer", public_minutes, of(PUBLISHED, "title", "organisation") | named(*CALLED), "Exemplaire public"
    ),
    "member's convocation": Paper(
        "committee",
        of_sitting(papers.convocation_paper, over=False),
        of(COMMITTEE, "title", "organisation") | named("committee", "chair") | {("place", "")},
        "en qualité de membre",
    ),
    "recused member's convocation": Paper(
        "recused",
        of_sitting(papers.convocation_paper, over=False),
        named("recused", "chair") | {("place", "")},
        "ne prenez pas part",
    ),
    "officers' report": Paper(
        "officer",
        lambda world, actor: reporting.report_of_call(actor, world.call.slug),
        named("expert1", "expert2"),
        "Évaluateurs",
    ),
    "committee's report": Paper(
        "chair", lambda world, actor: reporting.report_of_call(actor, world.call.slug), set(), "Parcours"
    ),
    "report of a year": Paper("officer", lambda _, actor: reporting.report_of_year(actor, 0), set(), "Pilotes"),
}


# What is drawn at each run of the tests; the others take a second of a processor each.
SMALL = ("letter", "chair's minutes", "recused member's minutes", "public minutes", "recused member's convocation")


async def asked(world: World, paper: Paper) -> Job:
    """Its job, as whoever reads it asks for it."""
    return await paper.ask(world, world.people[paper.reader] if paper.reader else ANONYMOUS)


async def drawn(world: World, paper: Paper) -> bytes:
    """Its PDF, as a worker draws it for the job of whoever asks, or has drawn it already."""
    job = await asked(world, paper)
    if job.status == "done" and paper.holds:  # the form of the export is a small one
        return b"".join([chunk async for chunk in await objects.store().get_stream(f"document/{job.id}")])
    await activities._drawn(job, Here(), "https://alliance.test", asyncio.Lock())
    return b"".join([chunk async for chunk in await objects.store().get_stream(f"document/{job.id}")])


async def store_export(world: World) -> None:
    """The PDF of the transparency export, in the store, so that whoever asks for it is given it."""
    minutes = await drawn(world, PAPERS["public minutes"])
    for name, pdf in (("blank form", small_pdf("Formulaire")), ("public minutes", minutes)):
        job = await asked(world, PAPERS[name])
        stored = await objects.store().put_bytes(f"document/{job.id}", pdf)
        await documents.finish_job(job.id, stored.size, stored.sha256, now=world.at)
