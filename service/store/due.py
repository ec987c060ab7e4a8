"""When a proposal’s retention began, as SQL over `proposal p`: a draft’s last change, else the end of its process."""

from datetime import datetime
from uuid import UUID

from forms.retention import kept_until
from service.domain.retention import Due, KeptFile
from service.store.database import rows
from service.store.editions import edition

ENDED = (
    "CASE WHEN p.status = 'draft' THEN greatest(p.last_at, (SELECT max(saved_at) FROM answer WHERE proposal = p.id))"
    " ELSE coalesce((SELECT max(e.at) FROM entry e WHERE e.stream = 'proposal:' || p.id"
    " AND e.kind IN ('stage_closed', 'proposal_withdrawn', 'process_stopped', 'decision_corrected')), p.last_at) END"
)


async def ended(now: datetime, proposal: UUID | None = None) -> tuple[Due, ...]:
    """What has had its time by the rule of its edition, the oldest first; of one proposal if it is named."""
    found = await rows(
        f"SELECT p.id, p.reference, p.status, p.edition, p.last_seq, c.slug, {ENDED} AS since FROM proposal p"  # noqa: S608
        " JOIN call c ON c.id = p.call WHERE p.stage_kind = '' AND ({}::uuid IS NULL OR p.id = {})",
        *(proposal, proposal),
    )
    dues = []
    for line in found:
        rules = (await edition(line["edition"])).call.retention
        rule = rules.rule(line["status"]) if rules else None
        if rule is not None and (until := kept_until(line["since"], rule.after)) <= now:
            what = (line["id"], line["reference"] or "", line["slug"], line["status"], line["since"], until)
            dues.append(Due(*what, rule.fate, line["last_seq"]))
    return tuple(sorted(dues, key=lambda one: (one.until, one.proposal)))


async def kept_files(account: UUID) -> tuple[KeptFile, ...]:
    """What somebody submitted, in the order of references, and until when it is kept by the rule of its edition."""
    found = await rows(
        f"SELECT p.reference, p.status, p.edition, {ENDED} AS since FROM proposal p"  # noqa: S608
        " WHERE p.owner = {} AND p.status <> 'draft' ORDER BY p.reference",
        account,
    )
    kept = []
    for line in found:
        rules = (await edition(line["edition"])).call.retention
        rule = rules.rule(line["status"]) if rules else None
        kept.append(KeptFile(line["reference"], kept_until(line["since"], rule.after) if rule else None))
    return tuple(kept)
