"""What has had its time: a dry run tells what a run then does, packages come first, and nothing goes without a visa."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from service.cli import retention
from service.domain.actor import Actor
from service.domain.retention import Step
from service.identity import secrets
from service.problems import NotFound
from service.settings import Settings
from service.store import objects
from service.store.database import rows, value
from service.views.retention import due
from tests.operations.test_erasing import RULES, left_of
from tests.operations.test_personal import file
from tests.process.call import Trial

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ARCHIVED = RULES.replace('after = "P1Y", fate = "delete"', 'after = "P2Y", fate = "archive"')
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
    archived = await Trial.publish(NOW, experts=0, letters=ARCHIVED)
    trials = (kept, gone, archived)
    draft, _ = await gone.draft(NOW), await kept.draft(NOW)
    examined, withdrawn, old = await gone.submit(NOW), await gone.submit(NOW), await archived.submit(NOW, "Vieux <b>")
    plan = await file(old, archived.applicant, b"mon plan", "plan.pdf")
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
    read_package(packed.read_bytes(), plan)
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


def read_package(content: bytes, plan: UUID) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        index = package.read("index.html").decode()
        assert "Vieux &lt;b&gt;" in index
        assert f"fichiers/{plan}/plan.pdf" in index
        for line in json.loads(package.read("manifeste.json")):
            assert hashlib.sha256(package.read(line["path"])).hexdigest() == line["sha256"]
        assert package.read(f"fichiers/{plan}/plan.pdf") == b"mon plan"
        assert json.loads(package.read("donnees/revision.json"))[0]["content"]["answers"]["title"] == "Vieux <b>"


async def test_a_package_that_lacks_a_file_is_none_and_what_changed_is_left(tmp_path: Path) -> None:
    trial = await Trial.publish(NOW, experts=0, letters=ARCHIVED)
    proposal = await trial.submit(NOW)
    await trial.withdraw(proposal, NOW + DAY)
    lost = await file(proposal, trial.applicant, b"perdu", "lost.pdf")
    await objects.store().remove(f"attachment/{lost}")
    late = datetime(2028, 3, 4, tzinfo=UTC)
    plan = tuple(step for step in await retention.plan_of(late, tmp_path, "V") if step.due.call == trial.slug)
    failed: list[str] = []
    assert await retention.carry_out(plan, tmp_path, "V", late, failed) == ()
    assert (failed, list(tmp_path.iterdir())) == ([plan[0].due.reference], [])
    stale = Step(plan[0].due, "delete archived", "x")
    with_visa: list[str] = []
    without: list[str] = []
    assert await retention.carry_out((stale,), tmp_path, "", late, without) == ()
    assert await retention.carry_out((stale,), tmp_path, "V", NOW, with_visa) == ()
    assert without == with_visa == failed
    assert await value("SELECT count(*) FROM proposal WHERE id = {}", proposal) == 1
    with pytest.raises(NotFound):
        await due(Actor(), late)
