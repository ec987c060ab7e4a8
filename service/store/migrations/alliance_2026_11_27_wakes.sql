-- One wake-up per commit for each part of the relay that the commit concerns: 'proposal', 'job', 'mail'; '' for all.
CREATE OR REPLACE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('relay', coalesce(TG_ARGV[0], ''));
    RETURN NULL;
END $$;

-- An entry is of no concern to the relay before a workflow has to see it: most are of drafts.
DROP TRIGGER entry_wakes ON entry;
CREATE TRIGGER proposal_wakes AFTER UPDATE OF last_seq ON proposal FOR EACH ROW
    WHEN (NEW.seen_seq < NEW.last_seq AND NEW.status <> 'draft') EXECUTE FUNCTION wake_relay('proposal');
DROP TRIGGER job_wakes ON job;
CREATE TRIGGER job_wakes AFTER INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION wake_relay('job');
DROP TRIGGER outbox_wakes ON outbox;
CREATE TRIGGER outbox_wakes AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION wake_relay('mail');

-- Whoever waits for a workflow (doors/waiting.py) hears what it has read: proposal, and seq of the entry.
CREATE FUNCTION tell_seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('seen', NEW.id || ' ' || NEW.seen_seq);
    RETURN NULL;
END $$;
CREATE TRIGGER proposal_seen_told AFTER UPDATE OF seen_seq ON proposal FOR EACH ROW
    WHEN (NEW.seen_seq > OLD.seen_seq) EXECUTE FUNCTION tell_seen();
