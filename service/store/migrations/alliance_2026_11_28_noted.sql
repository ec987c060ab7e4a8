-- Notes for the minutes on a sitting as a whole, beside those on its items.
ALTER TABLE sitting ADD COLUMN notes text NOT NULL DEFAULT '';
ALTER TABLE sitting ADD COLUMN notes_version integer NOT NULL DEFAULT 0;

-- What waits for its publication, corrections among it.

-- The one meaning of it. A seat that nobody holds, with nobody on the list, or none but whom a conflict of interest stops
-- or who have no time, waits for an officer to name somebody. Seats
-- from 100 on are of reviews that were given late. While the stage's clock stands still, so do those of its experts. A
-- correction of what is decided waits for its publication, and for no deadline.
CREATE OR REPLACE FUNCTION agenda_now(which uuid) RETURNS SETOF agenda LANGUAGE sql STABLE AS $$
    SELECT p.id, p.call, p.owner, p.status, p.phase, p.stage, p.round, w.whom, CASE
            WHEN w.whom = '' OR p.stage_kind IN ('', 'pilot') THEN 'infinity' ELSE
            coalesce(least(CASE WHEN d.paused_at IS NULL THEN least(d.due_at, a.due_at) END, c.due_at), 'infinity') END,
        coalesce(d.due_at, 'infinity'), d.paused_at IS NOT NULL, n.pending
    FROM proposal p
    LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit AND d.kind = 'stage' AND d.closed_at IS NULL
    LEFT JOIN deadline c ON c.proposal = p.id AND c.visit = p.visit AND c.kind = 'completion' AND c.closed_at IS NULL
        AND p.returned
    LEFT JOIN LATERAL (
        SELECT bool_or(x.status = 'proposed' AND NOT EXISTS (SELECT FROM conflict k
                WHERE k.proposal = x.proposal AND k.expert = x.expert AND k.stands)) AS listed,
            count(DISTINCT x.seat) FILTER (WHERE x.status IN ('invited', 'accepted', 'done') AND x.seat < 100) AS held,
            min(x.due_at) FILTER (WHERE x.status IN ('invited', 'accepted') OR x.asked_again IS NOT NULL) AS due_at
        FROM assignment x
        WHERE x.proposal = p.id AND x.round = p.round AND p.stage_kind IN ('review', 'conciliation')
    ) a ON true,
    LATERAL (SELECT count(*) FILTER (WHERE y.publication IS NULL
            AND (y.corrects IS NOT NULL OR p.status = 'in_progress')) > 0 AS pending,
        count(*) FILTER (WHERE y.publication IS NULL AND y.corrects IS NOT NULL) > 0 AS corrected,
        count(*) FILTER (WHERE y.publication IS NULL AND y.round = p.round) > 0 AS here
        FROM decision y WHERE y.proposal = p.id) n,
    LATERAL (
        SELECT CASE
            WHEN p.stage_kind IN ('', 'pilot') THEN CASE WHEN n.corrected THEN 'publication' ELSE '' END
            WHEN p.returned OR p.stage_kind = 'submission' OR EXISTS
                (SELECT FROM message m WHERE m.proposal = p.id AND m.question AND m.closed_at IS NULL) THEN 'applicant'
            WHEN p.stage_kind = 'review' AND (p.starved OR NOT coalesce(a.listed, false)) AND coalesce(a.held, 0) < (
                SELECT coalesce((e.seats ->> p.stage)::integer, 0) + (p.more_experts IS NOT DISTINCT FROM p.round)::integer
                FROM edition e WHERE e.id = coalesce(p.stage_edition, p.edition)) THEN 'list'
            WHEN p.stage_kind IN ('review', 'conciliation') THEN 'experts'
            WHEN p.stage_kind = 'committee' THEN CASE WHEN n.here THEN 'publication' ELSE 'committee' END
            ELSE 'officer' END AS whom
    ) w
    WHERE p.id = which
$$;

SELECT agenda_anew(proposal) FROM decision WHERE publication IS NULL GROUP BY proposal;
