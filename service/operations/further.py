"""The further calls of a sitting: one committee may sit for several at once, on one agenda."""

from collections.abc import Sequence
from uuid import UUID

from forms import FieldError
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.operations.calling import HeldSitting, latest_editions
from service.operations.holding import call_named, refuse
from service.problems import Conflict, Invalid, NotFound
from service.store import journal, sittings
from service.store.database import execute, rows, value

MOST = 10  # besides its own


async def further_calls(actor: Actor, own: UUID, slugs: Sequence[str]) -> tuple[UUID, ...]:
    """The calls of these names, which a sitting of its own call may also be of. Raises Invalid where one is named
    twice, or has no committee; Forbidden where the actor may not prepare its sittings, NotFound."""
    found = []
    for slug in slugs[:MOST]:
        found.append((await call_named(slug))["id"])
        refuse(policy.why_not_on_call(actor, Action.SITTING_MANAGE, found[-1]))
    if len({own, *found}) < 1 + len(slugs):
        said = f"Une séance porte sur des appels différents, {MOST} de plus que le sien au maximum."
        raise Invalid([FieldError("further", "twice", said, f"Other calls, each once, {MOST} at most.")])
    editions = await latest_editions(found)
    if not all(any(stage.kind == "committee" for stage in one.process.stages) for one in editions.values()):
        said = "Un de ces appels n’a pas d’étape de comité : ses candidatures ne sont examinées en aucune séance."
        raise Invalid([FieldError("further", "no_committee", said, "A call without a committee's stage.")])
    return tuple(found)


async def calls_wanted(actor: Actor, sitting_id: UUID, slugs: Sequence[str] | None) -> tuple[UUID, ...]:
    """The calls that a sitting is to be of, its own first; None: those that it is of already. Raises as
    `further_calls`."""
    calls = await sittings.calls_of(sitting_id)
    if not calls:
        raise NotFound
    return calls if slugs is None else (calls[0], *await further_calls(actor, calls[0], slugs))


def require_open_to(sitting: HeldSitting, calls: Sequence[UUID]) -> None:
    """Raise Conflict where a sitting cannot be of these calls any more."""
    if sitting.calls != calls and (sitting.convened or sitting.line["second_of"] is not None):
        said = "Les appels d’une séance convoquée, ou convoquée une seconde fois, restent les mêmes."
        raise Conflict(said, code="same_calls")


async def change_calls(sitting: HeldSitting, calls: Sequence[UUID]) -> dict[str, object]:
    """A sitting is of these calls from now on, all of them locked; what its entry says of it."""
    if sitting.calls == calls:
        return {}
    await share(sitting.id, calls[1:])
    for one in calls:
        if one not in sitting.calls:
            about = {"sitting": sitting.id}
            await journal.append(f"call:{one}", "sitting_opened", sitting.actor, sitting.now, about)
    return {"further": list(calls[1:])}


async def next_number(call: UUID) -> int:
    """A number for one more sitting of a call, whether it is its own or another's too."""
    number: int = await value(
        "SELECT 1 + coalesce(max(number), 0) FROM (SELECT number FROM sitting WHERE call = {}"
        " UNION ALL SELECT number FROM sitting_call WHERE call = {}) f",
        *(call, call),
    )
    return number


async def share(sitting: UUID, further: Sequence[UUID]) -> None:
    """It is of these calls besides its own, and of no other; of one that it stays of, it keeps its number."""
    found = await rows("DELETE FROM sitting_call WHERE sitting = {} RETURNING call, number", sitting)
    numbers = {line["call"]: line["number"] for line in found}
    for place, call in enumerate(further, 1):
        await execute(
            "INSERT INTO sitting_call (sitting, call, place, number) VALUES ({}, {}, {}, {})",
            *(sitting, call, place, numbers.get(call) or await next_number(call)),
        )
    await execute(
        "DELETE FROM sitting_item i USING proposal p, sitting s WHERE i.sitting = {} AND s.id = i.sitting"  # noqa: S608
        f" AND p.id = i.proposal AND NOT {sittings.of_call('p.call')}",
        sitting,
    )
