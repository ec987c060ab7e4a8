"""The people of a replayed call: each with a token of their own, and one set of connections for all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from service.domain.actor import Actor, Role
from service.operations.calls import PublishedEdition
from tests.api.people import token_of
from tests.support.journey import Client
from tests.support.people import person

COMPANIES = 388 / 435  # of a proposal: some sent two
EXPERTS, PAIR = 12, 2
MEMBERS = 8  # of the committee, beside its chair
PATIENCE = 180.0  # seconds in which a request is tried again, whatever was killed


@dataclass
class Expert:
    """One of a pair (`team`, from 0) at a place in it."""

    client: Client
    account: str
    team: int
    place: int
    answered: set[str] = field(default_factory=set)


@dataclass
class Member:
    """One of the committee."""

    client: Client
    account: str


@dataclass
class Crowd:
    """Everybody."""

    applicants: list[Client]
    officer: Client
    chair: Member
    members: list[Member]
    experts: list[Expert]

    @property
    def everybody(self) -> list[Client]:
        """All of them."""
        committee = [one.client for one in (self.chair, *self.members)]
        return [*self.applicants, self.officer, *committee, *(expert.client for expert in self.experts)]


@asynccontextmanager
async def crowd(address: str, call: PublishedEdition, proposals: int, teams: int) -> AsyncIterator[Crowd]:
    """Accounts are rows and tokens come from their operation: signing up is none of what is replayed."""
    limits = httpx.Limits(max_connections=60, max_keepalive_connections=60)
    async with httpx.AsyncHTTPTransport(limits=limits) as transport:

        async def one(actor: Actor) -> Client:
            headers = {"Authorization": f"Bearer {await token_of(actor)}"}
            http = httpx.AsyncClient(transport=transport, base_url=address, headers=headers, timeout=60)
            return Client(http, actor.email, "", patience=PATIENCE)

        async def called(role: Role, name: str) -> Member:
            actor = await person((role, call.call), name=name)
            return Member(await one(actor), str(actor.account))

        experts = []
        for number in range(PAIR * teams):
            actor = await person((Role.EXPERT, call.call), name=f"Évaluateur {number + 1:02}")
            experts.append(Expert(await one(actor), str(actor.account), number // PAIR, number % PAIR))
        yield Crowd(
            applicants=[await one(await person()) for _ in range(max(1, round(proposals * COMPANIES)))],
            officer=await one(await person((Role.OFFICER, call.call), name="Chargée de programme")),
            chair=await called(Role.CHAIR, "Présidente"),
            members=[await called(Role.COMMITTEE, f"Membre {number + 1}") for number in range(MEMBERS)],
            experts=experts,
        )
