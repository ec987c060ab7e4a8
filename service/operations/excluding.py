"""What a conflict of interest comes to for whoever is on a list: their seat is taken, and given back once it stands no
more. Only operations that hold the proposal call these."""

from uuid import UUID

from service.domain.policy import ASSIGNING
from service.notify.mails import Mail
from service.operations import joint
from service.operations.holding import Held
from service.operations.tallying import tally
from service.operations.telling import tell, tell_officers
from service.store.database import Row, execute, value
from service.store.seats import HOLDING


async def exclude(proposal: Held, line: Row, conflict: UUID) -> None:
    """Take the seat of whoever a conflict stops. A review already given no longer counts, unless it is given back."""
    if line["status"] not in ("invited", "accepted", "done"):
        return
    await execute(
        "UPDATE assignment SET status = 'released', ended_at = {}, asked_again = NULL WHERE id = {}",
        *(proposal.now, line["id"]),
    )
    await execute("UPDATE conflict SET excluded = {} WHERE id = {}", line["id"], conflict)
    shared = await joint.leave(proposal, line, tainted=True)
    await tally(proposal)
    about = {"review": shared} if shared else {}
    await proposal.append("expert_excluded", assignment=line["id"], seat=line["seat"], conflict=conflict, **about)
    key = f"excluded-{line['id']}-{proposal.line['last_seq']}"
    await tell(proposal, line["expert"], Mail.EXPERT_EXCLUDED, key)
    await tell_officers(proposal, Mail.OFFICER_CONFLICT_FOUND, key)


async def give_back(proposal: Held, line: Row) -> None:
    """Whoever lost their seat by a conflict that stands no more: a review of theirs alone that was given counts again
    where nobody else has taken the seat, else they are on the list again, in their order. A team has gone on without
    its member, whom an officer may put on the list alone."""
    if line["status"] != "released" or not line["excluded"]:
        return
    again = await value(
        "UPDATE assignment a SET status = 'done', ended_at = r.submitted_at FROM review r WHERE a.id = {}"  # noqa: S608
        " AND r.id = a.review AND r.submitted_at IS NOT NULL AND a.seat IS NOT NULL"
        f" AND NOT {_SHARED} AND NOT EXISTS (SELECT FROM assignment h WHERE h.proposal = a.proposal"
        f" AND h.round = a.round AND h.seat = a.seat AND h.status IN {HOLDING}"
        " AND (a.team IS NULL OR h.team IS DISTINCT FROM a.team)) RETURNING a.id",
        line["id"],
    )
    if again is not None:
        await execute("UPDATE conflict SET excluded = NULL WHERE excluded = {}", line["id"])
    elif line["team"] is not None or not await list_again(line["id"], listed=proposal.phase in ASSIGNING):
        return
    await tally(proposal)
    await proposal.append("expert_restored", assignment=line["id"])


# Why whoever is no expert of the call any more lost their place, which they may have again with their role.
ROLE_ENDED = "N’est plus évaluateur de l’appel."
# An assignment `a` whose review others write, or wrote, too.
_SHARED = "EXISTS (SELECT FROM assignment o WHERE o.review = a.review AND o.id <> a.id)"


async def list_again(assignment: UUID, *, listed: bool = True) -> bool:
    """Put whoever lost their seat by a conflict of interest, or with their role, on the list again, alone; False for
    anybody else. `listed`: whether there still is a list: without one, nothing is left to give back."""
    found = await value(
        "UPDATE assignment a SET status = 'proposed', seat = NULL, team = NULL, invited_at = NULL, answered_at = NULL,"  # noqa: S608
        " half_at = NULL, last_at = NULL, due_at = NULL, reminders = NULL, reminded = 0, released_at = NULL,"
        f" asked_again = NULL, ended_at = NULL, reason = '', review = CASE WHEN {_SHARED} THEN NULL ELSE a.review END"
        " WHERE a.id = {} AND a.status = 'released' AND {} AND (a.reason = {} OR EXISTS"
        " (SELECT FROM conflict k WHERE k.excluded = a.id)) RETURNING a.id",
        *(assignment, listed, ROLE_ENDED),
    )
    await execute("UPDATE conflict SET excluded = NULL WHERE excluded = {}", assignment)
    return found is not None
