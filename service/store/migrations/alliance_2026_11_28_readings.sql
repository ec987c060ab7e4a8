-- Who reads a table of many proposals reads them at once: one line that names them all, instead of one for each.
ALTER TABLE access_log ADD COLUMN proposals uuid[], ALTER COLUMN proposal DROP NOT NULL,
    ADD CONSTRAINT access_log_of CHECK ((proposal IS NULL) <> (proposals IS NULL));
