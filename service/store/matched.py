"""What a plan is made of, read from a call: its proposals that wait for experts, whoever could review them, and what
forbids or fixes a pair. Every answer of every proposal is read, so a worker does it.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from forms import Edition, Field, Form, Stage
from forms.kinds import Block, LongText, ShortText
from forms.kinds.choices import chosen_words
from forms.kinds.keywords import is_vocabulary
from service.domain.plans import Bid, Expert, Pair, Problem, Subject, Team, Wanted, Wish
from service.domain.policy import ASSIGNING
from service.store.database import Row, rows
from service.store.editions import edition as edition_of
from service.store.seats import HOLDING, loads

AT_ONCE = 500  # submitted texts in memory at a time
PHASES = ", ".join(f"'{phase}'" for phase in sorted(ASSIGNING))

_PROPOSALS = (
    "SELECT p.id, p.edition, p.stage_edition, p.round, p.owner, p.title, p.more_experts,"  # noqa: S608  our names
    " (SELECT count(DISTINCT a.seat) FROM assignment a WHERE a.proposal = p.id AND a.round = p.round"
    f"  AND a.status IN {HOLDING}) AS held"
    f" FROM proposal p WHERE p.call = {{}} AND p.status = 'in_progress' AND p.phase IN ({PHASES}) ORDER BY p.id"
)
_EXPERTS = (
    "SELECT k.id, coalesce(f.headline, '') AS headline, coalesce(f.biography, '') AS biography,"
    " coalesce(f.keywords, '[]') AS keywords, coalesce(f.languages, '[]') AS languages"
    " FROM role r JOIN account k ON k.id = r.account LEFT JOIN profile f ON f.account = k.id"
    " WHERE r.call = {} AND r.role = 'expert' AND k.disabled_at IS NULL ORDER BY k.id"
)
_TEAMS = (
    "SELECT t.id, m.account FROM team t JOIN team_member m ON m.team = t.id"
    " WHERE t.call = {} AND t.ended_at IS NULL ORDER BY t.created_at, t.id, m.account"
)
# Whoever left the list once, or is on it as more than a name, is asked by no plan.
_ASKED = (
    "SELECT a.proposal, a.expert FROM assignment a JOIN proposal p ON p.id = a.proposal AND p.round = a.round"
    " WHERE p.call = {} AND a.status <> 'proposed'"
)
_CONFLICTS = (
    "SELECT c.proposal, c.expert FROM conflict c JOIN proposal p ON p.id = c.proposal WHERE p.call = {} AND c.stands"
)
_PINS = "SELECT n.proposal, n.taker, n.kind FROM pin n JOIN proposal p ON p.id = n.proposal WHERE p.call = {}"
_BIDS = "SELECT b.proposal, b.expert, b.bid FROM bid b JOIN proposal p ON p.id = b.proposal WHERE p.call = {}"
_SUBMITTED = (
    "SELECT DISTINCT ON (subject_id) subject_id AS id, content FROM revision"
    " WHERE subject = 'answers' AND subject_id = ANY({}) ORDER BY subject_id, number DESC"
)


class Content(msgspec.Struct, frozen=True):
    """Of a submission what tells what it is about."""

    edition: UUID
    answers: dict[str, Any]
    part: str = ""


class Facts(msgspec.Struct, frozen=True):
    """A problem without words, and what they are read for. `state`: digest of what a plan of it rests on."""

    problem: Problem
    editions: dict[UUID, UUID]
    state: str


async def facts(call: UUID, wanted: Wanted, today: date) -> Facts:
    """Who could review what, and what an officer fixed."""
    people = [line["id"] for line in await rows(_EXPERTS, call)]
    found = await rows(_PROPOSALS, call)
    size = max([await _size(line) for line in found], default=1)
    teams = () if wanted.takers == "experts" else await _teams(call, set(people), size)
    if wanted.takers == "teams" or (size > 1 and not wanted.takers):
        people = sorted(member for team in teams for member in team.members)
    asked = _by_proposal(await rows(_ASKED, call))
    conflicts = {Pair(line["proposal"], line["expert"]) for line in await rows(_CONFLICTS, call)}
    fixed = await rows(_PINS, call)
    room = await loads(call, people, today)
    problem = Problem(
        proposals=tuple([await _subject(line, asked.get(line["id"], set()), teams) for line in found]),
        experts=tuple(Expert(one, room[one].room, room[one].given) for one in people),
        teams=teams,
        conflicts=tuple(sorted(conflicts | {Pair(line["id"], line["owner"]) for line in found})),
        bans=tuple(sorted(Pair(line["proposal"], line["taker"]) for line in fixed if line["kind"] == "ban")),
        pins=tuple(sorted(Pair(line["proposal"], line["taker"]) for line in fixed if line["kind"] == "pin")),
        wishes=tuple(Wish(line["proposal"], line["expert"], Bid(line["bid"])) for line in await rows(_BIDS, call)),
        reserves=wanted.reserves,
        weights=wanted.weights,
    )
    return Facts(problem, {line["id"]: line["edition"] for line in found}, _digest(problem))


async def problem(call: UUID, wanted: Wanted, today: date) -> Facts:
    """The same with all words: profiles, and what was submitted last, as far as experts may read it."""
    bare = await facts(call, wanted, today)
    vocabulary: dict[str, str] = {}
    for number in sorted(set(bare.editions.values())):
        for field in (await edition_of(number)).form.fields:
            if is_vocabulary(field):
                vocabulary |= {option.id: option.label.fr for option in field.options}
    told = {line["id"]: line for line in await rows(_EXPERTS, call)}
    words = await words_of(bare.editions)
    full = msgspec.structs.replace(
        bare.problem,
        proposals=tuple(
            msgspec.structs.replace(one, **words[one.id]) if one.id in words else one for one in bare.problem.proposals
        ),
        experts=tuple(
            msgspec.structs.replace(one, **_profile(told[one.id], vocabulary)) for one in bare.problem.experts
        ),
    )
    return msgspec.structs.replace(bare, problem=full)


def _digest(found: Problem) -> str:
    """Of whoever and whatever a plan may name. Loads are not part of it: they are looked at again at each invitation;
    nor are words and bids, which make a plan better and no other one wrong."""
    said = (
        [(one.id, one.wanted, one.held) for one in found.proposals],
        [one.id for one in found.experts],
        *(found.teams, found.conflicts, found.bans, found.pins),
    )
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()


async def _size(line: Row) -> int:
    """For how many experts together a seat of this proposal is."""
    stage = await _stage(line)
    return stage.team if stage else 1


async def _stage(line: Row) -> Stage | None:
    kept: Edition = await edition_of(line["stage_edition"] or line["edition"])
    return kept.process.review_stage(line["round"])


async def _subject(line: Row, asked: set[UUID], teams: tuple[Team, ...]) -> Subject:
    """A proposal, with the seats of its round that nobody holds; none where its process has no review left."""
    stage = await _stage(line)
    seats = (stage.seats if stage else 0) + int(line["more_experts"] == line["round"])
    held = asked | {team.id for team in teams if not asked.isdisjoint(team.members)}
    return Subject(line["id"], max(0, seats - line["held"]) if stage else 0, held=tuple(sorted(held)))


async def _teams(call: UUID, people: set[UUID], size: int) -> tuple[Team, ...]:
    """Teams of so many at least, whose members are all experts of the call still. Of two teams of one person, the older
    one counts."""
    members: dict[UUID, list[UUID]] = {}
    for line in await rows(_TEAMS, call):
        members.setdefault(line["id"], []).append(line["account"])
    found: list[Team] = []
    taken: set[UUID] = set()
    for team, accounts in members.items():
        if len(accounts) >= size and people.issuperset(accounts) and taken.isdisjoint(accounts):
            found.append(Team(team, tuple(accounts)))
            taken.update(accounts)
    return tuple(sorted(found, key=lambda one: one.id))


def _profile(line: Row, vocabulary: dict[str, str]) -> dict[str, Any]:
    keywords = msgspec.json.decode(line["keywords"], type=list[str])
    return {
        "keywords": tuple(vocabulary.get(word, word) for word in keywords),
        "languages": msgspec.json.decode(line["languages"], type=tuple[str, ...]),
        "text": f"{line['headline']}\n{line['biography']}",
    }


async def words_of(editions: dict[UUID, UUID]) -> dict[UUID, dict[str, Any]]:
    """Of each proposal, whose present edition is given, its keywords, its texts, and the languages that its call
    takes."""
    ids, found = sorted(editions), {}
    for start in range(0, len(ids), AT_ONCE):
        for line in await rows(_SUBMITTED, ids[start : start + AT_ONCE]):
            content = msgspec.json.decode(line["content"], type=Content)
            read = await edition_of(content.edition)
            now = (await edition_of(editions[line["id"]])).form
            told = _told(read.form_at(content.part).fields, now, content.answers)
            found[line["id"]] = {**told, "languages": read.call.languages}
    return found


def _told(fields: Iterable[Field], now: Form, answers: dict[str, Any]) -> dict[str, Any]:
    """What experts may read by the form that the answers were given on, and by the one that there is now."""
    keywords: list[str] = []
    texts: list[str] = []
    for field in fields:
        given = answers.get(field.id)
        if given is None or any(_kept(one) for one in (field, now.field(field.id)) if one is not None):
            continue
        if is_vocabulary(field):
            keywords += chosen_words(field.options, given)
        elif isinstance(field, ShortText | LongText):
            texts.append(str(given))
        elif isinstance(field, Block):
            for line in given.get("rows", ()):
                texts += (str(line[cell.id]) for cell in field.cells if cell.id in line and _is_text(cell))
    return {"keywords": tuple(keywords), "text": "\n".join(texts)}


def _kept(field: Field) -> bool:
    return field.audience == "officers" or field.identifying


def _is_text(cell: Field) -> bool:
    return isinstance(cell, ShortText | LongText) and not _kept(cell)


def _by_proposal(found: Iterable[Row]) -> dict[UUID, set[UUID]]:
    experts: dict[UUID, set[UUID]] = {}
    for line in found:
        experts.setdefault(line["proposal"], set()).add(line["expert"])
    return experts
