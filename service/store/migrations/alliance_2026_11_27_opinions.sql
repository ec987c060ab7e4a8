-- On which opinion of the committee a decision rests: that of this sitting; none where it gave none.

ALTER TABLE decision ADD COLUMN sitting uuid REFERENCES sitting;
CREATE INDEX decision_sitting ON decision (sitting) WHERE sitting IS NOT NULL;

CREATE TABLE dissent (                           -- a member asks that their disagreement be mentioned
    sitting uuid NOT NULL REFERENCES sitting,
    proposal uuid NOT NULL REFERENCES proposal,
    account uuid NOT NULL REFERENCES account,
    text text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    PRIMARY KEY (sitting, proposal, account)
);
CREATE INDEX dissent_proposal ON dissent (proposal);
CREATE INDEX dissent_account ON dissent (account);

ALTER TABLE sitting ADD COLUMN approved_at timestamptz;          -- its minutes, by whoever was in the chair
ALTER TABLE sitting ADD COLUMN approved_by uuid REFERENCES account;
ALTER TABLE sitting ADD COLUMN digest varchar(64) NOT NULL DEFAULT '';   -- of what was approved, salted; in the journal too
ALTER TABLE sitting ADD COLUMN content text NOT NULL DEFAULT '';          -- what was approved, as JSON
ALTER TABLE sitting ADD CONSTRAINT sitting_approved
    CHECK ((approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL OR closed_at IS NOT NULL));
