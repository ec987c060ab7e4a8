"""What must hold of the rows of proposals at any moment: promises, each with the statement that finds its faults."""

import msgspec

from service.store.conflicts import conflicted
from service.store.sittings import of_call


class Fault(msgspec.Struct, frozen=True):
    """Where a promise does not hold: the reference of a proposal, a chain or an object, and what is wrong there."""

    subject: str
    what: str


class Promise(msgspec.Struct, frozen=True):
    """What must hold, in words, and the statement that finds where it does not: its columns are those of `Fault`."""

    id: str
    says: str
    sql: str


# A person who is there and has one of these roles in the call of the proposal `p`.
_SOMEBODY = (
    "EXISTS (SELECT FROM role r JOIN account a ON a.id = r.account AND a.disabled_at IS NULL"
    " WHERE r.call = p.call AND r.role = ANY(CASE p.stage_kind WHEN 'committee' THEN ARRAY['chair', 'authority']"
    " ELSE ARRAY['officer'] END))"
)
_RUNNING = (
    "EXISTS (SELECT FROM deadline d WHERE d.proposal = p.id AND d.visit = p.visit"
    " AND d.closed_at IS NULL AND d.paused_at IS NULL AND d.overdue_at IS NULL)"
)
_OWED = "(p.returned OR EXISTS (SELECT FROM message m WHERE m.proposal = p.id AND m.question AND m.closed_at IS NULL))"
_RACE = "interval '1 minute'"  # two acts at once may be done in the other order than they were asked for
_ASKED = "a.status IN ('invited', 'accepted', 'done')"

