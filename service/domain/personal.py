"""What the service holds on persons: every column that names an account or holds what a person wrote or is called,
what an export gives of it and what an erasure does with it. A test compares this with the schema.

A new table or column joins its room of `service/domain/held/` in the change that makes it: until then that test fails.
"""

from service.domain.held.accounts import ACCOUNTS
from service.domain.held.calls import CALLS
from service.domain.held.committee import COMMITTEE
from service.domain.held.examination import EXAMINATION
from service.domain.held.experts import EXPERTS
from service.domain.held.pilots import PILOTS
from service.domain.held.place import Place
from service.domain.held.proof import PROOF
from service.domain.held.proposals import PROPOSALS

HELD: dict[str, Place] = {
    **ACCOUNTS,
    **EXPERTS,
    **PROPOSALS,
    **EXAMINATION,
    **COMMITTEE,
    **PILOTS,
    **CALLS,
    **PROOF,
}
# What goes with a proposal, in an order that its foreign keys allow.
OF_PROPOSAL = (
    *("plan_line", "plan_item", "pin", "bid", "dissent", "vote_item", "sitting_item"),
    *("amendment", "answer", "attachment", "upload", "revision", "deadline", "suggestion", "mark", "review"),
    *("assignment", "conflict", "trace", "eligibility", "synthesis", "letter_check", "decision", "job"),
    *("message", "extension", "withdrawal"),
    *("pilot_review", "measure", "milestone", "pilot"),
    *("collaborator", "tally", "agenda", "unread", "share", "steering", "batch_item", "conciliation", "access_log"),
)


def undeclared(found: set[tuple[str, str]]) -> list[str]:
    """Where (table, column) pairs that may hold persons' data and `HELD` differ: one sentence each."""
    known = {
        (table, column)
        for table, place in HELD.items()
        for column in (*place.persons, *place.texts, *place.secret, *place.plain)
    }
    return [
        *(
            f"{table}.{column} is not declared: say in service/domain/held/ whether it names a person (persons),"
            " holds their words (texts), is a secret or is plain, what an export gives and an erasure does"
            for table, column in sorted(found - known)
        ),
        *(f"{table}.{column} is declared in HELD and not in the schema" for table, column in sorted(known - found)),
    ]
