"""What types cannot say of an edition: unique ids, references that lead somewhere, limits that can be met."""

from forms.amounts import amounts_of
from forms.call import Call
from forms.call_consistency import call_faults, rule_fault
from forms.choice_consistency import unique
from forms.form import Form
from forms.form_consistency import form_faults, items_faults
from forms.grid import Checklist, Grid
from forms.grid_consistency import grid_faults
from forms.identifying import identifying
from forms.operand_consistency import Add
from forms.parsing import Fault
from forms.process import STATUS_NAMES, Process, Rules, Stage
from forms.texts import text_faults

MOST_REMINDERS = 10
LARGEST_BUDGET = 1e12
LARGEST_TEAM = 10  # experts: no team of the service has more


def consistency_faults(
    call: Call | None, form: Form | None, checklist: Checklist | None, grid: Grid | None, process: Process | None
) -> list[Fault]:
    """Every fault of the parts that could be read."""
    found: list[Fault] = []

    def into(file: str) -> Add:
        return lambda path, was, allowed: found.append(Fault(file, path, was, allowed))

    if call is not None:
        call_faults(call, into("call.toml"))
    if form is not None:
        form_faults(form, into("form.toml"))
    if checklist is not None:
        items_faults(checklist, form, into("eligibility.toml"))
    if grid is not None:
        grid_faults(grid, into("grid.toml"))
    if process is not None:
        _process(process, into("process.toml"))
    text_faults(call, process, lambda file, path, was, allowed: found.append(Fault(file, path, was, allowed)))
    if process is not None and form is not None:
        _asked(form, process, into("form.toml"))
        amount, asked = process.committee.amount, [code for code, _ in amounts_of(form)]
        if amount and amount not in asked:
            into("process.toml")("committee.amount", amount, ", ".join(asked) or "no question is on money")
    if process is not None and grid is not None:
        _parts(grid, process, into("grid.toml"))
    return found


def _asked(form: Form, process: Process, add: Add) -> None:
    """Sections are asked by stages that there are, the first submission asks what names the proposal, and what experts
    read as its title does not name an applicant who is to be hidden."""
    title = form.index.get(form.title_field)
    if process.blind == "applicant_hidden" and title is not None and identifying(title, form):
        add("title_field", form.title_field, "a field that does not name the applicant")
    stages = [stage.id for stage in process.stages if stage.kind == "submission"]
    for index, section in enumerate(form.sections):
        if section.stage is None:
            continue
        if section.stage not in stages:
            add(
                f"sections[{index}].stage",
                section.stage,
                "a stage of kind submission: " + (", ".join(stages) or "none"),
            )
        if {form.title_field, form.organisation_field} & {field.id for field in section.fields}:
            add(f"sections[{index}].stage", section.stage, "nothing: title and organisation are asked from the start")
    if form.sections and all(section.stage is not None for section in form.sections):
        add("sections", "no section without a stage", "one section or more that is asked from the start")
    for stage in stages:
        if stage not in {section.stage for section in form.sections}:
            add(
                "sections", f"no section that the stage {stage} asks for", f'one section or more with stage = "{stage}"'
            )


def _parts(grid: Grid, process: Process, add: Add) -> None:
    """What review stages use of the grid: stages and criteria that there are, at most one part for each stage."""
    stages = [stage.id for stage in process.stages if stage.kind == "review"]
    known = [criterion.id for criterion in grid.criteria]
    for index, part in enumerate(grid.parts):
        at = f"parts[{index}]"
        if part.stage not in stages:
            add(f"{at}.stage", part.stage, "a review stage: " + (", ".join(stages) or "there is none"))
        if part.stage in [one.stage for one in grid.parts[:index]]:
            add(f"{at}.stage", f"{part.stage}, a second time", "one part for each stage")
        for criterion in (*part.criteria, *part.thresholds):
            if criterion not in known:
                add(f"{at}.criteria", criterion, "a criterion: " + ", ".join(known))


_NEEDED: dict[str, tuple[str, ...]] = {
    "eligibility": ("eligible", "ineligible"),
    "submission": ("submitted", "lapsed"),
    "review": ("complete", "partial"),
    "conciliation": ("settled", "unsettled"),
    "synthesis": ("submitted",),
    "committee": (),
    "pilot": (),
}


# In a round, which ends with its committee, a proposal is reviewed once and decided once.
_ONCE = ("review", "conciliation", "synthesis", "committee")
# What the committee reads is what was reviewed.
_AMENDABLE = ("eligibility", "review")
# Whoever is told an end is told why: by the checklist's reasons, the decision's, or the letter of the outcome.
_ENDING = ("eligibility", "submission", "committee", "pilot")


def _process(process: Process, add: Add) -> None:
    unique([stage.id for stage in process.stages], "stages", add)
    before: set[str] = set()
    for index, stage in enumerate(process.stages):
        at = f"stages[{index}]"
        _stage(stage, at, add)
        if stage.kind in _ONCE and stage.kind in before:
            add(f"{at}.kind", f"{stage.kind}, a second time", "one stage of this kind at most up to each committee")
        if stage.kind == "committee" and "review" not in before and index and process.round_of(stage.id) > 1:
            add(f"{at}.kind", "committee, a second time", "a review between two committees")
        before = set() if stage.kind == "committee" else before | {stage.kind}
        _ways_out(process, index, add)
        _disagreement(process, index, add)
    for index, stage in enumerate(process.stages):
        if stage.kind == "review" and stage.blind != process.blind:
            add(f"stages[{index}].blind", stage.blind, f"{process.blind}, as in the first review stage")
    _rules(process.committee, add)
    rule_fault(process.undo, "undo", add)
    if not 0 <= process.conflict_years <= 20:
        add("conflict_years", str(process.conflict_years), "0 to 20")
    for status in process.statuses:
        if status not in STATUS_NAMES:
            add(f"statuses.{status}", "an unknown status", ", ".join(STATUS_NAMES))


