"""The names under which Temporal knows our processes: no two workflows of one proposal, or of one document, at a time.

Names and ids are never encrypted there: they hold ids and nothing else.
"""

from datetime import datetime
from uuid import UUID

from temporalio.common import SearchAttributeKey

# What operators search workflows by: ids, the edition's names of stages, dates.
CALL: SearchAttributeKey[str] = SearchAttributeKey.for_keyword("AllianceCall")
STAGE: SearchAttributeKey[str] = SearchAttributeKey.for_keyword("AllianceStage")
DEADLINE: SearchAttributeKey[datetime] = SearchAttributeKey.for_datetime("AllianceDeadline")


def proposal_workflow(proposal: UUID | str) -> str:
    """The id of the workflow that carries this proposal."""
    return f"proposal-{proposal}"


def call_workflow(call: UUID | str) -> str:
    """The id of the workflow that opens and closes this call."""
    return f"call-{call}"


def batch_workflow(batch: UUID | str) -> str:
    """The id of the workflow that carries this batch."""
    return f"batch-{batch}"


def document_workflow(job: UUID | str) -> str:
    """The id of the workflow that draws this job's document."""
    return f"document-{job}"
