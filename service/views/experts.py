"""The directory of a call's experts, and the profile of one of them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from forms import Edition, local_day
from forms.kinds.keywords import is_vocabulary
from service import clock
from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.folding import folded
from service.domain.loads import Load
from service.domain.policy import Action
from service.domain.profiles import Profile
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.store.editions import edition
from service.store.profiled import profiles_of
from service.store.seats import PAUSED, has_time, loads
from service.views import cursors
from service.views.calls import require_on_call

MOST = 100


class ExpertFilters(msgspec.Struct, frozen=True):
    """What is wanted: "" is no filter. `q`: words of name, address, organisations, headline, biography; `keyword` one
    whole keyword, `language` a code of ISO 639-1; `free`: below their limits and there today."""

    q: str = ""
    keyword: str = ""
    language: str = ""
    free: bool = False


class ExpertEntry(msgspec.Struct, frozen=True):
    """An expert of a call. `active`: can sign in. In this call: `invited`, `accepted`, `done`; `left`: declined or out
    of time; `late`: past their last reminder. `load`: what they have to do, and of how much. `absent_until`: the last
    day of an absence that lasts today. `reviews`: given in all calls, ever. `teams`: names, in this call."""

    id: UUID
    email: str
    name: str
    organisation: str
    active: bool
    headline: str
    keywords: tuple[str, ...]
    languages: tuple[str, ...]
    invited: int
    accepted: int
    done: int
    left: int
    late: int
    load: Load
    absent_until: date | None
    reviews: int
    teams: tuple[str, ...]


class ExpertsPage(msgspec.Struct, frozen=True):
    """One page of the directory, by name; `next` is the cursor of the following one, None at the end."""

    items: tuple[ExpertEntry, ...]
    next: str | None


class ProfileView(msgspec.Struct, frozen=True):
    """What is known of an expert. `version` to send with the next save (If-Match), 0 before the first. `vocabulary`:
    the keywords of the calls where they are an expert. `reviews`: given in all calls."""

    account: UUID
    name: str
    email: str
    organisation: str
    version: int
    saved_at: datetime | None
    profile: Profile
    vocabulary: tuple[str, ...]
    reviews: int


# Names as they sort and are searched: the database lowers and orders ASCII letters alone.
_PLAIN = (
    "translate(lower({name}), 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿ',"
    " 'aaaaaaceeeeiiiinooooouuuuyaaaaaaceeeeiiiinooooouuuuyy')"
)
_NAME = _PLAIN.replace("{name}", "a.name")
_LINES = (
    "SELECT a.id, a.email, a.name, a.organisation, a.disabled_at IS NULL AND a.confirmed_at IS NOT NULL AS active,"  # noqa: S608  our words
    " coalesce(f.headline, '') AS headline, coalesce(f.keywords, '[]') AS keywords,"
    " coalesce(f.languages, '[]') AS languages, " + _NAME + " AS sort_key,"
    " (SELECT max(b.ends) FROM absence b WHERE b.account = a.id AND {} BETWEEN b.starts AND b.ends) AS absent_until"
    " FROM role r JOIN account a ON a.id = r.account LEFT JOIN profile f ON f.account = a.id"
    " WHERE r.call = {} AND r.role = 'expert'"
)
_DONE = (
    "SELECT s.expert, count(*) FILTER (WHERE p.call = {} AND s.status = 'invited') AS invited,"  # noqa: S608  our words
    " count(*) FILTER (WHERE p.call = {} AND s.status = 'accepted') AS accepted,"
    " count(*) FILTER (WHERE p.call = {} AND s.status = 'done') AS done,"
    " count(*) FILTER (WHERE p.call = {} AND s.status IN ('declined', 'released') AND s.invited_at IS NOT NULL)"
    "  AS left,"
    " count(*) FILTER (WHERE p.call = {} AND s.status IN ('invited', 'accepted')"
    f"  AND coalesce(s.last_at, s.due_at) < {{}} AND NOT {PAUSED}) AS late,"
    " count(*) FILTER (WHERE s.status = 'done') AS reviews"
    " FROM assignment s JOIN proposal p ON p.id = s.proposal WHERE s.expert = ANY({}) GROUP BY s.expert"
)


async def experts(
    actor: Actor, slug: str, filters: ExpertFilters, cursor: str | None = None, limit: int = 50
) -> ExpertsPage:
    """The experts of a call, for its officers. NotFound for whoever may not, Invalid for a cursor that is not ours."""
    about = await require_on_call(actor, slug, Action.ACCOUNT_INVITE)
    now, limit = clock.now(), max(1, min(limit, MOST))
    conditions, args = _conditions(filters, local_day(now))
    if cursor:
        conditions += f" AND ({_NAME}, a.id) > ({{}}, {{}})"
        args += cursors.read(cursor)
    found = await rows(
        f"{_LINES}{conditions} ORDER BY {_NAME}, a.id LIMIT {{}}", local_day(now), about.id, *args, limit + 1
    )
    items = await _entries(about.id, found[:limit], now)
    last = found[limit - 1] if len(found) > limit else None
    return ExpertsPage(items, cursors.write(last["sort_key"], last["id"]) if last else None)


def _conditions(filters: ExpertFilters, today: date) -> tuple[str, list[Any]]:
    parts, args = [""], list[Any]()
    for word in filters.q.split()[:10]:
        parts.append(
            f"(strpos({_NAME}, {{}}) > 0 OR strpos(a.email, {{}}) > 0"
            f" OR strpos({_PLAIN.replace('{name}', 'a.organisation')}, {{}}) > 0 OR strpos(f.search, {{}}) > 0)"
        )
        args += [folded(word)] * 4
    if filters.keyword:
        parts.append("f.terms @> jsonb_build_array({}::text)")
        args.append(folded(filters.keyword))
    if filters.language:
        parts.append("f.languages @> jsonb_build_array({}::text)")
        args.append(filters.language)
    if filters.free:
        parts.append(has_time("a.id", "r.call"))
        args.append(today)
    return " AND ".join(parts), args


async def _entries(call: UUID, found: list[Row], now: datetime) -> tuple[ExpertEntry, ...]:
    ids = [line["id"] for line in found]
    load = await loads(call, ids, local_day(now))
    done = {line.pop("expert"): line for line in await rows(_DONE, *[call] * 5, now, ids)}
    teams: dict[UUID, list[str]] = {}
    for line in await rows(
        "SELECT m.account, t.name FROM team_member m JOIN team t ON t.id = m.team WHERE t.call = {}"
        " AND t.ended_at IS NULL AND m.account = ANY({}) ORDER BY lower(t.name)",
        *(call, ids),
    ):
        teams.setdefault(line["account"], []).append(line["name"])
    nothing: dict[str, Any] = dict.fromkeys(("invited", "accepted", "done", "left", "late", "reviews"), 0)
    return tuple(
        ExpertEntry(
            **{name: line[name] for name in ("id", "email", "name", "organisation", "active", "headline")},
            keywords=msgspec.json.decode(line["keywords"], type=tuple[str, ...]),
            languages=msgspec.json.decode(line["languages"], type=tuple[str, ...]),
            absent_until=line["absent_until"],
            load=load[line["id"]],
            teams=tuple(teams.get(line["id"], ())),
            **done.get(line["id"], nothing),
        )
        for line in found
    )


async def expert(actor: Actor, slug: str, account_id: UUID) -> ExpertEntry:
    """One expert of a call, for its officers. NotFound."""
    about = await require_on_call(actor, slug, Action.EXPERT_MANAGE)
    now = clock.now()
    found = await rows(f"{_LINES} AND a.id = {{}}", local_day(now), about.id, account_id)
    if not found:
        raise NotFound
    return (await _entries(about.id, found, now))[0]


async def profile(actor: Actor, account_id: UUID) -> ProfileView:
    """One's own, or that of an expert of a call that one runs. NotFound."""
    calls = [
        line["call"] for line in await rows("SELECT call FROM role WHERE account = {} AND role = 'expert'", account_id)
    ]
    if not (
        actor.process
        or actor.account == account_id
        or any(policy.why_not_on_call(actor, Action.EXPERT_MANAGE, call) is None for call in calls)
    ):
        raise NotFound
    line = await row(
        "SELECT a.name, a.email, a.organisation, f.saved_at,"
        " (SELECT count(*) FROM assignment s WHERE s.expert = a.id AND s.status = 'done') AS reviews"
        " FROM account a LEFT JOIN profile f ON f.account = a.id WHERE a.id = {} AND a.email <> ''",
        account_id,
    )
    if line is None:
        raise NotFound
    kept, version = (await profiles_of([account_id])).get(account_id, (Profile(), 0))
    return ProfileView(
        account=account_id,
        name=line["name"],
        email=line["email"],
        organisation=line["organisation"],
        version=version,
        saved_at=line["saved_at"],
        profile=kept,
        vocabulary=await vocabulary(calls),
        reviews=line["reviews"],
    )


