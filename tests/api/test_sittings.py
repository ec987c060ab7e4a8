"""Pages of sittings when two persons act at once, or an item no longer waits: nothing typed is lost, and it is told."""

from datetime import timedelta

from service import clock
from service.operations import conducting, sittings
from service.operations.conducting import Attendance, Notes, There
from service.operations.sittings import Convening
from service.store.database import rows, value
from service.views import minutes as read
from tests.api.people import client, token_of
from tests.operations.sitting_case import Committee


async def test_two_officers_at_once_lose_nothing_that_they_typed(web: str) -> None:
    now = clock.now()
    case = await Committee.gather(3, now=now - timedelta(days=1))
    first, second, gone = case.proposals
    kept = await case.prepared(now + timedelta(days=30))
    kept = await sittings.convene_sitting(case.officer, kept.id, Convening(), kept.version, now=case.now)
    manage = f"/gestion/{case.trial.slug}/seances/{kept.id}"
    lead = f"/comite/{case.trial.slug}/seances/{kept.id}"
    async with client(web, await token_of(case.officer)) as http:
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
    async with client(web, await token_of(case.chair)) as http:
        unread = await http.post(f"{lead}/proces-verbal", data={"version": str(version), "_suite": "approuver"})
        assert (unread.status_code, "relisez-le" in unread.text) == (409, True)
        present = str((await read.minutes(case.chair, kept.id)).version)
        approved = await http.post(f"{lead}/proces-verbal", data={"version": present, "_suite": "approuver"})
        assert approved.status_code == 303
