"""Conflicts of interest in SQL: the one condition of a conflict that stops its expert, and what the rules find."""

from datetime import date
from uuid import UUID

from service.domain.conflicts import ALONE, MATCHES, PERSONS, SHORTEST_MENTION, VERSION, YEARS, Rule, Strength
from service.store.database import Row, rows


def conflicted(proposal: str, expert: str) -> str:
    """Whether a conflict of this expert on this proposal stands; both are SQL of ids, `{}` for a parameter."""
    return f"EXISTS (SELECT FROM conflict k WHERE k.proposal = {proposal} AND k.expert = {expert} AND k.stands)"


def conflicts_of(expert: str) -> str:
    """The proposals on which a conflict of this expert stands, looked up once for a whole list."""
    return f"ARRAY(SELECT k.proposal FROM conflict k WHERE k.expert = {expert} AND k.stands)"  # noqa: S608  our words


# Whose conflicts are looked at again: what was decided rests on what it rested on.
OPEN = "p.submitted_at IS NOT NULL AND p.phase NOT IN ('draft', 'discarded', 'pilot', 'over')"
LISTED = "('proposed', 'invited', 'accepted', 'done')"
_STAFF = "('expert', 'officer', 'committee', 'chair', 'authority')"
_PERSONS = ", ".join(f"'{kind}'" for kind in PERSONS)
_MATCHES = ", ".join(
    f"('{one.tie}', '{one.source}', '{one.trace}', '{one.rule}', '{one.strength}', {past})"
    for one in MATCHES
    for past in [f"'{one.past or one.strength}'" if one.past or one.strength is Strength.WEAK else "NULL"]
)

