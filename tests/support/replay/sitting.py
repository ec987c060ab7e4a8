"""The sitting of a replayed call: nine members, two of whom have an interest in an item, one who is represented; most
items are decided by votes on many at once, the others one by one.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forms import Edition
from service.domain.sitting import Choice
from tests.support.journey import Json, RefusedError
from tests.support.replay.copied import SLUG
from tests.support.replay.together import all_of

if TYPE_CHECKING:
    from tests.support.replay.course import Course

STARTS = "2044-05-17T12:00:00Z"  # far enough for any notice, and for no pack to be drawn before it is asked for
REPRESENTED, HOLDER, AGAINST = -1, -2, -3  # which of the members: absent, who votes for them, who disagrees


@dataclass
class Sitting:
    """`votes`: how many items each vote was on. `approved`: the hash of the minutes."""

    course: "Course"
    id: str = ""
    votes: list[int] = field(default_factory=list)
    approved: str = ""

    @property
    def path(self) -> str:
        """Its address."""
        return f"/api/sittings/{self.id}"

    async def held(self, chosen: dict[int, str]) -> None:
        """From its preparation to its approved minutes, each item with the opinion that its outcome is chosen."""
        await self._convened()
        await self._begun()
        apart = self.course.luck.apart
        for outcome in dict.fromkeys(chosen.values()):
            together = [n for n in sorted(chosen) if chosen[n] == outcome and n not in apart]
            if together:
                await self._voted(together, outcome, "sealed")
        for place, n in enumerate(sorted(apart)):
            await self._gone_to(n)
            await self._voted([n], chosen[n], "secret" if place % 3 == 0 else "open")
        await self.course.crowd.officer.post(f"{self.path}/closing")
        chair = self.course.crowd.chair.client
        drawn = await chair.get(f"{self.path}/minutes")
        self.approved = (await chair.post(f"{self.path}/minutes/approval", version=drawn["version"]))["digest"]

    async def _convened(self) -> None:
        officer, luck, members = self.course.crowd.officer, self.course.luck, self.course.crowd.members
        content = {"starts_at": STARTS, "length": 240, "place": "Salle 4"}
        self.id = (await officer.post(f"/api/calls/{SLUG}/sittings", content))["id"]
        for member, recused in zip(members, luck.recused, strict=False):
            for n in sorted(recused):
                await member.client.post(self.course.path(n, "recusal"), {"reason": "Un proche y travaille."})
        prepared = await officer.get(self.path)
        await officer.act("POST", f"{self.path}/convocation", {"urgency": ""}, version=prepared["version"])

    async def _begun(self) -> None:
        officer, members = self.course.crowd.officer, self.course.crowd.members
        await officer.post(f"{self.path}/opening")
        there: list[Json] = [{"account": self.course.crowd.chair.account, "presence": "room"}]
        there += [
            {"account": one.account, "presence": ("room", "video")[place % 2]} for place, one in enumerate(members)
        ]
        there[REPRESENTED] = {
            "account": members[REPRESENTED].account,
            "presence": "proxy",
            "holder": members[HOLDER].account,
        }
        await officer.act("PUT", f"{self.path}/attendance", {"members": there})

    async def _gone_to(self, n: int) -> None:
        shown = await self.course.crowd.officer.get(self.path)
        number = next(one["number"] for one in shown["items"] if one["proposal"] == self.course.ids[n])
        await self.course.crowd.officer.act("PUT", f"{self.path}/current", {"number": number})

    async def _voted(self, numbers: list[int], outcome: str, kind: str) -> None:
        content = {"outcome": outcome, "items": [self.course.ids[n] for n in numbers], "kind": kind}
        opened = await self.course.crowd.officer.post(f"{self.path}/votes", content)
        await self.course.crowd.chair.client.ask("POST", f"/api/votes/{opened['id']}/ballots", json={"choice": "for"})
        await all_of(self._cast(opened["id"], place, numbers) for place in range(len(self.course.crowd.members)))
        closed = await self.course.crowd.officer.post(f"/api/votes/{opened['id']}/closing")
        if not closed["carried"]:
            raise RefusedError(f"vote {opened['number']} was not carried")
        self.votes.append(len(numbers))

    async def _cast(self, vote: str, place: int, numbers: list[int]) -> None:
        """The ballot of a member: their own, or by whoever represents them; none of whoever is recused."""
        members, path = self.course.crowd.members, f"/api/votes/{vote}/ballots"
        member = members[place]
        choice: Choice = "against" if member is members[AGAINST] and len(numbers) == 1 else "for"
        if member is members[REPRESENTED]:
            await members[HOLDER].client.ask("POST", path, json={"choice": choice, "member": member.account})
        elif not self.course.luck.is_recused(place, numbers):
            await member.client.ask("POST", path, json={"choice": choice})


def opinions(shown: Json, edition: Edition, numbers: dict[str, int]) -> dict[int, str]:
    """What the committee said of each, as a sitting's page has it: the outcome's id by the number of the proposal."""
    stage = next(one for one in edition.process.stages if one.kind == "committee")
    ids = {one.name.fr: one.id for one in stage.outcomes}
    return {numbers[one["proposal"]]: ids[one["outcome_name"]] for one in shown["items"]}
