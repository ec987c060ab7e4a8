"""`alliance call`, as an officer's colleague runs it."""

import asyncio
import hashlib
import json
import uuid
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from forms import catalogue
from service import clock
from service.cli._transparency import export
from service.domain.actor import ANONYMOUS
from service.operations import documents, drafts
from service.operations.drafts import Change
from service.store import objects
from tests.support.calls import fresh_call
from tests.support.commands import Commands
from tests.support.people import person

Alliance = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def alliance(servers: dict[str, str], commands: Commands) -> Alliance:
    """Runs `alliance call`; exit status, output and complaints."""

    async def run(*words: str) -> tuple[int, str, str]:
        ended = await asyncio.to_thread(commands.run, servers, "call", *words)
        return ended.status, ended.out, ended.err

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A call of its own, open now."""
    tag = uuid.uuid4().hex[:8]
    for name, content in catalogue.read("ami-2025").items():
        text = content.decode().replace("closes = 2025-05-15", "closes = 2100-01-01")
        text = text.replace('slug = "ami-2025"', f'slug = "c-{tag}"')
        (tmp_path / name).write_text(text.replace('prefix = "AMI-2025"', f'prefix = "C-{tag.upper()}"'))
    return tmp_path


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))


async def test_from_a_folder_to_moved_drafts(alliance: Alliance, database: None, folder: Path) -> None:
    status, said, _ = await alliance("check", str(folder))
    slug = said.split(":")[0]
    assert (status, slug.startswith("c-")) == (0, True)
    assert "grid         4 criteria: impact 40, maturity 30, integration 15, compliance 15" in said
    assert await alliance("publish", str(folder)) == (0, f"{slug}: edition 1 is published\n", "")
    assert (await alliance("publish", str(folder)))[1] == f"{slug}: edition 1 is the same: nothing was published\n"
    applicant, now = await person(), clock.now()
    draft = await drafts.open_draft(applicant, slug, now=now)
    answers = {"organisation_name": Change("Un nom bien long"), "website": Change("https://exemple.fr")}
    await drafts.save_answers(applicant, draft.id, answers, now=now)
    change(folder, "form.toml", "characters = 150", "characters = 10")
    change(folder, "form.toml", 'id = "website"', 'id = "site"')
    change(folder, "grid.toml", "weight = 40", "weight = 45")
    assert (await alliance("publish", str(folder)))[1] == f"{slug}: edition 2 is published\n"
    status, said, _ = await alliance("diff", slug, "1", "2")
    assert (status, said.splitlines()) == (
        0,
        [
            "form.toml",
            "  - fields/website: removed, url “Site internet”",
            "  ~ fields/organisation_name/characters: 150 -> 10",
            "  + fields/site: added, url “Site internet”",
            "grid.toml",
            "  ~ criteria/impact/weight: 40 -> 45",
            "4 differences",
            "on another edition than 2: 1 draft, 0 open proposals; 0 could not be moved",
            "  website: asked no longer, answered by 1; kept",
            "  organisation_name: too_long, in 1",
        ],
    )
    told = f"{draft.id}  website: asked no longer; the answer is kept\n{draft.id}  organisation_name: too_long: "
    for words, done in ((("--dry-run",), "1 would be moved"), ((), "1 moved"), ((), "0 moved")):
        status, said, _ = await alliance("migrate", slug, "--to", "2", *words)
        assert (status, said.startswith(told), said.splitlines()[-1]) == (
            0, done[0] == "1", f"{done} onto edition 2, 0 refused",
        )  # fmt: skip


async def test_faults_are_told_all_at_once(alliance: Alliance, folder: Path) -> None:
    change(folder, "grid.toml", "weight = 40", "weight = 0")
    change(folder, "process.toml", 'next = "review"', 'next = "revue"')
    lines = (folder / "process.toml").read_text().splitlines()
    place = next(number for number, line in enumerate(lines, start=1) if 'next = "revue"' in line)
    status, said, complaints = await alliance("check", str(folder))
    assert (status, said) == (1, "")
    assert [line.partition(": ")[0].rpartition("/")[2] for line in complaints.splitlines()] == [
        "grid.toml:10", f"process.toml:{place}", "alliance",
    ]  # fmt: skip
    assert complaints.endswith("alliance: 2 faults\n")
    assert (await alliance("check", str(folder / "nowhere")))[0] == 2


async def test_schemas_are_written(alliance: Alliance, tmp_path: Path) -> None:
    status, said, _ = await alliance("schemas", str(tmp_path / "schemas"))
    assert (status, len(said.splitlines())) == (0, 5)
    assert sorted(path.name for path in (tmp_path / "schemas").iterdir()) == [
        "call.schema.json", "eligibility.schema.json", "form.schema.json", "grid.schema.json", "process.schema.json",
    ]  # fmt: skip


async def test_what_everybody_may_know_is_written_once_it_is_drawn(
    alliance: Alliance, servers: dict[str, str], web: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its manifest first; where a document of it could not be drawn, nothing is."""
    for name, said in servers.items():
        monkeypatch.setenv(name, said)
    call, path, now = await fresh_call(), tmp_path / "export.zip", clock.now()
    form = await documents.ask_form(ANONYMOUS, call.edition, now=now)
    await documents.fail_job(form.id, "Non.", now=now)
    words = ("transparency", call.slug, "--to", str(path))
    assert (await export(call.slug, path), path.exists()) == (1, False)
    stored = await objects.store().put_bytes(f"document/{form.id}", b"%PDF-1.7 vierge")
    await documents.finish_job(form.id, stored.size, stored.sha256, now=now)
    assert await alliance(*words) == (0, f"{path}: {path.stat().st_size} bytes\n", "")
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        held = {name: found.read(name) for name in found.namelist()}
    first, *others = held
    told = {one["path"]: (one["size"], one["sha256"]) for one in json.loads(held[first])}
    assert told == {name: (len(held[name]), hashlib.sha256(held[name]).hexdigest()) for name in others}
    assert (first, held["formulaire.pdf"]) == ("manifeste.json", b"%PDF-1.7 vierge")
