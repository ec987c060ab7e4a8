-- Files have a place in their field, may arrive in pieces, are scanned and have their pages drawn.

ALTER TABLE attachment ADD COLUMN rank integer NOT NULL DEFAULT 0;        -- its place among those of its field
ALTER TABLE attachment ADD COLUMN scan varchar(8) NOT NULL DEFAULT 'off'
    CONSTRAINT attachment_scan CHECK (scan IN ('off', 'waiting', 'clean', 'infected', 'unable'));
ALTER TABLE attachment ADD COLUMN pages integer;                          -- images drawn of it; NULL: not tried yet
ALTER TABLE attachment ADD COLUMN claimed_at timestamptz;                 -- a worker is at it since then
ALTER TABLE attachment ADD COLUMN tries integer NOT NULL DEFAULT 0;       -- of drawing its pages
CREATE INDEX attachment_work ON attachment (added_at) WHERE scan = 'waiting' OR (pages IS NULL AND scan IN ('off', 'clean'));

CREATE TABLE upload (                            -- a file that arrives in pieces; gone when it is an attachment
    id uuid PRIMARY KEY,                         -- of the attachment that it becomes
    proposal uuid NOT NULL REFERENCES proposal,
    field varchar(60) NOT NULL,
    name varchar(255) NOT NULL,
    mark varchar(100) NOT NULL,                  -- what its sender knows it by again
    size bigint NOT NULL CHECK (size > 0),
    replaces uuid,
    sender uuid NOT NULL REFERENCES account,
    received bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND size),
    handle varchar(1024) NOT NULL DEFAULT '',    -- the object store's name of it, once it has parts
    etags jsonb NOT NULL DEFAULT '[]',           -- of its parts, all of the same size; what is beyond lies in upload/<id>/<received>
    begun_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL
);
CREATE INDEX upload_proposal ON upload (proposal, sender);
CREATE INDEX upload_touched ON upload (touched_at);