async def own_profile(actor: Actor) -> ProfileView:
    """The actor's, who must be an expert somewhere. NotFound."""
    if actor.account is None or not actor.calls(Role.EXPERT):
        raise NotFound
    return await profile(actor, actor.account)


async def vocabulary(calls: Iterable[UUID]) -> tuple[str, ...]:
    """The keywords that the latest editions of these calls offer, as people read them, each once."""
    found: dict[str, str] = {}
    for line in await rows(
        "SELECT DISTINCT ON (call) id FROM edition WHERE call = ANY({}) ORDER BY call, number DESC", list(calls)
    ):
        for word in keywords_of(await edition(line["id"])):
            found.setdefault(folded(word), word)
    return tuple(sorted(found.values(), key=folded))


async def spoken(call: UUID) -> frozenset[str]:
    """The languages that the experts of a call say they read, by their codes."""
    found = await rows(
        "SELECT DISTINCT jsonb_array_elements_text(f.languages) AS code FROM role r JOIN profile f ON"
        " f.account = r.account WHERE r.call = {} AND r.role = 'expert'",
        call,
    )
    return frozenset(line["code"] for line in found)


def keywords_of(kept: Edition) -> list[str]:
    """The keywords that an edition's form offers."""
    return [option.label.fr for field in kept.form.index.values() if is_vocabulary(field) for option in field.options]
