-- Minutes and convocations are of a sitting as packs are: `content` is all that one reader is told, by `mark`.

ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check
    CHECK (kind IN ('receipt', 'dossier', 'archive', 'letter', 'form', 'pack', 'minutes', 'convocation'));
ALTER TABLE job DROP CONSTRAINT job_about;
ALTER TABLE job ADD CONSTRAINT job_about CHECK (
    (kind = 'form') = (edition IS NOT NULL)
    AND (kind IN ('pack', 'minutes', 'convocation')) = (sitting IS NOT NULL)
    AND (kind IN ('pack', 'minutes', 'convocation')) = (content IS NOT NULL)
    AND (kind IN ('form', 'pack', 'minutes', 'convocation')) = (proposal IS NULL)
    AND (proposal IS NULL) = (position IS NULL)
);
