"""Tables of who is to review what, of teams, of accounts: what their page says, as a file, for its readers alone."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from reports.tables.model import MEDIA_TYPES
from service import clock, planning
from service.domain import matching
from service.domain.actor import Actor, Role
from service.domain.plans import Plan, Problem, Wanted
from service.operations import plans, teams
from service.operations.plans import PinContent
from service.operations.teams import TeamContent
from service.pages.french import NBSP
from service.pages.tables import FORMATS, WHOLE
from service.planning import Planning
from service.store.database import execute, rows, transaction, value
from service.store.ids import uuid7
from service.views import calls
from tests.api.people import client, signed_in, token_of
from tests.process.call import Trial
from tests.support.people import person

Lines = list[list[object]]


async def told(http: httpx.AsyncClient, path: str, **asked: str | list[str]) -> Lines | int:
    """The rows of a table, or the status of whoever may not have it."""
    answer = await http.get(f"{path}/fichier", params={"format": "json", **asked})
    if answer.status_code != 200:
        return answer.status_code
    return [list(line.values()) for line in answer.json()["rows"]]


async def _in_conflict(proposal: UUID, expert: Actor) -> None:
    async with transaction():
        await execute(
            "INSERT INTO conflict (id, proposal, expert, origin, rule, reason, created_at)"
            " VALUES ({}, {}, {}, 'declared', 'declared', '', {})",
            *(uuid7(clock.now()), proposal, expert.account, clock.now()),
        )


async def _planned(monkeypatch: pytest.MonkeyPatch) -> tuple[Trial, list[UUID]]:
    """A plan of three proposals and three experts: of one an officer keeps an expert off, another nobody can have."""

    async def solve(problem: Problem) -> Plan:
        return matching.make_plan(problem)

    monkeypatch.setattr(planning, "solve", solve)
    opened = clock.now() - timedelta(hours=1)
    trial = await Trial.publish(opened, experts=3)
    proposals = [await trial.submit(opened, title) for title in ("Le sol vivant", "=1+1", "Sans personne")]
    for expert in trial.experts:
        await _in_conflict(proposals[2], expert)
    await _in_conflict(proposals[0], trial.experts[2])
    profile = "INSERT INTO profile (account, biography, saved_at) VALUES ({}, 'Agronome : le sol.', {})"
    await execute(profile, trial.experts[0].person, opened)
    for taker, kind in ((1, "pin"), (2, "ban")):
        choice = PinContent(proposals[1], trial.experts[taker].person, kind)  # type: ignore[arg-type]
        await plans.keep_pin(trial.officer, trial.slug, choice, now=clock.now())
    await plans.make_plan(trial.officer, trial.slug, Wanted(reserves=0), now=clock.now())
    while await Planning().make():
        pass
    return trial, proposals


async def test_a_plan_is_a_table_pair_by_pair(web: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trial, proposals = await _planned(monkeypatch)
    refs = [await value("SELECT reference FROM proposal WHERE id = {}", one) for one in proposals]
    one, two, three = [expert.name for expert in trial.experts]
    path, page = f"/appels/{trial.slug}/tables/repartition", f"/gestion/{trial.slug}/repartition"
    columns = ["reference", "title", "place", "rank", "taker", "why", "kept", "missing"]
    nothing, shared = "Rien de commun dans les textes et les mots-clés", f"Mots partagés{NBSP}: sol"
    async with client(web, await token_of(trial.officer)) as officer:
        lines = await told(officer, path, colonne=columns)
        assert isinstance(lines, list)
        assert lines[0] == [refs[2], "Sans personne", "Personne", None, "", "", "", 2]
        assert sorted(lines[1:], key=str) == sorted(
            [
                [refs[0], "Le sol vivant", "Évaluateur", 1, one, shared, "", 0],
                [refs[0], "Le sol vivant", "Évaluateur", 2, two, nothing, "", 0],
                [refs[1], "=1+1", "Évaluateur", 1, two, nothing, "Fixé", 0],
                [refs[1], "=1+1", "Évaluateur", 2, one, nothing, "", 0],
                [refs[1], "=1+1", "", None, three, "", "Écarté", 0],
            ],
            key=str,
        )
        affinities = await told(officer, path, colonne=["affinity"], q="sol vivant")
        assert isinstance(affinities, list)
        assert [affinities[1], affinities[0][0] > 0] == [[0], True]  # type: ignore[operator]
        # The page's own filters; a number that no plan has.
        assert await told(officer, path, colonne=["reference"], voir="missing") == [[refs[2]]]
        assert await told(officer, path, colonne=["reference"], n="7") == []
        assert await told(officer, path, colonne=["plan"], n="1", voir="missing") == [[1]]
        assert "Sans personne" in (await officer.get(f"{page}/candidatures?voir=missing")).text
        for shown, link in ((page, f"{path}?n=1"), (f"{page}/candidatures?voir=missing", f"{path}?voir=missing")):
            assert f'href="{link}"' in (await officer.get(shown)).text
        chosen = (await officer.get(f"{path}?voir=missing")).text
        assert ('name="voir" value="missing"' in chosen, 'value="why"' in chosen) == (True, True)
        assert re.search(r'href="(/gestion/[^"]*voir=missing)"[^>]*>Retour à la liste', chosen)
        unasked = len(re.findall(r'name="colonne" [^>]*"(?! checked)>', chosen))
        assert (unasked, f'href="{path}?voir=missing&amp;colonnes=toutes"' in chosen) == (3, True)
        whole = (await officer.get(f"{path}?voir=missing&colonnes=toutes")).text
        assert (whole.count("checked>") - chosen.count("checked>"), f'href="{path}?voir=missing"' in whole) == (3, True)
        for code, *_ in FORMATS:
            answer = await officer.get(f"{path}/fichier?format={code.value}")
            assert (answer.status_code, len(answer.content) > 300) == (200, True), code
        # A title that begins like a formula is none.
        assert ";'=1+1;" in (await officer.get(f"{path}/fichier")).text
    for reader in (trial.chair, trial.experts[0], trial.applicant):
        async with client(web, await token_of(reader)) as http:
            assert (await told(http, path), (await http.get(path)).status_code) == (404, 404)


async def test_the_teams_of_a_call_are_a_table(web: str) -> None:
    trial = await Trial.publish(clock.now() - timedelta(hours=1), experts=4)
    one, two, three, four = trial.experts
    path = f"/appels/{trial.slug}/tables/equipes"
    kept = [
        await teams.form_team(
            trial.officer, trial.slug, TeamContent(name, (first.person, second.person)), now=clock.now()
        )
        for name, first, second in (("Binôme A", one, two), ("Binôme B", three, four))
    ]
    await teams.end_team(trial.officer, kept[0].id, now=clock.now())
    await execute("DELETE FROM role WHERE account = {} AND call = {}", four.person, trial.call)

    def names(*people: Actor) -> list[str]:
        return [line.name for line in sorted(people, key=lambda line: line.name)]

    async with client(web, await token_of(trial.officer)) as officer:
        lines = await told(officer, path)
        assert isinstance(lines, list)
        assert [line[:5] for line in lines] == [
            ["Binôme B", names(three, four), 2, [four.name], 0],
            ["Binôme A", names(one, two), 2, [], 0],
        ]
        assert [line[5] is None for line in lines] == [True, False]
        assert f'href="{path}"' in (await officer.get(f"/gestion/{trial.slug}/equipes")).text
        for wanted, kind in MEDIA_TYPES.items():
            sent = await officer.get(f"{path}/fichier", params={"format": wanted.value})
            said = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
            assert (sent.status_code, sent.headers["content-type"]) == (200, said)
    for reader in (trial.chair, one, trial.applicant):
        async with client(web, await token_of(reader)) as http:
            assert (await told(http, path), (await http.get(path)).status_code) == (404, 404)


async def test_accounts_and_their_mails_are_tables_for_whoever_keeps_them(web: str) -> None:
    trial = await Trial.publish(clock.now() - timedelta(hours=1), experts=1)
    mark = uuid4().hex
    who = await person((Role.EXPERT, trial.call), (Role.AUDITOR, None), name=f"Camille {mark}")
    other = await person(name=f"Dominique {mark}")
    closed = "UPDATE account SET disabled_at = {}, organisation = '=A1' WHERE id = {}"
    await execute(closed, clock.now(), other.person)
    title = (await calls.call(trial.officer, trial.slug)).content.call.title.fr
    async with signed_in(web, (Role.ADMIN, None)) as admin:
        emails = {one: await value("SELECT email FROM account WHERE id = {}", one.person) for one in (who, other)}
        columns = ["email", "name", "organisation", "state", "roles"]
        lines = await told(admin, "/comptes/tables/comptes", q=mark, colonne=columns)
        assert sorted(lines if isinstance(lines, list) else [], key=lambda line: str(line[1])) == [
            [emails[who], who.name, "", "Actif", ["Audit – tout le service", f"Évaluateur – {title}"]],
            [emails[other], other.name, "=A1", "Fermé", ["Candidat"]],
        ]
        assert f"/comptes/tables/comptes?q={mark}" in (await admin.get(f"/comptes?q={mark}")).text
        shown = (await admin.get(f"/comptes/tables/comptes?q={mark}")).text
        assert (f'name="q" value="{mark}"' in shown, "Télécharger" in shown) == (True, True)
        everybody = await told(admin, "/comptes/tables/comptes", colonne=["email"])
        assert isinstance(everybody, list)
        # Whole, however many pages of the list it takes.
        assert sorted(str(line[0]) for line in everybody) == sorted(
            line["email"] for line in await rows("SELECT email FROM account")
        )
        mails = await told(admin, "/comptes/tables/courriels", etat="sent")
        assert isinstance(mails, list)
        assert {line[3] for line in mails} <= {"Envoyé"}
        assert (await admin.get("/comptes/tables/evaluateurs")).status_code == 404
    for reader in (trial.officer, trial.chair, who, trial.applicant):
        async with client(web, await token_of(reader)) as http:
            for name in WHOLE:
                path = f"/comptes/tables/{name}"
                assert (await told(http, path), (await http.get(path)).status_code) == (404, 404), (reader.name, name)
