-- The id of the request that the last entry, the document or the mail came of; "" where nobody asked.

ALTER TABLE proposal ADD COLUMN request varchar(64) NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN request varchar(64) NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN request varchar(64) NOT NULL DEFAULT '';
