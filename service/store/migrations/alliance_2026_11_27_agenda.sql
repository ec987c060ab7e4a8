-- What each proposal waits for, whom and until when, kept beside what boards count: one narrow row for each.

-- How many reviews each review stage of an edition is for, by its id.
CREATE FUNCTION seats_of(content jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(stage ->> 'id', coalesce((stage ->> 'seats')::integer, 0)), '{}')
    FROM jsonb_array_elements(content -> 'process' -> 'stages') AS stage WHERE stage ->> 'kind' = 'review'
$$;
ALTER TABLE edition ADD COLUMN seats jsonb NOT NULL GENERATED ALWAYS AS (seats_of(content)) STORED;

CREATE TABLE agenda (                            -- of every proposal; triggers keep it, in the commit of what changes
    proposal uuid PRIMARY KEY REFERENCES proposal,
    call uuid NOT NULL REFERENCES call,
    owner uuid NOT NULL REFERENCES account,      -- as the proposal has them: what rights and counts hang on
    status varchar(12) NOT NULL,
    phase varchar(12) NOT NULL,
    stage varchar(40) NOT NULL,
    round integer NOT NULL,
    whom varchar(12) NOT NULL,                   -- '': nobody is awaited; service/views/awaited.py says who there is
    due_at timestamptz NOT NULL,                 -- the next deadline, of the stage or of who is awaited; none: infinity
    stage_due timestamptz NOT NULL,              -- of the stage
    paused boolean NOT NULL,                     -- that one stands still
    pending boolean NOT NULL                     -- a decision is taken and not published
);
CREATE INDEX agenda_due ON agenda (call, due_at, proposal) WHERE whom <> '';
CREATE INDEX agenda_stage_due ON agenda (call, stage_due, proposal);
CREATE INDEX agenda_owner ON agenda (owner);

-- The one meaning of it. A seat that nobody holds, with nobody on the list, waits for an officer to name somebody.
CREATE FUNCTION agenda_now(which uuid) RETURNS SETOF agenda LANGUAGE sql STABLE AS $$
    SELECT p.id, p.call, p.owner, p.status, p.phase, p.stage, p.round, w.whom, CASE WHEN w.whom = '' THEN 'infinity' ELSE
            coalesce(least(CASE WHEN d.paused_at IS NULL THEN d.due_at END, c.due_at, a.due_at), 'infinity') END,
        coalesce(d.due_at, 'infinity'), d.paused_at IS NOT NULL, n.pending
    FROM proposal p
    LEFT JOIN deadline d ON d.proposal = p.id AND d.visit = p.visit AND d.kind = 'stage' AND d.closed_at IS NULL
    LEFT JOIN deadline c ON c.proposal = p.id AND c.visit = p.visit AND c.kind = 'completion' AND c.closed_at IS NULL
        AND p.returned
    LEFT JOIN LATERAL (
        SELECT bool_or(x.status = 'proposed') AS listed,
            count(DISTINCT x.seat) FILTER (WHERE x.status IN ('invited', 'accepted', 'done')) AS held,
            min(x.due_at) FILTER (WHERE x.status IN ('invited', 'accepted') OR x.asked_again IS NOT NULL) AS due_at
        FROM assignment x
        WHERE x.proposal = p.id AND x.round = p.round AND p.stage_kind IN ('review', 'conciliation')
    ) a ON true,
    LATERAL (SELECT count(*) FILTER (WHERE y.publication IS NULL) > 0 AS pending,
        count(*) FILTER (WHERE y.publication IS NULL AND y.round = p.round) > 0 AS here
        FROM decision y WHERE y.proposal = p.id) n,
    LATERAL (
        SELECT CASE
            WHEN p.stage_kind IN ('', 'pilot') THEN ''
            WHEN p.returned OR p.stage_kind = 'submission' OR EXISTS
                (SELECT FROM message m WHERE m.proposal = p.id AND m.question AND m.closed_at IS NULL) THEN 'applicant'
            WHEN p.stage_kind = 'review' AND NOT coalesce(a.listed, false) AND coalesce(a.held, 0) < (
                SELECT coalesce((e.seats ->> p.stage)::integer, 0) + (p.more_experts IS NOT DISTINCT FROM p.round)::integer
                FROM edition e WHERE e.id = coalesce(p.stage_edition, p.edition)) THEN 'list'
            WHEN p.stage_kind IN ('review', 'conciliation') THEN 'experts'
            WHEN p.stage_kind = 'committee' THEN CASE WHEN n.here THEN 'publication' ELSE 'committee' END
            ELSE 'officer' END AS whom
    ) w
    WHERE p.id = which
