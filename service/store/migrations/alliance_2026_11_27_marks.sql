-- What an expert marks for themselves on a proposal. Nobody else reads it: no officer, no committee, no document.

CREATE TABLE mark (
    review uuid NOT NULL REFERENCES review,       -- which a team may write together: each marks it alone
    proposal uuid NOT NULL REFERENCES proposal,
    expert uuid NOT NULL REFERENCES account,
    doubt boolean NOT NULL DEFAULT false,        -- to come back to
    note text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 0,          -- of the note
    saved_at timestamptz NOT NULL,
    PRIMARY KEY (review, expert)
);
CREATE INDEX mark_expert ON mark (expert);
CREATE INDEX mark_proposal ON mark (proposal);

ALTER TABLE assignment ADD COLUMN code varchar(20) NOT NULL DEFAULT ''   -- why it was declined, where one word says it
    CHECK (code IN ('', 'not_my_field', 'unavailable'));
