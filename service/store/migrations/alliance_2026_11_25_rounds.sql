-- A round leads to one committee: experts, synthesis and decision are of a proposal in a round.
-- What there is belongs to the first.

ALTER TABLE proposal ADD COLUMN round integer NOT NULL DEFAULT 1;        -- of its present stage, or of its last one
ALTER TABLE proposal ADD COLUMN part varchar(40) NOT NULL DEFAULT '';     -- the last stage that asked for sections of the form

ALTER TABLE assignment ADD COLUMN round integer NOT NULL DEFAULT 1;
ALTER TABLE assignment DROP CONSTRAINT assignment_once;
ALTER TABLE assignment ADD CONSTRAINT assignment_once UNIQUE (proposal, round, expert);
DROP INDEX assignment_seat;
CREATE UNIQUE INDEX assignment_seat ON assignment (proposal, round, seat) WHERE status IN ('invited', 'accepted', 'done');

ALTER TABLE synthesis ADD COLUMN round integer NOT NULL DEFAULT 1;
ALTER TABLE synthesis DROP CONSTRAINT synthesis_pkey;
ALTER TABLE synthesis ADD PRIMARY KEY (proposal, round);

ALTER TABLE decision ADD COLUMN round integer NOT NULL DEFAULT 1;
DROP INDEX decision_one;
CREATE UNIQUE INDEX decision_one ON decision (proposal, round);
