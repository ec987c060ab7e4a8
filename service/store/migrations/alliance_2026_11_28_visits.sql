-- What a sitting says of a proposal is of one visit to the committee, and of those who sat at its end.

ALTER TABLE sitting_item ADD COLUMN visit integer;                       -- of the proposal, when that was said
ALTER TABLE sitting_item ADD COLUMN lacked boolean NOT NULL DEFAULT false;   -- left without an opinion for want of quorum
ALTER TABLE sitting_item ADD COLUMN away jsonb;                           -- members who took no part in it, once it is over
ALTER TABLE sitting_member ADD COLUMN gone boolean NOT NULL DEFAULT false;   -- had no part in it any more when it ended

-- Earlier opinions are of the visit whose clock had started by then; without any clock, of the present one, as before.
UPDATE sitting_item i SET visit = coalesce((SELECT max(d.visit) FROM deadline d
    WHERE d.proposal = i.proposal AND d.started_at <= i.given_at), p.visit)
    FROM proposal p WHERE p.id = i.proposal AND i.given_at IS NOT NULL;
-- What an earlier sitting left when fewer than half of its members were there lacked the quorum, where nothing else is ruled.
UPDATE sitting_item i SET lacked = true, visit = coalesce(i.visit, p.visit) FROM sitting s, proposal p
    WHERE s.id = i.sitting AND p.id = i.proposal AND s.closed_at IS NOT NULL AND i.rank IS NOT NULL
    AND i.opinion IN ('', 'postponed') AND p.phase = 'committee'
    AND (SELECT 2 * count(*) FILTER (WHERE m.presence IN ('room', 'video', 'proxy')) < count(*)
        FROM sitting_member m WHERE m.sitting = s.id AND m.capacity IN ('chair', 'member'));
