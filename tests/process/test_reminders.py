"""Who is given more time is reminded of it as of the first: at the edition's fractions of what they have now."""

from datetime import datetime
from uuid import UUID

import pytest

from forms.clocks import PARIS
from service.operations import extending
from service.operations.eligibility import Verdict
from service.operations.extending import ExtendExpert
from service.store import backlog
from tests.process.ahead import Ahead
from tests.process.call import Trial, told


async def asked(ahead: Ahead) -> tuple[Trial, UUID]:
    """An expert invited on 8 April for twenty days: reminders are due on the 18th and the 24th."""
    await ahead.go("2042-04-08 10:00")
    trial = await Trial.publish(await ahead.now(), experts=1)
    proposal = await trial.submit(await ahead.now())
    await trial.propose(proposal, trial.experts, await ahead.now())
    await ahead.do(trial.check, proposal, Verdict.ELIGIBLE, sees="expert_invited")
    return trial, proposal


@pytest.mark.parametrize(
    ("extended", "sent", "then"),
    [
        ("2042-04-20 10:00", ["2042-04-18 10:00"], ["2042-05-10 10:00", "2042-05-22 10:00"]),
        ("2042-04-26 10:00", ["2042-04-18 10:00", "2042-04-24 10:00"], ["2042-05-13 10:00", "2042-05-23 14:48"]),
    ],
    ids=["after the first reminder", "after the last one"],
)
async def test_more_time_is_reminded_of_from_its_beginning(
    ahead: Ahead, extended: str, sent: list[str], then: list[str]
) -> None:
    trial, proposal = await asked(ahead)
    await ahead.go(extended)
    until = datetime(2042, 5, 30, 10, tzinfo=PARIS)
    assignment = await trial.assignment(proposal, trial.experts[0])
    more = ExtendExpert(until, "Une absence.")
    await extending.extend_expert(trial.officer, assignment, more, now=await ahead.now())
    await ahead.poke(proposal)
    await ahead.go("2042-05-30 09:00")
    assert [at for at, kind in await told(proposal) if kind == "expert_reminded"] == [*sent, *then]
    assert proposal not in {line["id"] for line in await backlog.missed(await ahead.now(), 1000)}
    await ahead.go("2042-05-30 11:00")
    assert (await told(proposal))[-1] == ("2042-05-30 10:00", "expert_released")
