-- What a workflow has not read yet is a row of a small table: an index on the proposal would have each entry and each
-- reading of it write the proposal's row into every index, of which it has many. Room is left beside it for the new state.
CREATE TABLE unread (
    proposal uuid PRIMARY KEY REFERENCES proposal ON DELETE CASCADE,
    since timestamptz NOT NULL                   -- of the first entry that is not read
);
INSERT INTO unread SELECT id, last_at FROM proposal WHERE seen_seq < last_seq AND status <> 'draft';
DROP INDEX proposal_unseen;
ALTER TABLE proposal SET (fillfactor = 80);

CREATE FUNCTION note_unread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unread VALUES (NEW.id, NEW.last_at) ON CONFLICT (proposal) DO NOTHING;
    PERFORM pg_notify('relay', 'proposal');
    RETURN NULL;
END $$;
DROP TRIGGER proposal_wakes ON proposal;
CREATE TRIGGER proposal_wakes AFTER UPDATE OF last_seq ON proposal FOR EACH ROW
    WHEN (NEW.seen_seq < NEW.last_seq AND NEW.status <> 'draft') EXECUTE FUNCTION note_unread();

CREATE OR REPLACE FUNCTION tell_seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seen_seq >= NEW.last_seq THEN
        DELETE FROM unread WHERE proposal = NEW.id;
    END IF;
    PERFORM pg_notify('seen', NEW.id || ' ' || NEW.seen_seq);
    RETURN NULL;
END $$;

-- The clock of the first stage starts while the row still says draft, of which nothing is awaited: it is written next.
CREATE OR REPLACE FUNCTION agenda_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM agenda_anew(id) FROM proposal
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.proposal ELSE NEW.proposal END AND status <> 'draft';
    RETURN NULL;
END $$;
