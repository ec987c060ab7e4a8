-- What is told together: mails that wait for others of their recipient, and leave as one.

ALTER TABLE outbox ADD COLUMN held boolean NOT NULL DEFAULT false;        -- does not leave by itself
ALTER TABLE outbox ADD COLUMN gathered_at timestamptz;                    -- of a held one, and of a digest: when its wait ended
ALTER TABLE outbox ADD COLUMN digest uuid REFERENCES outbox;              -- the mail that it goes with
ALTER TABLE outbox ADD CONSTRAINT outbox_digest CHECK (digest IS NULL OR (held AND gathered_at IS NOT NULL));

DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (created_at, id) WHERE sent_at IS NULL AND NOT held;
CREATE INDEX outbox_gathering ON outbox (account) WHERE held AND gathered_at IS NULL AND sent_at IS NULL;
CREATE INDEX outbox_told ON outbox (account, gathered_at) WHERE gathered_at IS NOT NULL;
CREATE INDEX outbox_members ON outbox (digest) WHERE digest IS NOT NULL;
