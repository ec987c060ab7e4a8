"""Who can be asked for a review, and who holds a seat, as conditions of SQL: the one place that says it.

`a` is a row of `assignment`. A seat is held by one expert, or by the members of a team, a row each.
"""

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

from service.domain.loads import Load
from service.store.conflicts import conflicted
from service.store.database import rows

HOLDING = "('invited', 'accepted', 'done')"

_OPEN = "(SELECT count(*) FROM assignment o WHERE o.expert = {who} AND o.status IN ('invited', 'accepted'))"
_GIVEN = (
    "(SELECT count(*) FROM assignment o JOIN proposal q ON q.id = o.proposal AND q.call = {call}"  # noqa: S608  our words
    f" WHERE o.expert = {{who}} AND o.status IN {HOLDING} AND o.released_at IS NULL)"
)
_MOST = "(SELECT f.most FROM profile f WHERE f.account = {who})"
_MOST_IN_CALL = "(SELECT r.most FROM role r WHERE r.account = {who} AND r.call = {call} AND r.role = 'expert')"
_ABSENT = "EXISTS (SELECT FROM absence b WHERE b.account = {who} AND {today} BETWEEN b.starts AND b.ends)"


def _possible(a: str) -> str:
    """Free of conflicts, and an expert of the call still."""
    return (
        f"NOT {conflicted(f'{a}.proposal', f'{a}.expert')}"  # noqa: S608
        " AND EXISTS (SELECT FROM role r JOIN proposal q ON q.call = r.call"
        f"  WHERE q.id = {a}.proposal AND r.account = {a}.expert AND r.role = 'expert')"
        f" AND EXISTS (SELECT FROM account k WHERE k.id = {a}.expert AND k.disabled_at IS NULL)"
    )


def has_time(who: str, call: str) -> str:
    """That an expert (an expression of SQL) of a call (another) is below their limits and not absent on a day: a
    parameter."""
    names = {"who": who, "call": call}
    return (
        f"NOT {_ABSENT.format(today='{}', **names)}"
        f" AND coalesce({_OPEN.format(**names)} < {_MOST.format(**names)}, true)"
        f" AND coalesce({_GIVEN.format(**names)} < {_MOST_IN_CALL.format(**names)}, true)"
    )


def _free(a: str) -> str:
    """That whoever is listed has time on a day: a parameter."""
    return has_time(f"{a}.expert", f"(SELECT z.call FROM proposal z WHERE z.id = {a}.proposal)")  # noqa: S608


def _of_all(condition: Callable[[str], str]) -> str:
    """That it holds for whoever is listed, and for all who are listed with them as a team."""
    return (
        f"{condition('a')} AND (a.team IS NULL OR NOT EXISTS (SELECT FROM assignment m"
        " WHERE m.proposal = a.proposal AND m.round = a.round AND m.team = a.team AND m.status = 'proposed'"
        f" AND NOT ({condition('m')})))"
    )


# Could be asked, as far as the person is concerned.
POSSIBLE = _possible("a")
# Listed and possible, whether they have time or not.
LISTED = f"a.status = 'proposed' AND {_of_all(_possible)}"
# Whom the process may ask on a day, which is a parameter twice.
INVITABLE = f"{LISTED} AND {_of_all(_free)}"

# That the clock of the stage of the proposal `p` stands still, as the applicant owes an answer; those of experts too.
PAUSED = (
    "EXISTS (SELECT FROM deadline s WHERE s.proposal = p.id AND s.visit = p.visit AND s.kind = 'stage'"
    " AND s.closed_at IS NULL AND s.paused_at IS NOT NULL)"
)

# A review given late, whose seat somebody else has taken, has a seat of its own from this number on: the process wants
# none of these, and fills none.
BEYOND = 100

# That somebody else holds an assignment's seat. Members of a team do not take the place of each other.
TAKEN = (
    "EXISTS (SELECT FROM assignment h WHERE h.proposal = a.proposal AND h.round = a.round AND h.seat = a.seat"  # noqa: S608
    f" AND h.id <> a.id AND h.status IN {HOLDING} AND (a.team IS NULL OR h.team IS DISTINCT FROM a.team))"
)
# How an assignment stands: one whose time was over stands as before for as long as nobody else holds the seat, and,
# where the review was begun, as long as the stage lasts.
STANDING = (
    "CASE WHEN a.status = 'released' AND a.released_at IS NOT NULL AND ("
    "(a.answered_at IS NOT NULL AND EXISTS (SELECT FROM review w WHERE w.id = a.review AND w.saved_at IS NOT NULL))"
    f" OR NOT {TAKEN})"
    " THEN CASE WHEN a.answered_at IS NULL THEN 'invited' ELSE 'accepted' END ELSE a.status END"
)


def seats_given(proposal: str, number: str) -> str:
    """How many seats of a round have their review, or all of a team's; both are SQL, `{}` for a parameter. What was
    given counts as it is, asked for again or not."""
    return (
        f"(SELECT count(*) FROM (SELECT FROM assignment x WHERE x.proposal = {proposal} AND x.round = {number}"  # noqa: S608
        f" AND x.status IN {HOLDING} GROUP BY x.seat HAVING bool_and(x.status = 'done')) AS given)"
    )


async def loads(call: UUID, experts: Collection[UUID], today: date) -> dict[UUID, Load]:
    """The load of each of these experts in a call."""
    names = {"who": "e.id", "call": "{}"}
    found = await rows(
        f"SELECT e.id, {_OPEN.format(**names)} AS open, {_GIVEN.format(**names)} AS given,"  # noqa: S608  our names
        f" {_MOST.format(**names)} AS most, {_MOST_IN_CALL.format(**names)} AS most_in_call,"
        f" {_ABSENT.format(today='{}', **names)} AS absent FROM unnest({{}}::uuid[]) AS e (id)",
        *(call, call, today, list(experts)),
    )
    return {line.pop("id"): Load(**line) for line in found}
