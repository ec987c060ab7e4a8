-- A rank rests on other proposals: it is kept as it was when the document was asked for, which is drawn the same again.

ALTER TABLE job ADD COLUMN rank integer;
ALTER TABLE job ADD COLUMN ranked integer;
ALTER TABLE job ADD CONSTRAINT job_rank CHECK ((rank IS NULL) = (ranked IS NULL));
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('receipt', 'dossier', 'archive', 'letter', 'form'));
CREATE INDEX job_drawn ON job (sha256) WHERE sha256 IS NOT NULL;  -- somebody asks whose file this is
