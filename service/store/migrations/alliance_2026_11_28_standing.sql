-- Clocks of stages that stand still, few at any time: a list that tells it of each proposal read every open deadline.
CREATE INDEX deadline_paused ON deadline (proposal, visit)
    WHERE kind = 'stage' AND closed_at IS NULL AND paused_at IS NOT NULL;
