"""Every GET of the application, asked by every role with every id: canaries are found where they may be, only there."""

import asyncio
import io
import re
import zipfile
from collections.abc import Collection, Sequence
from itertools import product

import httpx
import msgspec
import pytest

from reports.disclosing import files
from service import clock
from service.app import create_litestar
from service.pages.tables import TABLES, WHOLE
from service.settings import Settings
from service.store.database import rows, value
from service.store.editions import edition
from service.views import documents, transparency
from tests.api.people import client, token_of
from tests.canaries.papers import CALLED, ON_PAPER, PAPERS, SMALL, drawn, held, named, store_export
from tests.canaries.world import PUBLISHED, World
from tests.support.marks import loose_marks
from tests.support.paper import squeezed, whole

PILOT = ("team", "evidence", "link", "proof", "source", "pilotreview")
# What -> who may find it, and on which of the four proposals: 0 draft, 1 under review, 2 before the committee with a
# pending decision, 3 published. Expert 1 has not submitted the review of 1; expert 3 was never asked.
MAY = {
    "title": {"owner": "0123", "expert1": "12", "expert2": "12", "officer": "123", "committee": "23", "auditor": "123"},
    "answer": {
        "owner": "0123",
        "expert1": "12",
        "expert2": "12",
        "officer": "123",
        "committee": "23",
        "auditor": "123",
    },
    "file": {"owner": "0123", "expert1": "12", "expert2": "12", "officer": "123", "committee": "23", "auditor": "123"},
    "contact": {"owner": "0123", "officer": "123", "auditor": "123"},
    "commentexpert1": {"expert1": "123", "expert2": "2", "officer": "23", "committee": "23", "auditor": "23"},
    "commentexpert2": {"expert1": "2", "expert2": "123", "officer": "123", "committee": "23", "auditor": "123"},
    "synthesis": {"officer": "23", "committee": "23", "auditor": "23"},
    # What the minutes of a sitting say of an item.
    "notes": {"officer": "23", "committee": "23", "auditor": "23"},
    "dissent": {"officer": "3", "committee": "3", "auditor": "3"},
    "thread": {"owner": "123", "officer": "123", "auditor": "123"},
    "extension": {"owner": "0", "officer": "0"},
    "steering": {"officer": "1", "auditor": "1"},
    **{what: {"owner": "3", "officer": "3", "auditor": "3"} for what in PILOT},
    # What is to replace a published decision is nobody else's before it is published.
    "correction": {"officer": "3", "committee": "3", "auditor": "3"},
    "reasons": {"owner": "3", "officer": "23", "committee": "23", "auditor": "23"},
}
# What an expert notes for themselves. Of the published one, what they wrote is in the export of their own data alone.
MAY["noteexpert1"] = {"expert1": "123"}
MAY["noteexpert2"] = {"expert2": "123"}
# A file on its way is its sender's alone.
MAY["upload"] = {"owner": "0123"}
MAY["organisation"] = MAY["title"]
for what, lines in MAY.items():
    if "committee" in lines:
        lines["chair"] = lines["authority"] = lines["committee"]
        # Recused from the one before the committee.
        lines["recused"] = lines["committee"].replace("2", "")
    # Whoever joined reads what the owner reads; whoever has not answered their invitation, nothing.
    if "owner" in lines and what != "upload":
        lines["writer"] = lines["reader"] = lines["owner"]

IN_CATALOGUE = ("title", "organisation")
# Whose name -> who may find it, beside the person and the administrators who keep the accounts.
NAMES = {
    "expert1": {"officer", "auditor"},
    "expert2": {"officer", "auditor"},
    "expert3": {"officer"},
    # A letter names whom it is for, and who decides reads it before it is sent.
    "owner": {"officer", "auditor", "writer", "reader", "invited", "authority"},
    "writer": {"officer", "auditor", "owner", "reader"},
    "reader": {"officer", "auditor", "owner", "writer"},
    "invited": set(),
    # Whoever has a part in a sitting knows who is called to it.
    "officer": {"auditor", "committee", "chair", "recused", "authority"},
    "stranger": set(),
    "committee": {"officer", "auditor", "chair", "recused", "authority"},
    "recused": {"officer", "auditor", "committee", "chair", "authority"},
    # Who decides signs: the decision's page, and the letter once it is published.
    "authority": {"officer", "committee", "recused", "chair", "auditor", "owner", "writer", "reader"},
    "chair": {"officer", "auditor", "committee", "recused", "authority"},
    "auditor": set(),
    "officerelsewhere": set(),
}

# Whoever reads most pages of each part: what is theirs is read for its typography too.
READERS = {"officer", "chair", "expert1", "owner", "admin"}
# Who asks for these proposals under another call's address: its officer, theirs, whoever owns them, nobody.
THERE = {"officer elsewhere", "officer", "owner", "nobody"}


