-- A secret vote that is over names nobody: neither who gave a vote, nor who had one. What stays are counts.
-- Of those that were closed before, the journal, whose entries never change, still says who had voted, never what.

UPDATE vote v SET figures = v.figures || jsonb_build_object('voters', n.voters, 'silent', greatest(0, n.voters
      - (v.figures ->> 'votes_for')::integer - (v.figures ->> 'against')::integer
      - (v.figures ->> 'abstained')::integer))
  FROM (SELECT o.id, count(k.*) AS voters FROM vote o LEFT JOIN jsonb_object_keys(o.voters) AS k ON true GROUP BY o.id)
    AS n
  WHERE n.id = v.id AND v.kind = 'secret' AND v.closed_at IS NOT NULL;
DELETE FROM voter o USING vote v
  WHERE v.id = o.vote AND v.kind = 'secret' AND (v.closed_at IS NOT NULL OR v.annulled_at IS NOT NULL);
DELETE FROM urn u USING vote v WHERE v.id = u.vote AND (v.closed_at IS NOT NULL OR v.annulled_at IS NOT NULL);
UPDATE vote SET voters = '{}'
  WHERE kind = 'secret' AND (closed_at IS NOT NULL OR annulled_at IS NOT NULL);
ALTER TABLE vote ADD CONSTRAINT vote_secret
  CHECK (kind <> 'secret' OR (closed_at IS NULL AND annulled_at IS NULL) OR voters = '{}');

-- Counts, sealed with the installation's secret, so that the database alone tells nothing while the vote is open. The
-- columns beside hold what a vote had counted that was open when this version came.
ALTER TABLE urn ADD COLUMN sealed bytea NOT NULL DEFAULT '';
ALTER TABLE urn ALTER COLUMN sealed DROP DEFAULT;

-- A foreign key marks the account's row with the transaction that voted, long after: who has a vote is in the vote.
ALTER TABLE voter DROP CONSTRAINT voter_account_fkey;
CREATE FUNCTION refuse_voter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE about vote;
BEGIN
    SELECT * INTO about FROM vote WHERE id = NEW.vote FOR SHARE;
    IF about.closed_at IS NOT NULL OR about.annulled_at IS NOT NULL THEN
        RAISE EXCEPTION 'the vote is over';
    END IF;
    IF NOT about.voters ? NEW.account::text THEN
        RAISE EXCEPTION 'this account has no vote in it';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voter_has_voice BEFORE INSERT OR UPDATE ON voter FOR EACH ROW EXECUTE FUNCTION refuse_voter();

-- Neither samples for the planner nor dead rows keep them: the first are not taken, and dropped where they were; the
-- second are cleaned up within minutes, however few they are.
ALTER TABLE voter ALTER COLUMN vote TYPE uuid, ALTER COLUMN account TYPE uuid;
ALTER TABLE voter ALTER COLUMN vote SET STATISTICS 0, ALTER COLUMN account SET STATISTICS 0;
ALTER TABLE vote ALTER COLUMN voters TYPE jsonb;
ALTER TABLE vote ALTER COLUMN voters SET STATISTICS 0;
ALTER TABLE voter SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE urn SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
ALTER TABLE vote SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
