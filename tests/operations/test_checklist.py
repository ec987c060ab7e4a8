"""The checklist asks of each proposal what its answers call for, and takes no answer to anything else."""

from datetime import UTC, datetime

import pytest

from service.operations import drafts, eligibility, submissions
from service.operations.eligibility import EligibilityAnswer, Verdict
from service.problems import Invalid
from tests.process.call import Trial

NOW = datetime(2042, 4, 8, 8, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")
EUROPEAN = '[[items]]\nid = "european"'
STATUTES = f"""[[items]]
id = "statutes"
text = {{ fr = "Les statuts sont joints.", en = "The statutes are attached." }}
shown_if = {{ op = "equals", field = "organisation", value = "Une association" }}

{EUROPEAN}"""


@pytest.mark.parametrize(
    ("organisation", "items", "refused"),
    [
        ("Une ville", {"european": True}, []),
        ("Une ville", {"european": True, "statutes": True}, [("items/statutes", "item_not_asked")]),
        ("Une ville", {"european": True, "by_laws": True}, [("items/by_laws", "unknown_item")]),
        ("Une association", {"european": True}, [("items/statutes", "required")]),
        ("Une association", {"european": True, "statutes": False}, [("verdict", "contradiction")]),
        ("Une association", {"european": True, "statutes": True}, []),
    ],
)
async def test_what_the_answers_call_for(
    organisation: str, items: dict[str, bool], refused: list[tuple[str, str]]
) -> None:
    trial = await Trial.publish(NOW, experts=0, edits=[("eligibility.toml", EUROPEAN, STATUTES)])
    proposal = await trial.draft(NOW)
    await drafts.save_answers(trial.applicant, proposal, {"organisation": drafts.Change(organisation, 1)}, now=NOW)
    await submissions.submit_proposal(trial.applicant, proposal, now=NOW)
    answer = EligibilityAnswer(Verdict.ELIGIBLE, items)
    try:
        await eligibility.answer_eligibility(trial.officer, proposal, answer, now=NOW)
        found = []
    except Invalid as problem:
        found = [(error.path, error.code) for error in problem.errors]
    assert found == refused