@pytest.fixture(scope="module")
async def world(web: str) -> World:
    found = await World.build(clock.now())
    await store_export(found)
    return found


async def addresses(world: World, settings: Settings) -> list[str]:
    """Every GET route, with every id of the world in the place of its parameters."""
    values: dict[str, Sequence[object]] = {
        "slug": [world.call.slug, world.other.slug],
        "proposal_id": world.proposals,
        "review_id": await world.ids_of("review"),
        "assignment_id": await world.ids_of("assignment"),
        "attachment_id": await world.ids_of("attachment"),
        "number": [1],
        "upload_id": await world.ids_of("upload"),
        "job_id": await world.ids_of("job"),
        "account_id": [somebody.account for somebody in world.people.values()],
        "inquiry_id": [world.inquiry],
        "team_id": [world.team],
        "roster_id": [world.roster],
        "batch_id": [world.batch],
        "name": [*TABLES, *WHOLE],
        "sitting_id": [world.sitting, world.held],
        "reference": await references(world),
        "answer": ["accepter", "decliner", "conflit"],
        "code": ["0000"],
    }
    found = []
    for route in create_litestar(settings).routes:
        if "GET" not in getattr(route, "methods", ()) or "statique" in route.path or "token" in route.path:
            continue
        names = re.findall(r"\{(\w+):\w+\}", route.path)
        assert set(names) <= set(values), f"{route.path}: what does it take?"
        for chosen in product(*(values[name] for name in names)):
            path = route.path
            for name, one in zip(names, chosen, strict=True):
                path = re.sub(rf"\{{{name}:\w+\}}", str(one), path)
            found.append(path)
    content = await edition(world.call.edition)
    for table in TABLES.values():  # whole, with the columns that are there for whoever asks for them
        columns = "&".join(f"colonne={column.id}" for column in table.columns(content))
        found.append(f"/appels/{world.call.slug}/tables/{table.name}/fichier?{columns}")
    for every in WHOLE.values():
        columns = "&".join(f"colonne={column.id}" for column in every.columns)
        found.append(f"/comptes/tables/{every.name}/fichier?{columns}")
    return [*found, f"/gestion/{world.call.slug}?late=1", "/api/proposals?sort=title", "/api/proposals?mine=true"]


async def references(world: World) -> list[str]:
    """Of what was submitted."""
    found = await rows("SELECT reference FROM proposal WHERE id = ANY({}) AND reference IS NOT NULL", world.proposals)
    return [line["reference"] for line in found]


async def seen_by(
    http: httpx.AsyncClient, paths: list[str], world: World, loose: dict[str, list[str]] | None = None
) -> set[tuple[str, int | str]]:
    """The canaries that somebody finds, on every page of every list. `loose`: where marks may leave their words."""
    found: set[tuple[str, int | str]] = set()
    waiting = [*paths]
    while waiting:
        path = waiting.pop()
        answer = await http.get(path)
        assert answer.status_code < 500, f"{path}: {answer.text[:300]}"
        page = answer.headers.get("Content-Type", "").startswith("text/html") and not path.startswith("/api")
        if loose is not None and page:  # a canary tells what somebody typed, which stays as it is
            loose[path] = [mark for mark in loose_marks(answer.text) if "Zq" not in mark]
        everything = text_of(answer) + " ".join(answer.headers.values())
        found |= {what for what, canary in world.words.items() if canary in everything}
        if answer.headers.get("Content-Type") == "application/json" and answer.json().get("next"):
            waiting.append(str(httpx.URL(path).copy_merge_params({"cursor": answer.json()["next"]})))
    return found


def text_of(answer: httpx.Response) -> str:
    """What an answer says; of a ZIP, every name and every element of it."""
    if answer.headers.get("Content-Type") != "application/zip":
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        return "\n".join([*found.namelist(), *(_said(one, found.read(one)) for one in found.namelist())])


def _said(path: str, content: bytes) -> str:
    return whole(content) if path.endswith(".pdf") else content.decode(errors="replace")


