"""What one person may have: much, and not without end."""

from datetime import UTC, datetime

import pytest

from service.identity import secrets
from service.operations import drafts, signing
from service.problems import Conflict
from service.settings import Settings
from tests.support.calls import fresh_call
from tests.support.people import person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


async def test_drafts_of_one_person_on_one_call() -> None:
    one, other, neighbour = await fresh_call(), await fresh_call(), await person()
    applicant = await person()
    opened = {(await drafts.open_draft(applicant, one.slug, now=NOW)).id for _ in range(drafts.MOST_DRAFTS)}
    assert len(opened) == drafts.MOST_DRAFTS
    with pytest.raises(Conflict, match="50 brouillons") as refused:
        await drafts.open_draft(applicant, one.slug, now=NOW)
    assert refused.value.code == "too_many_drafts"
    await drafts.open_draft(applicant, other.slug, now=NOW)
    await drafts.open_draft(neighbour, one.slug, now=NOW)


async def test_tokens_of_one_account(settings: Settings) -> None:
    secrets.configure(settings.secret)
    somebody = await person()
    for number in range(signing.MOST_TOKENS):
        await signing.create_token(somebody, f"Programme {number}", 1, now=NOW)
    with pytest.raises(Conflict, match="50 jetons") as refused:
        await signing.create_token(somebody, "Un de trop", 1, now=NOW)
    assert refused.value.code == "too_many_tokens"
