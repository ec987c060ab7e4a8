-- Mails that our rules or a server refused for good are kept for a year: the next to leave is found without them.
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (created_at, id) WHERE sent_at IS NULL AND NOT held AND error NOT LIKE 'final: %';
