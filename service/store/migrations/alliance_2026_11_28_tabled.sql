-- Reviews that were given, in the order of tables of them, with whose they are: without a look at the rows themselves.
CREATE INDEX assignment_done ON assignment (proposal, round, rank) INCLUDE (review, expert) WHERE status = 'done';
