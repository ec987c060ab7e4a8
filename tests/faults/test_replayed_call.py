"""The call of 2025, run again by robots: what its seed says comes of it, whatever is killed on the way."""

import pytest

from forms import parse_edition
from tests.bench.replay_2025 import replayed
from tests.bench.served import served
from tests.support.replay.copied import shortened
from tests.support.replay.luck import Luck

DAY = 4.0  # seconds


def test_the_copy_is_the_call_with_its_working_days_in_seconds() -> None:
    stages = parse_edition(shortened(DAY)).process.stages
    assert [(one.kind, one.duration, one.completion, one.invitation) for one in stages] == [
        ("eligibility", "PT20S", "PT20S", None),
        ("review", "PT36S", None, "PT24S"),
        ("synthesis", "PT12S", None, None),
        ("committee", "PT40S", None, None),
        ("pilot", None, None, None),
    ]


def test_the_seed_says_as_many_as_the_call_had() -> None:
    luck = Luck(435)
    assert (len(luck.apart), [len(one & luck.apart) for one in luck.recused]) == (30, [2, 1])
    chosen = luck.decisions(parse_edition(shortened(DAY)).grid, 1)
    selected = sum(outcome in ("pilot", "retained") for outcome in chosen.values())
    assert (len(luck.returned), len(luck.silent), len(luck.conflicts), selected) == (22, 44, 22, 100)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("faults")
async def test_a_few_proposals_come_to_what_the_seed_says_though_the_worker_is_killed() -> None:
    async with served() as house:
        replay = await replayed(house, 8, day=DAY, kills=4, dossiers=1)
    assert (replay.faults(), replay.course.refused, replay.kills) == ([], [], 4)
    assert sum(replay.course.sitting.votes) == 8
    assert max(replay.events) < 200
