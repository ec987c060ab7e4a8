"""One committee, one sitting, two calls: from its preparation to decisions, minutes and what each call publishes."""

import io
import re
import zipfile
from contextlib import AsyncExitStack
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from reports.disclosing import files
from service import clock
from service.demo.advancing import advance
from service.domain.actor import Actor
from service.invariants import PROMISES, broken
from service.operations import decisions
from service.store import journal
from service.store.database import execute, rows
from service.views import transparency
from tests.api.people import client, token_of
from tests.operations.shared_case import Shared
from tests.process.call import read_letters

SECRET = re.compile(r"Zq\w*")


class Desk:
    """A person at the API, and at the pages."""

    sitting = ""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, path: str = "") -> Any:
        """What the API answers of the sitting; its status where it is none."""
        answer = await self.http.get(f"/api/sittings/{self.sitting}{path}")
        return answer.json() if answer.is_success else answer.status_code

    async def act(self, path: str = "", body: object = None, method: str = "POST") -> Any:
        """The answer of an act, based on the present version; its status where it is refused."""
        named = (await self.http.get(f"/api/sittings/{self.sitting}")).headers.get("etag", "")
        address = path if path.startswith("/") else f"/api/sittings/{self.sitting}/{path}".rstrip("/")
        answer = await self.http.request(method, address, json=body, headers={"If-Match": named} if named else {})
        return answer.json() if answer.is_success else answer.status_code

    async def page(self, address: str) -> str:
        """A page's text; its status where there is none."""
        answer = await self.http.get(address)
        return answer.text if answer.status_code == HTTPStatus.OK else str(answer.status_code)


