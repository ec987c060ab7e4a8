-- Experts: what they are called for, when they are there, how much they take, and with whom.

CREATE TABLE profile (                           -- what an expert says of themselves
    account uuid PRIMARY KEY REFERENCES account,
    headline varchar(200) NOT NULL DEFAULT '',
    biography text NOT NULL DEFAULT '',
    keywords jsonb NOT NULL DEFAULT '[]',        -- as written; ids of the calls' vocabularies, or free ones
    terms jsonb NOT NULL DEFAULT '[]',           -- the same, and their labels, as they compare: without case and accents
    languages jsonb NOT NULL DEFAULT '[]',       -- ISO 639-1
    most integer CHECK (most >= 0),              -- reviews at once over all calls; none: no limit
    search text NOT NULL DEFAULT '',             -- all of it as it is searched
    version integer NOT NULL DEFAULT 1,
    saved_at timestamptz NOT NULL
);
CREATE INDEX profile_terms ON profile USING gin (terms);

CREATE TABLE affiliation (                       -- the organisations of an expert, past ones too: conflicts look at them
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account,
    organisation varchar(300) NOT NULL,
    identifier varchar(40) NOT NULL DEFAULT '',  -- SIREN, SIRET, RNA, ROR; in the one spelling of its kind
    since date,                                  -- none: for ever
    until date,                                  -- the last day; none: still
    CONSTRAINT affiliation_dates CHECK (since <= until)
);
CREATE INDEX affiliation_account ON affiliation (account);

CREATE TABLE absence (                           -- days on which an expert is not asked
    id uuid PRIMARY KEY,
    account uuid NOT NULL REFERENCES account,
    starts date NOT NULL,
    ends date NOT NULL,                          -- the last day
    CONSTRAINT absence_dates CHECK (starts <= ends)
);
CREATE INDEX absence_account ON absence (account, ends);

ALTER TABLE role ADD COLUMN most integer CHECK (most >= 0);      -- an expert's proposals in that call; none: no limit

CREATE TABLE team (                              -- experts of a call who take the same proposals
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    name varchar(120) NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX team_named ON team (call, lower(name)) WHERE ended_at IS NULL;

CREATE TABLE team_member (
    team uuid NOT NULL REFERENCES team,
    account uuid NOT NULL REFERENCES account,
    PRIMARY KEY (team, account)
);
CREATE INDEX team_member_account ON team_member (account);

-- A seat that a team holds has one row a member; a joint review is what several assignments write.
ALTER TABLE assignment ADD COLUMN team uuid REFERENCES team;
ALTER TABLE assignment ADD COLUMN review uuid REFERENCES review DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE assignment ADD COLUMN released_at timestamptz;       -- their time was over; one who gives a review late keeps it
ALTER TABLE assignment ADD COLUMN delegated_from uuid REFERENCES assignment;
UPDATE assignment a SET review = r.id FROM review r WHERE r.assignment = a.id;
SET CONSTRAINTS ALL IMMEDIATE;                   -- an index is not made over what is still to be checked
CREATE INDEX assignment_review ON assignment (review);
DROP INDEX assignment_seat;
CREATE UNIQUE INDEX assignment_seat ON assignment (proposal, round, seat)
    WHERE status IN ('invited', 'accepted', 'done') AND team IS NULL;

-- A seat is vacant, and whoever is on the list is not free today: looked at again when one of them is.
ALTER TABLE proposal ADD COLUMN starved boolean NOT NULL DEFAULT false;
CREATE INDEX proposal_starved ON proposal (id) WHERE starved;

CREATE TABLE suggestion (                        -- somebody whom an expert names in their place; officers alone read it
    id uuid PRIMARY KEY,
    proposal uuid NOT NULL REFERENCES proposal,
    assignment uuid NOT NULL REFERENCES assignment,
    name varchar(200) NOT NULL DEFAULT '',
    email varchar(254) NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    taken_at timestamptz                         -- an officer put that person on the list
);
CREATE INDEX suggestion_proposal ON suggestion (proposal);

CREATE TABLE roster (                            -- a list of experts read from a file, then applied line by line
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    author uuid REFERENCES account,              -- none: whoever runs the service
    file varchar(255) NOT NULL,
    lines jsonb NOT NULL,                        -- emptied when all are applied
    applied integer NOT NULL DEFAULT 0,
    total integer NOT NULL,
    read_at timestamptz NOT NULL,
    begun_at timestamptz,
    finished_at timestamptz
);
CREATE INDEX roster_call ON roster (call, read_at);
CREATE INDEX roster_begun ON roster (begun_at) WHERE begun_at IS NOT NULL AND finished_at IS NULL;
