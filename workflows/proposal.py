"""The workflow of a proposal: one run per visit to a stage."""

from temporalio import workflow

from workflows.process import Moved, Process
from workflows.stages import STAGES


@workflow.defn
class ProposalWorkflow:
    """Carries one proposal from stage to stage. Its input is the proposal's id, and nothing else."""

    @workflow.init
    def __init__(self, proposal: str) -> None:
        self.process = Process(proposal)

    @workflow.run
    async def run(self, proposal: str) -> str:
        """Follow the present stage until the row has moved, then begin again; "over" when there is none."""
        p = self.process
        await p.look()  # always: a poke that came while the last run ended was swallowed
        p.visit = p.s.visit
        try:
            if p.s.kind:
                await p.together(STAGES[p.s.kind](p), p.watch(), p.keep_listed())
        except Moved:
            pass
        if p.s.kind:
            workflow.continue_as_new(proposal)
        return "over"

    @workflow.signal
    def poke(self) -> None:
        """Something was written: look again. Carries nothing."""
        self.process.poked = True
