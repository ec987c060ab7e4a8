"""Lists of experts from CSV and XLSX files: read, looked at, applied."""

from http import HTTPStatus
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.api.teams import EXPERTS
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.doors.uploads import sent_whole
from service.operations import rosters
from service.operations.rosters import BegunRoster, ReadRoster
from service.views import rosters as views


@post(
    "/api/calls/{slug:str}/experts/import",
    opt=tell(
        Action.EXPERT_MANAGE,
        "Read a CSV or XLSX list of experts; nothing is changed before it is applied",
        EXPERTS,
        answer=ReadRoster,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 422),
        file=True,
    ),
)
async def read_roster(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The file is the body, with its name in `?name=`, or a form's only file."""
    name, content = await sent_whole(request)
    return answer(
        await rosters.read_roster(actor_of(request), slug, name, content, now=clock.now()), HTTPStatus.CREATED
    )


@get(
    "/api/experts/imports/{roster_id:uuid}",
    opt=tell(
        Action.EXPERT_MANAGE,
        "A list that was read: each line's verdict, how far it is applied, what was left out",
        EXPERTS,
        answer=views.RosterView,
        problems=(404,),
    ),
)
async def show_roster(request: AnyRequest, roster_id: FromPath[UUID]) -> Answer:
    """Verdicts are those of now."""
    return answer(await views.roster(actor_of(request), roster_id))


@post(
    "/api/experts/imports/{roster_id:uuid}/apply",
    opt=tell(
        Action.EXPERT_MANAGE,
        "Apply the lines without faults: accounts are opened and invited by mail, profiles completed, teams formed",
        EXPERTS,
        answer=BegunRoster,
        problems=(403, 404),
    ),
)
async def begin_roster(request: AnyRequest, roster_id: FromPath[UUID]) -> Answer:
    """The worker does it; once."""
    await reading.nothing(request)
    return answer(await rosters.begin_roster(actor_of(request), roster_id, now=clock.now()))


@delete(
    "/api/experts/imports/{roster_id:uuid}",
    status_code=HTTPStatus.OK,
    opt=tell(
        Action.EXPERT_MANAGE, "Forget a list that is not applied", EXPERTS, answer=BegunRoster, problems=(403, 404, 409)
    ),
)
async def drop_roster(request: AnyRequest, roster_id: FromPath[UUID]) -> Answer:
    """After a week it goes by itself."""
    return answer(await rosters.drop_roster(actor_of(request), roster_id, now=clock.now()))


routes = [read_roster, show_roster, begin_roster, drop_roster]
