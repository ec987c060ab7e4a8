"""Pages of sittings when two persons act at once, or an item no longer waits: nothing typed is lost, and it is told."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from service import clock
from service.domain.actor import Actor
from service.operations import conducting, recusals, sittings, votes, voting
from service.operations.conducting import Attendance, Notes, OfItem, There
from service.operations.recusals import Recusal
from service.operations.sittings import AgendaContent, Convening
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.pages import sittings as pages
from service.pages.french import NBSP
from service.pages.inputs import Inputs
from service.pages.meeting import BALLOTS, left_text, typed_points
from service.store.database import execute, rows, value
from service.views import minutes as read
from service.views import sittings as views
from service.views.agendas import Taken
from tests.api.people import client, token_of
from tests.operations.sitting_case import Committee


async def test_two_officers_at_once_lose_nothing_that_they_typed(web: str) -> None:
    now = clock.now()
    case = await Committee.gather(3, now=now - timedelta(days=1))
    first, second, gone = case.proposals
    kept = await case.prepared(now + timedelta(days=30))
    manage = f"/gestion/{case.trial.slug}/seances/{kept.id}"
    lead = f"/comite/{case.trial.slug}/seances/{kept.id}"
    async with client(web, await token_of(case.officer)) as http:
        assert "Vous êtes convoqué(e) à la séance" in (await http.get(manage)).text
        kept = await sittings.convene_sitting(case.officer, kept.id, Convening(), kept.version, now=case.now)
        assert "Vous êtes convoqué(e) à la séance" not in (await http.get(manage)).text
        # What was withdrawn is taken off, and that is said.
        await case.trial.withdraw(gone, case.now)
        ranks = {f"rang-{first}": "2", f"rang-{second}": "1", f"rang-{gone}": "3"}
        saved = await http.post(manage, data={**ranks, "version": str(kept.version), "_suite": "ordonner"})
        assert (saved.status_code, "ordre-du-jour-retire" in saved.headers["location"]) == (303, True)
        agenda = "SELECT proposal FROM sitting_item WHERE sitting = {} AND rank IS NOT NULL ORDER BY rank"
        assert [line["proposal"] for line in await rows(agenda, kept.id)] == [second, first]
        stale = {f"rang-{first}": "17", f"rang-{second}": "1", "hors": str(second)}
        again = await http.post(manage, data={**stale, "version": str(kept.version), "_suite": "ordonner"})
        assert again.status_code == 409
        for said in ("a été modifiée entre-temps", 'value="17"', f'value="{second}" checked'):
            assert said in again.text

        # Who is there: another officer has noted one of them meanwhile.
        one, two = case.members[1].person, case.members[2].person
        noted = Attendance((There(one, "absent"),))
        await conducting.keep_attendance(case.chair, kept.id, noted, now=clock.now())
        there = {f"presence-{one}": "room", f"avant-{one}": "", f"presence-{two}": "room", f"avant-{two}": ""}
        clash = await http.post(f"{lead}/conduite", data={**there, "_suite": "presences"})
        assert clash.status_code == 409
        for said in ("Membre 1", "Enregistré", f'name="avant-{one}" value="absent"', '<option value="room" selected>'):
            assert said in clash.text
        assert await value("SELECT presence FROM sitting_member WHERE account = {}", two) == ""
        done = await http.post(f"{lead}/conduite", data={**there, f"avant-{one}": "absent", "_suite": "presences"})
        assert done.status_code == 303
        assert await value("SELECT presence FROM sitting_member WHERE account = {}", one) == "room"

        # Notes, then the minutes that the chair read before them.
        await conducting.begin_sitting(case.chair, kept.id, now=clock.now())
        await conducting.close_sitting(case.chair, kept.id, now=clock.now())
        version = (await read.minutes(case.chair, kept.id)).version
        await conducting.keep_notes(case.chair, kept.id, Notes(first, "De l’autre.", 0), now=clock.now())
        mine = {"item": str(first), "version": "0", "text": "De moi.", "_suite": "notes"}
        lost = await http.post(f"{lead}/proces-verbal", data=mine)
        assert lost.status_code == 409
        for said in ("Votre texte est encore là", "\nDe moi.</textarea>", "<p>De l’autre.</p>"):
            assert said in lost.text
        whole = {"version": "0", "text": "Sur la séance.", "_suite": "notes"}
        twice = [await http.post(f"{lead}/proces-verbal", data=whole) for _ in range(2)]
        assert [answer.status_code for answer in twice] == [303, 409]
    async with client(web, await token_of(case.chair)) as http:
        unread = await http.post(f"{lead}/proces-verbal", data={"version": str(version), "_suite": "approuver"})
        assert (unread.status_code, "relisez-le" in unread.text) == (409, True)
        present = str((await read.minutes(case.chair, kept.id)).version)
        approved = await http.post(f"{lead}/proces-verbal", data={"version": present, "_suite": "approuver"})
        assert approved.status_code == 303


async def test_the_chair_decides_on_all_of_an_outcome_and_single_forms_begin_with_the_opinion(web: str) -> None:
    now = clock.now()
    case = await Committee.gather(2, now=now - timedelta(days=1))
    one, other = case.proposals
    kept = await case.prepared(now + timedelta(days=30))
    await sittings.convene_sitting(case.officer, kept.id, Convening(), kept.version, now=case.now)
    await conducting.begin_sitting(case.officer, kept.id, now=case.now)
    there = Attendance(tuple(There(member.person, "room") for member in case.members))
    await conducting.keep_attendance(case.officer, kept.id, there, now=case.now)
    for item, outcome in ((one, "retained"), (other, "declined")):
        vote = await votes.open_vote(case.chair, kept.id, NewVote(outcome, (item,)), now=case.now)
        await voting.cast_ballot(case.chair, vote.id, Ballot("for"), now=case.now)
        await votes.close_vote(case.chair, vote.id, now=case.now)
    await conducting.close_sitting(case.officer, kept.id, now=case.now)
    base = f"/comite/{case.trial.slug}"
    here = f"{base}/seances/{kept.id}"
    said = {"outcome": "declined", "reasons": "Trop tôt.", "capacity": "Présidente", "delegation": "Arrêté du 3 mars"}
    async with client(web, await token_of(case.members[1])) as http:
        assert f"{here}/decisions" not in (await http.get(here)).text
        assert (await http.get(f"{here}/decisions")).status_code == 404
        assert (await http.post(f"/api/sittings/{kept.id}/decisions", json=said)).status_code == 403
    async with client(web, await token_of(case.chair)) as http:
        assert f"{here}/decisions" in (await http.get(here)).text
        wrong = await http.post(f"{here}/decisions", data={**said, "capacity": ""})
        assert wrong.status_code == 422
        assert wrong.text.count("Trop tôt.</textarea>") == 1
        done = await http.post(f"{here}/decisions", data=said)
        assert (done.status_code, done.headers["location"].endswith("=decisions")) == (303, True)
        left = (await http.get(f"/api/sittings/{kept.id}/decisions")).json()
        told = [(found["outcome"], len(found["waiting"]), found["decided"]) for found in left["outcomes"]]
        assert (sorted(told), left["capacity"]) == ([("declined", 0, 1), ("retained", 1, 0)], "Présidente")
        single = (await http.get(f"{base}/{one}")).text
        for shown in ('value="retained" checked', 'value="Présidente"', 'value="Arrêté du 3 mars"', "Avis du comité"):
            assert shown in single
        assert "n’est pas celle que propose le comité" not in single
        other_way = {**said, "version": "0"}
        assert (await http.post(f"{base}/{one}/decision", data=other_way)).status_code == 303
        assert "n’est pas celle que propose le comité" in (await http.get(f"{base}/{one}")).text


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("", []),
        ("12", [12]),
        ("12, 31-33", [12, 31, 32, 33]),
        ("1 à 3 ; 2–4", [1, 2, 3, 4]),
        ("4-2", []),
        ("douze", None),
        ("1-2-3", None),
        ("1234567", None),
    ],
)
def test_numbers_of_items_are_read_as_people_type_them(typed: str, points: list[int] | None) -> None:
    found = typed_points(typed)
    assert (None if found is None else sorted({one for part in found for one in part})) == points


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Taken(100, None, 12, 0), "Retenues jusqu’ici : 12 sur 100, il reste 88 places."),
        (Taken(2, None, 3, 0), "Retenues jusqu’ici : 3 sur 2, il reste 0 place."),
        (Taken(None, 2e6, 3, 1.5e6), "Budget : 1 500 000 € demandés sur 2 000 000 €, il reste 500 000 €."),
        (Taken(None, 1e6, 3, 1.5e6), "Budget : 1 500 000 € demandés sur 1 000 000 €, il est dépassé de 500 000 €."),
    ],
)
def test_what_is_left_is_said(told: Taken, said: str) -> None:
    assert re.sub(r"\s", " ", left_text(told)) == said


async def test_hundreds_of_items_are_voted_on_at_once_and_shown_by_the_hundred(web: str) -> None:
    now = clock.now()
    case = await Committee.gather(1, now=now - timedelta(days=1))
    await many(case.proposals[0], 464)
    kept = await case.prepared(now + timedelta(days=30))
    await sittings.convene_sitting(case.officer, kept.id, Convening(), kept.version, now=case.now)
    await conducting.begin_sitting(case.officer, kept.id, now=case.now)
    there = Attendance(tuple(There(one.person, "room") for one in case.members))
    await conducting.keep_attendance(case.officer, kept.id, there, now=case.now)
    *_, last = (await views.sitting(case.officer, kept.id)).items
    assert last.proposal is not None
    await voting.take_apart(case.members[1], kept.id, OfItem(last.proposal), now=case.now)
    lead = f"/comite/{case.trial.slug}/seances/{kept.id}"
    async with client(web, await token_of(case.officer)) as http:
        put = {"outcome": "declined", "_suite": "ouvrir"}
        for points, wrong in (("douze", "Donnez des numéros"), ("900", "Cochez des candidatures")):
            refused = await http.post(f"{lead}/conduite", data={**put, "points": points})
            assert (refused.status_code, wrong in refused.text) == (422, True)
            assert f'value="{points}"' in refused.text
        assert (await http.post(f"{lead}/conduite", data={**put, "points": "31-465"})).status_code == 303
        [vote] = (await views.sitting(case.officer, kept.id)).votes
        assert len(vote.items) == 434
        for member in case.members[:3]:
            await voting.cast_ballot(member, vote.id, Ballot("for"), now=clock.now())
        page = (await http.get(f"{lead}/conduite?de=401")).text
        assert (page.count("<tr "), "Points 401 à 465" in page, "points 31 à 464" in page) == (66, True, True)
        direct = (await http.get(f"{lead}/conduite?direct=oui")).text
        assert ("<html" in direct, "Clore le scrutin" in direct, len(direct) < 5000) == (False, True, True)
        await http.post(f"{lead}/conduite", data={"vote": str(vote.id), "_suite": "clore"})
    given = await rows("SELECT opinion, count(*) AS n FROM sitting_item WHERE sitting = {} GROUP BY 1", kept.id)
    assert {line["opinion"]: line["n"] for line in given} == {"": 31, "not_retained": 434}


async def many(proposal: UUID, number: int) -> None:
    """So many more like it, before the committee too."""
    found = await rows(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'proposal'"
        " AND table_schema = 'public' AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    own = {"id": "gen_random_uuid()", "reference": "p.reference || '-' || n"}
    names = [line["name"] for line in found]
    await execute(  # of our own schema
        f"INSERT INTO proposal ({', '.join(names)}) SELECT {', '.join(own.get(one, f'p.{one}') for one in names)}"  # noqa: S608
        " FROM proposal p, generate_series(1, {}) AS n WHERE p.id = {}",
        *(number, proposal),
    )


@pytest.mark.usefixtures("database")
async def test_a_page_of_an_agenda_is_put_in_order_and_the_rest_stays_where_it_is() -> None:
    case = await Committee.gather(6)
    kept = await case.prepared()
    one, two, three, four, five, six = (await views.sitting(case.officer, kept.id)).items
    ids = [item.proposal for item in (one, two, three, four, five, six) if item.proposal]
    kept = await sittings.order_agenda(
        case.officer, kept.id, AgendaContent(tuple(ids[:4]), tuple(ids[4:])), kept.version, now=case.now
    )
    found = await views.sitting(case.officer, kept.id)
    assert [line.item.proposal for line in pages._lines(found)] == ids
    for sent, order, out in (
        ([], ids[:4], ids[4:]),  # a page without lines
        ([(f"rang-{ids[3]}", "1")], [ids[0], ids[3], *ids[1:3]], ids[4:]),  # the present order among equals
        ([(f"rang-{ids[0]}", "1"), ("hors", str(ids[0]))], ids[1:4], [ids[0], *ids[4:]]),
        (
            [(f"rang-{ids[4]}", "2"), (f"rang-{ids[5]}", ""), ("hors", str(ids[5]))],
            [*ids[:2], ids[4], *ids[2:4]],
            ids[5:],
        ),
    ):
        assert pages._agenda(Inputs(sent), found) == AgendaContent(tuple(order), tuple(out))


async def test_an_agenda_and_what_waits_are_tables_as_their_reader_may_know_them(web: str) -> None:
    now = clock.now()
    case = await Committee.gather(3, now=now - timedelta(days=2))
    kept = await case.convened(now + timedelta(days=30))
    items = [item.proposal for item in (await views.sitting(case.officer, kept.id)).items if item.proposal]
    await recusals.recuse(case.members[1], items[2], Recusal(), now=now)
    await conducting.begin_sitting(case.officer, kept.id, now=now)
    there = Attendance(tuple(There(one.person, "room") for one in case.members))
    await conducting.keep_attendance(case.officer, kept.id, there, now=now)
    for item, kind in zip(items, BALLOTS, strict=True):
        vote = await votes.open_vote(case.chair, kept.id, NewVote("retained", (item,), kind), now=now)
        await voting.cast_ballot(case.chair, vote.id, Ballot("for"), now=now)
        await votes.close_vote(case.chair, vote.id, now=now)
    await conducting.close_sitting(case.officer, kept.id, now=now)
    await case.trial.decide(items[0], "declined", now)
    tables = f"/appels/{case.trial.slug}/tables"
    columns = "&".join(
        f"colonne={one}" for one in ("number", "reference", "away", "opinion", "kind", "votes_for", "ballots")
    )

    async def told(who: Actor, name: str, query: str) -> list[list[object]] | int:
        async with client(web, await token_of(who)) as http:
            answer = await http.get(f"{tables}/{name}/fichier?format=json&{query}")
            return (
                [list(line.values()) for line in answer.json()["rows"]]
                if answer.status_code == 200
                else answer.status_code
            )

    held = await told(case.officer, "seances", "colonne=number&colonne=state&colonne=items&colonne=called")
    assert held == [[1, "Terminée", len(items), True]]
    references = [one.reference for one in (await views.sitting(case.officer, kept.id)).items]
    yes, by = "Avis favorable", [f"{case.chair.name}{NBSP}: Pour"]
    whole = [
        [1, references[0], [], yes, "Ouvert", 1, by],
        [2, references[1], [], yes, "Scellé", 1, by],
        [3, references[2], ["Membre 1"], yes, "Secret", 1, []],
    ]
    asked = f"seance={kept.id}&{columns}"
    assert await told(case.officer, "ordre-du-jour", asked) == whole == await told(case.chair, "ordre-du-jour", columns)
    assert await told(case.members[1], "ordre-du-jour", asked) == [*whole[:2], [3, "", [], "", "", None, []]]
    assert await told(case.officer, "ordre-du-jour", f"seance={items[0]}&{columns}") == []
    waiting = "colonne=reference&colonne=decision&colonne=author&colonne=checked"
    assert await told(case.officer, "decisions", waiting) == [[references[0], "Non retenue", case.chair.name, False]]
    assert [await told(case.trial.applicant, name, "") for name in ("ordre-du-jour", "decisions")] == [404, 404]
    assert await told(case.members[1], "decisions", "") == 404
    signed = "colonne=reference&colonne=decision&colonne=in_force&colonne=author&colonne=reasons"
    assert await told(case.officer, "decisions-publiees", signed) == []
    await case.trial.publish_decisions(now)
    published = [references[0], "Non retenue", True, case.chair.name, "Un projet mûr."]
    readers = (case.officer, case.chair, case.members[1], case.trial.applicant)
    assert [await told(who, "decisions-publiees", signed) for who in readers] == [[published]] * 3 + [404]
    assert await told(case.officer, "decisions", waiting) == []
    mails = await told(case.officer, "courriels", "etat=waiting&colonne=event&colonne=state&colonne=name")
    assert isinstance(mails, list)
    assert ["Convocation à une séance du comité", case.chair.name, "En attente"] in mails
    assert await told(case.officer, "courriels", "etat=refused") == await told(case.officer, "questions", "") == []
    assert [await told(case.chair, name, "") for name in ("courriels", "questions")] == [404, 404]
