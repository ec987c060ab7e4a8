-- What an expert adds to scores and comments where the grid asks for it, and as many reminders as the edition has.

ALTER TABLE review ADD COLUMN confidential jsonb NOT NULL DEFAULT '{}';   -- comments for officers and committee alone
ALTER TABLE review ADD COLUMN confidence varchar(60) NOT NULL DEFAULT '';
ALTER TABLE review ADD COLUMN recommendation varchar(60) NOT NULL DEFAULT '';
-- The instants of the reminders, as JSON; none: an invitation of before, whose two are half_at and last_at. Those go on
-- to hold the first and the last one.
ALTER TABLE assignment ADD COLUMN reminders jsonb;
