"""What documents hold of files: those that others than their sender may have."""

from datetime import UTC, datetime

import pytest

from service.identity import secrets
from service.operations import submissions
from service.operations.documents import ask_document
from service.problems import Unavailable
from service.settings import Settings
from service.store import objects
from service.store.database import execute, value
from service.views.archives import MOST_EMBEDDED, UNFIT, archive_of, kept_files
from service.views.asof import state_of
from tests.operations.test_personal import file
from tests.operations.test_retention import PLAN
from tests.process.call import Trial

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
FIVE = (*PLAN[:2], PLAN[2].replace("most_files = 3", "most_files = 5"))
SCANS = {"off": b"off", "clean": b"clean", "waiting": None, "unable": None, "infected": None}


async def test_a_document_holds_no_file_that_is_its_senders_alone(settings: Settings, database: None) -> None:
    objects.configure(settings)
    secrets.configure(settings.secret)
    trial = await Trial.publish(NOW, experts=0, edits=[FIVE])
    proposal = await trial.draft(NOW)
    for scan in SCANS:
        await file(proposal, trial.applicant, scan.encode(), f"{scan}.pdf")
    await submissions.submit_proposal(trial.applicant, proposal, now=NOW)
    await execute("UPDATE attachment SET scan = replace(name, '.pdf', '') WHERE proposal = {}", proposal)
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    for audience in ("officer", "committee"):
        files = await kept_files(await state_of(proposal, position), audience, MOST_EMBEDDED)
        assert {one.name.removesuffix(".pdf"): one.content for one in files} == SCANS
        assert {one.name.removesuffix(".pdf"): one.note for one in files if one.note} == UNFIT
    # An archive waits for the scanner.
    job = await ask_document(trial.officer, proposal, "archive", now=NOW)
    with pytest.raises(Unavailable):
        await archive_of(job, "https://alliance.test")
    await execute("UPDATE attachment SET scan = 'clean' WHERE scan = 'waiting' AND proposal = {}", proposal)
    assert len((await archive_of(job, "https://alliance.test")).files) == len(SCANS)
