"""A bundle is everything that its reader may read, of one instant, and begins with what proves it."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.demo.advancing import advance
from service.domain.actor import Actor, Role
from service.identity import secrets
from service.operations import submissions
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.problems import NotFound, SignInNeeded
from service.settings import Settings
from service.store import journal, objects
from service.store.database import execute, rows, value
from service.views import bundles
from service.views.bundles import Bundle
from service.views.spooling import Part, Spool, streamed
from tests.operations.test_personal import file
from tests.operations.test_retention import ALONE, PLAN
from tests.process.call import Trial
from tests.support.people import person

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    secrets.configure(settings.secret)
    objects.configure(settings)


async def taken(made: Bundle) -> dict[str, bytes]:
    """Its elements. The manifest is the first, and says of each other one what it is."""
    content = b"".join([chunk async for chunk in made.content])
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.testzip() is None
        held = {name: found.read(name) for name in found.namelist()}
    first, *others = held
    told = {line["path"]: (line["size"], line["sha256"]) for line in json.loads(held[first])}
    assert first == "manifeste.json"
    assert {one: (len(held[one]), hashlib.sha256(held[one]).hexdigest()) for one in others} == told
    return held


async def examined(trial: Trial) -> UUID:
    """A proposal in two versions, with files, reviewed, summed up and decided."""
    proposal, expert = await trial.draft(NOW, "Mesurer <l’eau>"), trial.experts[0]
    await file(proposal, trial.applicant, b"mon plan", "plan.pdf")
    await file(proposal, trial.applicant, b"virus", "mauvais.pdf", scan="infected")
    await submissions.submit_proposal(trial.applicant, proposal, now=NOW)
    await trial.check(proposal, Verdict.RETURNED, NOW)
    await advance(proposal, NOW)
    await trial.complete(proposal, NOW)
    await trial.ask(proposal, NOW)
    await trial.reply(proposal, NOW)
    await trial.propose(proposal, [expert], NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await advance(proposal, NOW)
    await trial.accept(proposal, expert, NOW)
    await trial.review(proposal, expert, NOW, ReviewContent({"impact": 5}, {"impact": "Un effet mesuré."}))
    await advance(proposal, NOW + DAY)
    await trial.sum_up(proposal, NOW + DAY)
    await advance(proposal, NOW + DAY)
    await trial.decide(proposal, "declined", NOW + DAY)
    return proposal


async def test_a_bundle_holds_the_whole_of_a_proposal_and_proves_it() -> None:
    trial = await Trial.publish(NOW, experts=1, edits=[ALONE, PLAN])
    proposal = await examined(trial)
    auditor = await person((Role.AUDITOR, None))
    for reader in (trial.officer, auditor):
        held = await taken(await bundles.proposal_bundle(reader, proposal, NOW + DAY))
        data = {name: json.loads(content) for name, content in held.items() if name.endswith(".json")}
        [plan] = [name for name in held if name.startswith("fichiers/")]
        assert (plan.rsplit("/", 1)[1], held[plan]) == ("plan.pdf", b"mon plan")
        assert b"mauvais.pdf" not in b"".join(held.values())
        given = data["reponses.json"]["versions"]
        assert [one["answers"]["title"] for one in given] == ["Mesurer <l’eau>"] * 2
        said = data["instruction.json"]
        assert said["eligibility"]["verdict"] == "eligible"
        assert [(one["expert"], one["scores"]["impact"]) for one in said["reviews"]] == [(trial.experts[0].name, 5)]
        assert (said["synthesis"]["text"], [one["published_at"] for one in said["decisions"]]) == (
            "Deux avis concordants.",
            [None],
        )
        assert [one["text"] for one in said["messages"]] == ["Et l’hébergement ?", "En France."]
        previous = journal.GENESIS
        for line in data["journal.json"]:
            at, actor = datetime.fromisoformat(line["at"]), line["actor"] and UUID(line["actor"])
            named = (f"proposal:{proposal}", line["seq"], line["kind"], actor, at, line["data"])
            previous = journal.digest(*named, previous)
            assert (line["hash"], line["actor_name"] != "") == (previous.hex(), actor is not None)
        assert data["journal.json"][-1]["seq"] == await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
        index = held["index.html"].decode()
        told = ("Mesurer &lt;l’eau&gt;", "Un effet mesuré.", "Deux avis concordants.", plan)
        assert [text for text in told if text not in index] == []
        noted = "SELECT count(*) FROM access_log WHERE proposal = {} AND account = {} AND what = 'bundle'"
        assert await value(noted, proposal, reader.account) == 1
    for stranger in (trial.applicant, trial.experts[0], trial.chair, await person(), Actor()):
        with pytest.raises((NotFound, SignInNeeded)):
            await bundles.proposal_bundle(stranger, proposal, NOW)


async def test_the_bundle_of_a_call_leaves_out_what_its_reader_takes_no_part_in() -> None:
    trial = await Trial.publish(NOW, experts=1, edits=[ALONE, PLAN])
    kept, left, draft = await trial.submit(NOW, "Gardé"), await trial.submit(NOW, "Zqécarté"), await trial.draft(NOW)
    await execute("UPDATE proposal SET title = 'Zqbrouillon' WHERE id = {}", draft)
    found = await rows("SELECT id, reference FROM proposal WHERE id = ANY({})", [kept, left])
    references = {line["id"]: line["reference"] for line in found}
    recused = await person((Role.OFFICER, trial.call))
    await execute(
        "INSERT INTO conflict (id, proposal, expert, origin, rule, strength, reason, created_at)"
        " VALUES ({}, {}, {}, 'declared', 'declared', 'certain', '', {})",
        *(left, left, recused.account, NOW),
    )
    auditor = await person((Role.AUDITOR, None))
    for reader, wanted in ((trial.officer, {kept, left}), (auditor, {kept, left}), (recused, {kept})):
        held = await taken(await bundles.call_bundle(reader, trial.slug, NOW))
        folders = {name.split("/")[1] for name in held if name.startswith("candidatures/")}
        assert folders == {references[one] for one in wanted}
        everything = b"".join([*held.values(), *(name.encode() for name in held)])
        assert ("Zqécarté".encode() in everything) == (left in wanted)
        assert b"Zqbrouillon" not in everything
        for one in wanted:
            assert f'href="candidatures/{references[one]}/index.html"' in held["index.html"].decode()
        assert json.loads(held["editions/1.json"])["call"]["slug"] == trial.slug
    for stranger in (trial.chair, trial.applicant):
        with pytest.raises(NotFound):
            await bundles.call_bundle(stranger, trial.slug, NOW)


async def test_a_bundle_is_of_one_instant_and_tells_of_a_file_that_changed() -> None:
    """What happens after it was made is not in it; a file that is lost or altered is named, and the rest is whole."""
    trial = await Trial.publish(NOW, experts=0, edits=[PLAN])
    proposal = await trial.draft(NOW)
    lost = await file(proposal, trial.applicant, b"perdu", "perdu.pdf")
    other = await file(proposal, trial.applicant, b"autre", "autre.pdf")
    await submissions.submit_proposal(trial.applicant, proposal, now=NOW)
    made = await bundles.proposal_bundle(trial.officer, proposal, NOW)
    await trial.withdraw(proposal, NOW + DAY)
    await objects.store().remove(f"attachment/{lost}")
    await objects.store().put_bytes(f"attachment/{other}", b"AUTRE")
    content = b"".join([chunk async for chunk in made.content])
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.testzip() is None
        faults = found.read("ANOMALIES.txt").decode().splitlines()
        kinds = [line["kind"] for line in json.loads(found.read("journal.json"))]
    assert {line.split(" : ")[0].rsplit("/", 1)[1] for line in faults} == {"perdu.pdf", "autre.pdf"}
    assert "proposal_withdrawn" not in kinds


async def parts(goes_on: asyncio.Event, *, whole: bool) -> AsyncIterator[Part]:
    """Two elements, the second one of which waits, and cannot be made unless all is `whole`."""
    yield Part("un.txt", "Un", b"un")
    await goes_on.wait()
    if not whole:
        raise ConnectionResetError
    yield Part("deux.txt", "Deux", b"deux")


async def test_the_manifest_is_sent_while_the_rest_is_made() -> None:
    """A line as soon as it is known; a fault after that leaves a ZIP that every program finds broken."""
    for whole in (True, False):
        goes_on = asyncio.Event()

        async def making(spool: Spool, goes_on: asyncio.Event = goes_on, whole: bool = whole) -> None:  # noqa: FBT001
            await spool.take(parts(goes_on, whole=whole))

        content = await streamed(making, NOW)
        sent = b""
        while b"un.txt" not in sent.partition(b"manifeste.json")[2]:
            sent += await anext(content)
        assert b"deux.txt" not in sent
        goes_on.set()
        if whole:
            held = await taken(Bundle("", _after(sent, content)))
            assert list(held) == ["manifeste.json", "un.txt", "deux.txt"]
            continue
        with pytest.raises(ConnectionResetError):
            sent += b"".join([chunk async for chunk in content])
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(sent))

    async def failing(_: Spool) -> None:
        raise NotFound

    with pytest.raises(NotFound):
        await streamed(failing, NOW)


async def _after(begun: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for chunk in rest:
        yield chunk
