-- Sittings of the committee: when, where, who, what about.

CREATE TABLE sitting (
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    round integer NOT NULL,
    number integer NOT NULL,                     -- from 1 in each call
    starts_at timestamptz NOT NULL,
    length integer NOT NULL CHECK (length BETWEEN 15 AND 720),   -- minutes
    place varchar(300) NOT NULL DEFAULT '',
    link varchar(500) NOT NULL DEFAULT '',       -- for whoever sits by video
    author uuid REFERENCES account,              -- none: the process
    created_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,          -- of everything on it: what pages and If-Match compare
    sequence integer NOT NULL DEFAULT 0,         -- of its event in calendars
    ordered boolean NOT NULL DEFAULT false,      -- by hand
    second_of uuid REFERENCES sitting,           -- convened again with the same agenda: no quorum is asked
    convened_at timestamptz,
    urgency text NOT NULL DEFAULT '',            -- why the notice is shorter than the rules have it
    cancelled_at timestamptz,
    reason text NOT NULL DEFAULT '',             -- why it was cancelled
    opened_at timestamptz,
    closed_at timestamptz,
    current integer,                             -- rank of the item that it is about now
    salt bytea NOT NULL,
    CONSTRAINT sitting_once UNIQUE (call, number),
    CONSTRAINT sitting_course CHECK ((opened_at IS NULL OR convened_at IS NOT NULL)
        AND (closed_at IS NULL OR opened_at IS NOT NULL) AND (cancelled_at IS NULL OR opened_at IS NULL))
);
CREATE INDEX sitting_second ON sitting (second_of) WHERE second_of IS NOT NULL;

CREATE TABLE sitting_member (
    sitting uuid NOT NULL REFERENCES sitting,
    account uuid NOT NULL REFERENCES account,
    capacity varchar(9) NOT NULL CHECK (capacity IN ('chair', 'member', 'secretary', 'observer')),
    presence varchar(6) NOT NULL DEFAULT '' CHECK (presence IN ('', 'room', 'video', 'proxy', 'absent')),
    holder uuid REFERENCES account,              -- of their proxy
    PRIMARY KEY (sitting, account),
    CONSTRAINT sitting_proxy CHECK ((presence = 'proxy') = (holder IS NOT NULL) AND holder <> account)
);
CREATE UNIQUE INDEX sitting_chair ON sitting_member (sitting) WHERE capacity = 'chair';
CREATE INDEX sitting_member_account ON sitting_member (account);

CREATE TABLE sitting_item (                      -- a proposal on the agenda, or (no rank) left for another sitting
    sitting uuid NOT NULL REFERENCES sitting,
    proposal uuid NOT NULL REFERENCES proposal,
    rank integer,
    opinion varchar(12) NOT NULL DEFAULT '' CHECK (opinion IN ('', 'retained', 'not_retained', 'postponed')),
    outcome varchar(40) NOT NULL DEFAULT '',     -- which one the opinion is on
    notes text NOT NULL DEFAULT '',              -- for the minutes
    figures jsonb,                               -- of the vote that the opinion rests on
    given_at timestamptz,
    PRIMARY KEY (sitting, proposal)
);
CREATE INDEX sitting_item_proposal ON sitting_item (proposal);

ALTER TABLE call_step DROP CONSTRAINT call_step_kind_check;
ALTER TABLE call_step ADD CONSTRAINT call_step_kind_check
    CHECK (kind IN ('opened', 'drafts', 'closed', 'morning', 'sitting', 'recall'));

-- Whoever follows a sitting hears that it has changed: sitting, and its version.
CREATE FUNCTION tell_sitting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('sitting', NEW.id || ' ' || NEW.version);
    RETURN NULL;
END $$;
CREATE TRIGGER sitting_told AFTER UPDATE OF version ON sitting FOR EACH ROW EXECUTE FUNCTION tell_sitting();
