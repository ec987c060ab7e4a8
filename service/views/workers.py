"""The experts of a call by name, as its report tells their work to whoever may know them."""

from reports.figures import ExpertWork
from service.domain.actor import Actor
from service.domain.policy import Action
from service.views.calls import CallView
from service.views.workloads import MOST, workloads


async def named_experts(actor: Actor | None, about: CallView) -> tuple[tuple[ExpertWork, ...], int]:
    """Those who were asked, by name, whoever is late among them in any case; and how many more there are."""
    if actor is None or Action.CALL_BOARD not in about.may:
        return (), 0
    found = await workloads(actor, about.slug, limit=MOST, severities=False)
    shown = [
        ExpertWork(one.name, one.asked, one.done, one.late + one.silent, one.left, one.days)
        for one in found.items
        if one.asked
    ]
    return tuple(sorted(shown, key=lambda one: one.name.casefold())), found.total - len(found.items)