$$;

CREATE FUNCTION agenda_anew(which uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO agenda AS kept SELECT * FROM agenda_now(which)
    ON CONFLICT (proposal) DO UPDATE SET owner = excluded.owner, status = excluded.status, phase = excluded.phase,
        stage = excluded.stage, round = excluded.round, whom = excluded.whom, due_at = excluded.due_at,
        stage_due = excluded.stage_due, paused = excluded.paused, pending = excluded.pending
        WHERE kept IS DISTINCT FROM excluded;
END $$;
CREATE FUNCTION agenda_of_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM agenda_anew(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION agenda_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM agenda_anew(OLD.proposal);
    ELSE
        PERFORM agenda_anew(NEW.proposal);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER proposal_begun_agenda AFTER INSERT ON proposal FOR EACH ROW EXECUTE FUNCTION agenda_of_proposal();
CREATE TRIGGER proposal_agenda AFTER UPDATE ON proposal FOR EACH ROW
    WHEN ((OLD.owner, OLD.status, OLD.phase, OLD.stage, OLD.stage_kind, OLD.visit, OLD.round, OLD.returned, OLD.edition,
            OLD.stage_edition, OLD.more_experts)
        IS DISTINCT FROM (NEW.owner, NEW.status, NEW.phase, NEW.stage, NEW.stage_kind, NEW.visit, NEW.round, NEW.returned,
            NEW.edition, NEW.stage_edition, NEW.more_experts))
    EXECUTE FUNCTION agenda_of_proposal();
CREATE TRIGGER deadline_begun_agenda AFTER INSERT OR DELETE ON deadline FOR EACH ROW EXECUTE FUNCTION agenda_of_part();
CREATE TRIGGER deadline_agenda AFTER UPDATE ON deadline FOR EACH ROW
    WHEN ((OLD.due_at, OLD.paused_at, OLD.closed_at) IS DISTINCT FROM (NEW.due_at, NEW.paused_at, NEW.closed_at))
    EXECUTE FUNCTION agenda_of_part();
CREATE TRIGGER assignment_begun_agenda AFTER INSERT OR DELETE ON assignment FOR EACH ROW EXECUTE FUNCTION agenda_of_part();
CREATE TRIGGER assignment_agenda AFTER UPDATE ON assignment FOR EACH ROW
    WHEN ((OLD.status, OLD.seat, OLD.round, OLD.due_at, OLD.asked_again) IS DISTINCT FROM
        (NEW.status, NEW.seat, NEW.round, NEW.due_at, NEW.asked_again))
    EXECUTE FUNCTION agenda_of_part();
CREATE TRIGGER message_begun_agenda AFTER INSERT ON message FOR EACH ROW
    WHEN (NEW.question) EXECUTE FUNCTION agenda_of_part();
CREATE TRIGGER message_agenda AFTER UPDATE ON message FOR EACH ROW
    WHEN (OLD.closed_at IS DISTINCT FROM NEW.closed_at) EXECUTE FUNCTION agenda_of_part();
CREATE TRIGGER message_gone_agenda AFTER DELETE ON message FOR EACH ROW
    WHEN (OLD.question) EXECUTE FUNCTION agenda_of_part();
CREATE TRIGGER decision_begun_agenda AFTER INSERT OR DELETE ON decision FOR EACH ROW EXECUTE FUNCTION agenda_of_part();
CREATE TRIGGER decision_agenda AFTER UPDATE ON decision FOR EACH ROW
    WHEN ((OLD.round, OLD.publication) IS DISTINCT FROM (NEW.round, NEW.publication)) EXECUTE FUNCTION agenda_of_part();

INSERT INTO agenda SELECT n.* FROM proposal p, LATERAL agenda_now(p.id) n;

-- Orders of lists, each page of which is read from its index.
CREATE INDEX proposal_referenced ON proposal (call, (coalesce(reference, '')), id);
CREATE INDEX proposal_titled ON proposal (call, (lower(title)), id);

-- Who is behind: asked, begun or asked again, and the instant past which they are late, or silent.
CREATE INDEX assignment_behind ON assignment ((CASE WHEN status = 'invited' OR (status = 'released' AND answered_at IS NULL)
    THEN coalesce(half_at, due_at) ELSE coalesce(last_at, due_at) END))
    WHERE status IN ('invited', 'accepted') OR asked_again IS NOT NULL OR (status = 'released' AND released_at IS NOT NULL);
-- What many tallies are marked by, without reading them.
CREATE INDEX tally_versions ON tally (call, round, version);
