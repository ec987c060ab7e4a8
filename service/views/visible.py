"""The policy table as a condition of SQL, so that lists, counts and averages hold what a person may see and no more."""

from typing import Any
from uuid import UUID

from service.domain.actor import Actor, Role
from service.domain.policy import ON_PROPOSALS, WRITING, Action, Phase, Relation
from service.problems import SignInNeeded
from service.store.conflicts import conflicts_of
from service.store.seats import STANDING

Clause = tuple[str, list[Any]]

_ROLES = {
    Relation.OFFICER: Role.OFFICER,
    Relation.COMMITTEE: Role.COMMITTEE,
    Relation.CHAIR: Role.CHAIR,
    Relation.AUTHORITY: Role.AUTHORITY,
}
_WRITTEN = "CASE WHEN p.amending_since IS NULL THEN p.phase ELSE 'returned' END"  # policy.phase_for
SHARED = "ARRAY(SELECT k.proposal FROM collaborator k WHERE k.account = {})"
_ASSIGNMENTS = {Relation.INVITED: "invited", Relation.ASSIGNED: "accepted", Relation.REVIEWED: "done"}


def visible(actor: Actor, action: Action) -> Clause:
    """Condition on `proposal p`: those on which the actor may do this now. Says the same as `policy.why_not`."""
    if actor.account is None:
        raise SignInNeeded
    rule = ON_PROPOSALS[action]
    parts: list[str] = []
    args: list[Any] = []
    if actor.has(Role.AUDITOR):
        _add(parts, args, "p.phase = ANY({})", _phases(rule, Relation.AUDITOR))
    unconflicted, own = _as_staff(actor, rule)
    if unconflicted:
        _add(
            parts,
            args,
            f"(({unconflicted}) AND p.id <> ALL({conflicts_of('{}')}))",
            *own,
            actor.account,
        )
    others = " OR ".join(parts) or "false"
    applying, whose = _as_applicant(actor.account, rule)
    condition = f"({applying} OR (p.owner <> {{}} AND p.id <> ALL({SHARED}) AND ({others})))"
    args = [*whose, actor.account, actor.account, *args]
    if action in WRITING:
        condition = condition.replace("p.phase =", f"{_WRITTEN} =")
    return condition, args


def _as_applicant(account: UUID, rule: dict[Relation, frozenset[Phase]]) -> Clause:
    """What a person owns or joined. What they joined is looked up once, not for every row."""
    parts: list[str] = []
    args: list[Any] = []
    _add(parts, args, "(p.owner = {} AND p.phase = ANY({}))", account, _phases(rule, Relation.OWNER))
    for relation in (Relation.WRITER, Relation.READER):
        if rule.get(relation):
            joined = f"p.id = ANY({SHARED.removesuffix(')')} AND k.level = {{}}))"
            _add(parts, args, f"({joined} AND p.phase = ANY({{}}))", account, relation.value, _phases(rule, relation))
    return " OR ".join(parts), args


def _as_staff(actor: Actor, rule: dict[Relation, frozenset[Phase]]) -> Clause:
    parts: list[str] = []
    args: list[Any] = []
    for relation, role in _ROLES.items():
        if rule.get(relation) and actor.calls(role):
            _add(parts, args, "(p.call = ANY({}) AND p.phase = ANY({}))", _calls(actor, role), _phases(rule, relation))
    if actor.calls(Role.EXPERT):
        for relation, status in _ASSIGNMENTS.items():
            if rule.get(relation):
                _add(
                    parts,
                    args,
                    "(p.call = ANY({}) AND p.phase = ANY({}) AND EXISTS (SELECT FROM assignment a"
                    f" WHERE a.proposal = p.id AND a.round = p.round AND a.expert = {{}} AND {STANDING} = {{}}))",
                    *(_calls(actor, Role.EXPERT), _phases(rule, relation), actor.account, status),
                )
    return " OR ".join(parts), args


def _add(parts: list[str], args: list[Any], condition: str, *values: Any) -> None:
    parts.append(condition)
    args.extend(values)


def _phases(rule: dict[Relation, frozenset[Phase]], relation: Relation) -> list[str]:
    return sorted(phase.value for phase in rule.get(relation, frozenset()))


def _calls(actor: Actor, role: Role) -> list[UUID]:
    return sorted(actor.calls(role))
