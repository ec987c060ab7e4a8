"""The board, reminders, mails and a proposal's place through the doors: API and pages say and do the same."""

from datetime import datetime, timedelta
from uuid import UUID

from service import clock
from service.demo.advancing import advance
from service.operations.eligibility import Verdict
from service.store.database import execute, rows, value
from tests.api.acting import good
from tests.api.people import client, token_of
from tests.process.call import Trial


async def under_review(now: datetime) -> tuple[Trial, UUID]:
    """A proposal whose first expert has given their review, and whose second one owes it."""
    trial = await Trial.publish(now)
    first, second, *_ = trial.experts
    proposal = await trial.submit(now)
    await trial.propose(proposal, [first, second], now)
    await trial.check(proposal, Verdict.ELIGIBLE, now)
    await advance(proposal, now)
    await trial.accept(proposal, first, now)
    await trial.review(proposal, first, now)
    await trial.accept(proposal, second, now)
    return trial, proposal


async def test_an_officer_reads_the_board_and_has_it_as_tables(web: str) -> None:
    trial, proposal = await under_review(clock.now() - timedelta(days=2))
    first, second, *_ = trial.experts
    page, api = f"/gestion/{trial.slug}/tableau", f"/api/calls/{trial.slug}/board"
    tables = f"/appels/{trial.slug}/tables"
    async with client(web, await token_of(trial.officer)) as http:
        board = good(await http.get(api, params={"whom": "experts", "expert": str(second.account)}))
        (line,) = board["items"]
        assert (line["id"], line["given"], line["wanted"], line["then"]) == (str(proposal), 1, 2, "goes_on")
        assert board["shares"] == [{"whom": "experts", "number": 1, "late": 0, "oldest": None}]
        assert [(one["name"], one["pace"]) for one in line["seats"]] == [(first.name, "done"), (second.name, "on_time")]
        experts = good(await http.get(f"{api}/experts"))["items"]
        assert {one["name"]: one["done"] for one in experts}[first.name] == 1
        heat = good(await http.get(f"{api}/reviews"))
        assert (heat["items"][0]["total"], sum(bar["count"] for bar in heat["totals"])) == (5, 1)
        place = good(await http.get(f"/api/proposals/{proposal}/place"))
        assert (place["rank"], place["scored"], place["totals"]["mean"]) == (1, 1, 5)
        for path, found in (
            (f"{page}?evaluateur={second.account}", second.name),
            (f"{page}?attente=comite", "Rien n’est attendu avec ces filtres"),
            (f"{page}/evaluateurs", first.name),
            (f"{page}/evaluations?manque=oui", "5,00"),
            (f"{tables}/attentes/fichier", "Évaluateurs;"),
            (f"{tables}/charges/fichier", second.name),
            (f"{tables}/places/fichier", f"{first.name};Remise;5;"),
            (f"{tables}/evaluations/fichier?colonne=experts&colonne=reference", f"{first.name}\r\n"),
            (f"{tables}/candidatures/fichier?colonne=answer_title&colonne=status", "En cours d’examen;Un projet\r\n"),
            (f"/gestion/{trial.slug}/courriels", "Invitation à évaluer"),
        ):
            answer = await http.get(path)
            assert (answer.status_code, found in answer.text) == (200, True), path
        given_out = "SELECT account FROM access_log WHERE proposals = ARRAY[{}::uuid] AND what = {}"
        for what in ("reviews_table", "answers_table"):
            assert await rows(given_out, proposal, what) == [{"account": trial.officer.account}]


async def test_an_officer_reminds_in_one_click_and_sends_a_mail_again(web: str) -> None:
    now = clock.now() - timedelta(days=2)
    trial, proposal = await under_review(now)
    first, second, *_ = trial.experts
    page, owed = f"/gestion/{trial.slug}/tableau", str(await trial.assignment(proposal, second))
    async with client(web, await token_of(trial.officer)) as http:
        sent = {"assignments": [owed, str(await trial.assignment(proposal, first))], "retour": page}
        shown = await http.post(f"{page}/rappels", data=sent)
        assert (shown.status_code, "1 rappel partira" in shown.text.replace("\u00a0", " ")) == (200, True)
        done = await http.post(f"{page}/rappels", data={"assignments": owed, "retour": page})
        assert (done.status_code, done.headers["location"]) == (303, f"{page}?fait=rappel")
        again = await http.post(f"/api/assignments/{owed}/reminder")
        assert (again.status_code, again.json()["code"]) == (409, "reminded_lately")
        assert (await http.post(f"{page}/rappels", data={"assignments": owed})).status_code == 409
        many = good(await http.post("/api/assignments/reminders", json={"assignments": [owed]}))
        assert many == {"sent": [], "refused": {owed: "reminded_lately"}}

        mail = await value("SELECT id FROM outbox WHERE about = {} AND template = 'receipt'", proposal)
        await execute("UPDATE outbox SET sent_at = {} WHERE id = {}", now, mail)
        listed = good(await http.get(f"/api/calls/{trial.slug}/mails", params={"state": "sent"}))
        assert str(mail) in {one["id"] for one in listed["items"]}
        assert good(await http.post(f"/api/mails/{mail}/resend"))["id"] == str(mail)
        refused = good(await http.put("/api/me/mails", json={"refused": ["officer_submitted"]}))
        assert refused == {"refused": ["officer_submitted"]}
        chosen = await http.post("/compte/courriels", data={"wanted": "officer_submitted"})
        assert chosen.status_code == 303
        wanted = {one["mail"]: one["wanted"] for one in good(await http.get("/api/me/mails"))["items"]}
        assert (wanted["officer_submitted"], wanted["officer_message"]) == (True, False)
