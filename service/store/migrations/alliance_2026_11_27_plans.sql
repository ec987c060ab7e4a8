-- Who reviews what: plans that a worker makes, what officers fix in them, what experts would like.

CREATE TABLE plan (
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    number integer NOT NULL,                     -- from 1 in each call
    status varchar(8) NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'applying', 'applied')),
    settings jsonb NOT NULL,                     -- takers, reserves, weights
    author uuid REFERENCES account,              -- none: the process
    created_at timestamptz NOT NULL,
    claimed_at timestamptz,                      -- by a worker, who is given a while
    tries integer NOT NULL DEFAULT 0,
    finished_at timestamptz,
    state varchar(64) NOT NULL DEFAULT '',       -- digest of what it rests on
    outcome jsonb,                               -- all of it but its lines
    applied_at timestamptz,
    applied_by uuid REFERENCES account,
    error varchar(300) NOT NULL DEFAULT '',
    request varchar(64) NOT NULL DEFAULT '',
    CONSTRAINT plan_once UNIQUE (call, number)
);
CREATE UNIQUE INDEX plan_one_at_work ON plan (call) WHERE status IN ('queued', 'running', 'applying');
CREATE INDEX plan_waiting ON plan (created_at) WHERE status IN ('queued', 'running', 'applying');

CREATE TABLE plan_line (                         -- a taker for a proposal
    plan uuid NOT NULL REFERENCES plan,
    proposal uuid NOT NULL REFERENCES proposal,
    place varchar(11) NOT NULL CHECK (place IN ('seat', 'reserve', 'alternative')),
    rank integer NOT NULL,                       -- from 1 in its place
    expert uuid REFERENCES account,
    team uuid REFERENCES team,
    affinity double precision NOT NULL,
    pinned boolean NOT NULL DEFAULT false,
    crowded boolean NOT NULL DEFAULT false,      -- an alternative without room
    reasons jsonb NOT NULL,
    PRIMARY KEY (plan, proposal, place, rank),
    CONSTRAINT plan_line_taker CHECK ((expert IS NULL) <> (team IS NULL))
);
CREATE INDEX plan_line_proposal ON plan_line (proposal);
CREATE INDEX plan_line_taker ON plan_line (plan, expert, team) WHERE place = 'seat';

CREATE TABLE plan_item (                         -- a proposal of a plan that is applied: what was done with it
    plan uuid NOT NULL REFERENCES plan,
    proposal uuid NOT NULL REFERENCES proposal,
    listed integer NOT NULL,                     -- takers put on its list
    skipped integer NOT NULL,                    -- who could not be any more, or the whole proposal
    PRIMARY KEY (plan, proposal)
);
CREATE INDEX plan_item_proposal ON plan_item (proposal);

CREATE TABLE pin (                               -- what an officer wants of every plan, or never wants
    proposal uuid NOT NULL REFERENCES proposal,
    taker uuid NOT NULL,                         -- the expert's or the team's
    expert uuid REFERENCES account,
    team uuid REFERENCES team,
    kind varchar(3) NOT NULL CHECK (kind IN ('pin', 'ban')),
    author uuid REFERENCES account,
    at timestamptz NOT NULL,
    PRIMARY KEY (proposal, taker),
    CONSTRAINT pin_taker CHECK ((expert IS NULL) <> (team IS NULL) AND taker = coalesce(expert, team))
);

CREATE TABLE bid (                               -- what an expert would like; no row: neutral
    proposal uuid NOT NULL REFERENCES proposal,
    expert uuid NOT NULL REFERENCES account,
    bid varchar(10) NOT NULL CHECK (bid IN ('want', 'not_for_me')),
    at timestamptz NOT NULL,
    PRIMARY KEY (proposal, expert)
);
CREATE INDEX bid_expert ON bid (expert);
