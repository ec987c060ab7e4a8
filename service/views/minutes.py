"""The minutes of a sitting that is over, as each reader may know them: without items that they may not read."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.sitting import VOTING
from service.problems import NotFound
from service.store import minutes as kept
from service.store.database import rows, value
from service.store.minutes import Minutes
from service.views.opinions import outcome_name
from service.views.sittings import readable_sitting
from service.views.visible import visible


class MinutesView(msgspec.Struct, frozen=True):
    """What the minutes say, in a `version` of the sitting's; `left_out`: items that the reader may not read.
    `outcomes`: names of outcomes by id. `approved_at`, `approved_by`, `digest` once they change no more. `member`: the
    reader has a vote in it."""

    call: str
    call_title: str
    said: Minutes
    left_out: int
    outcomes: dict[str, str]
    approved_at: datetime | None
    approved_by: str
    digest: str
    may_approve: bool
    may_note: bool
    member: bool
    version: int


async def minutes(actor: Actor, sitting_id: UUID) -> MinutesView:
    """Those of a sitting. NotFound before it is over."""
    found, about = await readable_sitting(actor, sitting_id)
    if found["closed_at"] is None:
        raise NotFound("Le procès-verbal existe une fois la séance levée.")
    approved = found["approved_at"] is not None
    said = msgspec.json.decode(found["content"], type=Minutes) if approved else await kept.drawn(found)
    may, args = visible(actor, Action.DELIBERATION_READ)  # an auditor’s own proposal is none of these
    shown = {
        line["id"]
        for line in await rows(
            f"SELECT p.id FROM proposal p WHERE p.id = ANY({{}}) AND {may}",  # noqa: S608  built by the policy
            *([one.proposal for one in said.items], *args),
        )
    }
    items = tuple(one for one in said.items if one.proposal in shown)
    outcomes = {one.outcome for one in items} | {vote.outcome for one in items for vote in one.votes}
    return MinutesView(
        call=found["slug"],
        call_title=about.content.call.title.fr,
        said=msgspec.structs.replace(said, items=items),
        left_out=len(said.items) - len(items),
        outcomes={one: outcome_name(about.content, one) for one in sorted(outcomes) if one},
        approved_at=found["approved_at"],
        approved_by=await value("SELECT name FROM account WHERE id = {}", found["approved_by"]) if approved else "",
        digest=found["digest"],
        may_approve=Action.MINUTES_APPROVE in about.may and not approved,
        may_note=Action.SITTING_LEAD in about.may and not approved,
        version=found["version"],
        member=actor.account in {one.account for one in said.members if one.capacity in VOTING},
    )
