-- A sitting is on whatever waits for the committee, of whichever round: each of its items is of its own.
ALTER TABLE sitting DROP COLUMN round;
