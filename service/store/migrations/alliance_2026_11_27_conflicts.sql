-- Conflicts of interest: found by rule, dismissed, closed; what experts declare once for all proposals.

ALTER TABLE conflict ADD COLUMN rule varchar(20) NOT NULL DEFAULT 'applicant';
ALTER TABLE conflict ADD COLUMN strength varchar(7) NOT NULL DEFAULT 'certain' CHECK (strength IN ('certain', 'likely', 'weak'));
ALTER TABLE conflict ADD COLUMN value text NOT NULL DEFAULT '';          -- the key on which person and proposal meet
ALTER TABLE conflict ADD COLUMN field varchar(60) NOT NULL DEFAULT '';   -- the answer that says it
ALTER TABLE conflict ADD COLUMN closed_at timestamptz;                   -- its ground is gone
ALTER TABLE conflict ADD COLUMN dismissed_at timestamptz;
ALTER TABLE conflict ADD COLUMN dismissed_by uuid REFERENCES account;
ALTER TABLE conflict ADD COLUMN dismissal text NOT NULL DEFAULT '';      -- why
ALTER TABLE conflict ADD COLUMN excluded uuid;                           -- the assignment that it ended
UPDATE conflict SET rule = 'declared' WHERE origin = 'declared';
ALTER TABLE conflict ADD CONSTRAINT conflict_origin CHECK ((origin = 'declared') = (rule = 'declared'));
ALTER TABLE conflict ADD CONSTRAINT conflict_dismissed CHECK ((dismissed_at IS NULL) = (dismissed_by IS NULL));
-- The one meaning of "a conflict that stops its expert" (service/domain/conflicts.py: stands).
ALTER TABLE conflict ADD COLUMN stands boolean NOT NULL GENERATED ALWAYS AS
    (closed_at IS NULL AND (strength = 'certain' OR (strength = 'likely' AND dismissed_at IS NULL))) STORED;
ALTER TABLE conflict DROP CONSTRAINT conflict_once;
ALTER TABLE conflict ADD CONSTRAINT conflict_once UNIQUE (proposal, expert, rule, value);
CREATE INDEX conflict_stands ON conflict (proposal, expert) WHERE stands;

CREATE TABLE interest (                          -- declared by a person for every proposal of every call
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account,
    kind varchar(12) NOT NULL CHECK (kind IN ('organisation', 'person', 'proposal')),
    name varchar(300) NOT NULL,
    identifier varchar(254) NOT NULL DEFAULT '', -- of an organisation: SIREN, SIRET, ROR…; of a person: an address
    reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX interest_account ON interest (account);

-- Keys that compare by equality; what they are is said in service/domain/conflicts.py.
CREATE TABLE tie (                               -- what is known of whoever has a part in running a call
    account uuid NOT NULL REFERENCES account,
    kind varchar(12) NOT NULL,
    value text NOT NULL,
    source varchar(11) NOT NULL CHECK (source IN ('self', 'affiliation', 'interest')),
    since date,
    until date
);
CREATE INDEX tie_account ON tie (account, kind);
CREATE INDEX tie_key ON tie (kind, value);

CREATE TABLE trace (                             -- what a proposal says of persons and bodies
    proposal uuid NOT NULL REFERENCES proposal,
    kind varchar(12) NOT NULL,
    value text NOT NULL,
    field varchar(60) NOT NULL DEFAULT ''
);
-- Their making is due: nobody is on the list of what was just submitted, so the worker does it. Another making of keys
-- comes with a migration that has all of them made anew.
ALTER TABLE proposal ADD COLUMN traced boolean NOT NULL DEFAULT false;
CREATE INDEX proposal_untraced ON proposal (id) WHERE NOT traced AND submitted_at IS NOT NULL;
CREATE INDEX trace_proposal ON trace (proposal, kind);
CREATE INDEX trace_key ON trace (kind, value) WHERE kind <> 'mention';
