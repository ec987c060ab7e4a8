-- The authority of a call decides; the committee, which its chair leads, gives an opinion.
ALTER TABLE role DROP CONSTRAINT role_role_check;
ALTER TABLE role ADD CONSTRAINT role_role_check
    CHECK (role IN ('admin', 'auditor', 'authority', 'chair', 'committee', 'expert', 'officer'));
