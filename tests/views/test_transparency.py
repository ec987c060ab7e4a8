"""What everybody is told of a call is what the written rules say, and nothing that anybody else wrote is in it."""

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from posixpath import normpath
from urllib.parse import unquote
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from reports.disclosed import Disclosure
from service.demo.advancing import advance
from service.domain.actor import PROCESS, Actor, Role
from service.domain.disclosure import RULES
from service.domain.documents import Job
from service.domain.personal import HELD
from service.identity import secrets
from service.operations import conducting, decisions, minutes, recusals, votes, voting
from service.operations.conducting import Attendance, Notes, There
from service.operations.decisions import DecisionContent
from service.operations.minutes import Disagreement
from service.operations.recusals import Recusal
from service.operations.votes import NewVote
from service.operations.voting import Ballot
from service.problems import NotFound, SignInNeeded
from service.settings import Settings
from service.store import objects
from service.store.database import execute, rows, savepoint, transaction, value
from service.views import transparency
from service.views.calls import call
from service.views.minutes import minutes as drafted
from tests.operations.sitting_case import Committee
from tests.support.people import person

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def configured(settings: Settings) -> None:
    secrets.configure(settings.secret)
    objects.configure(settings)


class Read(HTMLParser):
    """What a page is: its language, headings and links, and how much it loads from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang, self.headings, self.links, self.loads = "", list[str](), list[str](), 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Look at one element."""
        found = dict(attrs)
        self.lang = self.lang or found.get("lang") or ""
        self.loads += tag in ("script", "link", "img", "iframe")
        if re.fullmatch(r"h\d", tag):
            self.headings.append(tag)
        if tag == "a":
            self.links.append(unquote(found.get("href") or ""))


async def drawn() -> Job:
    """A document, as the worker leaves it."""
    job = uuid4()
    kept = await objects.store().put_bytes(f"document/{job}", b"%PDF-1.7")
    moment = await value("SELECT now()")
    return Job(job, "form", None, "public", None, "done", moment, size=kept.size, sha256=kept.sha256)


async def taken(told: Disclosure) -> dict[str, str]:
    """The elements of the ZIP."""
    papers = [await drawn() for _ in transparency.papers_of(told)]
    content = b"".join([chunk async for chunk in await transparency.zipped(told, await drawn(), papers)])
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.testzip() is None
        held = {name: found.read(name).decode() for name in found.namelist()}
    assert next(iter(held)) == "manifeste.json"
    assert {one["path"] for one in json.loads(held["manifeste.json"])} | {"manifeste.json"} == set(held)
    return held


LABELS = [f'label = {{ fr = "{fr}", en = "{en}" }}' for fr, en in (("Titre", "Title"), ("Organisme", "Organisation"))]
PUBLIC = [("form.toml", label, f'{label}\naudience = "public"') for label in LABELS]


async def deliberated() -> tuple[Committee, UUID]:
    """Three proposals: retained, refused with a recusal, and one whose decision is not published; all voted on, noted
    on, and minutes approved."""
    case = await Committee.gather(0, more=PUBLIC)
    kept, refused, pending = [await case.waiting(title) for title in ("Projet retenu", "Zqrefusé", "Zqattendu")]
    chair, one, two, three, *_ = case.members
    await recusals.recuse(two, refused, Recusal(), now=case.now)
    sitting = (await case.convened()).id
    await conducting.begin_sitting(case.officer, sitting, now=case.now)
    there = Attendance(tuple(There(member.person, "room") for member in case.members))
    await conducting.keep_attendance(case.officer, sitting, there, now=case.now)
    for item, kind in ((kept, "open"), (refused, "secret"), (pending, "sealed")):
        asked = NewVote("declined" if item == refused else "retained", (item,), kind)  # type: ignore[arg-type]
        vote = (await votes.open_vote(chair, sitting, asked, now=case.now)).id
        for member in (chair, one, three):
            await voting.cast_ballot(member, vote, Ballot("for"), now=case.now)
        await votes.close_vote(chair, vote, now=case.now)
    await conducting.close_sitting(chair, sitting, now=case.now)
    for item in (kept, refused, pending):
        await conducting.keep_notes(case.officer, sitting, Notes(item, "Zqnote.", 0), now=case.now)
        await minutes.mention_dissent(one, sitting, Disagreement(item, "Zqdésaccord."), now=case.now)
    await minutes.approve_minutes(chair, sitting, (await drafted(chair, sitting)).version, now=case.now)
    for item, outcome, why in ((kept, "retained", "Un projet mûr."), (refused, "declined", "Zqmotif.")):
        said = DecisionContent(outcome, why, "Présidente du comité")
        await decisions.take_decision(chair, item, said, 0, now=case.now)
    await case.trial.publish_decisions(case.now)
    for item in (kept, refused):
        await advance(item, case.now)
    said = DecisionContent("retained", "Zqattente.", "Présidente du comité")
    await decisions.take_decision(chair, pending, said, 0, now=case.now)
    return case, sitting


