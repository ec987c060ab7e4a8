"""A list of experts: looked at, then applied once, whatever stops the work; what is blank changes nothing."""

import asyncio
import uuid
from pathlib import Path

import pytest

from service import clock
from service.domain.profiles import Profile
from service.identity import secrets
from service.operations import profiles, rosters
from service.problems import Conflict, Forbidden, NotFound
from service.settings import Settings
from service.store.database import row, rows, value
from service.views.rosters import roster
from service.views.teams import teams
from tests.process.call import Trial
from tests.support.commands import Commands

NOW = clock.now()
HEAD = "Adresse électronique;Nom;Organisme;Titre;Mots-clés;Limite dans l’appel;Équipes"
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    secrets.configure(settings.secret)


def new() -> str:
    return f"{uuid.uuid4().hex}@institut.test"


def content(*lines: str) -> bytes:
    return "\n".join((HEAD, *lines)).encode()


async def apply(roster_id: uuid.UUID) -> None:
    await asyncio.gather(rosters.apply_begun(NOW), rosters.apply_begun(NOW))


async def test_a_list_is_looked_at_then_applied_once() -> None:
    trial = await Trial.publish(NOW, experts=2)
    known, silent = trial.experts
    kept = Profile(headline="Chercheuse", biography="À garder", keywords=("éthique",))
    await profiles.save_profile(known, known.person, kept, 0, now=NOW)
    first, second = new(), new()
    sent = content(
        f"{first};Alix Exemple;Institut;Ingénieure;santé, langage;30;Binôme un",
        f"{second};Bo Exemple;Institut;;;;Binôme un",
        f"{known.email};;;Professeure;;;",
        f"{silent.email};;;;;;",
        f"{trial.applicant.email};;;;;;",
        "nulle part;;;;;;",
        f"{new()};Seul;;;;;Binôme deux",
    )
    await trial.submit(NOW)
    read = await rosters.read_roster(trial.officer, trial.slug, "liste.csv", sent, now=NOW)
    assert (read.lines, read.faulty) == (7, 1)
    seen = await roster(trial.officer, read.id)
    assert [(line.verdict, line.changes) for line in seen.lines[:4]] == [
        ("new", ("Évaluateur de l’appel", "Titre", "Mots-clés", "Organisme", "Limite dans l’appel", "Équipes")),
        ("new", ("Évaluateur de l’appel", "Organisme", "Équipes")),
        ("changed", ("Titre",)),
        ("known", ()),
    ]
    assert [[fault.column for fault in line.faults] for line in seen.lines[4:]] == [
        *(["Adresse électronique"], ["Adresse électronique"], ["Équipes"]),
    ]
    assert await value("SELECT count(*) FROM account WHERE email IN ({}, {})", first, second) == 0
    for _ in range(2):
        await rosters.begin_roster(trial.officer, read.id, now=NOW)
    await rosters.apply_next(read.id, NOW)
    await apply(read.id)  # two workers go on, after one stopped
    done = await roster(trial.officer, read.id)
    assert (done.applied, done.total, done.finished_at) == (7, 7, NOW)
    assert [line.email for line in done.lines] == [trial.applicant.email, ""]
    found = await rows(
        "SELECT a.email, r.most FROM role r JOIN account a ON a.id = r.account WHERE r.call = {} AND r.role = 'expert'"
        " AND a.email IN ({}, {}) ORDER BY r.most",
        *(trial.call, first, second),
    )
    assert found == [{"email": first, "most": 30}, {"email": second, "most": None}]
    mails = await rows("SELECT email, template FROM outbox WHERE email IN ({}, {})", first, second)
    assert sorted((mail["email"], mail["template"]) for mail in mails) == sorted(
        [(first, "invitation"), (second, "invitation")]
    )
    line = await row("SELECT headline, biography, keywords FROM profile WHERE account = {}", known.account)
    assert line == {"headline": "Professeure", "biography": "À garder", "keywords": '["éthique"]'}
    assert [(team.name, len(team.members)) for team in (await teams(trial.officer, trial.slug)).items][1:] == [
        ("Binôme un", 2)
    ]
    again = await rosters.read_roster(trial.officer, trial.slug, "liste.csv", sent, now=NOW)
    assert {line.verdict for line in (await roster(trial.officer, again.id)).lines[:4]} == {"known"}


async def test_a_list_is_the_officers_alone_and_can_be_forgotten() -> None:
    trial = await Trial.publish(NOW, experts=1)
    read = await rosters.read_roster(trial.officer, trial.slug, "l.csv", content(f"{new()};;;;;;"), now=NOW)
    for stranger in (trial.chair, trial.experts[0], trial.applicant):
        with pytest.raises(NotFound):
            await roster(stranger, read.id)
        with pytest.raises(Forbidden):
            await rosters.begin_roster(stranger, read.id, now=NOW)
    await rosters.drop_roster(trial.officer, read.id, now=NOW)
    with pytest.raises(NotFound):
        await roster(trial.officer, read.id)
    begun = await rosters.read_roster(trial.officer, trial.slug, "l.csv", content(f"{new()};;;;;;"), now=NOW)
    await rosters.begin_roster(trial.officer, begun.id, now=NOW)
    with pytest.raises(Conflict):
        await rosters.drop_roster(trial.officer, begun.id, now=NOW)
    await rosters.apply_begun(NOW)


async def test_the_command_tells_then_applies(commands: Commands, servers: dict[str, str], tmp_path: Path) -> None:
    trial = await Trial.publish(NOW, experts=1)
    address = new()
    (tmp_path / "liste.csv").write_bytes(content(f"{address};Alix;;;;;", "nulle part;;;;;;"))

    def told(*more: str) -> tuple[int, str]:
        words = ("expert", "import", str(tmp_path / "liste.csv"), "--call", trial.slug, *more)
        done = commands.run(servers, *words)
        return done.status, done.out + done.err

    status, said = await asyncio.to_thread(told, "--dry-run")
    assert (status, said.splitlines()[-1]) == (1, "would be: 1 new, 0 changed, 0 known, 1 fault")
    assert await value("SELECT count(*) FROM account WHERE email = {}", address) == 0
    assert await value("SELECT count(*) FROM roster WHERE call = {}", trial.call) == 0
    status, said = await asyncio.to_thread(told)
    assert (status, said.splitlines()[-1]) == (1, "1 new, 0 changed, 0 known, 1 fault")
    assert await value("SELECT count(*) FROM account WHERE email = {}", address) == 1