class Journey:
    """`leads`, `presides`: an officer and a chair of both calls; `mine`, `theirs`: members of one each; `alone`: an
    officer of the first."""

    leads: Desk
    presides: Desk
    mine: Desk
    theirs: Desk
    alone: Desk

    def __init__(self, case: Shared) -> None:
        self.case = case
        self.one, self.other = case.slugs
        self.items = [*case.one.proposals, *case.other.proposals]

    async def sit_down(self, web: str, stack: AsyncExitStack) -> None:
        """Each has a client of their own."""
        case = self.case
        people = (case.officer, case.chair, case.first, case.second, case.one.officer)
        for name, actor in zip(("leads", "presides", "mine", "theirs", "alone"), people, strict=True):
            http = await stack.enter_async_context(client(web, await token_of(actor)))
            setattr(self, name, Desk(http))

    async def prepare(self) -> None:
        """Known to the officers of each call, prepared by those of both."""
        starts = (clock.now() + timedelta(days=30)).isoformat()
        content = {"starts_at": starts, "length": 90, "place": "Salle 4", "further": [self.other]}
        address = f"/api/calls/{self.one}/sittings"
        assert (await self.alone.http.post(address, json=content)).status_code == HTTPStatus.FORBIDDEN
        opened = await self.leads.http.post(address, json=content)
        assert opened.status_code == HTTPStatus.CREATED, opened.text
        for desk in (self.leads, self.presides, self.mine, self.theirs, self.alone):
            desk.sitting = opened.json()["id"]
        a, b, *_ = self.items
        assert [item["proposal"] for item in (await self.alone.get())["items"]] == [str(a), str(b), None, None]
        assert await self.alone.act("", content, method="PUT") == HTTPStatus.FORBIDDEN
        assert await self.mine.get() == HTTPStatus.NOT_FOUND
        sitting = self.leads.sitting
        page = await self.leads.page(f"/gestion/{self.other}/seances/{sitting}")
        for said in ("Appel voisin", "Séance commune aux appels", "Appel par appel", f'value="{self.other}" checked'):
            assert said in page
        assert await self.alone.page(f"/gestion/{self.one}/seances/{sitting}") == "404"
        assert f"/comite/{self.one}/seances/{sitting}" in await self.alone.page(f"/gestion/{self.one}/seances")
        assert (await self.leads.act("convocation", {"urgency": ""}))["number"] == 1

    async def read(self) -> None:
        """Each member reads the items of their call, and takes no part in the others."""
        a, b, c, d = (str(item) for item in self.items)
        for desk, slug, known in (
            (self.mine, self.one, [a, b, None, None]),
            (self.theirs, self.other, [None, None, c, d]),
        ):
            seen = await desk.get()
            assert (seen["call"], [item["proposal"] for item in seen["items"]]) == (slug, known)
            page = await desk.page(f"/comite/{slug}/seances/{desk.sitting}")
            assert page.count("Une candidature d’un autre appel") == 2
            assert ("Zqprojet voisin" in page) == (desk is self.theirs)

    async def hold(self) -> None:
        """Votes on the items of each call, by its outcomes and its committee."""
        a, b, c, d = self.items
        await self.leads.act("opening")
        there = {"members": [{"account": one["id"], "presence": "room"} for one in (await self.leads.get())["members"]]}
        assert await self.alone.act("attendance", there, "PUT") == HTTPStatus.FORBIDDEN
        await self.leads.act("attendance", there, "PUT")
        page = await self.leads.page(f"/comite/{self.one}/seances/{self.leads.sitting}/conduite")
        assert "Un scrutin porte sur un seul appel" in page
        for wrong in ({"outcome": "declined", "items": [str(b), str(d)]}, {"outcome": "retained", "items": [str(c)]}):
            assert await self.leads.act("votes", wrong) == HTTPStatus.UNPROCESSABLE_ENTITY
        await self.vote("retained", a, self.mine)
        await self.vote("declined", b, self.mine)
        await self.vote("selected", c, self.theirs)
        await self.vote("declined", d, self.theirs)
        taken = {call["slug"]: call["taken"] for call in (await self.presides.get())["calls"]}
        assert (taken[self.one]["taken"], taken[self.one]["places"], taken[self.other]) == (1, 1, None)
        for item, word in ((a, "Zqnoteune"), (c, "Zqnotevoisine")):
            await self.leads.act("notes", {"proposal": str(item), "text": word, "version": 0}, "PUT")
        await self.leads.act("closing")
        disagreed = {"proposal": str(c), "text": "Zqdesaccord."}
        assert (await self.theirs.act("dissent", disagreed))["id"] == self.theirs.sitting
        assert await self.mine.act("dissent", disagreed) == HTTPStatus.NOT_FOUND

    async def vote(self, outcome: str, item: UUID, member: Desk) -> None:
        """The chair and a member of that call vote; whoever sits for the other has no vote."""
        vote = (await self.leads.act("votes", {"outcome": outcome, "items": [str(item)]}))["id"]
        ballots = f"/api/votes/{vote}/ballots"
        for desk in (self.presides, member):
            assert (await desk.act(ballots, {"choice": "for"}))["vote"] == vote
        stranger = self.mine if member is self.theirs else self.theirs
        assert await stranger.act(ballots, {"choice": "against"}) == HTTPStatus.NOT_FOUND
        assert (await self.leads.act(f"/api/votes/{vote}/closing"))["carried"]

    async def approve(self) -> None:
        """One text; each reads the items that are theirs, under the names that their call gives outcomes."""
        said = await self.theirs.get("/minutes")
        whole = [item["reference"] for item in (await self.leads.get())["items"]]
        assert ([item["reference"] for item in said["said"]["items"]], said["left_out"]) == (whole[2:], 2)
        assert [(call["slug"], call["outcomes"]) for call in said["calls"]] == [
            (self.one, {}),
            (self.other, {"declined": "Écartée", "selected": "Lauréate"}),
        ]
        page = await self.leads.page(f"/comite/{self.one}/seances/{self.leads.sitting}/proces-verbal")
        for word in ("Lauréate", "Retenue", "Non retenue", "Écartée", "des appels", "pour «"):
            assert word in page
        assert await self.alone.act("minutes/approval") == HTTPStatus.FORBIDDEN
        assert len((await self.presides.act("minutes/approval"))["digest"]) == 64

    async def decide(self) -> None:
        """On the proposals of one call at a time."""
        left = await self.presides.get(f"/decisions?call={self.other}")
        waiting = [(found["name"], len(found["waiting"])) for found in left["outcomes"]]
        assert (waiting, [slug for slug, _ in left["others"]]) == ([("Lauréate", 1), ("Écartée", 1)], [self.one])
        assert await self.theirs.get("/decisions") == HTTPStatus.NOT_FOUND
        for slug, outcome in (
            *((self.one, outcome) for outcome in ("retained", "declined")),
            *((self.other, outcome) for outcome in ("selected", "declined")),
        ):
            why = {"outcome": outcome, "call": slug, "capacity": "Présidente", "reasons": f"Zqmotif de {slug}."}
            answer = await self.presides.act("decisions", why)
            assert (answer["count"], answer["left_out"]) == (1, [])
        page = await self.presides.page(f"/comite/{self.other}/seances/{self.presides.sitting}/decisions")
        assert ("Lauréate" in page, "Retenue" in page) == (True, False)
        assert f"/comite/{self.one}/seances/{self.presides.sitting}/decisions" in page

    async def publish(self) -> None:
        """The decisions of both."""
        moment = clock.now()
        for case in (self.case.one, self.case.other):
            await read_letters(self.case.officer, case.trial.slug, moment)
            await decisions.publish_decisions(self.case.officer, case.trial.slug, now=moment)
            for proposal in case.proposals:
                await advance(proposal, moment)


