-- Notes for the minutes on a sitting as a whole, beside those on its items.
ALTER TABLE sitting ADD COLUMN notes text NOT NULL DEFAULT '';
ALTER TABLE sitting ADD COLUMN notes_version integer NOT NULL DEFAULT 0;
