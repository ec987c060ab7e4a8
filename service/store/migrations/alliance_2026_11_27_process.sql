-- The officer's hand, for one proposal and for many; experts who disagree; who is told of a silent expert.

CREATE TABLE steering (                          -- what an officer did to the course of a proposal, and why
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    act varchar(10) NOT NULL CHECK (act IN ('skip', 'go_back', 'reopen', 'extend', 'reassign', 'stop')),
    visit integer NOT NULL,                      -- of the stage that it was done in
    clock varchar(10) NOT NULL DEFAULT '',       -- of an extension: whose time, and until when
    until timestamptz,
    told boolean NOT NULL DEFAULT false,         -- the applicant reads the reason too
    reason text NOT NULL,
    salt bytea NOT NULL,
    digest varchar(64) NOT NULL,
    author uuid NOT NULL REFERENCES account,
    at timestamptz NOT NULL
);
CREATE INDEX steering_proposal ON steering (proposal, at);

-- A text may be blanked with its salt when a person is erased; nothing else of these rows changes.
CREATE TRIGGER steering_kept BEFORE DELETE ON steering FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER steering_immutable BEFORE UPDATE ON steering FOR EACH ROW
    WHEN (NEW.digest <> OLD.digest OR NEW.act <> OLD.act OR NEW.author <> OLD.author OR NEW.at <> OLD.at OR NEW.visit <> OLD.visit
          OR NEW.until IS DISTINCT FROM OLD.until OR (NEW.reason <> OLD.reason AND NEW.salt <> ''::bytea)) EXECUTE FUNCTION refuse_change();

-- Why a process was stopped is a text that its letter quotes.
ALTER TABLE revision DROP CONSTRAINT revision_subject_check;
ALTER TABLE revision ADD CONSTRAINT revision_subject_check
    CHECK (subject IN ('answers', 'eligibility', 'review', 'synthesis', 'decision', 'ending'));

CREATE TABLE batch (                             -- one act of an officer on many proposals, carried out by a worker
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    act varchar(10) NOT NULL CHECK (act IN ('skip', 'go_back', 'reopen', 'extend', 'stop')),
    content jsonb NOT NULL,                      -- what the act takes, its reason included
    author uuid NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    request varchar(64) NOT NULL DEFAULT ''
);
CREATE INDEX batch_call ON batch (call, created_at);
CREATE INDEX batch_waiting ON batch (created_at) WHERE finished_at IS NULL;

CREATE TABLE batch_item (
    batch uuid NOT NULL REFERENCES batch,
    number integer NOT NULL,                     -- from 1, in the order in which they are done
    proposal uuid NOT NULL REFERENCES proposal,
    state varchar(8) NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'refused')),
    detail varchar(400) NOT NULL DEFAULT '',     -- why it was refused
    at timestamptz,
    PRIMARY KEY (batch, number),
    CONSTRAINT batch_item_once UNIQUE (batch, proposal)
);
CREATE INDEX batch_item_proposal ON batch_item (proposal);
CREATE TRIGGER batch_wakes AFTER INSERT ON batch FOR EACH STATEMENT EXECUTE FUNCTION wake_relay('batch');

-- An expert who gave a review is asked for it again, to be confirmed or revised; until then the one given counts.
ALTER TABLE assignment ADD COLUMN asked_again timestamptz;
-- The round in which one expert more was asked for, because those asked disagreed.
ALTER TABLE proposal ADD COLUMN more_experts integer;

CREATE TABLE conciliation (                      -- what experts who disagree say to each other; append-only
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    round integer NOT NULL,
    author uuid NOT NULL REFERENCES account,
    text text NOT NULL,
    salt bytea NOT NULL,
    digest varchar(64) NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX conciliation_proposal ON conciliation (proposal, at);
CREATE TRIGGER conciliation_kept BEFORE DELETE ON conciliation FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER conciliation_immutable BEFORE UPDATE ON conciliation FOR EACH ROW
    WHEN (NEW.digest <> OLD.digest OR NEW.author <> OLD.author OR NEW.at <> OLD.at OR NEW.round <> OLD.round
          OR (NEW.text <> OLD.text AND NEW.salt <> ''::bytea)) EXECUTE FUNCTION refuse_change();
