-- What follows a submission, and what precedes it at the last minute.

ALTER TABLE proposal ADD COLUMN discarded_at timestamptz;    -- a draft that its owner no longer wants to see
ALTER TABLE proposal ADD COLUMN amending_since timestamptz;  -- the owner writes on what was submitted
ALTER TABLE proposal ALTER COLUMN phase SET EXPRESSION AS (
    CASE WHEN status = 'draft' THEN CASE WHEN discarded_at IS NULL THEN 'draft' ELSE 'discarded' END
         WHEN stage_kind = '' THEN 'over' WHEN returned THEN 'returned' ELSE stage_kind END
);
ALTER TABLE proposal ADD CONSTRAINT proposal_discarded CHECK (discarded_at IS NULL OR status = 'draft');
ALTER TABLE proposal ADD CONSTRAINT proposal_amending CHECK (amending_since IS NULL OR stage_kind <> '');
CREATE INDEX proposal_discarded_at ON proposal (discarded_at) WHERE discarded_at IS NOT NULL;

CREATE TABLE extension (                         -- more time to submit: for one draft, or for the whole call
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    proposal uuid REFERENCES proposal,           -- none: everybody
    until timestamptz NOT NULL,
    reason text NOT NULL,
    salt bytea NOT NULL,
    digest varchar(64) NOT NULL,
    author uuid NOT NULL REFERENCES account,
    at timestamptz NOT NULL
);
CREATE INDEX extension_call ON extension (call, at);
CREATE INDEX extension_proposal ON extension (proposal) WHERE proposal IS NOT NULL;

CREATE TABLE withdrawal (                        -- from where a proposal was withdrawn, so that it can come back there
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    stage varchar(40) NOT NULL,
    visit integer NOT NULL,
    returned boolean NOT NULL,
    at timestamptz NOT NULL,
    undone_at timestamptz
);
CREATE UNIQUE INDEX withdrawal_one ON withdrawal (proposal) WHERE undone_at IS NULL;

CREATE TABLE amendment (                         -- the working answers and files as they were before, to go back to
    proposal uuid PRIMARY KEY REFERENCES proposal,
    opened_at timestamptz NOT NULL,
    answers jsonb NOT NULL,                      -- field -> value
    files jsonb NOT NULL                         -- ids of attachments
);

CREATE TABLE message (                           -- between an applicant and the officers; append-only
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    side varchar(10) NOT NULL CHECK (side IN ('applicant', 'officer')),
    author uuid NOT NULL REFERENCES account,
    text text NOT NULL,
    salt bytea NOT NULL,
    digest varchar(64) NOT NULL,
    files jsonb NOT NULL DEFAULT '[]',           -- ids of attachments of the field @thread
    question boolean NOT NULL DEFAULT false,     -- the stage's clock stands still until it is closed
    closed_at timestamptz,                       -- of a question: answered, or closed by an officer or by the stage's end
    at timestamptz NOT NULL,
    CONSTRAINT message_question CHECK (side = 'officer' OR NOT question)
);
CREATE INDEX message_proposal ON message (proposal, at);
CREATE INDEX message_open ON message (proposal) WHERE question AND closed_at IS NULL;

-- A text may be blanked with its salt when a person is erased; nothing else of these rows changes.
CREATE TRIGGER extension_kept BEFORE DELETE ON extension FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER extension_immutable BEFORE UPDATE ON extension FOR EACH ROW
    WHEN (NEW.digest <> OLD.digest OR NEW.until <> OLD.until OR NEW.proposal IS DISTINCT FROM OLD.proposal OR NEW.at <> OLD.at
          OR (NEW.reason <> OLD.reason AND NEW.salt <> ''::bytea)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_kept BEFORE DELETE ON message FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_immutable BEFORE UPDATE ON message FOR EACH ROW
    WHEN (NEW.digest <> OLD.digest OR NEW.side <> OLD.side OR NEW.author <> OLD.author OR NEW.files <> OLD.files OR NEW.at <> OLD.at
          OR NEW.question <> OLD.question OR (NEW.text <> OLD.text AND NEW.salt <> ''::bytea)) EXECUTE FUNCTION refuse_change();
