-- What calls do by themselves.

ALTER TABLE call ADD COLUMN seen_seq integer NOT NULL DEFAULT 0; -- the last entry of its journal that its workflow has read
ALTER TABLE call ADD COLUMN next_at timestamptz;                 -- when it does something next; none: nothing any more

-- A new edition, more time, an answer published: the call's workflow looks again.
CREATE TRIGGER call_wakes AFTER UPDATE OF last_seq ON stream FOR EACH ROW WHEN (NEW.name LIKE 'call:%')
    EXECUTE FUNCTION wake_relay('call');

CREATE TABLE call_step (                         -- what a call has done by itself, each once
    call uuid NOT NULL REFERENCES call,
    kind varchar(8) NOT NULL CHECK (kind IN ('opened', 'drafts', 'closed', 'morning')),
    at timestamptz NOT NULL,                     -- when it was due
    done_at timestamptz NOT NULL,
    PRIMARY KEY (call, kind, at)
);
