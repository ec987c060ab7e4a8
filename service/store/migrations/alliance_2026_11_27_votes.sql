-- Votes of the committee, open, sealed or secret.

ALTER TABLE sitting_item ADD COLUMN apart boolean NOT NULL DEFAULT false;    -- a member wants it examined by itself
ALTER TABLE sitting_item ADD COLUMN notes_version integer NOT NULL DEFAULT 0;
ALTER TABLE sitting_item ADD CONSTRAINT sitting_item_opinion
    CHECK ((opinion = '') = (given_at IS NULL) AND (opinion IN ('retained', 'not_retained')) = (outcome <> ''));

CREATE TABLE vote (
    id uuid PRIMARY KEY,
    sitting uuid NOT NULL REFERENCES sitting,
    number integer NOT NULL,                     -- from 1 in each sitting
    kind varchar(6) NOT NULL CHECK (kind IN ('open', 'sealed', 'secret')),
    outcome varchar(40) NOT NULL,                -- the one of the process that is put to the vote
    voters jsonb NOT NULL,                       -- whose vote, given by whom: as it was when the vote was opened
    members integer NOT NULL,                    -- of the committee
    needed integer NOT NULL,                     -- of them for the quorum; 0 where none was asked
    author uuid NOT NULL REFERENCES account,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    annulled_at timestamptz,
    figures jsonb,
    CONSTRAINT vote_once UNIQUE (sitting, number),
    CONSTRAINT vote_end CHECK ((closed_at IS NULL OR annulled_at IS NULL) AND (closed_at IS NULL) = (figures IS NULL))
);
CREATE UNIQUE INDEX vote_one_open ON vote (sitting) WHERE closed_at IS NULL AND annulled_at IS NULL;

CREATE TABLE vote_item (                         -- what is voted on: one proposal, or many at once
    vote uuid NOT NULL REFERENCES vote,
    proposal uuid NOT NULL REFERENCES proposal,
    PRIMARY KEY (vote, proposal)
);
CREATE INDEX vote_item_proposal ON vote_item (proposal);

CREATE TABLE voter (                             -- whose vote was given: one row, so one vote, of whatever kind
    vote uuid NOT NULL REFERENCES vote,
    account uuid NOT NULL REFERENCES account,
    PRIMARY KEY (vote, account)
);
CREATE INDEX voter_account ON voter (account);

CREATE TABLE ballot (                            -- what it was, in open and sealed votes
    vote uuid NOT NULL,
    account uuid NOT NULL,
    choice varchar(7) NOT NULL CHECK (choice IN ('for', 'against', 'abstain')),
    PRIMARY KEY (vote, account),
    CONSTRAINT ballot_voter FOREIGN KEY (vote, account) REFERENCES voter
);
CREATE INDEX ballot_account ON ballot (account);

-- Of a secret vote how many of each, in one row: no ballot, no order, no time, nothing that would lead to a voter.
CREATE TABLE urn (
    vote uuid PRIMARY KEY REFERENCES vote,
    votes_for integer NOT NULL DEFAULT 0,
    against integer NOT NULL DEFAULT 0,
    abstained integer NOT NULL DEFAULT 0
);

CREATE FUNCTION refuse_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT kind FROM vote WHERE id = NEW.vote) = 'secret' THEN
        RAISE EXCEPTION 'a secret vote has no ballots';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ballot_not_secret BEFORE INSERT OR UPDATE ON ballot FOR EACH ROW EXECUTE FUNCTION refuse_ballot();
