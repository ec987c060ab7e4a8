"""What has had its time: a dry run tells what a run then does, packages come first, and nothing goes without a visa."""

import asyncio
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from service.cli import retention
from service.demo.advancing import advance
from service.domain.actor import Actor
from service.domain.retention import Step
from service.identity import secrets
from service.operations import submissions
from service.operations.eligibility import Verdict
from service.operations.reviews import ReviewContent
from service.problems import NotFound
from service.settings import Settings
from service.store import journal, objects
from service.store.database import execute, rows, value
from service.views.retention import due
from tests.operations.test_erasing import RULES, left_of
from tests.operations.test_personal import file
from tests.process.call import Trial
from tests.support.commands import Commands

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ARCHIVED = RULES.replace('after = "P1Y", fate = "delete"', 'after = "P2Y", fate = "archive"')
LAST = 'label = { fr = "Organisme", en = "Organisation" }'
FILES = """
[[sections.fields]]
id = "plan"
kind = "file"
most_files = 3
types = ["application/pdf"]
label = { fr = "Plan d’affaires", en = "Plan" }
"""
PLAN = ("form.toml", LAST, f"{LAST}\n{FILES}")
ALONE = ("process.toml", "seats = 2", "seats = 1")
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    secrets.configure(settings.secret)
    objects.configure(settings)


async def run(at: datetime, trials: tuple[Trial, ...], folder: Path | None, visa: str) -> dict[UUID, str]:
    """A dry run, which changes nothing, then the run: the same whole."""
    slugs = {trial.slug for trial in trials}

    async def planned() -> tuple[Step, ...]:
        return tuple(step for step in await retention.plan_of(at, folder, visa) if step.due.call in slugs)

    plan = await planned()
    assert await planned() == plan
    failed: list[str] = []
    done = await retention.carry_out(plan, folder, visa, at, failed)
    assert (done, failed, retention.told(done)) == (plan, [], retention.told(plan))
    return {step.due.proposal: step.act for step in done}


async def test_each_has_its_time_and_goes_by_its_rule(tmp_path: Path) -> None:
    kept = await Trial.publish(NOW, experts=0)
    gone = await Trial.publish(NOW, experts=0, letters=RULES)
    archived = await Trial.publish(NOW, experts=0, letters=ARCHIVED, edits=[PLAN])
    trials = (kept, gone, archived)
    draft, _ = await gone.draft(NOW), await kept.draft(NOW)
    examined, withdrawn, old = await gone.submit(NOW), await gone.submit(NOW), await archived.draft(NOW, "Vieux <b>")
    plan = await file(old, archived.applicant, b"mon plan", "plan.pdf")
    bad = await file(old, archived.applicant, b"virus", "bad.pdf")
    await submissions.submit_proposal(archived.applicant, old, now=NOW)
    await execute("UPDATE attachment SET removed_at = {} WHERE id = {}", NOW, plan)
    await execute("UPDATE attachment SET scan = 'infected' WHERE id = {}", bad)
    await file(old, archived.applicant, b"jamais remis", "brouillon.pdf")
    await gone.withdraw(withdrawn, NOW + DAY)
    await archived.withdraw(old, NOW + DAY)
    folder = tmp_path / "archives"

    assert await run(datetime(2026, 6, 2, 9, 0, tzinfo=UTC) - DAY, trials, folder, "V 1") == {}
    assert await run(datetime(2026, 6, 3, tzinfo=UTC), trials, None, "") == {draft: "delete"}
    assert await left_of(draft) == {}
    assert await run(datetime(2027, 3, 3, 9, 29, tzinfo=UTC), trials, folder, "V 1") == {}
    assert await run(datetime(2027, 3, 4, tzinfo=UTC), trials, folder, "") == {withdrawn: "wait for visa"}
    late = datetime(2028, 3, 4, tzinfo=UTC)
    assert await run(late, trials, None, "V 1") == {withdrawn: "delete", old: "wait for archives"}
    assert await left_of(withdrawn) == {}
    assert await run(late, trials, folder, "V 1") == {old: "package"}
    assert (await left_of(old))["proposal"] == 1
    packed = next(folder.glob("*.zip"))
    sums = packed.with_name(f"{packed.name}.sha256")
    assert sums.read_text() == f"{hashlib.sha256(packed.read_bytes()).hexdigest()}  {packed.name}\n"
    read_package(packed.read_bytes(), archived, old, plan)
    content = packed.read_bytes()
    packed.write_bytes(content[:-1])
    assert await run(late, trials, folder, "V 1") == {old: "package"}
    assert await run(late, trials, folder, "") == {old: "wait for visa"}
    assert await run(late, trials, folder, "V 1") == {old: "delete archived"}
    assert (await left_of(old), await run(late, trials, folder, "V 1")) == ({}, {})
    assert (await left_of(examined))["proposal"] == 1
    said = await rows(
        "SELECT data ->> 'proposal' AS proposal, data ->> 'visa' AS visa FROM entry WHERE stream = 'system'"
        " AND kind = 'retention_deleted' AND data ->> 'call' = ANY({}) ORDER BY seq",
        [trial.slug for trial in trials],
    )
    assert said == [
        {"proposal": str(draft), "visa": ""},
        {"proposal": str(withdrawn), "visa": "V 1"},
        {"proposal": str(old), "visa": "V 1"},
    ]


