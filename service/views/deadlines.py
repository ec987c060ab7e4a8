"""Every clock that runs for a proposal, what happens when it ends, and why it was given more time."""

from datetime import datetime
from uuid import UUID

import msgspec

from forms import Edition, Stage
from forms.telling.french import number, plural
from service import clock
from service.domain.policy import Action
from service.store.database import Row, rows

Rights = frozenset[Action]


class ReasonView(msgspec.Struct, frozen=True):
    """Why an officer acted on the course of a proposal (`extend`, `reopen`, `stop`), as its applicant reads it;
    `until`: of an extension."""

    act: str
    reason: str
    at: datetime
    until: datetime | None


class DeadlineView(msgspec.Struct, frozen=True):
    """A running clock. `kind`: stage, completion (what the applicant owes), or invitation (of `whose` review is
    awaited; for officers and auditors alone). `rule`: as the edition writes it; `due_at` of one that is `paused` is
    that of before the pause; `late`: it has passed. `then`: what happens at its end, in a French sentence. `extended`:
    each time that it was given more, the latest first, with the reasons that the reader may know."""

    kind: str
    rule: str
    due_at: datetime
    paused: bool
    late: bool
    then: str = ""
    whose: str = ""
    extended: tuple[ReasonView, ...] = ()


async def deadlines_of(line: Row, edition: Edition, may: Rights, *, mine: bool) -> tuple[DeadlineView, ...]:
    """Staff see every clock of the present stage, officers and auditors also those of the experts; the applicant only
    the one that runs for them."""
    stage = edition.process.stage(line["stage"]) if line["stage"] else None
    if stage is None or not (mine or Action.ELIGIBILITY_READ in may):
        return ()
    now, official = clock.now(), Action.JOURNAL_READ in may
    found = await rows(
        "SELECT kind, rule, due_at, paused_at FROM deadline"
        " WHERE proposal = {} AND visit = {} AND closed_at IS NULL ORDER BY due_at",
        *(line["id"], line["visit"]),
    )
    extended = await _extended(line) if found and (mine or official) else {}
    clocks = [
        DeadlineView(
            *(one["kind"], one["rule"], one["due_at"], one["paused_at"] is not None),
            late=one["paused_at"] is None and one["due_at"] < now,
            then=_then(edition, stage, one["kind"], mine=mine),
            extended=tuple(extended.get(one["kind"], ())),
        )
        for one in found
        if not mine or one["kind"] == "completion" or stage.kind == "submission"
    ]
    paused = any(one["kind"] == "stage" and one["paused_at"] is not None for one in found)
    return (*clocks, *(await _invitations(line, stage, now, paused=paused) if official else ()))


async def _invitations(line: Row, stage: Stage, now: datetime, *, paused: bool) -> list[DeadlineView]:
    found = await rows(
        "SELECT a.due_at, a.status, p.name FROM assignment a JOIN account p ON p.id = a.expert"
        " WHERE a.proposal = {} AND a.round = {} AND a.due_at IS NOT NULL"
        " AND (a.status IN ('invited', 'accepted') OR a.asked_again IS NOT NULL) ORDER BY a.due_at, a.rank",
        *(line["id"], line["round"]),
    )
    released = "La personne est dessaisie ; la suivante de la liste est invitée."
    kept = "L’évaluation déjà remise reste telle quelle."
    return [
        DeadlineView(
            *("invitation", stage.invitation or "", one["due_at"], paused),
            late=one["due_at"] < now and not paused,
            then=kept if one["status"] == "done" else released,
            whose=one["name"],
        )
        for one in found
    ]


def _then(edition: Edition, stage: Stage, kind: str, *, mine: bool) -> str:
    """What the process does when this clock ends."""
    if kind == "completion":
        return "L’examen reprend sur ce qui a été déposé."
    if stage.kind == "submission":
        return f"Sans dépôt : {_after(edition, stage, 'lapsed', mine=mine)}."
    if stage.kind == "review":
        enough = plural(stage.minimum, "évaluation remise suffit", "évaluations remises suffisent")
        return (
            f"{enough} pour passer à la suite ({_after(edition, stage, 'partial')}) ; sinon les chargés de programme"
            f" sont prévenus et la candidature attend.{_apart(edition, stage)}"
        )
    if stage.kind == "conciliation":
        silent = "l’évaluation de qui n’a pas répondu reste telle quelle"
        return f"La candidature passe à la suite ({_after(edition, stage, 'unsettled')}) ; {silent}."
    if stage.kind == "pilot":
        return "La revue du pilote est convoquée ; les chargés de programme et le candidat sont prévenus."
    return "Les chargés de programme sont prévenus ; la candidature attend."


def _apart(edition: Edition, stage: Stage) -> str:
    """What follows instead where the reviews lie too far apart."""
    rule = stage.disagreement
    if rule is None:
        return ""
    follows = "un évaluateur de plus est demandé"
    if rule.then == "conciliation":
        follows = _after(edition, stage, "disagreed")
    return f" Si elles s’écartent de plus de {number(rule.spread)}\u00a0: {follows}."


def _after(edition: Edition, stage: Stage, outcome_id: str, *, mine: bool = False) -> str:
    """What follows an outcome, in the words of the edition for the reader."""
    outcome = stage.outcome(outcome_id)
    following = edition.process.stage(stage.after(outcome) or "") if outcome else None
    if outcome is None:
        return ""
    if following is not None:
        return f"étape « {(following.applicant_name if mine else following.name).fr} »"
    return f"procédure terminée, « {edition.process.status_name(outcome.status).fr} »"


async def _extended(line: Row) -> dict[str, list[ReasonView]]:
    found = await rows(
        "SELECT clock, act, reason, at, until FROM steering WHERE proposal = {} AND visit = {} AND act = 'extend'"
        " ORDER BY at DESC, id DESC",
        *(line["id"], line["visit"]),
    )
    extended: dict[str, list[ReasonView]] = {}
    for one in found:
        extended.setdefault(one.pop("clock"), []).append(ReasonView(**one))
    return extended


async def reasons_of(proposal_id: UUID) -> tuple[ReasonView, ...]:
    """Those that the applicant reads, the latest first."""
    found = await rows(
        "SELECT act, reason, at, until FROM steering WHERE proposal = {} AND told ORDER BY at DESC, id DESC",
        proposal_id,
    )
    return tuple(ReasonView(**one) for one in found)
