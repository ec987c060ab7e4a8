-- A sitting may be of several calls: its own, whose rules of procedure it follows, and further ones.

CREATE TABLE sitting_call (
    sitting uuid NOT NULL REFERENCES sitting,
    call uuid NOT NULL REFERENCES call,          -- another one than the sitting's own
    place integer NOT NULL CHECK (place > 0),    -- in which order they come on the agenda, after its own
    number integer NOT NULL,                     -- of the sitting among all of this call
    PRIMARY KEY (sitting, call),
    CONSTRAINT sitting_call_place UNIQUE (sitting, place),
    CONSTRAINT sitting_call_once UNIQUE (call, number)
);

-- Of a sitting of several calls that is over: those for which a member sat; none: for all.
ALTER TABLE sitting_member ADD COLUMN sat jsonb;
