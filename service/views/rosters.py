"""A list of experts that was read from a file, and what applying each of its lines would come to."""

from collections import Counter
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from service.domain import policy
from service.domain.actor import Actor
from service.domain.policy import Action
from service.domain.profiles import Profile
from service.domain.rosters import NAMES, Fault, Line
from service.problems import NotFound
from service.store.database import Row, row, rows
from service.store.profiled import profiles_of

Verdict = Literal["new", "known", "changed", "fault"]
BECOMES = "Évaluateur de l’appel"


class LineView(msgspec.Struct, frozen=True):
    """A line and its verdict: `new`, an account is opened and invited; `known`, nothing changes; `changed`, what
    `changes` names does; `fault`, it is left out, for these reasons."""

    number: int
    email: str
    name: str
    verdict: Verdict
    changes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


class RosterView(msgspec.Struct, frozen=True):
    """`lines`: before it is begun, what each would come to; while it is applied, none; once it is finished, those that
    were left out. `counts`: of verdicts, among `lines`; `mailed`: how many become experts of the call, and are told.
    `applied` of `total`."""

    id: UUID
    call: str
    file: str
    read_at: datetime
    begun_at: datetime | None
    finished_at: datetime | None
    applied: int
    total: int
    lines: tuple[LineView, ...]
    counts: dict[str, int]
    mailed: int = 0


async def roster(actor: Actor, roster_id: UUID) -> RosterView:
    """For the officers of its call. NotFound."""
    line = await row("SELECT r.*, c.slug FROM roster r JOIN call c ON c.id = r.call WHERE r.id = {}", roster_id)
    if line is None or not (actor.process or policy.why_not_on_call(actor, Action.EXPERT_MANAGE, line["call"]) is None):
        raise NotFound
    lines = [one for one in msgspec.json.decode(line["lines"], type=list[Line | None]) if one is not None]
    if line["begun_at"] is not None and line["finished_at"] is None:
        lines = []
    told = await _told(line, lines)
    return RosterView(
        **{name: line[name] for name in ("id", "file", "read_at", "begun_at", "finished_at", "applied", "total")},
        call=line["slug"],
        lines=told,
        counts=dict(Counter(one.verdict for one in told)),
        mailed=sum(one.verdict == "new" or BECOMES in one.changes for one in told),
    )


_KNOWN = (
    "SELECT a.id, a.email, a.disabled_at, r.id AS role, r.most, EXISTS (SELECT FROM proposal p WHERE p.call = {}"
    "  AND (p.owner = a.id OR EXISTS (SELECT FROM collaborator k WHERE k.proposal = p.id AND k.account = a.id)))"
    " AS applies, ARRAY(SELECT lower(t.name) FROM team t JOIN team_member m ON m.team = t.id AND m.account = a.id"
    "  WHERE t.call = {} AND t.ended_at IS NULL) AS teams"
    " FROM account a LEFT JOIN role r ON r.account = a.id AND r.call = {} AND r.role = 'expert'"
    " WHERE a.email = ANY({})"
)


async def _told(about: Row, lines: list[Line]) -> tuple[LineView, ...]:
    emails = [line.email for line in lines if line.email]
    call = about["call"]
    known = {line["email"]: line for line in await rows(_KNOWN, call, call, call, emails)}
    profiles = await profiles_of([line["id"] for line in known.values()])
    teams = {line["name"] for line in await rows(
        "SELECT lower(name) AS name FROM team WHERE call = {} AND ended_at IS NULL", call
    )}  # fmt: skip
    named = Counter(line.team.lower() for line in lines if line.team and not line.faults)
    told = []
    for line in lines:
        faults = list(line.faults)
        account = known.get(line.email)
        if account is not None and (account["applies"] or account["disabled_at"] is not None):
            why = "Ce compte a été fermé." if account["disabled_at"] else "Cette personne candidate à cet appel."
            faults.append(Fault(NAMES["email"], why))
        if line.team and line.team.lower() not in teams and named[line.team.lower()] == 1:
            faults.append(Fault(NAMES["team"], "Une équipe compte au moins deux personnes : celle-ci n’en a qu’une."))
        profile = profiles.get(account["id"], (Profile(), 0))[0] if account else Profile()
        changes = () if faults else tuple(_changes(line, account, profile))
        verdict: Verdict = "fault" if faults else "new" if account is None else "changed" if changes else "known"
        told.append(LineView(line.number, line.email, line.name, verdict, changes, tuple(faults)))
    return tuple(told)


def _changes(line: Line, account: Row | None, before: Profile) -> list[str]:
    after = line.merged(before)
    found = [] if account is not None and account["role"] is not None else [BECOMES]
    for name, key in (("headline", "headline"), ("keywords", "keywords"), ("languages", "languages"), ("most", "most")):
        found += [NAMES[key]] if getattr(after, name) != getattr(before, name) else []
    found += [NAMES["organisation"]] if after.affiliations != before.affiliations else []
    limit = account["most"] if account is not None else None
    found += [NAMES["most_in_call"]] if line.most_in_call is not None and line.most_in_call != limit else []
    if line.team and (account is None or line.team.lower() not in account["teams"]):
        found.append(NAMES["team"])
    return found
