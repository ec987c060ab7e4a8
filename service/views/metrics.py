"""How the service is doing, in numbers that a monitoring reads: the text format of Prometheus."""

from service import clock
from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.problems import NotFound, SignInNeeded
from service.store import backlog
from service.store.database import row, rows

MOST = 10_000  # counted at most: more than that is as bad

_WAITING = """
SELECT (SELECT count(*) FROM outbox
          WHERE sent_at IS NULL AND NOT held AND error NOT LIKE 'final: %' AND email <> '') AS mails,
       (SELECT count(*) FROM outbox WHERE held AND gathered_at IS NULL AND sent_at IS NULL) AS gathered,
       (SELECT count(*) FROM job WHERE status IN ('queued', 'running')) AS documents,
       (SELECT count(*) FROM batch WHERE finished_at IS NULL) AS batches
"""
_HELP = {
    "alliance_proposals_stuck": "Proposals whose process should have gone on a minute ago; none is normal.",
    "alliance_calls_stuck": "Calls whose process should have gone on a minute ago; none is normal.",
    "alliance_proposals_unseen": "Proposals whose workflow has not read their last entry.",
    "alliance_proposals": "Proposals by the kind of their present stage.",
    "alliance_mails_waiting": "Mails that have not left; those refused for good are none.",
    "alliance_mails_gathered": "Mails told together with others, in a working day at most or once a clock goes on.",
    "alliance_documents_waiting": "Documents that are not drawn yet.",
    "alliance_batches_open": "Acts on many proposals that are not finished.",
}


async def metrics(actor: Actor) -> str:
    """For administrators and auditors; counts of the whole service, no name and no id. NotFound."""
    if actor.account is None:
        raise SignInNeeded
    if policy.why_not_everywhere(actor, Action.SERVICE_WATCH) is not None:
        raise NotFound
    return await gathered()


async def gathered() -> str:
    """The same, for whoever runs the service."""
    now = clock.now()
    unseen = await backlog.unseen(MOST)
    late = {line["id"] for line in unseen if line["since"] < now - backlog.LATE}
    stuck = late | {line["id"] for line in await backlog.missed(now, MOST)}
    stuck |= {line["id"] for line in await backlog.unchecked(now, MOST)}
    waiting = await row(_WAITING)
    assert waiting is not None  # noqa: S101  a SELECT without FROM gives one row
    stages = await rows("SELECT stage_kind, count(*) AS n FROM proposal WHERE stage <> '' GROUP BY 1 ORDER BY 1")
    found: dict[str, list[tuple[str, int]]] = {
        "alliance_proposals_stuck": [("", len(stuck))],
        "alliance_calls_stuck": [("", len(await backlog.calls_stuck(now, MOST)))],
        "alliance_proposals_unseen": [("", len(unseen))],
        "alliance_proposals": [(f'{{stage="{line["stage_kind"]}"}}', line["n"]) for line in stages],
        "alliance_mails_waiting": [("", waiting["mails"])],
        "alliance_mails_gathered": [("", waiting["gathered"])],
        "alliance_documents_waiting": [("", waiting["documents"])],
        "alliance_batches_open": [("", waiting["batches"])],
    }
    lines = []
    for name, values in found.items():
        lines += [f"# HELP {name} {_HELP[name]}", f"# TYPE {name} gauge"]
        lines += [f"{name}{labels} {number}" for labels, number in values]
    return "\n".join(lines) + "\n"