@pytest.mark.timeout(600)
async def test_canaries_are_found_where_they_may_be_and_only_there(web: str, world: World, settings: Settings) -> None:
    paths = await addresses(world, settings)
    assert len(paths) > 80
    # The other call's addresses are its officer's; whoever has no part there gets there what nobody gets.
    there = [path for path in paths if f"/{world.other.slug}/" in path]
    here = sorted(set(paths) - set(there))

    loose: dict[str, list[str]] = {}

    async def ask(part: str) -> tuple[str, set[tuple[str, int | str]]]:
        token = await token_of(world.people[part]) if part != "nobody" else ""
        async with client(web, token) as http:
            return part, await seen_by(
                http, here + (there if part in THERE else []), world, loose if part in READERS else None
            )

    found = dict(await asyncio.gather(*(ask(part) for part in ["nobody", *world.people])))
    assert {path: marks for path, marks in loose.items() if marks} == {}
    wanted = {part: allowed(part, world) for part in found}
    assert {part: sorted(map(str, found[part] - wanted[part])) for part in found if found[part] - wanted[part]} == {}
    assert {part: sorted(map(str, wanted[part] - found[part])) for part in found if wanted[part] - found[part]} == {}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<option>Étape : issue</option>", ["Étape : issue"]),
        ("<p>Oui ?</p><p>« a »</p>", ["Oui ?", "« a »"]),
        ("<p>Oui\u00a0: non, «\u00a0a\u00a0»</p><a title='x : y' href='/?a'>12:30</a>", []),
        ('<textarea>a : b</textarea><script>x ? y : z</script><div class="al-text"><p>a : b</p></div>', []),
    ],
)
def test_marks_that_may_leave_their_words_are_found(html: str, found: list[str]) -> None:
    assert loose_marks(html) == found


def allowed(part: str, world: World) -> set[tuple[str, int | str]]:
    """What somebody may and must be able to find."""
    texts: set[tuple[str, int | str]] = {(what, int(digit)) for what, who in MAY.items() for digit in who.get(part, "")}
    names: set[tuple[str, int | str]] = {(f"name{name}", "") for name, who in NAMES.items() if part in who}
    if part == "admin":
        names = {what for what in world.words if str(what[0]).startswith("name")}
    own: set[tuple[str, int | str]] = {(f"name{part.replace(' ', '')}", "")} if part != "nobody" else set()
    # A question that waits is its asker's and the officers'; who asked is told to nobody.
    asked: set[tuple[str, int | str]] = {("inquiry", "")} if part in ("stranger", "officer") else set()
    asked |= {("batch", "")} if part == "officer" else set()
    asked |= {("place", "")} if part in ("officer", "auditor", "committee", "recused", "chair", "authority") else set()
    # What an expert declares is theirs until it meets a proposal; what is found, the officers'.
    asked |= {("interest", ""), ("reason", "")} if part == "expert3" else set()
    asked |= {("key", ""), ("dismissal", "")} if part in ("officer", "auditor") else set()
    # A list that was read is the officers'; a profile, its expert's too.
    asked |= (
        {("roster", ""), ("profile", "")} if part == "officer" else {("profile", "")} if part == "expert1" else set()
    )
    # What was retained is in the catalogue, for everybody.
    texts |= {(what, PUBLISHED) for what in IN_CATALOGUE}
    return texts | names | own | asked


@pytest.mark.parametrize("kind", ON_PAPER)
async def test_a_document_is_built_without_what_its_reader_may_not_see(world: World, kind: str) -> None:
    proposal = world.proposals[PUBLISHED]
    position = await value("SELECT last_seq FROM proposal WHERE id = {}", proposal)
    document, *audience = kind.split()
    built = msgspec.json.encode(await getattr(documents, document)(proposal, position, *audience)).decode()
    found = {what for what, canary in world.words.items() if canary in built}
    assert found == held(kind)


@pytest.mark.parametrize("names", [SMALL, pytest.param(set(PAPERS) - set(SMALL), marks=pytest.mark.long)])
async def test_a_paper_tells_what_its_reader_may_know(world: World, names: Collection[str]) -> None:
    """Pages, metadata, bookmarks, alternative texts and whatever is joined to it."""
    papers = {name: PAPERS[name] for name in names}
    told = {name: whole(await drawn(world, paper)) for name, paper in papers.items()}
    found = {name: {what for what, canary in world.words.items() if canary in text} for name, text in told.items()}
    assert found == {name: paper.holds for name, paper in papers.items()}
    assert [name for name, paper in papers.items() if squeezed(paper.says) not in told[name]] == []


async def test_everybody_is_told_of_a_call_what_was_retained_and_who_sits(world: World) -> None:
    told = await transparency.disclosure(world.people["auditor"], world.call.slug, world.at)
    everything = "".join([one.content.decode() for one in files(told)])
    found = {what for what, canary in world.words.items() if canary in everything}
    assert found == {(what, PUBLISHED) for what in (*IN_CATALOGUE, "reasons")} | named(*CALLED)


async def test_a_mail_holds_what_its_reader_may_know(world: World) -> None:
    """Subjects and bodies are written from ids: no name of an expert reaches an applicant, no text anybody."""
    everybody = [somebody.account for somebody in world.people.values()]
    queued = await rows("SELECT account, data FROM outbox WHERE account = ANY({})", everybody)
    assert len(queued) > 10
    for line in queued:
        assert [what for what, canary in world.words.items() if canary in line["data"]] == []