async def exported(actor: Actor, slug: str) -> str:
    """Everything that the export of a call says, but for its PDF; and what these are drawn from."""
    told = await transparency.disclosure(actor, slug, clock.now())
    drawn = [paper.told for paper in transparency.papers_of(told)]
    assert len(drawn) == 1
    return "\n".join([*(one.content.decode() for one in files(told)), *drawn])


async def bundled(http: httpx.AsyncClient, slug: str) -> str:
    """What the bundle of a call says of its sittings, and the table of its agendas."""
    answer = await http.get(f"/api/calls/{slug}/bundle.zip")
    assert answer.status_code == HTTPStatus.OK, answer.text
    table = await http.get(f"/appels/{slug}/tables/ordre-du-jour/fichier?format=json")
    assert table.status_code == HTTPStatus.OK, table.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        kept = [found.read(name).decode() for name in found.namelist() if name.startswith("seances/")]
    assert len(kept) == 1
    return "\n".join([*kept, table.text])


async def test_one_sitting_of_two_calls_up_to_what_each_of_them_publishes(web: str) -> None:
    case = await Shared.gather(2, "places = 1", clock.now() - timedelta(days=2), titles="Zqprojet")
    journey = Journey(case)
    async with AsyncExitStack() as stack:
        await journey.sit_down(web, stack)
        for step in (journey.prepare, journey.read, journey.hold, journey.approve, journey.decide):
            await step()
        bundles = [await bundled(journey.leads.http, slug) for slug in case.slugs]
    await journey.publish()
    exports = [await exported(case.officer, slug) for slug in case.slugs]

    # Nothing of one call is in what the other hands out, though its reader may read both.
    found = await rows("SELECT id, reference FROM proposal WHERE id = ANY({})", journey.items)
    references = {line["id"]: line["reference"] for line in found}
    for n, of in enumerate((case.one.proposals, case.other.proposals)):
        own, slug, beyond = {references[item] for item in of}, case.slugs[n], case.slugs[1 - n]
        for text in (bundles[n], exports[n]):
            assert {one for one in references.values() if one in text} == own
        assert {slug for slug in case.slugs if f"Zqmotif de {slug}" in exports[n]} == {slug}
        assert beyond not in exports[n]
        assert (case.second, case.first)[n].name not in exports[n]  # who sat for the other call alone
        assert "commune à plusieurs appels" in exports[n].lower()
    for texts in (bundles, exports):
        assert ["Zqprojet voisin" in text for text in texts] == [False, True]
        assert ["Lauréate" in text for text in texts] == [False, True]
    assert [sorted(set(re.findall(r"Zqnote\w*|Zqdesaccord", text))) for text in bundles] == [
        ["Zqnoteune"],
        ["Zqdesaccord", "Zqnotevoisine"],
    ]
    assert [sorted(set(SECRET.findall(text))) for text in exports] == [["Zqmotif", "Zqprojet"]] * 2
    assert await journal.verify(f"sitting:{journey.leads.sitting}") == []
    kept = [promise for promise in PROMISES if promise.id != "clocks"]  # they came before the committee by a shortcut
    assert await broken(*kept, of=[*references.values(), journey.leads.sitting]) == {}


