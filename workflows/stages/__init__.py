"""The kinds of stage: one coroutine each, which reads like the rule it carries out."""

from workflows.process import Stage
from workflows.stages.committee import committee
from workflows.stages.conciliation import conciliation
from workflows.stages.eligibility import eligibility
from workflows.stages.pilot import pilot
from workflows.stages.review import review
from workflows.stages.submission import submission
from workflows.stages.synthesis import synthesis

STAGES: dict[str, Stage] = {
    "eligibility": eligibility,
    "submission": submission,
    "review": review,
    "conciliation": conciliation,
    "synthesis": synthesis,
    "committee": committee,
    "pilot": pilot,
}
