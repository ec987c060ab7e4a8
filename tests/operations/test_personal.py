"""What a person gets of what is held on them: all that is theirs, nothing of others, no secret."""

import hashlib
import io
import json
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from service.domain.actor import PROCESS, Actor, Role
from service.domain.personal import HELD
from service.identity import secrets
from service.operations import dismissals, process, reassigning, reviews
from service.operations.reassigning import Reassign
from service.operations.reviews import ReviewContent
from service.problems import NotFound
from service.settings import Settings
from service.store import objects
from service.store.database import execute, value
from service.views.personal import personal_data
from service.views.proposals import proposal as proposal_view
from tests.operations.pairs import DUE, HALF, SCORES, START, Pair, hint
from tests.operations.review_case import case
from tests.process.call import Trial
from tests.support.commands import Commands
from tests.support.people import person
from workflows.messages import OfSeat

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    secrets.configure(settings.secret)
    objects.configure(settings)


async def file(  # noqa: PLR0917  what a file is, in its order
    proposal: UUID, by: Actor, content: bytes, name: str, scan: str = "off", field: str = "plan"
) -> UUID:
    added = uuid.uuid4()
    await objects.store().put_bytes(f"attachment/{added}", content)
    await execute(
        "INSERT INTO attachment (id, proposal, field, name, size, sha256, media_type, added_at, added_by, scan)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        *(added, proposal, field, name, len(content), hashlib.sha256(content).hexdigest()),
        *("application/pdf", NOW, by.account, scan),
    )
    return added