async def test_everybody_is_told_what_the_rules_say() -> None:
    case, _ = await deliberated()
    told = await transparency.disclosure(case.officer, case.trial.slug, case.now)
    held = await taken(told)
    everything = "\n".join([*held, *held.values()])
    assert re.findall(r"Zq\w*", everything) == []
    chair, one, two, three, four = (member.name for member in case.members)
    assert [(one.outcome, one.title, one.organisation, one.reasons) for one in told.decisions] == [
        ("Retenue", "Projet retenu", "Un organisme", "Un projet mûr."),
        ("Non retenue", "", "", ""),
    ]
    kept, refused = (one.reference for one in told.decisions)
    assert {(one.name, one.capacity) for one in told.members} >= {
        (chair, "chair"), *((name, "member") for name in (one, two, three, four))
    }  # fmt: skip
    assert [(one.reference, one.name) for one in told.recusals] == [(refused, two)]
    [sitting] = told.sittings
    said = sitting.minutes
    assert said is not None
    assert {(one.reference, one.title, one.opinion, one.away, one.notes, one.dissent) for one in said.items} == {
        (kept, "Projet retenu", "retained", (), "", ((one, ""),)),
        (refused, "", "not_retained", (two,), "", ((one, ""),)),
    }
    assert (len(sitting.agenda), said.left_out) == (3, 1)
    assert {(vote.kind, len(vote.ballots), vote.votes_for, vote.against) for vote in said.votes} == {
        ("open", 3, 3, 0),
        ("secret", 0, 3, 0),
    }
    # Every page says what it is, needs nothing else, and leads somewhere.
    for path, content in held.items():
        if path.endswith(".html"):
            page = Read(content)
            assert (page.lang, page.headings[0], page.loads) == ("fr", "h1", 0), path
            folder = path.rpartition("/")[0]
            assert {normpath(f"{folder}/{link}".lstrip("/")) for link in page.links} <= set(held), path
    rules = held["regles-de-publication.html"]
    assert [one.what for one in RULES if escape(one.what) not in rules.replace("\u00a0", " ")] == []
    assert "Projet retenu" in held["decisions.csv"]


async def test_whoever_may_not_publish_it_is_told_nothing() -> None:
    case = await Committee.gather(0)
    slug, auditor = case.trial.slug, await person((Role.AUDITOR, None))
    for reader in (case.officer, auditor, PROCESS):
        assert (await transparency.disclosure(reader, slug, case.now)).slug == slug
    for stranger in (case.chair, case.members[1], case.trial.applicant, case.trial.experts[0], Actor()):
        with pytest.raises((NotFound, SignInNeeded)):
            await transparency.disclosure(stranger, slug, case.now)


TOLD = {
    ("account", "name"),  # of members
    ("call", "slug"),
    ("decision", "capacity"),
    ("decision", "outcome"),
    ("decision", "reasons"),  # of what was retained
    ("edition", "content"),
    ("edition", "digest"),
    ("proposal", "reference"),
    ("sitting", "content"),  # of which parts: its others say « Zq… » already
    ("sitting", "digest"),
    ("sitting", "place"),
    ("sitting_member", "capacity"),
}


class _UndoneError(Exception):
    """Nothing of it stays."""


async def test_nothing_of_any_other_column_is_in_it() -> None:
    """Every text of every table is overwritten, whatever kept it from changing; what comes out is as it was."""
    case, _ = await deliberated()
    before = await transparency.disclosure(case.officer, case.trial.slug, case.now)
    about = await call(case.officer, case.trial.slug)
    columns = await rows(
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated"
        " = 'NEVER' AND data_type IN ('text', 'character varying') ORDER BY 1, 2"
    )
    planted = 0
    with contextlib.suppress(_UndoneError):
        async with transaction():
            for table in sorted({line["table_name"] for line in columns} & set(HELD)):
                await execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            for line in columns:
                table, column = line["table_name"], line["column_name"]
                if (table, column) not in TOLD and table in HELD:
                    planted += await _plant(table, column)
            after = await transparency._disclosure(about, before.at)
            raise _UndoneError
    assert planted > 60
    seen = [msgspec.json.decode(msgspec.json.encode(one)) for one in (before, after)]
    for told in seen:  # whether there is one is told, not what it is
        del told["figures"], told["sittings"][0]["video"], told["sittings"][0]["urgent"]
    assert seen[0] == seen[1]
    assert "Zq" not in msgspec.json.encode(after).decode()


async def _plant(table: str, column: str) -> bool:
    """Whether the rule of the column let it be."""
    try:
        async with savepoint():
            await execute(f'UPDATE "{table}" SET "{column}" = {{}} || left(md5(ctid::text), 4)', "Zqsecret")  # noqa: S608
    except (asyncpg.PostgresError, ValueError):
        return False
    return True
