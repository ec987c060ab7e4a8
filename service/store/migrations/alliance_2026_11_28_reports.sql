-- Reports are of a call, or of a year: `content` is all that they tell, and to whom it may be given.

ALTER TABLE job ADD COLUMN call uuid REFERENCES call;
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN
    ('receipt', 'dossier', 'archive', 'letter', 'form', 'pack', 'minutes', 'convocation', 'report', 'annual'));
ALTER TABLE job DROP CONSTRAINT job_about;
ALTER TABLE job ADD CONSTRAINT job_about CHECK (
    (kind = 'form') = (edition IS NOT NULL)
    AND (kind IN ('pack', 'minutes', 'convocation')) = (sitting IS NOT NULL)
    AND (kind = 'report') = (call IS NOT NULL)
    AND (kind IN ('pack', 'minutes', 'convocation', 'report', 'annual')) = (content IS NOT NULL)
    AND (kind IN ('form', 'pack', 'minutes', 'convocation', 'report', 'annual')) = (proposal IS NULL)
    AND (proposal IS NULL) = (position IS NULL)
);
CREATE UNIQUE INDEX job_once_of_report ON job (mark, renderer) WHERE kind IN ('report', 'annual');
