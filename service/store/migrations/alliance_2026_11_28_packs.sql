-- A pack is of a sitting, for whoever reads the same items of it: `content` names these with their entries, by `mark`.

ALTER TABLE job ADD COLUMN sitting uuid REFERENCES sitting;
ALTER TABLE job ADD COLUMN content jsonb;
ALTER TABLE job ADD COLUMN mark varchar(64) NOT NULL DEFAULT '';  -- SHA-256 of the content
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check
    CHECK (kind IN ('receipt', 'dossier', 'archive', 'letter', 'form', 'pack'));
ALTER TABLE job DROP CONSTRAINT job_about;
ALTER TABLE job ADD CONSTRAINT job_about CHECK (
    (kind = 'form') = (edition IS NOT NULL)
    AND (kind = 'pack') = (sitting IS NOT NULL)
    AND (kind = 'pack') = (content IS NOT NULL)
    AND (kind IN ('form', 'pack')) = (proposal IS NULL)
    AND (proposal IS NULL) = (position IS NULL)
);
ALTER TABLE job ADD CONSTRAINT job_once_of_sitting UNIQUE (sitting, mark, renderer);