def _rules(rules: Rules, add: Add) -> None:
    if not 0 < rules.quorum <= 1:
        add("committee.quorum", str(rules.quorum), "a part of the members: above 0, 1 at most")
    if not 0 <= rules.proxies <= 10:
        add("committee.proxies", str(rules.proxies), "0 to 10")
    if not 7 <= rules.hour <= 20:
        add("committee.hour", str(rules.hour), "7 to 20, the hour at Paris")
    if not 15 <= rules.length <= 720:
        add("committee.length", str(rules.length), "15 to 720 minutes")
    if rules.places is not None and rules.places < 1:
        add("committee.places", str(rules.places), "1 at least")
    if rules.budget is not None and not 0 < rules.budget < LARGEST_BUDGET:
        add("committee.budget", str(rules.budget), "an amount in euros")
    if (rules.budget is None) != (not rules.amount):
        add("committee.amount", rules.amount, "the question on money that the budget is counted by")
    rule_fault(rules.notice, "committee.notice", add)


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
    if stage.kind == "submission":
        _submission(stage, at, add)
    if stage.kind == "review":
        _review(stage, at, add)
    else:
        for name, usual in (("blind", "experts_hidden"), ("reviews", "each"), ("team", 1)):
            if getattr(stage, name) != usual:
                add(f"{at}.{name}", str(getattr(stage, name)), "a stage of kind review")
    if stage.amend and stage.kind not in _AMENDABLE:
        add(f"{at}.amend", f"true in a stage of kind {stage.kind}", f"true only in {', '.join(_AMENDABLE)}")
    _rungs(stage, at, add)


def _rungs(stage: Stage, at: str, add: Add) -> None:
    parts = stage.reminders
    if len(parts) > MOST_REMINDERS or list(parts) != sorted(set(parts)) or not all(0 < part < 1 for part in parts):
        allowed = f"fractions between 0 and 1, the smaller first, {MOST_REMINDERS} at most"
        add(f"{at}.reminders", str(list(parts)), allowed)
    if stage.escalation is not None and not (0 < stage.escalation < 1 and stage.escalation not in parts):
        add(f"{at}.escalation", str(stage.escalation), "a fraction between 0 and 1 at which nobody is reminded")


def _disagreement(process: Process, index: int, add: Add) -> None:
    """What disagreement leads to is there, and nothing else leads to it."""
    stage, at = process.stages[index], f"stages[{index}]"
    rule, way = stage.disagreement, stage.outcome("disagreed")
    if stage.kind != "review":
        if rule is not None:
            add(f"{at}.disagreement", f"in a stage of kind {stage.kind}", "a stage of kind review")
        return
    target = process.stage(stage.after(way) or "") if way is not None else None
    wanted = rule is not None and rule.then == "conciliation"
    if wanted and (target is None or target.kind != "conciliation"):
        add(f"{at}.outcomes", "no way to a conciliation", "an outcome “disagreed” that leads to a stage of that kind")
    if way is not None and not wanted:
        add(f"{at}.outcomes", "disagreed", 'no such outcome without disagreement = { then = "conciliation" }')
    if rule is not None and not (rule.spread >= 0 and stage.seats > 1):
        add(f"{at}.disagreement", f"spread {rule.spread}, {stage.seats} seats", "0 or more, and two seats at least")


def _review(stage: Stage, at: str, add: Add) -> None:
    if not 1 <= stage.minimum <= stage.seats <= 20:
        add(f"{at}.minimum", f"minimum {stage.minimum}, seats {stage.seats}", "1 ≤ minimum ≤ seats ≤ 20")
    if not 1 <= stage.team <= LARGEST_TEAM:
        add(f"{at}.team", str(stage.team), f"1 to {LARGEST_TEAM} experts")
    if stage.invitation is None:
        add(f"{at}.invitation", "nothing", "how long an invited expert has")


def _submission(stage: Stage, at: str, add: Add) -> None:
    for place, outcome in enumerate(stage.outcomes):
        where = f"{at}.outcomes[{place}]"
        if outcome.id == "submitted" and outcome.status != "in_progress":
            add(f"{where}.status", outcome.status, "in_progress: what was submitted is examined")
        if outcome.status != "in_progress" and outcome.letter is None:
            add(f"{where}.letter", "nothing", "what the applicant is told of this end")


def _durations(stage: Stage, at: str, add: Add) -> None:
    if stage.kind in ("submission", "conciliation") and stage.duration is None:
        add(f"{at}.duration", "nothing", "how long it lasts at most")
    for name in ("duration", "completion", "invitation"):
        rule = getattr(stage, name)
        if rule is not None:
            rule_fault(rule, f"{at}.{name}", add)