async def test_a_run_that_is_cut_is_simply_run_again(tmp_path: Path) -> None:
    """Cut at four of its first instants, in the middle of a deletion or of a package: every proposal is whole or
    gone, with its entry; the last run does what is left, and each was deleted once."""
    gone, archived = await Trial.publish(NOW, experts=0, letters=RULES), await Trial.publish(NOW, letters=ARCHIVED)
    drafts = [await gone.draft(NOW) for _ in range(5)]
    old, folder, late = await archived.submit(NOW), tmp_path / "archives", datetime(2028, 3, 4, tzinfo=UTC)
    await archived.withdraw(old, NOW + DAY)
    whole = {proposal: await left_of(proposal) for proposal in (*drafts, old)}
    cuts, slugs = 0, {gone.slug, archived.slug}
    for milliseconds in (2, 6, 12, 25):
        plan = tuple(step for step in await retention.plan_of(late, folder, "V 1") if step.due.call in slugs)
        running = asyncio.create_task(retention.carry_out(plan, folder, "V 1", late, []))
        await asyncio.wait({running}, timeout=milliseconds / 1000)
        cuts += running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        for proposal, before in whole.items():
            assert (await left_of(proposal), await _deletions(proposal)) in ((before, 0), ({}, 1))
        assert list(folder.glob("*.part")) == []
    assert cuts
    while await run(late, (gone, archived), folder, "V 1"):
        pass
    assert [(await left_of(proposal), await _deletions(proposal)) for proposal in whole] == [({}, 1)] * len(whole)


async def _deletions(proposal: UUID) -> int:
    found: int = await value(
        "SELECT count(*) FROM entry WHERE stream = 'system' AND kind = 'retention_deleted'"
        " AND data ->> 'proposal' = {}",
        str(proposal),
    )
    return found


