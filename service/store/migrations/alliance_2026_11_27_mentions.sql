-- A hint that an officer confirms stops its expert as what is likely does.

ALTER TABLE conflict ADD COLUMN confirmed_at timestamptz;
ALTER TABLE conflict ADD COLUMN confirmed_by uuid REFERENCES account;
ALTER TABLE conflict ADD CONSTRAINT conflict_confirmed CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL));
ALTER TABLE conflict DROP COLUMN stands;  -- its index with it
ALTER TABLE conflict ADD COLUMN stands boolean NOT NULL GENERATED ALWAYS AS
    (closed_at IS NULL AND (strength = 'certain'
        OR (dismissed_at IS NULL AND (strength = 'likely' OR confirmed_at IS NOT NULL)))) STORED;
CREATE INDEX conflict_stands ON conflict (proposal, expert) WHERE stands;

-- Keys of texts are made otherwise: the worker makes all of them anew.
UPDATE proposal SET traced = false WHERE traced AND submitted_at IS NOT NULL;
