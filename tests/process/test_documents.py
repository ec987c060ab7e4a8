"""Documents: drawn once, tried again after an outage, given up after a fault; asked for again, drawn again."""

from functools import partial
from io import BytesIO
from uuid import UUID

import msgspec
import pytest
import urllib3
from pypdf import PdfReader

from service import clock, drawing
from service.activities import GIVEN_UP
from service.domain.actor import ANONYMOUS
from service.operations import documents
from service.settings import Settings
from service.store import objects
from service.store.database import Row, rows
from tests.process.ahead import Ahead
from tests.process.call import Trial
from tests.process.real import relays, until, workers
from tests.process.test_drawing import fail
from tests.support.calls import fresh_call


async def job(proposal: UUID) -> Row:
    """The receipt's."""
    return (await rows("SELECT * FROM job WHERE proposal = {}", proposal))[0]


async def is_in(proposal: UUID, status: str) -> bool:
    return bool((await job(proposal))["status"] == status)


@pytest.mark.long
async def test_a_document_that_cannot_be_drawn_is_given_up_and_may_be_asked_for_again(
    settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = await Trial.publish(clock.now(), experts=0)
    proposal = await trial.submit(clock.now())
    async with workers(settings), relays(settings, documents=True):
        monkeypatch.setattr(drawing, "receipt", fail)  # a renderer with a fault
        await until(partial(is_in, proposal, "failed"))
        given_up = await job(proposal)
        assert (given_up["attempts"], given_up["error"]) == (3, GIVEN_UP)
        monkeypatch.undo()
        await documents.ask_document(trial.applicant, proposal, "receipt", now=clock.now())
        await until(partial(is_in, proposal, "done"))
    drawn = await job(proposal)
    content = b"".join([part async for part in await objects.store().get_stream(f"document/{drawn['id']}")])
    assert content.startswith(b"%PDF-")
    assert len(content) == drawn["size"]


async def test_a_blank_form_is_drawn_for_whoever_asks_first(ahead: Ahead) -> None:
    call = await fresh_call("european-research")
    asked = await documents.ask_form(ANONYMOUS, call.edition, now=await ahead.now())
    await ahead.draw(asked.id)

    async def drawn() -> bool:
        return (await documents.ask_form(ANONYMOUS, call.edition, now=await ahead.now())).status == "done"

    await ahead.until(drawn)
    content = b"".join([part async for part in await objects.store().get_stream(f"document/{asked.id}")])
    assert (content[:5], "Formulaire vierge" in PdfReader(BytesIO(content)).pages[0].extract_text()) == (b"%PDF-", True)


def quickly(_: object) -> bytes:
    """A document that costs nothing to draw; runs in the drawing process."""
    return b"%PDF-1.7"


async def test_an_outage_of_the_store_is_waited_out(ahead: Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault is given up at the third attempt, an outage not even at the sixtieth."""
    monkeypatch.setattr(drawing, "receipt", quickly)
    monkeypatch.setattr(urllib3.Retry, "sleep", lambda *_: None)  # the client's own pauses, of half a second a time
    trial = await Trial.publish(await ahead.now(), experts=0)
    proposal = await trial.submit(await ahead.now())
    objects.configure(msgspec.structs.replace(ahead.settings, s3_url="http://127.0.0.1:1"))
    await ahead.draw((await job(proposal))["id"])

    async def tried_often() -> bool:
        await ahead.environment.sleep(300)
        return bool((await job(proposal))["attempts"] > 61)

    await ahead.until(tried_often)
    objects.configure(ahead.settings)
    await ahead.environment.sleep(60)
    await ahead.until(partial(is_in, proposal, "done"))
    assert (await job(proposal))["attempts"] > 61
