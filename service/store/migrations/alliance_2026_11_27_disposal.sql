-- A proposal may be deleted whole, when its time has come: by a transaction that names it, and only that one.

CREATE TABLE disposal (                          -- objects whose rows are deleted; gone from the store soon after
    key varchar(200) PRIMARY KEY,
    handle varchar(1024) NOT NULL DEFAULT '',    -- of a file that came in pieces and was never whole
    since timestamptz NOT NULL
);

CREATE FUNCTION refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('alliance.disposing', true) = OLD.proposal::text THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the rows of % are kept', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_immutable';
END $$;

DROP TRIGGER revision_kept ON revision;
CREATE TRIGGER revision_kept BEFORE DELETE ON revision FOR EACH ROW EXECUTE FUNCTION refuse_delete();
DROP TRIGGER message_kept ON message;
CREATE TRIGGER message_kept BEFORE DELETE ON message FOR EACH ROW EXECUTE FUNCTION refuse_delete();
DROP TRIGGER extension_kept ON extension;
CREATE TRIGGER extension_kept BEFORE DELETE ON extension FOR EACH ROW EXECUTE FUNCTION refuse_delete();
DROP TRIGGER decision_published ON decision;
CREATE TRIGGER decision_published BEFORE UPDATE ON decision FOR EACH ROW
    WHEN (OLD.publication IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_kept BEFORE DELETE ON decision FOR EACH ROW
    WHEN (OLD.publication IS NOT NULL) EXECUTE FUNCTION refuse_delete();
