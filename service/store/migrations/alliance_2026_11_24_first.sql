-- The first schema. One statement ends at a line that ends with ";".
-- Every check that guards a promise has a name: service/problems.py turns names into sentences.

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TEXT SEARCH CONFIGURATION fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION fr ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;

-- Persons -----------------------------------------------------------------------------------------------------------

CREATE TABLE account (
    id uuid PRIMARY KEY,
    email varchar(254) NOT NULL,                 -- lower case; blank once erased
    name varchar(200) NOT NULL,
    organisation varchar(300) NOT NULL DEFAULT '',
    password_hash text,                          -- argon2id; none while invited, or when only OpenID Connect signs in
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,                    -- the e-mail address was proved
    disabled_at timestamptz,
    salt bytea NOT NULL,                         -- blanked with the rest when the person is erased
    CONSTRAINT account_email_lower CHECK (email = lower(email))
);
CREATE UNIQUE INDEX account_email ON account (email) WHERE email <> '';

CREATE TABLE identity (
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account,
    iss varchar(300) NOT NULL,                   -- "local" for e-mail and password
    sub varchar(300) NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT identity_iss_sub UNIQUE (iss, sub)
);
CREATE INDEX identity_account ON identity (account);

CREATE TABLE session (                           -- one row per browser session and per bearer token
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account,
    kind varchar(10) NOT NULL CHECK (kind IN ('browser', 'token')),
    label varchar(200) NOT NULL DEFAULT '',
    secret_hash bytea NOT NULL UNIQUE,           -- SHA-256 of what the client holds
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_account ON session (account);

CREATE TABLE ticket (                            -- single-use links: prove an address, reset, invite
    id uuid PRIMARY KEY,
    kind varchar(10) NOT NULL CHECK (kind IN ('confirm', 'reset', 'invite')),
    account uuid NOT NULL REFERENCES account,
    secret_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX ticket_account ON ticket (account);

CREATE TABLE throttle (                          -- failures per key (an address, an account) in a window
    key varchar(200) PRIMARY KEY,
    attempts integer NOT NULL,
    since timestamptz NOT NULL
);

-- Calls --------------------------------------------------------------------------------------------------------------

CREATE TABLE call (
    id uuid PRIMARY KEY,
    slug varchar(60) NOT NULL UNIQUE,
    prefix varchar(30) NOT NULL UNIQUE,          -- of the references: AMI-2025
    next_number integer NOT NULL DEFAULT 1,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz,                       -- none: a continuous call
    created_at timestamptz NOT NULL
);

CREATE TABLE edition (
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    number integer NOT NULL,
    content jsonb NOT NULL,                      -- forms.Edition: form, checklist, grid, process and texts together
    digest varchar(64) NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT edition_number UNIQUE (call, number),
    CONSTRAINT edition_digest UNIQUE (call, digest)
);

CREATE TABLE role (
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account,
    call uuid REFERENCES call,                   -- none: everywhere (admin, auditor)
    role varchar(12) NOT NULL CHECK (role IN ('admin', 'auditor', 'chair', 'committee', 'expert', 'officer')),
    granted_at timestamptz NOT NULL,
    CONSTRAINT role_once UNIQUE NULLS NOT DISTINCT (account, call, role),
    CONSTRAINT role_scope CHECK ((call IS NULL) = (role IN ('admin', 'auditor')))
);
CREATE INDEX role_call ON role (call, role);

-- Journal ------------------------------------------------------------------------------------------------------------

CREATE TABLE stream (                            -- the head of one chain
    name varchar(60) PRIMARY KEY,                -- proposal:<id>, call:<id>, account:<id>, system
    last_seq integer NOT NULL DEFAULT 0,
    last_hash bytea NOT NULL,
    last_at timestamptz NOT NULL
);

CREATE TABLE entry (
    stream varchar(60) NOT NULL REFERENCES stream,
    seq integer NOT NULL,
    kind varchar(40) NOT NULL,                   -- in the past tense
    actor uuid,                                  -- none: the process itself
    at timestamptz NOT NULL,
    data jsonb NOT NULL,                         -- ids, numbers, enum values, salted hashes; never a name or a text
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (stream, seq)
);

CREATE TABLE access_log (                        -- who read which proposal; purged after 12 months
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    account uuid,
    proposal uuid NOT NULL,
    what varchar(40) NOT NULL,
    request varchar(64) NOT NULL DEFAULT ''
);
CREATE INDEX access_log_at ON access_log (at);

-- Proposals ----------------------------------------------------------------------------------------------------------

CREATE TABLE proposal (
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    edition uuid NOT NULL REFERENCES edition,
    owner uuid NOT NULL REFERENCES account,
    reference varchar(40) UNIQUE,                -- given at submission
    title varchar(300) NOT NULL DEFAULT '',      -- copies of two answers, for lists and search
    organisation varchar(300) NOT NULL DEFAULT '',
    status varchar(12) NOT NULL CHECK (status IN
        ('draft', 'in_progress', 'accepted', 'reserve', 'declined', 'ineligible', 'withdrawn', 'completed')),
    stage varchar(40) NOT NULL DEFAULT '',       -- id in the edition's process; '' before it and after it
    stage_kind varchar(12) NOT NULL DEFAULT '',  -- kind of that stage
    visit integer NOT NULL DEFAULT 0,            -- counts stages entered, never goes back
    returned boolean NOT NULL DEFAULT false,     -- the applicant owes a completion; the stage's clock is paused
    phase varchar(12) GENERATED ALWAYS AS (      -- what rights depend on: domain/policy.py
        CASE WHEN status = 'draft' THEN 'draft' WHEN stage_kind = '' THEN 'over' WHEN returned THEN 'returned' ELSE stage_kind END
    ) STORED,
    last_seq integer NOT NULL DEFAULT 0,         -- of its journal; seen_seq: what its workflow has read
    seen_seq integer NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    submitted_at timestamptz,
    withdrawal_reason text NOT NULL DEFAULT '',
    salt bytea NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('fr', coalesce(reference, '') || ' ' || title || ' ' || organisation)) STORED,
    CONSTRAINT proposal_draft CHECK ((status = 'draft') = (reference IS NULL)),
    CONSTRAINT proposal_seen CHECK (seen_seq <= last_seq)
);
CREATE INDEX proposal_call ON proposal (call, submitted_at, id);
CREATE INDEX proposal_owner ON proposal (owner);
CREATE INDEX proposal_unseen ON proposal (last_at) WHERE seen_seq < last_seq AND status <> 'draft';
CREATE INDEX proposal_search ON proposal USING gin (search);

CREATE TABLE answer (                            -- a draft's answers: one row per field, compare-and-set on version
    proposal uuid NOT NULL REFERENCES proposal,
    field varchar(60) NOT NULL,
    version integer NOT NULL,
    value jsonb NOT NULL,
    saved_at timestamptz NOT NULL,
    saved_by uuid NOT NULL REFERENCES account,
    PRIMARY KEY (proposal, field)
);

CREATE TABLE attachment (
    id uuid PRIMARY KEY,                         -- the object's key is attachment/<id>
    proposal uuid NOT NULL REFERENCES proposal,
    field varchar(60) NOT NULL,
    name varchar(255) NOT NULL,                  -- data only, never a path
    size bigint NOT NULL,
    sha256 varchar(64) NOT NULL,
    media_type varchar(120) NOT NULL,
    added_at timestamptz NOT NULL,
    added_by uuid NOT NULL REFERENCES account,
    removed_at timestamptz                       -- quarantine; a revision that names it keeps it
);
CREATE INDEX attachment_proposal ON attachment (proposal, field);

CREATE TABLE revision (                          -- one submitted state of a text; append-only
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    subject varchar(12) NOT NULL CHECK (subject IN ('answers', 'eligibility', 'review', 'synthesis', 'decision')),
    subject_id uuid NOT NULL,                    -- the proposal's, the review's, ...
    number integer NOT NULL,
    seq integer NOT NULL,                        -- of the journal entry that announces it: what "as of" compares
    content jsonb NOT NULL,
    salt bytea NOT NULL,
    digest varchar(64) NOT NULL,                 -- salted, so that erasing the salt unties the journal from the text
    author uuid NOT NULL REFERENCES account,
    at timestamptz NOT NULL,
    CONSTRAINT revision_number UNIQUE (subject, subject_id, number)
);
CREATE INDEX revision_proposal ON revision (proposal, subject);

CREATE TABLE deadline (
    proposal uuid NOT NULL REFERENCES proposal,
    visit integer NOT NULL,
    kind varchar(12) NOT NULL CHECK (kind IN ('stage', 'completion')),
    rule varchar(40) NOT NULL,                   -- the duration as the edition writes it
    started_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    paused_at timestamptz,                       -- while the applicant owes an answer
    overdue_at timestamptz,                      -- when the process noticed that it has passed
    closed_at timestamptz,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (proposal, visit, kind)
);
CREATE INDEX deadline_due ON deadline (due_at) WHERE closed_at IS NULL;

-- Expert review ------------------------------------------------------------------------------------------------------

CREATE TABLE assignment (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    expert uuid NOT NULL REFERENCES account,
    rank integer NOT NULL,                       -- order in which the process invites
    seat integer,                                -- which wanted review it is for; none while proposed
    status varchar(10) NOT NULL CHECK (status IN ('proposed', 'invited', 'accepted', 'declined', 'done', 'released')),
    proposed_at timestamptz NOT NULL,
    invited_at timestamptz,
    answered_at timestamptz,
    half_at timestamptz,                         -- first reminder, last reminder, release
    last_at timestamptz,
    due_at timestamptz,
    reminded integer NOT NULL DEFAULT 0,         -- 0, 1 (half), 2 (last)
    ended_at timestamptz,
    reason text NOT NULL DEFAULT '',
    CONSTRAINT assignment_once UNIQUE (proposal, expert)
);
CREATE UNIQUE INDEX assignment_seat ON assignment (proposal, seat) WHERE status IN ('invited', 'accepted', 'done');
CREATE INDEX assignment_expert ON assignment (expert, status);

CREATE TABLE conflict (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    expert uuid NOT NULL REFERENCES account,
    origin varchar(8) NOT NULL CHECK (origin IN ('declared', 'found')),
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT conflict_once UNIQUE (proposal, expert, origin)
);
CREATE INDEX conflict_expert ON conflict (expert);

CREATE TABLE review (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    assignment uuid NOT NULL UNIQUE REFERENCES assignment,
    expert uuid NOT NULL REFERENCES account,
    version integer NOT NULL DEFAULT 0,
    scores jsonb NOT NULL DEFAULT '{}',
    comments jsonb NOT NULL DEFAULT '{}',        -- per criterion, and '' for the whole
    saved_at timestamptz,
    submitted_at timestamptz
);
CREATE INDEX review_proposal ON review (proposal);
CREATE INDEX review_expert ON review (expert);

CREATE TABLE eligibility (                       -- the officer's checklist, as last answered
    proposal uuid PRIMARY KEY REFERENCES proposal,
    visit integer NOT NULL,
    verdict varchar(12) NOT NULL CHECK (verdict IN ('eligible', 'ineligible', 'returned')),
    items jsonb NOT NULL,
    reasons text NOT NULL DEFAULT '',
    remarks jsonb NOT NULL DEFAULT '{}',         -- per field, when returned
    author uuid NOT NULL REFERENCES account,
    at timestamptz NOT NULL
);

CREATE TABLE synthesis (
    proposal uuid PRIMARY KEY REFERENCES proposal,
    version integer NOT NULL DEFAULT 0,
    text text NOT NULL DEFAULT '',
    recommendation varchar(40) NOT NULL DEFAULT '',
    author uuid NOT NULL REFERENCES account,
    saved_at timestamptz NOT NULL,
    submitted_at timestamptz,
    submitted_visit integer                      -- the visit of the stage that it was submitted in
);

CREATE TABLE publication (
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    author uuid NOT NULL REFERENCES account,
    at timestamptz NOT NULL
);

CREATE TABLE decision (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    version integer NOT NULL DEFAULT 1,
    outcome varchar(40) NOT NULL,
    reasons text NOT NULL,
    author uuid NOT NULL REFERENCES account,
    author_name varchar(200) NOT NULL,
    capacity varchar(300) NOT NULL,
    decided_at timestamptz NOT NULL,
    publication uuid REFERENCES publication      -- none: pending, seen by nobody but committee and officer
);
CREATE UNIQUE INDEX decision_one ON decision (proposal);
CREATE INDEX decision_pending ON decision (proposal) WHERE publication IS NULL;

-- Work that leaves the transaction ---------------------------------------------------------------------------------

CREATE TABLE job (                               -- one document to draw, then the drawn document
    id uuid PRIMARY KEY,
    kind varchar(12) NOT NULL CHECK (kind IN ('receipt', 'dossier', 'letter')),
    proposal uuid NOT NULL REFERENCES proposal,
    audience varchar(12) NOT NULL,
    position integer NOT NULL,                   -- of the proposal's journal
    renderer varchar(40) NOT NULL,
    status varchar(8) NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed')),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    size bigint,
    sha256 varchar(64),                          -- the object's key is document/<id>
    error varchar(300) NOT NULL DEFAULT '',
    CONSTRAINT job_once UNIQUE (kind, proposal, audience, position, renderer)
);
CREATE INDEX job_waiting ON job (created_at) WHERE status IN ('queued', 'running');

CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    message_id varchar(120) NOT NULL UNIQUE,
    account uuid REFERENCES account,
    email varchar(254) NOT NULL,
    template varchar(40) NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    claimed_at timestamptz,
    sent_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    error varchar(300) NOT NULL DEFAULT ''
);
CREATE INDEX outbox_waiting ON outbox (created_at) WHERE sent_at IS NULL;