def read_package(content: bytes, trial: Trial, proposal: UUID, plan: UUID) -> None:
    """It holds what was submitted, whatever became of it later, nothing else, and what proves it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        found = {name: package.read(name) for name in package.namelist()}
    index = found["index.html"].decode()
    assert "Vieux &lt;b&gt;" in index
    assert f'href="fichiers/{plan}/plan.pdf"' in index
    assert "Fichier écarté\u00a0: infecté" in index
    listed = {line["path"]: line for line in json.loads(found["manifeste.json"])}
    whole = {path: line["sha256"] for path, line in listed.items() if not line["missing"]}
    digests = {path: hashlib.sha256(one).hexdigest() for path, one in found.items()}
    assert digests == {**whole, "manifeste.json": digests["manifeste.json"]}
    assert {path for path in found if path.startswith("fichiers/")} == {f"fichiers/{plan}/plan.pdf"}
    assert b"brouillon.pdf" not in b"".join(found.values())
    data = {path: json.loads(one) for path, one in found.items() if path.startswith("donnees/")}
    [revision] = data["donnees/revision.json"]
    assert revision["content"]["answers"]["title"] == "Vieux <b>"
    assert data["donnees/personnes.json"] == [
        {"id": str(trial.applicant.account), "name": trial.applicant.name, "organisation": ""}
    ]
    assert [one["content"]["call"]["slug"] for one in data["donnees/edition.json"]] == [trial.slug]
    # The journal proves itself and the text: anybody can compute both from the package alone.
    previous = journal.GENESIS
    for line in data["donnees/entry.json"]:
        at, actor = datetime.fromisoformat(line["at"]), line["actor"] and UUID(line["actor"])
        named = (f"proposal:{proposal}", line["seq"], line["kind"], actor, at, line["data"])
        previous = journal.digest(*named, previous)
        assert line["hash"] == f"\\x{previous.hex()}"
    assert any(revision["digest"] in json.dumps(line["data"]) for line in data["donnees/entry.json"])


async def test_the_index_tells_the_whole_of_an_examined_proposal(tmp_path: Path) -> None:
    trial = await Trial.publish(NOW, experts=1, letters=ARCHIVED, edits=[ALONE])
    proposal, expert = await trial.submit(NOW), trial.experts[0]
    await trial.ask(proposal, NOW)
    await trial.reply(proposal, NOW)
    await trial.propose(proposal, [expert], NOW)
    await trial.check(proposal, Verdict.ELIGIBLE, NOW)
    await advance(proposal, NOW)
    await trial.accept(proposal, expert, NOW)
    comments = ReviewContent({"impact": 5}, {"impact": "Un effet <mesuré>."})
    await trial.review(proposal, expert, NOW, comments)
    later = NOW + DAY
    await advance(proposal, later)
    await trial.sum_up(proposal, later)
    await advance(proposal, later)
    await trial.decide(proposal, "declined", later)
    await trial.publish_decisions(later)
    await advance(proposal, later)
    at = datetime(2029, 1, 1, tzinfo=UTC)
    acts = await run(at, (trial,), tmp_path, "")
    assert acts == {proposal: "package"}
    with zipfile.ZipFile(next(tmp_path.glob("*.zip"))) as package:
        index = package.read("index.html").decode()
        persons = {line["name"] for line in json.loads(package.read("donnees/personnes.json"))}
    told = ("Un effet &lt;mesuré&gt;.", "Deux avis concordants.", "Un projet mûr.", "Présidente du comité",
            "Et l’hébergement ?", "En France.", "Évaluateur A", "Non retenue")  # fmt: skip
    assert [text for text in told if text not in index] == []
    assert {trial.applicant.name, trial.officer.name, expert.name, trial.chair.name} == persons


async def test_a_package_that_lacks_a_file_is_none_and_what_changed_is_left(tmp_path: Path) -> None:
    trial = await Trial.publish(NOW, experts=0, letters=ARCHIVED, edits=[PLAN])
    proposal = await trial.draft(NOW)
    lost = await file(proposal, trial.applicant, b"perdu", "lost.pdf")
    await submissions.submit_proposal(trial.applicant, proposal, now=NOW)
    await trial.withdraw(proposal, NOW + DAY)
    late = datetime(2028, 3, 4, tzinfo=UTC)
    plan = tuple(step for step in await retention.plan_of(late, tmp_path, "V") if step.due.call == trial.slug)
    failed: list[str] = []
    await objects.store().put_bytes(f"attachment/{lost}", b"autre")
    assert await retention.carry_out(plan, tmp_path, "V", late, []) == ()
    await objects.store().remove(f"attachment/{lost}")
    assert await retention.carry_out(plan, tmp_path, "V", late, failed) == ()
    assert (failed, list(tmp_path.iterdir())) == ([plan[0].due.reference], [])
    unpacked: list[str] = []
    assert await retention.carry_out((Step(plan[0].due, "delete"),), tmp_path, "V", late, unpacked) == ()
    assert unpacked == failed
    stale = Step(plan[0].due, "delete archived", "x")
    with_visa: list[str] = []
    without: list[str] = []
    assert await retention.carry_out((stale,), tmp_path, "", late, without) == ()
    assert await retention.carry_out((stale,), tmp_path, "V", NOW, with_visa) == ()
    assert without == with_visa == failed
    assert await value("SELECT count(*) FROM proposal WHERE id = {}", proposal) == 1
    with pytest.raises(NotFound):
        await due(Actor(), late)


async def test_the_command_plans_and_changes_nothing(
    commands: Commands, servers: dict[str, str], tmp_path: Path
) -> None:
    long_ago = datetime(2021, 3, 2, 9, 30, tzinfo=UTC)
    trial = await Trial.publish(long_ago, experts=0, letters=ARCHIVED)
    draft, proposal = await trial.draft(long_ago), await trial.submit(long_ago)
    await trial.withdraw(proposal, long_ago + DAY)
    reference = await value("SELECT reference FROM proposal WHERE id = {}", proposal)
    done = commands.run(servers, "retention", "run", "--dry-run", "--archives", str(tmp_path))
    assert (done.status, done.err) == (0, "")
    assert {line for line in done.out.splitlines() if trial.slug in line} == {
        f"delete             {draft}  {trial.slug}, draft since 2021-03-02, kept until 2021-06-02",
        f"package            {reference}  {trial.slug}, withdrawn since 2021-03-03, kept until 2023-03-03",
    }
    assert await value("SELECT count(*) FROM proposal WHERE id IN ({}, {})", draft, proposal) == 2
    assert list(tmp_path.iterdir()) == []
