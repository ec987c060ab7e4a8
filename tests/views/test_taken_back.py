"""What a later edition takes back is in no dossier that is given out from then on, of whatever entry of the journal."""

from datetime import datetime

import pytest

from service.domain.actor import ANONYMOUS, PROCESS, Actor
from service.domain.documents import Job
from service.operations import documents
from service.operations.migration import migrate_proposal
from service.problems import NotFound
from service.store.database import value
from service.views.documents import job as given
from service.views.dossiers import dossier
from service.views.verification import by_digest
from tests.operations.course import Course
from tests.operations.test_migration import publish
from tests.views.test_catalogue import MORE, accepted

TITLE = 'label = { fr = "Titre", en = "Title" }'
OPEN = ("seats = 2", 'seats = 2\nblind = "open"')
MARKED = {
    "licence": ('en = "Licence" }\naudience = "public"', 'en = "Licence" }\naudience = "%s"'),
    "secret": ('label = { fr = "Secret", en = "Secret" }', 'label = { fr = "Secret", en = "Secret" }\naudience = "%s"'),
}
SAID = {"licence": "Libre à tous", "secret": "Ingrédient caché"}


async def drawn(job: Job, now: datetime) -> str:
    """It is drawn; the digest of its file."""
    digest = job.id.hex * 2
    assert await documents.start_job(job.id, now=now) is not None
    await documents.finish_job(job.id, 1, digest, now=now)
    return digest


async def told(c: Course, position: int, audience: str) -> set[str]:
    """Which of these it tells: answers, and the name of an expert."""
    found = repr(await dossier(c.id, position, audience))
    names = {"experts": c.trial.experts[0].name}
    return {code for code, text in (SAID | names).items() if text in found}


@pytest.mark.parametrize(
    ("field", "audience", "named", "public", "committee"),
    [
        ("", "", True, {"licence"}, {"licence", "secret", "experts"}),
        ("licence", "reviewers", True, set(), {"licence", "secret", "experts"}),
        ("licence", "officers", True, set(), {"secret", "experts"}),
        ("secret", "officers", True, {"licence"}, {"licence", "experts"}),
        ("", "", False, {"licence"}, {"licence", "secret"}),
    ],
)
async def test_no_dossier_tells_what_an_edition_took_back(  # noqa: PLR0917  columns of the table
    database: None, field: str, audience: str, named: bool, public: set[str], committee: set[str]  # noqa: FBT001
) -> None:  # fmt: skip
    c, _ = await accepted(("process.toml", *OPEN))
    entry: int = await value("SELECT max(seq) FROM entry WHERE stream = {} AND kind = 'stage_closed'"
                             " AND data ->> 'stage' = 'review'", f"proposal:{c.id}")  # fmt: skip
    assert await told(c, entry, "public") == {"licence"}
    assert await told(c, entry, "committee") == {"licence", "secret", "experts"}

    async def asked() -> tuple[tuple[Actor, Job], ...]:
        now = c.later()
        for_public = await documents.ask_public_dossier(ANONYMOUS, c.id, now=now)
        for_committee = await documents.ask_document(c.trial.chair, c.id, "dossier", "committee", entry, now=now)
        whole = await documents.ask_document(c.trial.officer, c.id, "dossier", "officer", entry, now=now)
        return (ANONYMOUS, for_public), (c.trial.chair, for_committee), (c.trial.officer, whole)

    before = await asked()
    digests = [await drawn(job, c.later()) for _, job in before]
    form = MORE.replace(MARKED[field][0], MARKED[field][1] % audience) if field else MORE
    to = await publish(c.trial, replace=((TITLE, form), *([OPEN] if named else [])))
    await migrate_proposal(PROCESS, c.trial.slug, c.id, to, now=c.later())
    assert (await told(c, entry, "public"), await told(c, entry, "committee")) == (public, committee)
    assert await told(c, entry, "officer") == {"licence", "secret", "experts"}
    # What was drawn is given out where it tells no more than that; else another one is drawn.
    same = (public == {"licence"}, committee == {"licence", "secret", "experts"}, True)
    after = await asked()
    assert tuple(new.id == old.id for (_, old), (_, new) in zip(before, after, strict=True)) == same
    for (reader, job), kept, digest in zip(before, same, digests, strict=True):
        if kept:
            assert (await given(reader, job.id)).sha256 == digest
        else:
            with pytest.raises(NotFound):
                await given(reader, job.id)
        assert digest in (await by_digest(digest)).sha256  # a copy that somebody has is still ours
    for (reader, job), kept in zip(after, same, strict=True):
        assert (await given(reader, job.id)).status == ("done" if kept else "queued")


async def test_what_is_being_drawn_while_an_edition_takes_back_is_drawn_again(database: None) -> None:
    c, _ = await accepted()
    begun = await documents.ask_public_dossier(ANONYMOUS, c.id, now=c.later())
    assert await documents.start_job(begun.id, now=c.later()) is not None
    form = MORE.replace(MARKED["licence"][0], MARKED["licence"][1] % "reviewers")
    await migrate_proposal(PROCESS, c.trial.slug, c.id, await publish(c.trial, replace=((TITLE, form),)), now=c.later())
    await documents.finish_job(begun.id, 1, "0" * 64, now=c.later())
    again = await documents.ask_public_dossier(ANONYMOUS, c.id, now=c.later())
    assert (again.id == begun.id, again.status) == (False, "queued")
    with pytest.raises(NotFound):
        await given(ANONYMOUS, begun.id)
