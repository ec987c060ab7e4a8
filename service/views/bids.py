"""What an expert of a call may say a preference on: titles and keywords, of what they could be asked to review."""

from uuid import UUID

import msgspec

from forms import Text
from service.domain.actor import Actor, Role
from service.domain.policy import Action
from service.problems import NotFound
from service.store import matched
from service.store.database import rows
from service.store.editions import edition
from service.store.seats import POSSIBLE
from service.views import cursors
from service.views.calls import call, require_on_call

PAGE = 50

_BIDDABLE = (
    "SELECT p.id, p.edition, p.reference, p.title, p.organisation, coalesce(b.bid, 'neutral') AS bid"  # noqa: S608
    " FROM proposal p CROSS JOIN LATERAL (SELECT p.id, {}::uuid) a (proposal, expert)"
    " LEFT JOIN bid b ON b.proposal = p.id AND b.expert = a.expert"
    f" WHERE p.call = {{}} AND p.phase IN ({matched.PHASES}) AND p.edition = ANY({{}}) AND p.owner <> a.expert"
    f" AND {POSSIBLE} AND NOT EXISTS (SELECT FROM assignment s WHERE s.proposal = p.id AND s.round = p.round"
    "  AND s.expert = a.expert AND s.status <> 'proposed')"
    " AND (coalesce(p.reference, ''), p.id) > ({}, {}) ORDER BY coalesce(p.reference, ''), p.id LIMIT {}"
)
_EDITIONS = "SELECT id FROM edition WHERE call = {} AND (content -> 'process' ->> 'bids')::boolean"


class BidLine(msgspec.Struct, frozen=True):
    """A proposal and one's own bid on it: want, not_for_me or neutral. `organisation` is "" where the process that the
    proposal follows hides applicants from experts."""

    id: UUID
    reference: str
    title: str
    organisation: str
    keywords: tuple[str, ...]
    bid: str


class BidsPage(msgspec.Struct, frozen=True):
    """In the order of the references; `next`: the cursor of the following page."""

    call: str
    items: tuple[BidLine, ...]
    next: str | None


class AskingCall(msgspec.Struct, frozen=True):
    """A call that asks its experts."""

    slug: str
    title: Text


async def bids(actor: Actor, slug: str, cursor: str | None = None) -> BidsPage:
    """For experts of a call whose process asks them. NotFound for everybody else; Invalid."""
    about = await require_on_call(actor, slug, Action.CALL_BID)
    editions = [line["id"] for line in await rows(_EDITIONS, about.id)]
    if not editions:
        raise NotFound
    key, last = cursors.read(cursor) if cursor else ("", UUID(int=0))
    found = await rows(_BIDDABLE, actor.person, about.id, editions, key, last, PAGE + 1)
    words = await matched.words_of({line["id"]: line["edition"] for line in found[:PAGE]})
    hidden = {one for one in editions if (await edition(one)).process.blind == "applicant_hidden"}
    items = tuple(
        BidLine(
            id=line["id"],
            reference=line["reference"] or "",
            title=line["title"],
            organisation="" if line["edition"] in hidden else line["organisation"],
            keywords=words[line["id"]]["keywords"] if line["id"] in words else (),
            bid=line["bid"],
        )
        for line in found[:PAGE]
    )
    following = items[-1] if len(found) > PAGE else None
    return BidsPage(slug, items, cursors.write(following.reference, following.id) if following else None)


async def asking(actor: Actor) -> tuple[AskingCall, ...]:
    """The calls of an expert that ask what they would like to review, and have something to ask of."""
    found = await rows(
        "SELECT DISTINCT c.id, c.slug FROM call c JOIN edition e ON e.call = c.id"  # noqa: S608  our names
        " AND (e.content -> 'process' ->> 'bids')::boolean JOIN proposal p ON p.call = c.id AND p.edition = e.id"
        f" AND p.phase IN ({matched.PHASES}) WHERE c.id = ANY({{}}) ORDER BY c.slug",
        sorted(actor.calls(Role.EXPERT)),
    )
    return tuple([AskingCall(line["slug"], (await call(actor, line["slug"])).content.call.title) for line in found])