PROMISES = (
    Promise(
        "waiting",
        "every open stage waits for a deadline or for somebody",
        "SELECT p.reference AS subject,"  # noqa: S608
        " 'stage ' || p.stage || ' waits for no deadline and for nobody' AS what"
        f" FROM proposal p WHERE p.stage <> '' AND NOT {_RUNNING} AND NOT {_OWED} AND NOT {_SOMEBODY}",
    ),
    Promise(
        "paused",
        "a clock stands still only while the applicant owes something",
        "SELECT p.reference AS subject,"  # noqa: S608
        " 'its clock has stood still since ' || d.paused_at AS what"
        " FROM deadline d JOIN proposal p ON p.id = d.proposal AND p.visit = d.visit"
        f" WHERE d.closed_at IS NULL AND d.paused_at IS NOT NULL AND NOT {_OWED}",
    ),
    Promise(
        "clocks",
        "no clock runs on of a stage that was left",
        "SELECT p.reference AS subject, 'the clock ' || d.kind || ' of visit ' || d.visit || ' still runs' AS what"
        " FROM deadline d JOIN proposal p ON p.id = d.proposal"
        " WHERE d.closed_at IS NULL AND (p.stage = '' OR p.visit <> d.visit)",
    ),
    Promise(
        "status",
        "a proposal is in a stage while it is examined, or as a pilot, and has a decision where it was accepted",
        "SELECT coalesce(p.reference, p.id::text) AS subject, 'status ' || p.status || ', stage ' || p.stage AS what"
        " FROM proposal p WHERE (p.status = 'in_progress' AND p.stage = '')"
        " OR (p.status IN ('draft', 'ineligible', 'withdrawn', 'completed') AND p.stage <> '')"
        " OR (p.status IN ('accepted', 'completed') AND NOT EXISTS"
        "  (SELECT FROM decision d WHERE d.proposal = p.id AND d.publication IS NOT NULL))",
    ),
    Promise(
        "pilots",
        "what is tried in the field has a pilot that goes on, with a review to come or a stop; nothing else has",
        "SELECT p.reference AS subject, 'stage ' || p.stage || ', pilot ' || coalesce(t.phase, 'none') AS what"
        " FROM proposal p LEFT JOIN pilot t ON t.proposal = p.id WHERE (p.stage_kind = 'pilot') <>"
        " (t.proposal IS NOT NULL AND t.ended_at IS NULL) OR (p.stage_kind = 'pilot' AND t.phase <> 'stopped'"
        " AND t.outcome = '' AND NOT EXISTS (SELECT FROM deadline d WHERE d.proposal = p.id AND d.visit = p.visit"
        "  AND d.closed_at IS NULL))",
    ),
    Promise(
        "conflicts",
        "nobody is asked for a review against a conflict of interest",
        "SELECT p.reference AS subject,"  # noqa: S608
        " 'assignment ' || a.id || ' is ' || a.status || ' against a conflict' AS what"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal AND p.round = a.round"
        f" WHERE p.stage <> '' AND {_ASKED} AND {conflicted('a.proposal', 'a.expert')}",
    ),
    Promise(
        "sides",
        "nobody judges what they apply for",
        "SELECT p.reference AS subject,"  # noqa: S608
        " 'assignment ' || a.id || ' is of the applicant’s side' AS what"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal"
        f" WHERE {_ASKED} AND (a.expert = p.owner OR EXISTS"
        " (SELECT FROM collaborator c WHERE c.proposal = a.proposal AND c.account = a.expert))",
    ),
    Promise(
        "seats",
        "a seat is held by one expert, or by the members of one team, until an instant",
        "SELECT p.reference AS subject,"  # noqa: S608
        " 'seat ' || coalesce(a.seat::text, '?') || ' has ' || count(*) || ' holders' AS what"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal"
        f" WHERE {_ASKED} GROUP BY p.id, a.round, a.seat HAVING a.seat IS NULL OR bool_or(a.due_at IS NULL)"
        " OR (count(*) > 1 AND (count(DISTINCT a.team) <> 1 OR count(*) <> count(a.team)))",
    ),
    Promise(
        "reviews",
        "an expert is done when their review is submitted, and not before",
        "SELECT p.reference AS subject, 'assignment ' || a.id || ' is done without a submitted review' AS what"
        " FROM assignment a JOIN proposal p ON p.id = a.proposal WHERE a.status = 'done' AND NOT EXISTS"
        " (SELECT FROM review r WHERE r.id = a.review AND r.submitted_at IS NOT NULL)",
    ),
    Promise(
        "tallies",
        "what reviews come to counts each review that is given, once, and no other",
        "SELECT p.reference AS subject, 'round ' || c.round || ': ' || sum(c.given) || ' reviews given, '"
        " || sum(c.counted) || ' counted' AS what FROM ("
        "SELECT proposal, round, count(DISTINCT review) AS given, 0 AS counted FROM assignment WHERE status = 'done'"
        " GROUP BY proposal, round UNION ALL SELECT proposal, round, 0, jsonb_array_length(reviews) FROM tally"
        ") c JOIN proposal p ON p.id = c.proposal GROUP BY p.id, c.round HAVING sum(c.given) <> sum(c.counted)",
    ),
    Promise(
        "agenda",
        "whom a proposal waits for, and until when, is told as its rows have it",
        "SELECT coalesce(p.reference, p.id::text) AS subject, 'kept as ' || coalesce((g.*)::text, 'nothing')"
        " || ', which is ' || (n.*)::text AS what"
        " FROM proposal p LEFT JOIN agenda g ON g.proposal = p.id, LATERAL agenda_now(p.id) n"
        " WHERE (g.*) IS DISTINCT FROM (n.*)",
    ),
    Promise(
        "unread",
        "what a workflow has not read is known to whoever wakes it, and nothing else is",
        "SELECT coalesce(p.reference, p.id::text) AS subject, CASE WHEN u.proposal IS NULL THEN 'unread since entry '"
        " || p.seen_seq || ', and nobody is told' ELSE 'read up to its last entry, and told as unread' END AS what"
        " FROM proposal p LEFT JOIN unread u ON u.proposal = p.id"
        " WHERE (u.proposal IS NOT NULL) <> (p.seen_seq < p.last_seq AND p.status <> 'draft')",
    ),
    Promise(
        "loads",
        "nobody was asked for more reviews at once than they take",
        "SELECT a.expert::text AS subject, count(*) || ' reviews at once, at most ' || f.most AS what"  # noqa: S608
        " FROM assignment a JOIN profile f ON f.account = a.expert"
        " WHERE a.status IN ('invited', 'accepted') AND a.released_at IS NULL"
        # A joint review that is given again was no invitation.
        " AND a.asked_again IS NULL"
        f" GROUP BY a.expert, f.most, f.saved_at HAVING count(*) > f.most AND max(a.invited_at) > f.saved_at + {_RACE}",
    ),
    Promise(
        "limits",
        "nobody was asked for more proposals of a call than its officers give them",
        "SELECT r.account::text AS subject, count(*) || ' proposals of ' || c.slug || ', at most ' || r.most AS what"  # noqa: S608
        " FROM role r JOIN call c ON c.id = r.call JOIN proposal p ON p.call = r.call"
        " JOIN assignment a ON a.proposal = p.id AND a.expert = r.account"
        f" WHERE r.role = 'expert' AND r.most IS NOT NULL AND {_ASKED} AND a.released_at IS NULL"
        # A review that counts again, as its conflict of interest was none, was no invitation.
        " AND NOT EXISTS (SELECT FROM entry e WHERE e.stream = 'proposal:' || a.proposal"
        "  AND e.kind = 'expert_restored' AND e.data ->> 'assignment' = a.id::text)"
        " GROUP BY r.account, r.call, r.most, c.slug HAVING count(*) > r.most AND max(a.invited_at) >"
        " (SELECT max(e.at) FROM entry e WHERE e.stream = 'account:' || r.account AND e.kind = 'expert_limited'"
        f"  AND e.data ->> 'call' = r.call::text) + {_RACE}",
    ),
    Promise(
        "absences",
        "nobody was asked on a day of which they had said that they were absent",
        "SELECT a.expert::text AS subject, 'asked for ' || p.reference || ' while absent until ' || b.ends AS what"  # noqa: S608
        " FROM assignment a JOIN proposal p ON p.id = a.proposal JOIN profile f ON f.account = a.expert"
        " JOIN absence b ON b.account = a.expert"
        " AND (a.invited_at AT TIME ZONE 'Europe/Paris')::date BETWEEN b.starts AND b.ends"
        f" WHERE a.invited_at > f.saved_at + {_RACE}",
    ),
    Promise(
        "shared",
        "a sitting is of other calls than its own, has one number in each, and examines proposals of these alone",
        "SELECT s.id::text AS subject, w.what FROM sitting s CROSS JOIN LATERAL ("  # noqa: S608
        "SELECT 'is of its own call twice' AS what FROM sitting_call c WHERE c.sitting = s.id AND c.call = s.call"
        " UNION ALL SELECT 'has the number of another one in a call of both' FROM sitting_call c JOIN sitting o"
        "  ON o.call = c.call AND o.number = c.number WHERE c.sitting = s.id"
        " UNION ALL SELECT 'has an item of a call that it is not of: ' || p.reference FROM sitting_item i"
        f"  JOIN proposal p ON p.id = i.proposal WHERE i.sitting = s.id AND NOT {of_call('p.call')}) w",
    ),
    Promise(
        "one_call",
        "a vote is on proposals of one call",
        "SELECT v.sitting::text AS subject, 'vote ' || v.number || ' is on proposals of several calls' AS what"
        " FROM vote v JOIN vote_item i ON i.vote = v.id JOIN proposal p ON p.id = i.proposal"
        " GROUP BY v.id HAVING count(DISTINCT p.call) > 1",
    ),
    Promise(
        "ballots",
        "a vote has no more ballots than voters, and no voter who had none",
        "SELECT s.id::text AS subject, 'vote ' || v.number || ': ' || n.ballots || ' ballots, ' || n.voters"
        " || ' voters, ' || n.strangers || ' strangers' AS what FROM vote v"
        " JOIN sitting s ON s.id = v.sitting CROSS JOIN LATERAL (SELECT"
        " (SELECT count(*) FROM voter o WHERE o.vote = v.id) AS voters,"
        " (SELECT count(*) FROM ballot b WHERE b.vote = v.id) AS ballots,"
        " (SELECT count(*) FROM voter o WHERE o.vote = v.id AND NOT v.voters ? o.account::text) AS strangers) n"
        " WHERE v.kind <> 'secret' AND n.ballots <> n.voters OR n.strangers > 0",
    ),
    Promise(
        "secret",
        "nobody’s choice in a secret vote is kept, nor, once it is over, who voted; its counts are all its votes",
        "SELECT s.id::text AS subject, 'vote ' || v.number || ': ' || n.wrong AS what FROM vote v"
        " JOIN sitting s ON s.id = v.sitting CROSS JOIN LATERAL (SELECT CASE"
        " WHEN EXISTS (SELECT FROM ballot b WHERE b.vote = v.id) THEN 'has ballots'"
        " WHEN v.closed_at IS NULL AND v.annulled_at IS NULL THEN NULL"
        " WHEN v.voters <> '{{}}' OR EXISTS (SELECT FROM voter o WHERE o.vote = v.id)"
        "  OR EXISTS (SELECT FROM urn u WHERE u.vote = v.id) THEN 'is over, and names who voted'"
        " WHEN v.figures IS NOT NULL AND ((v.figures ->> 'silent')::integer < 0 OR (v.figures ->> 'voters')::integer"
        "  <> (v.figures ->> 'votes_for')::integer + (v.figures ->> 'against')::integer"
        "  + (v.figures ->> 'abstained')::integer + (v.figures ->> 'silent')::integer) THEN 'does not add up'"
        " END AS wrong) n WHERE v.kind = 'secret' AND n.wrong IS NOT NULL",
    ),
    Promise(
        "recused",
        "nobody votes, for themselves or for somebody else, on what they are recused from",
        "SELECT s.id::text AS subject, 'vote ' || v.number || ': ' || o.account || ' was recused' AS what FROM vote v"
        " JOIN sitting s ON s.id = v.sitting JOIN vote_item i ON i.vote = v.id"
        " JOIN LATERAL (SELECT account FROM voter WHERE vote = v.id"
        " UNION SELECT value::uuid FROM jsonb_each_text(v.voters)) o ON true"
        " JOIN conflict k ON k.proposal = i.proposal AND k.expert = o.account AND k.stands"
        " WHERE v.closed_at IS NOT NULL AND k.created_at < v.closed_at",
    ),
    Promise(
        "heads",
        "a proposal and its journal end at the same entry",
        "SELECT coalesce(p.reference, p.id::text) AS subject, 'entry ' || p.last_seq || ', its journal ends at '"
        " || coalesce(s.last_seq, 0) AS what FROM proposal p LEFT JOIN stream s ON s.name = 'proposal:' || p.id"
        " WHERE coalesce(s.last_seq, 0) <> p.last_seq",
    ),
    Promise(
        "digest",
        "what is told together is told to one person",
        "SELECT o.message_id AS subject, 'is a line of a mail to somebody else, or of no digest' AS what"
        " FROM outbox o JOIN outbox d ON d.id = o.digest WHERE d.account <> o.account OR d.template <> 'digest'",
    ),
)
