-- What the reviews of a proposal come to, kept; experts chased by hand; mails that are not wanted, or sent again.

CREATE TABLE tally (                             -- of a proposal in a round; written by the commit that changes a review
    proposal uuid NOT NULL REFERENCES proposal,
    round integer NOT NULL,
    call uuid NOT NULL REFERENCES call,
    reference varchar(40) NOT NULL,              -- the order of equal totals
    version integer NOT NULL DEFAULT 1,          -- counts changes: what rests on many tallies is marked by their sum
    stale boolean NOT NULL DEFAULT true,         -- a review changed and was not counted yet
    n integer NOT NULL DEFAULT 0,                -- reviews that have a score
    total double precision,                      -- of the means; NULL while there is none
    spread double precision,                     -- highest less lowest total
    content jsonb NOT NULL DEFAULT '{}',         -- by criterion, and of the totals
    reviews jsonb NOT NULL DEFAULT '[]',         -- of each: assignment, total, scores
    PRIMARY KEY (proposal, round)
);
CREATE INDEX tally_total ON tally (call, total DESC, proposal DESC) WHERE total IS NOT NULL;
CREATE INDEX tally_spread ON tally (call, spread DESC, proposal DESC) WHERE spread IS NOT NULL;
CREATE INDEX tally_stale ON tally (proposal) WHERE stale;

-- Whatever changes what counts empties the tally in the same commit: an old figure is never shown.
CREATE FUNCTION tally_empty(which uuid, at_round integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tally (proposal, round, call, reference)
        SELECT p.id, at_round, p.call, coalesce(p.reference, '') FROM proposal p WHERE p.id = which
    ON CONFLICT (proposal, round) DO UPDATE SET version = tally.version + 1, stale = true, n = 0, total = NULL,
        spread = NULL, content = '{}', reviews = '[]';
$$;
CREATE FUNCTION tally_of_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_empty(NEW.proposal, NEW.round);
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_tallied AFTER UPDATE OF status ON assignment FOR EACH ROW
    WHEN ((OLD.status = 'done') <> (NEW.status = 'done')) EXECUTE FUNCTION tally_of_assignment();
CREATE TRIGGER assignment_begun_tallied AFTER INSERT ON assignment FOR EACH ROW
    WHEN (NEW.status = 'done') EXECUTE FUNCTION tally_of_assignment();
CREATE FUNCTION tally_of_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_empty(a.proposal, a.round) FROM assignment a
        WHERE a.review = NEW.subject_id AND a.status = 'done';
    RETURN NULL;
END $$;
CREATE TRIGGER revision_tallied AFTER INSERT ON revision FOR EACH ROW
    WHEN (NEW.subject = 'review') EXECUTE FUNCTION tally_of_review();
CREATE FUNCTION tally_of_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_empty(t.proposal, t.round) FROM tally t WHERE t.proposal = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER proposal_tallied AFTER UPDATE OF edition ON proposal FOR EACH ROW
    WHEN (OLD.edition <> NEW.edition) EXECUTE FUNCTION tally_of_proposal();
INSERT INTO tally (proposal, round, call, reference)
    SELECT DISTINCT p.id, a.round, p.call, coalesce(p.reference, '')
    FROM assignment a JOIN proposal p ON p.id = a.proposal WHERE a.status = 'done';

CREATE INDEX proposal_listed ON proposal (call, (coalesce(submitted_at, created_at)), id);

ALTER TABLE assignment ADD COLUMN chased integer NOT NULL DEFAULT 0;      -- reminders by an officer's hand
ALTER TABLE assignment ADD COLUMN chased_at timestamptz;

ALTER TABLE outbox ADD COLUMN again_at timestamptz;                       -- asked to be sent again
ALTER TABLE outbox ADD COLUMN about uuid GENERATED ALWAYS AS ((data ->> 'proposal')::uuid) STORED;
CREATE INDEX outbox_about ON outbox (about, created_at) WHERE about IS NOT NULL;
CREATE INDEX outbox_created ON outbox (created_at DESC, id DESC);

CREATE TABLE silence (                           -- a mail that a person does not want
    account uuid NOT NULL REFERENCES account,
    template varchar(40) NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (account, template)
);
