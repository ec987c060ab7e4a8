"""A sitting as its reader may know of it: by which of its calls, and what they may do with the whole of it."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from forms import Edition
from forms.process import Rules
from service.domain import policy
from service.domain.actor import Actor, Role
from service.domain.policy import Action
from service.domain.sitting import State, state
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.views.calls import CallView, call

_PREPARING = (Role.OFFICER, Role.CHAIR)


def state_of(found: Row) -> State:
    return state(found["convened_at"], found["opened_at"], found["closed_at"], found["cancelled_at"])


def known(actor: Actor, found: Row, calls: Iterable[UUID]) -> bool:
    """What is still being prepared is known to whoever prepares it, the chair, and auditors."""
    if found["convened_at"] is not None or actor.has(Role.AUDITOR):
        return True
    return any(actor.has(one, call) for one in _PREPARING for call in calls)


class Readable(msgspec.Struct, frozen=True):
    """A sitting that somebody may read: its row, its calls, its own first, the one by which they read it, and its
    number in each."""

    row: Row
    calls: tuple[CallView, ...]
    about: CallView
    numbers: dict[UUID, int]

    @property
    def number(self) -> int:
        """In the call by which it is read."""
        return self.numbers[self.about.id]

    @property
    def slugs(self) -> tuple[str, ...]:
        """Of its calls."""
        return tuple(one.slug for one in self.calls)

    @property
    def beyond(self) -> frozenset[UUID]:
        """The calls in whose committee the reader has no part."""
        return frozenset(one.id for one in self.calls if Action.SITTING_READ not in one.may)

    @property
    def rules(self) -> Rules:
        """Its rules of procedure: those of its own call."""
        return self.calls[0].content.process.committee

    @property
    def editions(self) -> dict[UUID, Edition]:
        """The latest one of each call."""
        return {one.id: one.content for one in self.calls}

    @property
    def may(self) -> frozenset[Action]:
        """What concerns the whole sitting is done by whoever may do it in every one of its calls; it is read, and its
        proposals are decided on, by whoever may in one of them."""
        every = frozenset[Action].intersection(*(frozenset(one.may) for one in self.calls))
        return every | {act for one in self.calls for act in one.may if act in _IN_ONE}


_IN_ONE = (Action.SITTING_READ, Action.SITTING_DECIDE)
_CALLS = (
    "SELECT k.slug, k.id, c.number FROM (SELECT call, number, 0 AS place FROM sitting WHERE id = {}"
    " UNION ALL SELECT call, number, place FROM sitting_call WHERE sitting = {}) c JOIN call k ON k.id = c.call"
    " ORDER BY c.place"
)


async def readable_sitting(actor: Actor, sitting_id: UUID, slug: str = "") -> Readable:
    """For whoever has a part in the committee of one of its calls. `slug`: the call by which to read it, where they
    have one there. NotFound for whoever may not know of it."""
    found = await row("SELECT * FROM sitting WHERE id = {}", sitting_id)
    of = await rows(_CALLS, sitting_id, sitting_id)
    theirs = [one for one in of if policy.why_not_on_call(actor, Action.SITTING_READ, one["id"]) is None]
    if found is None or not theirs or not known(actor, found, [one["id"] for one in of]):
        raise NotFound
    calls = {one["slug"]: await call(actor, one["slug"]) for one in of}
    about = next((one for one in theirs if one["slug"] == slug), theirs[0])
    return Readable(found, tuple(calls.values()), calls[about["slug"]], {one["id"]: one["number"] for one in of})