async def taken(actor: Actor, account: UUID) -> dict[str, bytes]:
    content = b"".join([part async for part in await personal_data(actor, account, NOW)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_an_applicant_gets_everything_of_theirs_and_nothing_else() -> None:
    trial = await Trial.publish(NOW, experts=0)
    proposal = await trial.submit(NOW, "Un titre à moi")
    await trial.ask(proposal, NOW)
    plan = await file(proposal, trial.applicant, b"mon plan", "../plan\x01.pdf")
    bad = await file(proposal, trial.applicant, b"virus", "bad.pdf", "infected")
    unsent = await file(proposal, trial.officer, b"brouillon du service", "note.pdf", field="@thread")
    lost = await file(proposal, trial.applicant, b"", "lost.pdf")
    await objects.store().remove(f"attachment/{lost}")
    found = await taken(trial.applicant, trial.applicant.person)
    tables = {table for table, place in HELD.items() if place.rows}
    assert set(found) == {
        *("LISEZMOI.txt", "manifeste.json"),
        *(f"donnees/{table}.json" for table in tables),
        f"fichiers/{plan}/_plan_.pdf",
    }
    assert found[f"fichiers/{plan}/_plan_.pdf"] == b"mon plan"
    guide = found["LISEZMOI.txt"].decode()
    assert [table for table in tables if f"donnees/{table}.json : {HELD[table].title}\n" not in guide] == []
    data = {table: json.loads(found[f"donnees/{table}.json"]) for table in tables}
    assert [line["email"] for line in data["account"]] == [trial.applicant.email]
    assert [line["title"] for line in data["proposal"]] == ["Un titre à moi"]
    assert {line["value"] for line in data["answer"]} == {"Un titre à moi", "Un organisme"}
    assert [line["text"] for line in data["message"]] == ["Et l’hébergement ?"]
    assert {UUID(line["id"]) for line in data["attachment"]} == {plan, bad, lost}
    assert str(unsent).encode() not in b"".join(found.values())
    assert not [table for table in tables for line in data[table] if set(line) & set(HELD[table].secret)]
    listed = {line["path"]: line for line in json.loads(found["manifeste.json"])}
    assert {path for path, line in listed.items() if not line["missing"]} == set(found) - {
        *("LISEZMOI.txt", "manifeste.json")
    }
    for path, line in listed.items():
        if not line["missing"]:
            assert (line["size"], line["sha256"]) == (len(found[path]), hashlib.sha256(found[path]).hexdigest())
    officers = await taken(PROCESS, trial.officer.person)
    assert b"Un titre" not in b"".join(officers.values())
    assert "Et l’hébergement ?" in officers["donnees/message.json"].decode()


async def reviews_in(data: dict[str, bytes]) -> list[tuple[UUID, dict[str, float]]]:
    return [(UUID(line["id"]), line["scores"]) for line in json.loads(data["donnees/review.json"])]


@pytest.mark.parametrize("how", ["declined", "declared", "replaced", "found", "found late"])
async def test_whoever_left_a_joint_review_reads_no_further_in_it(how: str) -> None:
    """The first of two, whose name it bore: what the other scores afterwards is the other's."""
    pair = await Pair.begin("joint")
    one, two, *_ = pair.trial.experts
    await pair.fill()
    for expert in (one, two):
        await pair.trial.accept(pair.proposal, expert, START)
    review = await pair.review_of(one)
    await reviews.save_review(one, review, ReviewContent({"impact": 0}, {}), 0, now=START)
    for expert in (one, two):
        assert await reviews_in(await taken(expert, expert.person)) == [(review, {"impact": 0})]
    match how:
        case "declined":
            await pair.trial.decline(pair.proposal, one, HALF)
        case "declared":
            await pair.trial.declare(pair.proposal, one, HALF)
        case "replaced":
            spare = await person((Role.EXPERT, pair.trial.call))
            act = Reassign("Absence.", (await pair.trial.assignment(pair.proposal, one),), (spare.person,))
            await reassigning.reassign(pair.trial.officer, pair.proposal, act, now=HALF)
        case _:
            if how == "found late":  # the time of both is over, and a review that was begun may be given late
                await process.release_seat(OfSeat(await case(pair.proposal, DUE), 0))
            conflict = await hint(pair, one)
            await dismissals.confirm_conflict(pair.trial.officer, pair.proposal, conflict, now=DUE)
    await reviews.save_review(two, review, ReviewContent({"impact": 5}, {}), 1, now=DUE)
    assert await reviews_in(await taken(one, one.person)) == []
    await reviews.submit_review(two, review, 2, now=DUE)
    assert await reviews_in(await taken(one, one.person)) == []
    assert await reviews_in(await taken(two, two.person)) == [(review, {"impact": 5})]
    shown = await proposal_view(pair.trial.officer, pair.proposal)
    name = await value("SELECT name FROM account WHERE id = {}", two.account)
    assert [(one.expert, one.scores) for one in shown.reviews] == [(name, {"impact": 5})]


async def test_whoever_left_a_review_of_theirs_alone_keeps_what_they_wrote() -> None:
    pair = await Pair.begin("each")
    one, *_ = pair.trial.experts
    await pair.fill()
    await pair.trial.accept(pair.proposal, one, START)
    review = await pair.review_of(one)
    await reviews.save_review(one, review, SCORES, 0, now=START)
    await pair.trial.declare(pair.proposal, one, HALF)
    assert await reviews_in(await taken(one, one.person)) == [(review, SCORES.scores)]


async def test_many_rows_come_once_each_and_others_get_nothing() -> None:
    somebody = await person()
    await execute(
        "INSERT INTO session (id, account, kind, label, secret_hash, created_at, seen_at, expires_at)"
        " SELECT gen_random_uuid(), {}, 'token', n::text, sha256(gen_random_uuid()::text::bytea), {}, {}, {}"
        " FROM generate_series(1, 120) n",
        *(somebody.account, NOW, NOW, NOW),
    )
    found = json.loads((await taken(PROCESS, somebody.person))["donnees/session.json"])
    assert sorted(int(line["label"]) for line in found) == list(range(1, 121))
    for stranger in (await person(), Actor()):
        with pytest.raises(NotFound):
            await personal_data(stranger, somebody.person, NOW)


async def test_the_command_writes_the_archive_once(commands: Commands, servers: dict[str, str], tmp_path: Path) -> None:
    somebody = await person()
    words = ("person", "export", somebody.email, "--to", str(tmp_path / "all.zip"))

    def export() -> tuple[int, str, str]:
        done = commands.run(servers, *words)
        return done.status, done.out, done.err

    status, out, err = export()
    size = (tmp_path / "all.zip").stat().st_size
    assert (status, out, err) == (0, f"{tmp_path / 'all.zip'}: {size} bytes\n", "")
    assert (tmp_path / "all.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert json.loads(archive.read("donnees/account.json"))[0]["email"] == somebody.email
    assert export() == (2, "", f"alliance: {tmp_path / 'all.zip'} exists already\n")
    assert [path.name for path in tmp_path.iterdir()] == ["all.zip"]
