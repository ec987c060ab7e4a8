"""Two calls with a committee of their own each, and who sits for both: for tests of sittings of several calls."""

from datetime import datetime
from uuid import UUID

from service.domain.actor import Actor, Role
from service.operations import conducting, sittings, votes, voting
from service.operations.conducting import Attendance, There
from service.operations.seating import SittingContent
from service.operations.sittings import Convening, KeptSitting
from service.operations.votes import NewVote, OpenedVote
from service.operations.voting import Ballot
from service.views import sittings as views
from tests.operations.sitting_case import SITS, START, Committee
from tests.support.people import person

LABELS = [f'label = {{ fr = "{fr}", en = "{en}" }}' for fr, en in (("Titre", "Title"), ("Organisme", "Organisation"))]
PUBLIC = [("form.toml", label, f'{label}\naudience = "public"') for label in LABELS]
# The second call: another title, other outcomes, another grid.
OTHER = [
    ("call.toml", 'fr = "Appel d’essai"', 'fr = "Appel voisin"'),
    ("process.toml", 'id = "retained", name = { fr = "Retenue"', 'id = "selected", name = { fr = "Lauréate"'),
    ("process.toml", 'id = "declined", name = { fr = "Non retenue"', 'id = "declined", name = { fr = "Écartée"'),
    ("grid.toml", "weight = 1", "weight = 3"),
]


class Shared:
    """`one` and `other`: the two calls. `officer`, `chair` and `member` have their part in both; `first` and `second`
    in one alone."""

    one: Committee
    other: Committee
    officer: Actor
    chair: Actor
    member: Actor
    first: Actor
    second: Actor

    @staticmethod
    async def gather(each: int = 2, rules: str = "", now: datetime = START, titles: str = "Projet") -> "Shared":
        """So many proposals of each; `rules`: lines of [committee] of the first call."""
        found = Shared()
        found.one = await Committee.gather(0, rules, now, more=PUBLIC)
        found.other = await Committee.gather(0, "", now, more=[*OTHER, *PUBLIC])
        for case in (found.one, found.other):
            name = titles if case is found.one else f"{titles} voisin"
            case.proposals = [await case.waiting(f"{name} {number}") for number in range(1, each + 1)]
        calls = (found.one.trial.call, found.other.trial.call)
        found.officer = await person(*((Role.OFFICER, call) for call in calls), name="Instructrice commune")
        found.chair = await person(*((Role.CHAIR, call) for call in calls), name="Présidente commune")
        found.member = await person(*((Role.COMMITTEE, call) for call in calls), name="Membre commun")
        found.first = await person((Role.COMMITTEE, calls[0]), name="Membre du premier appel")
        found.second = await person((Role.COMMITTEE, calls[1]), name="Membre du second appel")
        return found

    @property
    def slugs(self) -> tuple[str, str]:
        """Of the two calls."""
        return self.one.trial.slug, self.other.trial.slug

    @property
    def now(self) -> datetime:
        """A minute later, for both."""
        self.other.at = self.one.now
        return self.one.at

    def content(self, at: datetime = SITS, further: tuple[str, ...] | None = None) -> SittingContent:
        """What a sitting of both is to be; or of these further ones."""
        return SittingContent(at, 120, "Salle 4", "", further=further if further is not None else self.slugs[1:])

    async def prepared(self, at: datetime = SITS) -> KeptSitting:
        """A sitting of both."""
        return await sittings.open_sitting(self.officer, self.slugs[0], self.content(at), now=self.now)

    async def convened(self, at: datetime = SITS) -> KeptSitting:
        """A sitting of both that everybody is called to."""
        kept = await self.prepared(at)
        return await sittings.convene_sitting(self.officer, kept.id, Convening(), kept.version, now=self.now)

    async def begun(self, at: datetime = SITS) -> UUID:
        """A sitting of both under way, with everybody in the room."""
        kept = await self.convened(at)
        await conducting.begin_sitting(self.officer, kept.id, now=self.now)
        members = (await views.sitting(self.officer, kept.id)).members
        there = Attendance(tuple(There(one.id, "room") for one in members))
        await conducting.keep_attendance(self.officer, kept.id, there, now=self.now)
        return kept.id

    async def voted(self, sitting: UUID, outcome: str, *items: UUID, by: tuple[Actor, ...] = ()) -> OpenedVote:
        """The chair, and these, vote for an outcome on these items, which carries it."""
        vote = await votes.open_vote(self.chair, sitting, NewVote(outcome, items), now=self.now)
        for one in (self.chair, *by):
            await voting.cast_ballot(one, vote.id, Ballot("for"), now=self.now)
        return await votes.close_vote(self.chair, vote.id, now=self.now)
