"""Who may be put on a proposal's list."""

import pytest

from service import clock
from service.domain.actor import PROCESS
from service.operations import accounts
from service.problems import NotFound
from service.store.database import value
from tests.process.call import Trial


async def test_a_closed_account_is_never_put_on_a_list(database: None) -> None:
    """The process would never invite it, and the seat would wait without a word."""
    trial = await Trial.publish(clock.now(), experts=2)
    proposal = await trial.submit(clock.now())
    gone, steady = trial.experts
    await accounts.disable_account(PROCESS, gone.person, now=clock.now())
    with pytest.raises(NotFound):
        await trial.propose(proposal, [steady, gone], clock.now())
    assert await value("SELECT count(*) FROM assignment WHERE proposal = {}", proposal) == 0
    await trial.propose(proposal, [steady], clock.now())
    assert await value("SELECT expert FROM assignment WHERE proposal = {}", proposal) == steady.person
