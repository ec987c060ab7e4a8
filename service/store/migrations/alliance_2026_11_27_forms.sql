-- A document is of a proposal, as of an entry of its journal, or of an edition, which never changes.

ALTER TABLE job ALTER COLUMN proposal DROP NOT NULL;
ALTER TABLE job ALTER COLUMN position DROP NOT NULL;
ALTER TABLE job ADD COLUMN edition uuid REFERENCES edition;
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('receipt', 'dossier', 'letter', 'form'));
ALTER TABLE job ADD CONSTRAINT job_about CHECK (
    (kind = 'form') = (edition IS NOT NULL)
    AND (kind = 'form') = (proposal IS NULL)
    AND (proposal IS NULL) = (position IS NULL)
);
-- `job_once` says nothing of a row without a proposal.
ALTER TABLE job ADD CONSTRAINT job_once_of_edition UNIQUE (edition, kind, renderer);
