-- Whoever left by a conflict of interest, or gave a place back, while they were asked to confirm a review went on being
-- waited for.
UPDATE assignment SET asked_again = NULL WHERE asked_again IS NOT NULL AND status IN ('declined', 'released');