CREATE TABLE idempotency (
    scope varchar(80) NOT NULL,                  -- the account, or "anonymous"
    key varchar(200) NOT NULL,
    fingerprint bytea NOT NULL,                  -- of the operation and everything it was asked
    result jsonb,
    at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- What may never change ----------------------------------------------------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the rows of % are immutable', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_immutable';
END $$;

CREATE TRIGGER entry_immutable BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER edition_immutable BEFORE UPDATE OR DELETE ON edition FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER publication_immutable BEFORE UPDATE OR DELETE ON publication FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revision_kept BEFORE DELETE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revision_immutable BEFORE UPDATE ON revision FOR EACH ROW
    WHEN (NEW.digest <> OLD.digest OR NEW.number <> OLD.number OR NEW.subject <> OLD.subject OR NEW.subject_id <> OLD.subject_id OR NEW.at <> OLD.at
          OR (NEW.content <> OLD.content AND NEW.salt <> ''::bytea)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_published BEFORE UPDATE OR DELETE ON decision FOR EACH ROW
    WHEN (OLD.publication IS NOT NULL) EXECUTE FUNCTION refuse_change();

-- One wake-up per commit for the worker's relay, whatever was written.
CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('relay', '');
    RETURN NULL;
END $$;

CREATE TRIGGER entry_wakes AFTER INSERT ON entry FOR EACH STATEMENT EXECUTE FUNCTION wake_relay();
CREATE TRIGGER job_wakes AFTER INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION wake_relay();
CREATE TRIGGER outbox_wakes AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION wake_relay();
