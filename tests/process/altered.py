"""A proposal's workflow that looks twice: a careless change, for a replay to refuse."""

from temporalio import workflow

from workflows.process import Process


@workflow.defn(name="ProposalWorkflow")
class AlteredWorkflow:
    """Replayed on histories of the real one."""

    @workflow.run
    async def run(self, proposal: str) -> str:
        """Look once too often, then wait."""
        p = Process(proposal)
        await p.look()
        await p.look()
        await workflow.wait_condition(lambda: False)
        return "over"

    @workflow.signal
    def poke(self) -> None:
        """As the real one has it."""
