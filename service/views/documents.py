"""What documents show: a proposal as of an entry of its journal, built for an audience and without what it may not see.

Everything is read from append-only rows up to that entry, so the same position gives the same document.
"""

from uuid import UUID

from forms.telling import blank_form, told_of_data
from reports.blank import BlankPaper
from service.domain.actor import Actor
from service.domain.documents import COLUMNS, READ, RETAINED, TAKEN_BACK, Job
from service.domain.reporting import KINDS
from service.problems import NotFound
from service.store.database import row, value
from service.store.editions import edition
from service.views.dossiers import dossier, sealed
from service.views.letters import contact, letter, receipt
from service.views.packs import contents
from service.views.papers import PAPERS
from service.views.readable import note_reading, readable
from service.views.reporting import require_report

__all__ = ["dossier", "form", "job", "letter", "receipt", "sealed"]


async def job(actor: Actor, job_id: UUID) -> Job:
    """A document's job, for whoever may read the document. NotFound."""
    line = await row(f"SELECT {COLUMNS} FROM job WHERE id = {{}}", job_id)  # noqa: S608  our names
    if line is None:
        raise NotFound
    if line["sitting"] is not None:  # by whoever would be given the same one now
        if await value("SELECT mark FROM job WHERE id = {}", job_id) not in await _given(actor, Job(**line)):
            raise NotFound
        return Job(**line)
    if line["kind"] in KINDS:
        await require_report(actor, job_id)
        return Job(**line)
    if line["proposal"] is None:  # a blank form, which anybody may read
        return Job(**line)
    if await value("SELECT strpos(renderer, {}) > 0 FROM job WHERE id = {}", TAKEN_BACK, job_id):
        raise NotFound
    action = READ[line["kind"], line["audience"]]
    if action is None:
        return Job(**line)
    await readable(actor, line["proposal"], action)
    if line["status"] == "done":
        await note_reading(actor, line["proposal"], line["kind"])
    return Job(**line)


async def _given(actor: Actor, job: Job) -> list[str]:
    """The marks of the papers of this kind that somebody would be given of the sitting now. NotFound."""
    assert job.sitting is not None  # noqa: S101  asked before
    if job.kind in PAPERS:
        return [(await PAPERS[job.kind](actor, job.sitting))[0].mark]
    return [(await contents(actor, job.sitting, pieces=pieces))[0].mark for pieces in (False, True)]


async def retained(reference: str) -> UUID:
    """The retained proposal of this reference, in whatever case. NotFound."""
    found = await row(
        f"SELECT p.id FROM proposal p WHERE p.reference = {{}} AND {RETAINED}",  # noqa: S608  our words
        reference.upper(),
    )
    if found is None:
        raise NotFound
    id_: UUID = found["id"]
    return id_


async def form(edition_id: UUID) -> BlankPaper:
    """The blank form of an edition."""
    kept = await edition(edition_id)
    about = await row("SELECT number, digest, published_at FROM edition WHERE id = {}", edition_id)
    assert about is not None  # noqa: S101  read above, and never deleted
    return BlankPaper(
        call_title=kept.call.title.fr,
        service=kept.call.service.name.fr,
        contact=contact(kept.call.service),
        number=about["number"],
        digest=about["digest"],
        published_at=about["published_at"],
        form=blank_form(kept),
        personal=told_of_data(kept.call),
    )
