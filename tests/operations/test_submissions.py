"""Submitting, whatever the hour."""

import hashlib
from datetime import UTC, datetime

import pytest

from forms import examples
from service.domain.files import StoredFile
from service.operations import drafts, files, submissions
from service.operations.calls import PublishedEdition
from service.operations.drafts import Change
from service.problems import Invalid
from service.store.editions import edition
from service.store.ids import uuid7
from tests.support.calls import fresh_call
from tests.support.people import person

HALF_PAST_MIDNIGHT = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # in Paris, where it is the first of July


@pytest.fixture(scope="module")
async def call(database: None) -> PublishedEdition:
    return await fresh_call()


@pytest.mark.parametrize(
    ("day", "faults"),
    [
        ("2026-06-30", []),
        ("2026-07-01", []),
        ("2026-07-02", [("in_service_since", "too_late")]),
    ],
)
async def test_today_is_the_day_in_paris(call: PublishedEdition, day: str, faults: list[tuple[str, str]]) -> None:
    kept, applicant, now = await edition(call.edition), await person(), HALF_PAST_MIDNIGHT
    opened = await drafts.open_draft(applicant, call.slug, now=now)
    answers = {**examples.complete_answers(kept, 1), "trl": 9, "in_service_since": day}
    await drafts.save_answers(applicant, opened.id, {name: Change(said) for name, said in answers.items()}, now=now)
    for question, name, content in examples.small_files(kept, 1):
        sha256 = hashlib.sha256(content).hexdigest()
        file = StoredFile(uuid7(now), question, name, len(content), sha256, "application/pdf")
        await files.add_attachment(applicant, opened.id, file, now=now)
    try:
        await submissions.submit_proposal(applicant, opened.id, now=now)
        found = []
    except Invalid as problem:
        found = [(error.path, error.code) for error in problem.errors]
    assert found == faults
