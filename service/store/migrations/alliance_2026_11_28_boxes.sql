-- Convocations and what else a call tells its committee and officers: its box of mails shows them too.
CREATE INDEX outbox_of_call ON outbox ((data ->> 'call'), created_at) WHERE about IS NULL;
