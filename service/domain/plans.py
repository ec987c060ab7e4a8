"""What a plan of who reviews what is made from, and what it says: plain structs, light enough for every process.

`service/domain/matching.py` makes a `Plan` of a `Problem`. A *taker* is an expert alone, or a team: its members take
the same proposals. A *place* is one proposal for one taker.
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec


class Bid(StrEnum):
    """What an expert says of a proposal before anything is asked of them; who says nothing is neutral."""

    WANT = "want"
    NOT_FOR_ME = "not_for_me"


class Place(StrEnum):
    """What a line of a plan is: one of the wanted takers, one behind them, or one that would also do."""

    SEAT = "seat"
    RESERVE = "reserve"
    ALTERNATIVE = "alternative"


class Subject(msgspec.Struct, frozen=True):
    """A proposal to place. `wanted`: takers still to be found; `held`: takers it has already, who get no second place.

    `keywords` as people read them; `languages` that it is written in, as ISO 639-1 codes, () where that is not known;
    `text`: whatever tells what it is about.
    """

    id: UUID
    wanted: int
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    text: str = ""
    held: tuple[UUID, ...] = ()


class Expert(msgspec.Struct, frozen=True):
    """An expert as their profile tells them. `room`: places below their limits, None without a limit; `load`: places
    of this call that they have already. `languages` that they read; () where they do not say."""

    id: UUID
    room: int | None = None
    load: int = 0
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    text: str = ""


class Team(msgspec.Struct, frozen=True):
    """Experts who take the same proposals. Nobody is in two teams of one problem."""

    id: UUID
    members: tuple[UUID, ...]


class Pair(msgspec.Struct, frozen=True, order=True):
    """A proposal and a taker; of a conflict, a proposal and one expert."""

    proposal: UUID
    taker: UUID


class Wish(msgspec.Struct, frozen=True, order=True):
    """An expert's bid on a proposal."""

    proposal: UUID
    expert: UUID
    bid: Bid


class Weights(msgspec.Struct, frozen=True):
    """How much what counts; the formulas are those of `affinity.py` and `flow.py`.

    `keywords`, `text`: shares of the affinity, of which only their ratio matters. `balance`: 0 looks at affinities
    alone; at 1 the best match gives way to the worst one where its taker has a whole fair share more than the other.
    """

    keywords: float = 1.0
    text: float = 1.0
    balance: float = 1.0


class Problem(msgspec.Struct, frozen=True):
    """All that a plan depends on. The takers are the teams, and every expert who is in none of them.

    `conflicts` are of experts, and hold for their teams; `bans` and `pins` name takers. `reserves`: takers wanted
    behind the seats of each proposal. The order in which things are given never matters.
    """

    proposals: tuple[Subject, ...]
    experts: tuple[Expert, ...]
    teams: tuple[Team, ...] = ()
    conflicts: tuple[Pair, ...] = ()
    bans: tuple[Pair, ...] = ()
    pins: tuple[Pair, ...] = ()
    wishes: tuple[Wish, ...] = ()
    reserves: int = 0
    weights: Weights = Weights()


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an officer asks of a plan. `takers`: "" for teams, and experts who are in none unless the call's process
    wants teams; `experts`, each alone; `teams` and nobody else. `reserves`: takers behind the seats of each proposal;
    the rest: see `Weights`."""

    takers: Literal["", "experts", "teams"] = ""
    reserves: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2
    keywords: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.0
    text: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.0
    balance: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.0

    @property
    def weights(self) -> Weights:
        """As the solver takes them."""
        return Weights(self.keywords, self.text, self.balance)


class Reasons(msgspec.Struct, frozen=True):
    """Why a taker suits a proposal, or does not: what they share, best first. `text`: similarity of texts, 0 to 1;
    `bid`: "" where neutral; `language`: False where nobody of the taker is known to read the proposal's language."""

    keywords: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    text: float = 0.0
    bid: str = ""
    language: bool = True


class Line(msgspec.Struct, frozen=True):
    """A taker for a proposal. `rank` counts from 1 within its place; `full`: an alternative without room."""

    proposal: UUID
    taker: UUID
    place: Place
    rank: int
    affinity: float
    pinned: bool = False
    full: bool = False
    reasons: Reasons = Reasons()


class Load(msgspec.Struct, frozen=True):
    """Places of a taker: before the plan, by it; `most` of both together, None without a limit."""

    taker: UUID
    before: int
    planned: int
    most: int | None


class Missing(msgspec.Struct, frozen=True):
    """A proposal with takers too few, and what becomes of all takers for it: each is counted once, in this order."""

    proposal: UUID
    missing: int
    placed: int
    conflicts: int
    banned: int
    full: int


class Bottleneck(msgspec.Struct, frozen=True):
    """Why places are missing: beyond the takers that they got elsewhere, these proposals can go to these takers alone,
    who have `room` together, while the proposals want `wanted` of them: what is missing is the difference. A minimum
    cut of the flow (theorem of Ford and Fulkerson, 1956)."""

    proposals: tuple[UUID, ...]
    takers: tuple[UUID, ...]
    wanted: int
    room: int


class More(msgspec.Struct, frozen=True):
    """So many places more for a taker, or takers more for a proposal."""

    id: UUID
    number: int


class Relaxation(msgspec.Struct, frozen=True):
    """The fewest places beyond limits that give every proposal what it can get, spread as evenly as can be, and the
    takers that are then still to be recruited, who may be the same one for many proposals."""

    places: tuple[More, ...] = ()
    recruits: tuple[More, ...] = ()


class RefusedPin(msgspec.Struct, frozen=True):
    """A pin that could not be kept. `reason`: conflict, banned, held (has it already), full, seats (none left),
    unknown (one of the two is not in the problem)."""

    proposal: UUID
    taker: UUID
    reason: str


class Summary(msgspec.Struct, frozen=True):
    """A plan without its lines. `loads` by taker; `total`: affinities of the seats."""

    loads: tuple[Load, ...]
    missing: tuple[Missing, ...] = ()
    bottlenecks: tuple[Bottleneck, ...] = ()
    relaxation: Relaxation = Relaxation()
    refused: tuple[RefusedPin, ...] = ()
    total: float = 0.0


class Plan(Summary, frozen=True, kw_only=True):
    """Who reviews what: `lines` by proposal, place and rank."""

    lines: tuple[Line, ...]
