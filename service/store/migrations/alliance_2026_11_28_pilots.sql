-- Pilots: what becomes of an accepted proposal in the field.

ALTER TABLE revision DROP CONSTRAINT revision_subject_check;
ALTER TABLE revision ADD CONSTRAINT revision_subject_check
    CHECK (subject IN ('answers', 'eligibility', 'review', 'synthesis', 'decision', 'ending',
        'pilot', 'milestone', 'measure', 'pilot_review', 'pilot_end'));

CREATE TABLE pilot (
    proposal uuid PRIMARY KEY REFERENCES proposal,
    call uuid NOT NULL REFERENCES call,
    phase varchar(13) NOT NULL DEFAULT 'investigation'
        CHECK (phase IN ('investigation', 'construction', 'acceleration', 'handover', 'stopped')),
    partner varchar(300) NOT NULL DEFAULT '',    -- the public body that tries it
    team text NOT NULL DEFAULT '',
    indicator varchar(300) NOT NULL DEFAULT '',
    unit varchar(60) NOT NULL DEFAULT '',
    baseline double precision,
    target double precision,
    version integer NOT NULL DEFAULT 1,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,                        -- its stage was left, whichever way
    outcome varchar(40) NOT NULL DEFAULT '',     -- of the stage, as the edition names it
    lessons text NOT NULL DEFAULT ''
);
CREATE INDEX pilot_began ON pilot (began_at, proposal);
CREATE INDEX pilot_call ON pilot (call, phase);

CREATE TABLE milestone (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES pilot,
    title varchar(300) NOT NULL,
    due date NOT NULL,
    reached date,
    evidence text NOT NULL DEFAULT '',
    author uuid NOT NULL REFERENCES account,     -- of what was said last
    at timestamptz NOT NULL
);
CREATE INDEX milestone_proposal ON milestone (proposal, due);

CREATE TABLE measure (                           -- append-only: of one day, the last one counts
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES pilot,
    day date NOT NULL,
    value double precision NOT NULL,
    source text NOT NULL DEFAULT '',
    author uuid NOT NULL REFERENCES account,
    at timestamptz NOT NULL
);
CREATE INDEX measure_proposal ON measure (proposal, day);

CREATE TABLE pilot_review (
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES pilot,
    number integer NOT NULL,
    phase varchar(13) NOT NULL,                  -- the one that is reviewed
    due_at timestamptz,
    convened_at timestamptz,                     -- by the process; NULL: held before its time
    verdict varchar(4) NOT NULL DEFAULT '' CHECK (verdict IN ('', 'go', 'stay', 'stop')),
    reasons text NOT NULL DEFAULT '',
    author uuid REFERENCES account,
    held_at timestamptz,
    UNIQUE (proposal, number)
);

-- Those that are under way: investigated from now on, with a review to come.
INSERT INTO pilot (proposal, call, began_at)
    SELECT id, call, last_at FROM proposal WHERE stage_kind = 'pilot';
INSERT INTO deadline (proposal, visit, kind, rule, started_at, due_at)
    SELECT id, visit, 'stage', 'P26W', now(), now() + interval '26 weeks' FROM proposal WHERE stage_kind = 'pilot'
    ON CONFLICT (proposal, visit, kind) DO NOTHING;
UPDATE proposal SET seen_seq = last_seq - 1 WHERE stage_kind = 'pilot' AND seen_seq = last_seq AND last_seq > 0;
