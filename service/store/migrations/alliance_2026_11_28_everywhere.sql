-- An expert replaced, or given more time, wherever a review of theirs is awaited.
ALTER TABLE batch DROP CONSTRAINT batch_act_check;
ALTER TABLE batch ALTER COLUMN act TYPE varchar(20);
ALTER TABLE batch ADD CONSTRAINT batch_act_check
    CHECK (act IN ('skip', 'go_back', 'reopen', 'extend', 'stop', 'replace_expert', 'extend_expert'));