# `staff`: who has a part in the calls of these proposals, and whether as an expert; of the others only what they
# declared themselves counts. `known_of`: their ties. Says what `conflicts.found` says, and who applied together lately.
_FOUND = f"""
given (today) AS (SELECT {{}}::date),
scope AS MATERIALIZED (
    SELECT p.id, p.call, (g.today - make_interval(
        years => coalesce((e.content -> 'process' ->> 'conflict_years')::integer, {YEARS})))::date AS earliest
    FROM proposal p JOIN edition e ON e.id = p.edition, given g WHERE {OPEN} AND ({{scope}})
),
staff AS MATERIALIZED (
    SELECT r.call, r.account, bool_or(r.role = 'expert') AS expert FROM role r
    WHERE r.call IN (SELECT call FROM scope) AND r.role IN {_STAFF} AND ({{whose}}) GROUP BY 1, 2
),
known_of AS MATERIALIZED (SELECT l.* FROM tie l WHERE l.account IN (SELECT account FROM staff)),
said AS MATERIALIZED (SELECT t.* FROM trace t WHERE t.proposal IN (SELECT id FROM scope)),
named AS MATERIALIZED (
    SELECT DISTINCT l.value, CASE WHEN l.value LIKE '% %' THEN ' ' || l.value || ' '
        ELSE '{ALONE}' || l.value || '{ALONE}' END AS spelled FROM known_of l
    WHERE l.kind = 'organisation' AND length(l.value) >= {SHORTEST_MENTION}
),
mentioned AS MATERIALIZED (
    SELECT t.proposal, n.value FROM said t JOIN named n ON position(n.spelled IN t.value) > 0 WHERE t.kind = 'mention'
    AND NOT EXISTS (SELECT FROM said x WHERE x.proposal = t.proposal AND x.kind IN ('organisation', 'named')
        AND x.value = n.value)
),
rule (tie, source, trace, rule, strength, past) AS (VALUES {_MATCHES}),
met AS MATERIALIZED (
    SELECT t.proposal, l.account, l.until, l.value, t.field, r.rule, r.strength, r.past, r.source
    FROM said t JOIN rule r ON r.trace = t.kind AND r.trace <> 'mention'
    JOIN known_of l ON l.kind = r.tie AND l.source = r.source AND l.value = t.value
    UNION ALL
    SELECT t.proposal, l.account, l.until, l.value, '', r.rule, r.strength, r.past, r.source
    FROM mentioned t JOIN rule r ON r.trace = 'mention'
    JOIN known_of l ON l.kind = r.tie AND l.source = r.source AND l.value = t.value
),
together AS MATERIALIZED (
    SELECT l.account, u.kind, u.value, v.proposal, coalesce(q.submitted_at, q.created_at) AS at
    FROM known_of l JOIN trace v ON v.kind = l.kind AND v.value = l.value
    JOIN trace u ON u.proposal = v.proposal AND u.kind IN ({_PERSONS}) JOIN proposal q ON q.id = v.proposal
    WHERE l.source = 'self' AND l.kind IN ({_PERSONS})
    AND (u.kind = 'account' OR NOT EXISTS (SELECT FROM trace s WHERE s.proposal = u.proposal AND s.kind = u.kind
        AND s.value = u.value AND s.field = ''))  -- whose account is there too
    AND NOT EXISTS (SELECT FROM tie m WHERE m.account = l.account AND m.source = 'self' AND m.kind = u.kind
        AND m.value = u.value)
),
found AS MATERIALIZED (
    SELECT * FROM (
        SELECT m.proposal, m.account AS expert, m.rule, m.value, max(m.field) AS field, min(CASE
            WHEN m.until IS NULL OR m.until >= g.today THEN m.strength WHEN m.until >= s.earliest THEN m.past END
        ) AS strength
        FROM met m JOIN scope s ON s.id = m.proposal
        JOIN staff w ON w.call = s.call AND w.account = m.account, given g
        WHERE w.expert OR m.source = 'interest' GROUP BY m.proposal, m.account, m.rule, m.value
    ) direct WHERE strength IS NOT NULL
    UNION
    SELECT t.proposal, o.account, '{Rule.COAPPLICANT}', t.value, '', '{Strength.LIKELY}'
    FROM together o JOIN trace t ON t.kind = o.kind AND t.value = o.value AND t.proposal <> o.proposal
    JOIN scope s ON s.id = t.proposal AND o.at >= s.earliest
    JOIN staff w ON w.call = s.call AND w.account = o.account AND w.expert
)
"""  # noqa: S608  our words
_DIFFERENCES = f"""
WITH {_FOUND},
known AS (
    SELECT k.* FROM conflict k JOIN scope s ON s.id = k.proposal
    JOIN staff w ON w.call = s.call AND w.account = k.expert
    WHERE k.origin = 'found' AND k.rule <> '{Rule.APPLICANT}'
)
SELECT k.id, coalesce(f.proposal, k.proposal) AS proposal, coalesce(f.expert, k.expert) AS expert,
    coalesce(f.rule, k.rule) AS rule, coalesce(f.value, k.value) AS value, coalesce(f.field, k.field) AS field,
    f.strength, k.strength AS before
FROM found f FULL JOIN known k USING (proposal, expert, rule, value)
WHERE (k.id IS NULL AND NOT EXISTS (SELECT FROM conflict a WHERE a.proposal = f.proposal AND a.expert = f.expert
        AND a.rule = f.rule AND a.value = f.value))
    OR (k.closed_at IS NULL AND f.strength IS NULL) OR (k.closed_at IS NOT NULL AND f.strength IS NOT NULL)
    OR k.strength <> f.strength
ORDER BY 2, 3, 4, 5
"""  # noqa: S608


async def differences(today: date, scope: str, whose: str, *args: object) -> list[Row]:
    """Where what the rules find of these proposals (`scope`, on `p`) and persons (`whose`, on `r`) differs from what
    stands in `conflict`: `id` None for a new one, `strength` None for one whose ground is gone."""
    return await rows(_DIFFERENCES.replace("{scope}", scope).replace("{whose}", whose), today, *args)


async def untraced(scope: str, *args: object) -> list[UUID]:
    """Submitted proposals whose traces are still to be made."""
    found = await rows(
        f"SELECT p.id FROM proposal p WHERE NOT p.traced AND p.submitted_at IS NOT NULL AND ({scope}) ORDER BY p.id",  # noqa: S608
        *args,
    )
    return [line["id"] for line in found]


async def untied(scope: str, *args: object) -> list[Row]:
    """Who has a part in the calls of these proposals and whose ties were never made, or by an older making; locked."""
    return await rows(
        f"SELECT a.id FROM account a WHERE EXISTS (SELECT FROM role r JOIN proposal p ON p.call = r.call"  # noqa: S608
        f" WHERE r.account = a.id AND r.role IN {_STAFF} AND ({scope})) AND NOT EXISTS (SELECT FROM tie t"
        " WHERE t.account = a.id AND t.kind = 'made' AND t.value = {}) ORDER BY a.id FOR NO KEY UPDATE",
        *(*args, VERSION),
    )
