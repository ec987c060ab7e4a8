-- Going back to the content of an older edition is a new edition.
ALTER TABLE edition DROP CONSTRAINT edition_digest;
CREATE INDEX edition_content ON edition (call, digest);

-- The edition whose seats the present stage was opened with, where the proposal was moved to another one meanwhile.
ALTER TABLE proposal ADD COLUMN stage_edition uuid REFERENCES edition;
CREATE INDEX proposal_edition ON proposal (edition);

-- The edition on which the applicant began, where they have not yet been told that another form took its place.
ALTER TABLE proposal ADD COLUMN told_edition uuid REFERENCES edition;
