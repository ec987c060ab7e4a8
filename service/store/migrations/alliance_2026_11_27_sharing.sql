-- Several people write one proposal.

CREATE TABLE collaborator (                      -- who joined a proposal at its owner's invitation, and has not left
    proposal uuid NOT NULL REFERENCES proposal,
    account uuid NOT NULL REFERENCES account,
    level varchar(6) NOT NULL CHECK (level IN ('reader', 'writer')),
    since timestamptz NOT NULL,
    PRIMARY KEY (proposal, account)
);
CREATE INDEX collaborator_account ON collaborator (account);

CREATE TABLE share (                             -- an invitation to join, or the offer of ownership; swept a week after its end
    id uuid PRIMARY KEY,                         -- the link's secret is derived from it
    proposal uuid NOT NULL REFERENCES proposal,
    email varchar(254) NOT NULL,                 -- whoever signs in with this address may take it, nobody else
    level varchar(6) NOT NULL CHECK (level IN ('reader', 'writer', 'owner')),
    inviter uuid NOT NULL REFERENCES account,
    secret_hash bytea NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz                         -- taken, declined, revoked or replaced
);
CREATE UNIQUE INDEX share_open ON share (proposal, email) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX share_offer ON share (proposal) WHERE level = 'owner' AND ended_at IS NULL;
CREATE INDEX share_email ON share (email);
CREATE INDEX share_inviter ON share (inviter, at);
