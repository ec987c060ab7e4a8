"""Teams of experts: who takes the same proposals together."""

from http import HTTPStatus
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import FromPath

from service import clock
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.operations import teams
from service.operations.teams import KeptTeam, TeamContent
from service.views import teams as views

EXPERTS = "Experts"
PAIR = {
    "name": "Binôme 1",
    "members": ["018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5d", "018f6b1e-7a90-7c3e-9a51-0d6f3a2b4c5e"],
}


@get(
    "/api/calls/{slug:str}/teams",
    opt=tell(Action.TEAM_MANAGE, "Teams of a call and their members", EXPERTS, answer=views.TeamsView, problems=(404,)),
)
async def list_teams(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """By name, those that have ended last."""
    return answer(await views.teams(actor_of(request), slug))


@post(
    "/api/calls/{slug:str}/teams",
    opt=tell(
        Action.TEAM_MANAGE,
        "Form a team: two to ten experts of the call",
        EXPERTS,
        body=TeamContent,
        answer=KeptTeam,
        status=HTTPStatus.CREATED,
        problems=(403, 404, 409, 422),
        example=PAIR,
    ),
)
async def form_team(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """Then put it on proposals' lists."""
    content = await reading.body(request, TeamContent)
    return answer(await teams.form_team(actor_of(request), slug, content, now=clock.now()), HTTPStatus.CREATED)


@put(
    "/api/teams/{team_id:uuid}",
    opt=tell(
        Action.TEAM_MANAGE,
        "Give a team another name or other members, for the proposals to come",
        EXPERTS,
        body=TeamContent,
        answer=KeptTeam,
        problems=(403, 404, 409, 422),
        example=PAIR,
    ),
)
async def change_team(request: AnyRequest, team_id: FromPath[UUID]) -> Answer:
    """Proposals that it holds keep whoever was asked."""
    content = await reading.body(request, TeamContent)
    return answer(await teams.change_team(actor_of(request), team_id, content, now=clock.now()))


@delete(
    "/api/teams/{team_id:uuid}",
    status_code=HTTPStatus.OK,
    opt=tell(
        Action.TEAM_MANAGE, "End a team: it is put on no more proposals", EXPERTS, answer=KeptTeam, problems=(403, 404)
    ),
)
async def end_team(request: AnyRequest, team_id: FromPath[UUID]) -> Answer:
    """Those that it holds stay its."""
    return answer(await teams.end_team(actor_of(request), team_id, now=clock.now()))


routes = [list_teams, form_team, change_team, end_team]
