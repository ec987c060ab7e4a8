"""The names under which Temporal knows our processes: no two workflows of one proposal, or of one document, at a time.

Names and ids are never encrypted there: they hold ids and nothing else.
"""

from uuid import UUID


def proposal_workflow(proposal: UUID | str) -> str:
    """The id of the workflow that carries this proposal."""
    return f"proposal-{proposal}"


def batch_workflow(batch: UUID | str) -> str:
    """The id of the workflow that carries this batch."""
    return f"batch-{batch}"


def document_workflow(job: UUID | str) -> str:
    """The id of the workflow that draws this job's document."""
    return f"document-{job}"
