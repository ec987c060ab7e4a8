"""A sitting while it lasts: attendance, the item that is examined, votes, notes; what changed, for who follows it."""

from http import HTTPStatus
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.api.sittings import COMMITTEE
from service.domain.policy import Action
from service.doors import following
from service.doors.people import AnyRequest, actor_of
from service.operations import conducting, votes, voting
from service.operations.conducting import Attendance, Notes, OfItem, Point
from service.operations.sittings import KeptSitting
from service.operations.votes import NewVote, OpenedVote
from service.operations.voting import Ballot, CastBallot
from service.views import sittings as views

ITEM = {"proposal": "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d"}


class Since(msgspec.Struct, frozen=True):
    """`version`: the one that is known already."""

    version: int = 0


class Version(msgspec.Struct, frozen=True):
    """The present version of a sitting."""

    version: int


@get(
    "/api/sittings/{sitting_id:uuid}/changes",
    opt=tell(
        Action.SITTING_READ,
        "Wait up to twenty seconds until a sitting is not any more as in that version",
        COMMITTEE,
        query=Since,
        answer=Version,
        problems=(404, 422),
    ),
)
async def follow(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Then read it again."""
    since = reading.query(request, Since).version
    actor = actor_of(request)
    return answer(Version(await following.changed(lambda: views.version(actor, sitting_id), sitting_id, since)))


@post(
    "/api/sittings/{sitting_id:uuid}/opening",
    opt=tell(Action.SITTING_LEAD, "Begin a sitting", COMMITTEE, answer=KeptSitting, problems=(403, 404, 409)),
)
async def begin(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Once it was convened."""
    return answer(await conducting.begin_sitting(actor_of(request), sitting_id, now=clock.now()))


@put(
    "/api/sittings/{sitting_id:uuid}/attendance",
    opt=tell(
        Action.SITTING_LEAD,
        "Who is there: in the room, by video, by proxy, absent",
        COMMITTEE,
        body=Attendance,
        answer=KeptSitting,
        problems=(403, 404, 409, 422),
        example={"members": [{"account": ITEM["proposal"], "presence": "room", "based_on": "absent"}]},
    ),
)
async def attend(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Whoever is not named stays as they were; each line names what it is based on."""
    content = await reading.body(request, Attendance)
    return answer(await conducting.keep_attendance(actor_of(request), sitting_id, content, now=clock.now()))


@put(
    "/api/sittings/{sitting_id:uuid}/current",
    opt=tell(
        Action.SITTING_LEAD,
        "The item that is examined now",
        COMMITTEE,
        body=Point,
        answer=KeptSitting,
        problems=(403, 404, 409),
        example={"number": 1},
    ),
)
async def point(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """On everybody's screen."""
    content = await reading.body(request, Point)
    return answer(await conducting.go_to_item(actor_of(request), sitting_id, content, now=clock.now()))


@post(
    "/api/sittings/{sitting_id:uuid}/votes",
    opt=tell(
        Action.SITTING_LEAD,
        "Open a vote on one item, or on many at once",
        COMMITTEE,
        body=NewVote,
        answer=OpenedVote,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 422),
        example={"outcome": "retained", "items": [ITEM["proposal"]], "kind": "sealed"},
    ),
)
async def open_vote(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Who votes is fixed then."""
    content = await reading.body(request, NewVote)
    opened = await votes.open_vote(actor_of(request), sitting_id, content, now=clock.now())
    return answer(opened, HTTPStatus.CREATED)


@post(
    "/api/votes/{vote_id:uuid}/ballots",
    opt=tell(
        Action.BALLOT_CAST,
        "Vote, for oneself or by proxy",
        COMMITTEE,
        body=Ballot,
        answer=CastBallot,
        problems=(403, 404, 409),
        example={"choice": "for"},
    ),
)
async def cast(request: AnyRequest, vote_id: FromPath[UUID]) -> Answer:
    """What was voted is in no journal, and of a secret vote nowhere with a name; once that is closed, nothing says who
    gave a vote in it."""
    ballot = await reading.body(request, Ballot)
    return answer(await voting.cast_ballot(actor_of(request), vote_id, ballot, now=clock.now()))


@post(
    "/api/votes/{vote_id:uuid}/closing",
    opt=tell(Action.SITTING_LEAD, "Close a vote and count", COMMITTEE, answer=OpenedVote, problems=(403, 404, 409)),
)
async def close_vote(request: AnyRequest, vote_id: FromPath[UUID]) -> Answer:
    """What is carried is the committee's opinion."""
    return answer(await votes.close_vote(actor_of(request), vote_id, now=clock.now()))


@post(
    "/api/votes/{vote_id:uuid}/annulment",
    opt=tell(
        Action.SITTING_LEAD,
        "Annul an open vote, to begin it again",
        COMMITTEE,
        answer=OpenedVote,
        problems=(403, 404, 409),
    ),
)
async def annul_vote(request: AnyRequest, vote_id: FromPath[UUID]) -> Answer:
    """What was given is forgotten."""
    return answer(await votes.annul_vote(actor_of(request), vote_id, now=clock.now()))


@post(
    "/api/sittings/{sitting_id:uuid}/postponement",
    opt=tell(
        Action.SITTING_LEAD,
        "Leave an item for another sitting, without an opinion",
        COMMITTEE,
        body=OfItem,
        answer=KeptSitting,
        problems=(403, 404, 409),
        example=ITEM,
    ),
)
async def postpone(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """The proposal waits on."""
    content = await reading.body(request, OfItem)
    return answer(await conducting.postpone_item(actor_of(request), sitting_id, content, now=clock.now()))


@post(
    "/api/sittings/{sitting_id:uuid}/apart",
    opt=tell(
        Action.BALLOT_CAST,
        "Ask for an item to be examined by itself",
        COMMITTEE,
        body=OfItem,
        answer=KeptSitting,
        problems=(403, 404, 409),
        example=ITEM,
    ),
)
async def apart(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """It is in no vote on many at once then."""
    content = await reading.body(request, OfItem)
    return answer(await voting.take_apart(actor_of(request), sitting_id, content, now=clock.now()))


@put(
    "/api/sittings/{sitting_id:uuid}/notes",
    opt=tell(
        Action.SITTING_LEAD,
        "Notes on an item, or (null) on the sitting as a whole, for the minutes",
        COMMITTEE,
        body=Notes,
        answer=KeptSitting,
        problems=(403, 404, 409, 412),
        example={**ITEM, "text": "Échange sur l’hébergement.", "version": 0},
    ),
)
async def notes(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """Based on their version."""
    content = await reading.body(request, Notes)
    return answer(await conducting.keep_notes(actor_of(request), sitting_id, content, now=clock.now()))


@post(
    "/api/sittings/{sitting_id:uuid}/closing",
    opt=tell(Action.SITTING_LEAD, "End a sitting", COMMITTEE, answer=KeptSitting, problems=(403, 404, 409)),
)
async def close(request: AnyRequest, sitting_id: FromPath[UUID]) -> Answer:
    """What has no opinion waits for another one."""
    return answer(await conducting.close_sitting(actor_of(request), sitting_id, now=clock.now()))


routes = (
    follow,
    begin,
    attend,
    point,
    open_vote,
    cast,
    close_vote,
    annul_vote,
    postpone,
    apart,
    notes,
    close,
)
