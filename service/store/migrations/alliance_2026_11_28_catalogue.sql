-- The public catalogue: what was retained, a small part of all proposals.
CREATE INDEX proposal_retained ON proposal (call, id) WHERE status IN ('accepted', 'completed');
