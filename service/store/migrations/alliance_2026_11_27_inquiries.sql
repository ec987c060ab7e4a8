-- What people ask on a call, and what is published of it.

CREATE TABLE inquiry (                           -- a question as it was asked
    id uuid PRIMARY KEY,
    call uuid NOT NULL REFERENCES call,
    asker uuid NOT NULL REFERENCES account,      -- told to nobody, officers included
    text text NOT NULL,
    salt bytea NOT NULL,
    digest varchar(64) NOT NULL,
    at timestamptz NOT NULL,
    state varchar(9) NOT NULL CHECK (state IN ('waiting', 'published', 'declined')),
    published integer,                           -- the number of the revision that everybody reads
    published_at timestamptz,                    -- for the first time
    changed_at timestamptz,                      -- published anew since
    reason text NOT NULL DEFAULT '',             -- of declining, for the asker alone
    closed_at timestamptz,                       -- declined
    CONSTRAINT inquiry_published CHECK ((state = 'published') = (published IS NOT NULL))
);
CREATE INDEX inquiry_call ON inquiry (call, state, published_at);
CREATE INDEX inquiry_asker ON inquiry (asker, at);

CREATE TABLE inquiry_revision (                  -- question and answer as an officer words them; append-only
    inquiry uuid NOT NULL REFERENCES inquiry,
    number integer NOT NULL,
    question text NOT NULL,
    answer text NOT NULL,
    author uuid NOT NULL REFERENCES account,
    salt bytea NOT NULL,
    digest varchar(64) NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (inquiry, number)
);
ALTER TABLE inquiry ADD CONSTRAINT inquiry_revision_published
    FOREIGN KEY (id, published) REFERENCES inquiry_revision (inquiry, number);

-- A text may be blanked with its salt when a person is erased; nothing else of what was written changes.
CREATE TRIGGER inquiry_kept BEFORE DELETE ON inquiry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inquiry_immutable BEFORE UPDATE ON inquiry FOR EACH ROW
    WHEN (NEW.digest <> OLD.digest OR NEW.call <> OLD.call OR NEW.asker <> OLD.asker OR NEW.at <> OLD.at
          OR (NEW.text <> OLD.text AND NEW.salt <> ''::bytea)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inquiry_revision_kept BEFORE DELETE ON inquiry_revision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER inquiry_revision_immutable BEFORE UPDATE ON inquiry_revision FOR EACH ROW
    WHEN (NEW.digest <> OLD.digest OR NEW.author <> OLD.author OR NEW.at <> OLD.at OR NEW.number <> OLD.number
          OR ((NEW.question <> OLD.question OR NEW.answer <> OLD.answer) AND NEW.salt <> ''::bytea))
    EXECUTE FUNCTION refuse_change();
