-- What shows that a milestone was reached may be on the web; its files are attachments of the field `@` and its id.
ALTER TABLE milestone ADD COLUMN link varchar(500) NOT NULL DEFAULT '';
