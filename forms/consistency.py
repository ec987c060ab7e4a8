"""What types cannot say of an edition: unique ids, references that lead somewhere, limits that can be met."""

import re

from email_validator import EmailNotValidError, validate_email

from forms.call import Call
from forms.clocks import BadRuleError, check_day_rule, check_rule
from forms.form import Form
from forms.form_consistency import Add, form_faults, rising, unique
from forms.grid import Checklist, Criterion, Grid
from forms.parsing import Fault
from forms.process import STATUS_NAMES, Process, Stage

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PREFIX = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")


def consistency_faults(
    call: Call | None, form: Form | None, checklist: Checklist | None, grid: Grid | None, process: Process | None
) -> list[Fault]:
    """Every fault of the parts that could be read."""
    found: list[Fault] = []

    def into(file: str) -> Add:
        return lambda path, was, allowed: found.append(Fault(file, path, was, allowed))

    if call is not None:
        _call(call, into("call.toml"))
    if form is not None:
        form_faults(form, into("form.toml"))
    if checklist is not None:
        unique([item.id for item in checklist.items], "items", into("eligibility.toml"))
    if grid is not None:
        _grid(grid, into("grid.toml"))
    if process is not None:
        _process(process, into("process.toml"))
    return found


def _call(call: Call, add: Add) -> None:
    if not _SLUG.fullmatch(call.slug) or len(call.slug) > 50:
        add("slug", call.slug, "small letters, digits and single hyphens, at most 50")
    if not _PREFIX.fullmatch(call.prefix) or len(call.prefix) > 30:
        add("prefix", call.prefix, "capital letters, digits and single hyphens, at most 30")
    if call.closes is not None and call.closes <= call.opens:
        add("closes", f"{call.closes:%Y-%m-%d}", "a date after opens")
    _call_durations(call, add)
    try:
        validate_email(call.service.email, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        add("service.email", call.service.email, "an e-mail address")


def _call_durations(call: Call, add: Add) -> None:
    if call.grace is not None and call.closes is None:
        add("grace", call.grace, "nothing, as the call does not close")
    if call.letters.silence_from == "closing" and call.closes is None:
        add("letters.silence_from", "closing", "receipt, as the call does not close")
    if call.grace is not None:
        _rule(call.grace, "grace", add)
    if call.letters.silence_after is not None:
        try:
            check_day_rule(call.letters.silence_after)
        except BadRuleError:
            add("letters.silence_after", call.letters.silence_after, "P2M (months), 10wd (working days) or P60D")


def _rule(rule: str, at: str, add: Add) -> None:
    try:
        check_rule(rule)
    except BadRuleError:
        add(at, rule, "10wd (working days), P14D or PT20S")


def _grid(grid: Grid, add: Add) -> None:
    unique([criterion.id for criterion in grid.criteria], "criteria", add)
    for index, criterion in enumerate(grid.criteria):
        _criterion(criterion, f"criteria[{index}]", add)
    scales = {(one.lowest, one.highest) for one in grid.criteria if one.levels}
    if len(scales) > 1:
        add("criteria", "levels of different scales", "the same lowest and highest level in every criterion")


def _criterion(criterion: Criterion, at: str, add: Add) -> None:
    if not 0 < criterion.weight <= 1000:
        add(f"{at}.weight", str(criterion.weight), "1 to 1000")
    rising([level.value for level in criterion.levels], f"{at}.levels", add)
    for name in ("threshold", "comment_below", "comment_above"):
        value = getattr(criterion, name)
        if value is not None and criterion.levels and not criterion.lowest <= value <= criterion.highest:
            add(f"{at}.{name}", str(value), f"{criterion.lowest} to {criterion.highest}")


_NEEDED: dict[str, tuple[str, ...]] = {
    "eligibility": ("eligible", "ineligible"),
    "review": ("complete", "partial"),
    "synthesis": ("submitted",),
    "committee": (),
    "pilot": (),
}


# A proposal is reviewed once and decided once: its experts, its reviews and its decision are of the proposal.
_ONCE = ("review", "committee")
# What the committee reads is what was reviewed.
_AMENDABLE = ("eligibility", "review")
# Whoever is told an end is told why: by the checklist's reasons, or by the decision's.
_ENDING = ("eligibility", "committee", "pilot")


def _process(process: Process, add: Add) -> None:
    unique([stage.id for stage in process.stages], "stages", add)
    kinds = [stage.kind for stage in process.stages]
    for index, stage in enumerate(process.stages):
        at = f"stages[{index}]"
        _stage(stage, at, add)
        if stage.kind in _ONCE and stage.kind in kinds[:index]:
            add(f"{at}.kind", f"{stage.kind}, a second time", "one stage of this kind at most")
        _ways_out(process, index, add)
    _rule(process.undo, "undo", add)
    for status in process.statuses:
        if status not in STATUS_NAMES:
            add(f"statuses.{status}", "an unknown status", ", ".join(STATUS_NAMES))


def _ways_out(process: Process, index: int, add: Add) -> None:
    """Every outcome leads on, or ends with a status that says so."""
    stage, at = process.stages[index], f"stages[{index}]"
    later = [one.id for one in process.stages[index + 1 :]]
    targets = [(f"{at}.next", stage.next)]
    for place, outcome in enumerate(stage.outcomes):
        where = f"{at}.outcomes[{place}]"
        targets.append((f"{where}.next", outcome.next))
        if outcome.status == "in_progress" and stage.after(outcome) is None:
            add(f"{where}.next", "nothing", "a later stage, or a status that ends the process")
        if outcome.status != "in_progress" and stage.kind not in _ENDING:
            add(f"{where}.status", outcome.status, "in_progress: a committee decides")
    for where, target in targets:
        if target is not None and target not in later:
            add(where, target, "a later stage: " + (", ".join(later) or "there is none"))


def _stage(stage: Stage, at: str, add: Add) -> None:
    _durations(stage, at, add)
    unique([outcome.id for outcome in stage.outcomes], f"{at}.outcomes", add)
    for needed in _NEEDED[stage.kind]:
        if stage.outcome(needed) is None:
            add(f"{at}.outcomes", ", ".join(one.id for one in stage.outcomes), f"an outcome “{needed}” among them")
    if stage.kind == "eligibility" and stage.completion is None:
        add(f"{at}.completion", "nothing", "how long an applicant has to complete a returned proposal")
    if stage.kind == "review":
        if not 1 <= stage.minimum <= stage.seats <= 20:
            add(f"{at}.minimum", f"minimum {stage.minimum}, seats {stage.seats}", "1 ≤ minimum ≤ seats ≤ 20")
        if stage.invitation is None:
            add(f"{at}.invitation", "nothing", "how long an invited expert has")
    if stage.amend and stage.kind not in _AMENDABLE:
        add(f"{at}.amend", f"true in a stage of kind {stage.kind}", f"true only in {', '.join(_AMENDABLE)}")
    if len(stage.reminders) != 2 or not 0 < stage.reminders[0] < stage.reminders[1] < 1:
        add(f"{at}.reminders", str(list(stage.reminders)), "two fractions between 0 and 1, the first one smaller")


def _durations(stage: Stage, at: str, add: Add) -> None:
    for name in ("duration", "completion", "invitation"):
        rule = getattr(stage, name)
        if rule is not None:
            _rule(rule, f"{at}.{name}", add)
