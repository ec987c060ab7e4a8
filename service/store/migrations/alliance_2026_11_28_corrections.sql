-- A published decision never changes: a correction is another decision, which cites it. The decisions of a round are
-- numbered; the last published one is in force.

ALTER TABLE decision
    ADD COLUMN delegation varchar(300) NOT NULL DEFAULT '',  -- the act by which its author decides for somebody else
    ADD COLUMN number integer NOT NULL DEFAULT 1,
    ADD COLUMN corrects uuid REFERENCES decision,
    ADD COLUMN ground varchar(9) NOT NULL DEFAULT ''
        CHECK (ground IN ('', 'error', 'request', 'illegal', 'condition', 'fraud')),
    ADD COLUMN changes text NOT NULL DEFAULT '',             -- what changes, and why
    ADD COLUMN heard_on date,                                -- when the applicant could say what they think of it
    ADD CONSTRAINT decision_cites CHECK ((corrects IS NULL) = (number = 1) AND (corrects IS NULL) = (ground = ''));
DROP INDEX decision_one;
CREATE UNIQUE INDEX decision_one ON decision (proposal, round, number);
CREATE UNIQUE INDEX decision_corrected ON decision (corrects) WHERE corrects IS NOT NULL;

-- Somebody has read the letter of a decision that waits for its publication; `mark`: of all that it was made of then.
CREATE TABLE letter_check (
    decision uuid PRIMARY KEY REFERENCES decision ON DELETE CASCADE,
    proposal uuid NOT NULL REFERENCES proposal,
    mark varchar(64) NOT NULL,
    author uuid NOT NULL REFERENCES account,
    at timestamptz NOT NULL
);
CREATE INDEX letter_check_proposal ON letter_check (proposal);
