"""What a sitting of the committee may do: whether it has its quorum, who votes on an item, what a vote comes to. Pure.

As the code of relations between the public and the administration has it for consultative bodies, where the edition's
rules of procedure (`forms.process.Rules`) do not say otherwise.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Literal, Protocol, TypeVar
from uuid import UUID

import msgspec

from forms.process import Ballots, Rules
from service.domain.actor import Role

Capacity = Literal["chair", "member", "secretary", "observer"]
Presence = Literal["", "room", "video", "proxy", "absent"]
Choice = Literal["for", "against", "abstain"]
CAPACITIES: tuple[Capacity, ...] = ("chair", "member", "secretary", "observer")
CHOICES: tuple[Choice, ...] = ("for", "against", "abstain")
VOTING: tuple[Capacity, ...] = ("chair", "member")
# In which capacity whoever holds a role in the call may be called.
OPEN_TO: dict[Capacity, tuple[Role, ...]] = {
    "chair": (Role.CHAIR,),
    "member": (Role.CHAIR, Role.COMMITTEE),
    "secretary": (Role.OFFICER,),
    "observer": (Role.OFFICER, Role.CHAIR, Role.COMMITTEE, Role.AUTHORITY),
}
State = Literal["prepared", "convened", "begun", "closed", "cancelled"]


def state(
    convened: datetime | None, opened: datetime | None, closed: datetime | None, cancelled: datetime | None
) -> State:
    """How far a sitting is, by the instants at which it was convened, opened, closed or cancelled."""
    if cancelled is not None:
        return "cancelled"
    if closed is not None:
        return "closed"
    return "begun" if opened is not None else "convened" if convened is not None else "prepared"


class Member(msgspec.Struct, frozen=True):
    """Who is called to a sitting, and how they are there. `holder`: who holds the proxy of one who is absent. `calls`:
    those of the sitting's for which they sit."""

    id: UUID
    capacity: Capacity
    presence: Presence = ""
    holder: UUID | None = None
    calls: tuple[UUID, ...] = ()

    @property
    def votes(self) -> bool:
        """Whether they are of those who make up the committee: secretaries and observers are not."""
        return self.capacity in VOTING

    @property
    def there(self) -> bool:
        """Whether they follow what is said, in the room or by video (R133-10)."""
        return self.presence in ("room", "video")


def mark(presence: Presence, holder: UUID | None) -> str:
    """How somebody is there, in one word: a change names the one that it is based on."""
    return f"proxy-{holder}" if presence == "proxy" else presence


class HasCalls(Protocol):
    """Somebody who is called, for some calls of the sitting."""

    @property
    def calls(self) -> tuple[UUID, ...]: ...


Sitter = TypeVar("Sitter", bound=HasCalls)


def for_call(members: Iterable[Sitter], call: UUID) -> tuple[Sitter, ...]:
    """Those who sit for one call of a sitting: each call has the committee of its own, which alone deliberates on its
    proposals."""
    return tuple(one for one in members if call in one.calls)


class Standing(msgspec.Struct, frozen=True):
    """How an item stands. `members`: of the committee; `needed` of them make the quorum, 0 where none is asked.
    `voters`: each member who has a vote on it, and who gives it: themselves, or the holder of their proxy."""

    members: int
    needed: int
    voters: dict[UUID, UUID]

    @property
    def met(self) -> bool:
        """Whether the committee may deliberate on it."""
        return len(self.voters) >= max(1, self.needed)


def standing(rules: Rules, members: Iterable[Member], recused: Collection[UUID], *, second: bool = False) -> Standing:
    """Who votes on an item, and whether that makes the quorum.

    Present, connected and represented members count alike (R133-10). Whoever has a personal interest takes no part in
    the deliberation (R133-12): they do not count, give no vote, and nobody votes for them; while they are out, they
    vote for nobody either. `second`: the sitting was convened again with the same agenda, and needs no quorum.
    """
    body = {one.id: one for one in members if one.votes}
    inside = {one.id for one in body.values() if one.there and one.id not in recused}
    given = {
        one.id: one.holder
        for one in body.values()
        if one.presence == "proxy" and one.holder in inside and one.id not in recused
    }
    voters = {one: one for one in inside} | {one: holder for one, holder in given.items() if holder is not None}
    needed = 0 if second and rules.second_sitting else rules.needed(len(body))
    return Standing(len(body), needed, dict(sorted(voters.items())))


def presence_faults(rules: Rules, members: Iterable[Member]) -> list[tuple[UUID, str]]:
    """What the rules do not allow of who is there: each with its code.

    A proxy is given by a member to another one who is there (R133-9), who holds as many as the rules say, usually one.
    """
    known = {one.id: one for one in members}
    faults: list[tuple[UUID, str]] = []
    held = Counter(one.holder for one in known.values() if one.presence == "proxy")
    for one in known.values():
        if one.presence == "video" and not rules.video:
            faults.append((one.id, "no_video"))
        if one.presence != "proxy":
            continue
        holder = known.get(one.holder) if one.holder is not None else None
        if not one.votes or not rules.proxies:
            faults.append((one.id, "no_proxy"))
        elif holder is None or holder.id == one.id or not holder.votes or not holder.there:
            faults.append((one.id, "holder_not_there"))
        elif held[holder.id] > rules.proxies:
            faults.append((one.id, "too_many_proxies"))
    return faults


class Figures(msgspec.Struct, frozen=True):
    """What a vote came to. `carried`: more votes for than against; `casting`: the chair's vote decided (R133-11)."""

    votes_for: int
    against: int
    abstained: int
    carried: bool
    casting: bool = False


def figures(rules: Rules, kind: Ballots, counts: Mapping[str, int], chair: str = "") -> Figures:
    """The end of a vote, by majority of the votes given: an abstention is none. `chair`: what the chair voted, "" where
    they did not, or where nobody can know, as in a secret vote: votes that are even carry nothing then."""
    given, refused = counts.get("for", 0), counts.get("against", 0)
    even = given == refused and given > 0
    casting = even and rules.casting_vote and kind != "secret" and chair in ("for", "against")
    carried = chair == "for" if casting else given > refused
    return Figures(given, refused, counts.get("abstain", 0), carried, casting)
