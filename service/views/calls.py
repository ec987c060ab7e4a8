"""Calls as everybody may read them, and as those who run them do."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import Edition, Text
from service import clock
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound
from service.store.agenda import AGENDA
from service.store.database import Row, row, rows
from service.store.editions import edition
from service.store.seats import PAUSED
from service.views.visible import visible


class CallLine(msgspec.Struct, frozen=True):
    """A call in the list. `state`: upcoming, open or closed. `closes_at` is None for a continuous call."""

    id: UUID
    slug: str
    title: Text
    summary: Text
    opens_at: datetime
    closes_at: datetime | None
    state: str


class CallView(msgspec.Struct, frozen=True):
    """A call with its latest edition: form, checklist, grid and process, all one needs to fill it in.

    `digest`: SHA-256 of the edition's content. `may`: what the reader may do with the whole call.
    """

    id: UUID
    slug: str
    opens_at: datetime
    closes_at: datetime | None
    state: str
    edition: UUID
    number: int
    digest: str
    published_at: datetime
    content: Edition
    may: tuple[Action, ...]


class StageCount(msgspec.Struct, frozen=True):
    """How many proposals stand in a stage (or hold a final status), and how many of them are past its deadline."""

    stage: str
    name: str
    count: int
    late: int


class Counts(msgspec.Struct, frozen=True):
    """A call at a glance, in the order of its process; then the final statuses that occur."""

    stages: tuple[StageCount, ...]
    statuses: dict[str, int]
    late: int
    pending_decisions: int


class ExpertLine(msgspec.Struct, frozen=True):
    """An expert of a call and their load: invitations that wait, reviews to write, reviews given, invitations left."""

    id: UUID
    name: str
    email: str
    organisation: str
    active: bool
    invited: int
    accepted: int
    done: int
    left: int
    late: int


LATEST = (
    "SELECT c.*, e.id AS edition, e.number, e.digest, e.published_at FROM call c"
    " JOIN LATERAL (SELECT * FROM edition WHERE call = c.id ORDER BY number DESC LIMIT 1) e ON true"
)


async def calls(actor: Actor) -> tuple[CallLine, ...]:  # noqa: ARG001  calls are public
    """Every call, open ones first, then by opening date."""
    now = clock.now()
    found = [await _line(line, now) for line in await rows(f"{LATEST} ORDER BY c.opens_at DESC, c.slug")]
    order = {"open": 0, "upcoming": 1, "closed": 2}
    return tuple(sorted(found, key=lambda line: order[line.state]))


async def _line(line: Row, now: datetime) -> CallLine:
    about = (await edition(line["edition"])).call
    return CallLine(
        line["id"], line["slug"], about.title, about.summary, line["opens_at"], line["closes_at"], state(line, now)
    )


def state(line: Row, now: datetime) -> str:
    """Upcoming, open or closed: both ends belong to the call."""
    if now < line["opens_at"]:
        return "upcoming"
    return "closed" if line["closes_at"] is not None and now > line["closes_at"] else "open"


async def call(actor: Actor, slug: str) -> CallView:
    """One call. NotFound."""
    line = await row(f"{LATEST} WHERE c.slug = {{}}", slug)
    if line is None:
        raise NotFound("Cet appel n’existe pas.")
    return CallView(
        id=line["id"],
        slug=slug,
        opens_at=line["opens_at"],
        closes_at=line["closes_at"],
        state=state(line, clock.now()),
        edition=line["edition"],
        number=line["number"],
        digest=line["digest"],
        published_at=line["published_at"],
        content=await edition(line["edition"]),
        may=tuple(a for a in policy.ON_CALLS if policy.why_not_on_call(actor, a, line["id"]) is None),
    )


async def require_on_call(actor: Actor, slug: str, action: Action) -> CallView:
    """The call, for whoever may do this with it. For the others that part does not exist: NotFound."""
    found = await call(actor, slug)
    if action not in found.may:
        raise NotFound
    return found


async def counts(actor: Actor, slug: str) -> Counts:
    """Proposals per stage and status, those that the actor may read."""
    about = await require_on_call(actor, slug, Action.CALL_LIST_PROPOSALS)
    may, args = visible(actor, Action.PROPOSAL_READ)
    found = await rows(
        "SELECT p.status, p.stage, count(*) AS number,"  # noqa: S608  built by the policy
        " count(*) FILTER (WHERE p.stage_due < {} AND NOT p.paused) AS late,"
        " count(*) FILTER (WHERE p.pending) AS pending"
        f" FROM {AGENDA} WHERE p.call = {{}} AND p.status <> 'draft' AND {may} GROUP BY p.status, p.stage",
        *(clock.now(), about.id, *args),
    )
    by_stage = {(line["stage"]): line for line in found if line["stage"]}
    stages = tuple(
        StageCount(
            stage.id,
            stage.name.fr,
            by_stage[stage.id]["number"] if stage.id in by_stage else 0,
            by_stage[stage.id]["late"] if stage.id in by_stage else 0,
        )
        for stage in about.content.process.stages
    )
    statuses: dict[str, int] = {}
    for line in found:
        statuses[line["status"]] = statuses.get(line["status"], 0) + line["number"]
    return Counts(stages, statuses, sum(s.late for s in stages), sum(line["pending"] for line in found))


async def experts(actor: Actor, slug: str) -> tuple[ExpertLine, ...]:
    """The experts of a call with their load, by name; for its officers."""
    about = await require_on_call(actor, slug, Action.ACCOUNT_INVITE)
    found = await rows(
        "SELECT a.id, a.name, a.email, a.organisation,"  # noqa: S608  our words
        " a.disabled_at IS NULL AND a.confirmed_at IS NOT NULL AS active,"
        " count(*) FILTER (WHERE s.status = 'invited') AS invited,"
        " count(*) FILTER (WHERE s.status = 'accepted') AS accepted,"
        " count(*) FILTER (WHERE s.status = 'done') AS done,"
        " count(*) FILTER (WHERE s.status IN ('declined', 'released') AND s.invited_at IS NOT NULL) AS left,"
        f" count(*) FILTER (WHERE s.status IN ('invited', 'accepted') AND coalesce(s.last_at, s.due_at) < {{}}"
        f"  AND NOT {PAUSED}) AS late"
        " FROM role r JOIN account a ON a.id = r.account LEFT JOIN (assignment s JOIN proposal p ON p.id = s.proposal"
        " AND p.call = {}) ON s.expert = a.id WHERE r.call = {} AND r.role = 'expert'"
        " GROUP BY a.id ORDER BY a.name, a.id",
        *(clock.now(), about.id, about.id),
    )
    return tuple(ExpertLine(**line) for line in found)
