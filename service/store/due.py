"""When a proposal’s retention began, as SQL over `proposal p`: a draft’s last change, else the end of its process."""

ENDED = (
    "CASE WHEN p.status = 'draft' THEN greatest(p.last_at, (SELECT max(saved_at) FROM answer WHERE proposal = p.id))"
    " ELSE coalesce((SELECT max(e.at) FROM entry e WHERE e.stream = 'proposal:' || p.id"
    " AND e.kind IN ('stage_closed', 'proposal_withdrawn')), p.last_at) END"
)
