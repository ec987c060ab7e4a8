"""The accounts of the demonstration, as actors."""

from datetime import datetime
from uuid import UUID

from service.demo.people import PEOPLE, PROFILES, TEAMS, Person
from service.domain.actor import PROCESS, Actor, Role
from service.domain.profiles import Profile
from service.operations.accounts import create_account, grant_role
from service.operations.members import EVERYWHERE
from service.operations.profiles import save_profile
from service.operations.teams import TeamContent, form_team
from service.store.database import rows, value
from service.store.roles import held_roles


class Cast:
    """Who plays: applicants, experts, officers, committee, chair, authority."""

    def __init__(self, calls: dict[str, UUID]) -> None:
        self.calls = calls
        self._actors: dict[Role | None, list[Actor]] = {}

    async def gather(self, password: str, now: datetime) -> None:
        """Create the accounts that are missing, each with its role in every call."""
        for person in PEOPLE:
            account = await value("SELECT id FROM account WHERE email = {}", person.email)
            if account is None:
                account = await self._create(person, password, now)
            await self._grant(person, account, now)
            roles = await held_roles(account)
            actor = Actor(account=account, name=person.name, email=person.email, roles=roles)
            self._actors.setdefault(person.role, []).append(actor)
            if person.email in PROFILES and not await value("SELECT account FROM profile WHERE account = {}", account):
                headline, keywords, biography = PROFILES[person.email]
                about = Profile(headline, biography, keywords, ("fr", "en"))
                await save_profile(actor, account, about, 0, now=now)
        await self._team(now)

    async def _team(self, now: datetime) -> None:
        """The teams of the first call, formed once."""
        slug, call = next(iter(self.calls.items()))
        experts = {expert.email: expert.person for expert in self._actors[Role.EXPERT]}
        for name, members in TEAMS.items():
            if await value("SELECT id FROM team WHERE call = {} AND name = {}", call, name) is None:
                content = TeamContent(name, tuple(experts[email] for email in members))
                await form_team(self.officer(0), slug, content, now=now)

    async def _create(self, person: Person, password: str, now: datetime) -> UUID:
        created = await create_account(
            PROCESS,
            person.email,
            person.name,
            person.role,
            None if _everywhere(person) else next(iter(self.calls)),
            password,
            organisation=person.organisation,
            now=now,
        )
        return created.account

    async def _grant(self, person: Person, account: UUID, now: datetime) -> None:
        """The role in every call, where it is missing."""
        held = await held_roles(account)
        for slug, call in self.calls.items():
            if person.role is not None and not _everywhere(person) and (person.role, call) not in held:
                await grant_role(PROCESS, account, person.role, slug, now=now)

    def applicant(self, number: int) -> Actor:
        """The applicant of a tale; the first one, who is shown, has three of them."""
        applicants = self._actors[None]
        return applicants[number % len(applicants)]

    def experts(self, number: int, *, waiting: bool = False) -> list[Actor]:
        """Three experts for a tale, each of them equally often; the first one, who is shown, leads where something
        still waits for an expert."""
        experts = self._actors[Role.EXPERT]
        chosen = [experts[(3 * number + place) % len(experts)] for place in range(3)]
        if not waiting:
            return chosen
        return [experts[0], *(expert for expert in chosen if expert is not experts[0])][:3]

    async def teams(self, number: int, slug: str, *, waiting: bool = False) -> tuple[UUID, ...]:
        """Two teams of a call for a tale, each of them equally often; that of the expert who is shown leads where
        something still waits for an expert."""
        found = await rows(
            "SELECT id FROM team WHERE call = {} ORDER BY array_position({}::text[], name)", self.calls[slug], [*TEAMS]
        )
        teams = [line["id"] for line in found]
        chosen = [teams[(number + place) % len(teams)] for place in range(2)]
        if not waiting:
            return tuple(chosen)
        return (teams[0], *(team for team in chosen if team != teams[0]))[:2]

    def expert(self, account: UUID) -> Actor:
        """The expert of that account."""
        return next(actor for actor in self._actors[Role.EXPERT] if actor.account == account)

    def officer(self, number: int) -> Actor:
        """The officer of a tale."""
        officers = self._actors[Role.OFFICER]
        return officers[number % len(officers)]

    @property
    def committee(self) -> list[Actor]:
        """Who sits with the chair."""
        return self._actors[Role.COMMITTEE]

    @property
    def chair(self) -> Actor:
        """Who leads the committee."""
        return self._actors[Role.CHAIR][0]

    @property
    def authority(self) -> Actor:
        """Who decides."""
        return self._actors[Role.AUTHORITY][0]


def _everywhere(person: Person) -> bool:
    """No role of theirs is of a call."""
    return person.role is None or person.role in EVERYWHERE