async def test_a_call_is_added_and_taken_off_on_the_page_and_its_committee_with_it(web: str) -> None:
    case = await Shared.gather(1, now=clock.now() - timedelta(days=2))
    one, other = case.slugs
    day = f"{clock.now() + timedelta(days=30):%Y-%m-%d}"
    mine = {f"siege-{who.person}": "member" for who in (case.member, case.first)}
    form = {"jour": day, "heure": "14:00", "length": "90", "place": "Salle 4", **mine}
    presided = {**form, f"siege-{case.chair.person}": "chair"}

    async def called(sitting: str) -> tuple[list[str], dict[str, str]]:
        found = (await http.get(f"/api/sittings/{sitting}")).json()
        return [call["slug"] for call in found["calls"]], {who["name"]: who["capacity"] for who in found["members"]}

    async with client(web, await token_of(case.officer)) as http:
        page = (await http.get(f"/gestion/{one}/seances")).text
        assert (f'value="{other}"' in page, case.first.name in page, case.second.name in page) == (True, True, False)
        # What is wrong is said, and whoever is called with the call that was added is still there.
        wrong = await http.post(f"/gestion/{one}/seances", data={**presided, "appels": ["", other], "length": ""})
        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert f'value="{other}" checked' in wrong.text
        kept = re.search(rf'<select[^>]*siege-{case.second.person}".*?</select>', wrong.text, re.S)
        assert kept is not None
        assert '<option value="member" selected>' in kept[0]
        lone = {**form, f"siege-{case.one.chair.person}": "chair", "appels": ["", other]}
        refused = await http.post(f"/gestion/{one}/seances", data=lone)
        assert (refused.status_code, "doit présider le comité de chacun" in refused.text) == (422, True)
        done = await http.post(f"/gestion/{one}/seances", data={**presided, "appels": ["", other]})
        assert done.status_code == HTTPStatus.SEE_OTHER
        sitting = done.headers["location"].partition("?")[0].rpartition("/")[2]
        slugs, members = await called(sitting)
        assert (slugs, members[case.chair.name], members[case.second.name]) == ([one, other], "chair", "member")

        # Taken off: its members are called no more; and without its boxes the form changes no call.
        address = f"/gestion/{one}/seances/{sitting}"
        seats = {
            f"siege-{who['id']}": who["capacity"]
            for who in (await http.get(f"/api/sittings/{sitting}")).json()["members"]
        }
        change = {**form, **seats, "_suite": "changer"}
        for appels, expected in (([], [one, other]), ([""], [one]), (["", other], [one, other])):
            version = str((await http.get(f"/api/sittings/{sitting}")).json()["version"])
            sent = {**change, "version": version, **({"appels": appels} if appels else {})}
            saved = await http.post(address, data=sent)
            assert saved.status_code == HTTPStatus.SEE_OTHER, saved.text
            slugs, members = await called(sitting)
            assert (slugs, case.second.name in members) == (expected, len(expected) == 2)
        assert "Personne ne préside" not in (await http.get(address)).text
        await execute("DELETE FROM role WHERE account = {} AND role = 'chair'", case.chair.person)
        assert "Personne ne préside" in (await http.get(address)).text
    async with client(web, await token_of(case.one.officer)) as http:  # of whoever is an officer of one alone
        page = (await http.get(f"/gestion/{one}/seances")).text
        assert (f'value="{other}"' in page, case.first.name in page) == (False, True)
        forged = await http.post(f"/gestion/{one}/seances", data={**presided, "appels": ["", other]})
        assert forged.status_code == HTTPStatus.NOT_FOUND
