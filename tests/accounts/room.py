"""A call in which an expert is invited on many proposals, and mails about them are queued."""

from datetime import datetime, timedelta
from uuid import UUID

from service.domain.actor import Actor, Role
from service.notify.mails import Mail
from service.notify.queue import enqueue
from service.store.database import execute, transaction
from service.store.ids import uuid7
from tests.support.calls import fresh_call
from tests.support.people import person


class Room:
    """A call with an expert, an officer, and numbered proposals on which the expert is invited until `due`."""

    slug: str
    expert: Actor
    officer: Actor
    proposals: list[UUID]
    assignments: list[UUID]

    @staticmethod
    async def of(number: int, now: datetime, due: timedelta = timedelta(days=14), mails: str = "") -> "Room":
        call, room = await fresh_call(mails=mails), Room()
        owner = await person(name="Canari-Candidate")
        room.slug = call.slug
        room.expert = await person((Role.EXPERT, call.call), name="Canari-Évaluatrice")
        room.officer = await person((Role.OFFICER, call.call), name="Canari-Chargé")
        room.proposals = [uuid7(now) for _ in range(number)]
        room.assignments = [uuid7(now) for _ in range(number)]
        await execute(
            "INSERT INTO proposal (id, call, edition, owner, reference, title, status, stage, stage_kind, visit,"
            " last_at, created_at, salt) SELECT id, {}, {}, {}, {} || '-' || lpad(n::text, 4, '0'), 'Canari-Titre',"
            " 'in_progress', 'evaluation', 'review', 1, {}, {}, ''"
            " FROM unnest({}::uuid[]) WITH ORDINALITY AS p (id, n)",
            *(call.call, call.edition, owner.account, f"T-{call.slug[-8:].upper()}", now, now, room.proposals),
        )
        await execute(
            "INSERT INTO assignment (id, proposal, expert, rank, seat, status, proposed_at, due_at, reminded)"
            " SELECT a, p, {}, 1, 0, 'invited', {}, {}, 1 FROM unnest({}::uuid[], {}::uuid[]) AS n (a, p)",
            *(room.expert.account, now, now + due, room.assignments, room.proposals),
        )
        return room

    async def tell(self, mail: Mail, which: int, now: datetime, **more: object) -> None:
        """Queue a mail about one of the proposals to whom it concerns."""
        to = self.officer if mail.value.startswith("officer_") else self.expert
        about: dict[str, object] = {"call": self.slug} if mail is Mail.OFFICER_MORNING else {}
        if mail is not Mail.OFFICER_MORNING:
            about["proposal"] = str(self.proposals[which])
        if mail in {Mail.EXPERT_INVITED, Mail.EXPERT_REMINDED, Mail.EXPERT_LAST_REMINDER}:
            about["assignment"] = str(self.assignments[which])
        key = f"{mail}-{self.slug}-{which}-{now.isoformat()}"
        async with transaction():
            await enqueue(mail, to.person, to.email, {**about, **more}, key=key, now=now)

    async def stop(self, which: int, now: datetime) -> None:
        """The clock of a proposal stands still from then on."""
        await execute(
            "INSERT INTO deadline (proposal, visit, kind, rule, started_at, due_at, paused_at)"
            " VALUES ({}, 1, 'stage', '20d', {}, {}, {})",
            *(self.proposals[which], now, now + timedelta(days=20), now),
        )

    async def go_on(self, which: int) -> None:
        """It goes on."""
        await execute("UPDATE deadline SET paused_at = NULL WHERE proposal = {}", self.proposals[which])

    async def accept(self, which: int, now: datetime) -> None:
        """The expert takes one of them on."""
        review = uuid7(now)
        await execute(
            "INSERT INTO review (id, proposal, assignment, expert) VALUES ({}, {}, {}, {})",
            *(review, self.proposals[which], self.assignments[which], self.expert.account),
        )
        await execute(
            "UPDATE assignment SET status = 'accepted', review = {} WHERE id = {}", review, self.assignments[which]
        )
