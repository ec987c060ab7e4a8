"""What the two scripts on matching share: an invented call, planned and timed."""

import random
import resource
import time
from uuid import UUID

from service.domain import matching
from service.domain.plans import Bid, Expert, Pair, Place, Plan, Problem, Subject, Wish

WORDS_OF_A_TEXT, WORDS_OF_A_PROFILE = 1200, 80
SUBJECTS, VOCABULARY = 40, 60


def planned(*, proposals: int, experts: int, wanted: int, room: int) -> tuple[float, float, str]:
    """Seconds of a processor, the process's greatest memory in MB, what the plan came to; AssertionError: a bad one."""
    problem = made(proposals, experts, wanted, room)
    began, clock = time.process_time(), time.perf_counter()
    plan = matching.make_plan(problem)
    seconds, waited = time.process_time() - began, time.perf_counter() - clock
    check(problem, plan)
    seats = [line for line in plan.lines if line.place is Place.SEAT]
    loads = [load.before + load.planned for load in plan.loads]
    told = (
        f"{waited:.1f} s by the clock, mean affinity {plan.total / len(seats):.2f}, loads {min(loads)} to {max(loads)}"
    )
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, told


def check(problem: Problem, plan: Plan) -> None:
    """Everybody has what they want, nobody against a conflict or beyond a limit."""
    seats = {(line.proposal, line.taker) for line in plan.lines if line.place is Place.SEAT}
    if plan.missing or len(seats) != sum(one.wanted for one in problem.proposals):
        raise AssertionError("places are missing")
    if any((pair.proposal, pair.taker) in seats for pair in problem.conflicts):
        raise AssertionError("a place against a conflict")
    if any(load.most is not None and load.before + load.planned > load.most for load in plan.loads):
        raise AssertionError("a load beyond its limit")


def made(proposals: int, experts: int, wanted: int, room: int) -> Problem:
    """A call about 40 subjects, each with words of its own; 3 % of all pairs in conflict; a bid on one pair in 50."""
    chance = random.Random(435)  # noqa: S311
    words = [[_word(chance) for _ in range(VOCABULARY)] for _ in range(SUBJECTS)]
    common = [_word(chance) for _ in range(3000)]

    def text(about: list[int], length: int) -> str:
        pool = [word for subject in about for word in words[subject]]
        return " ".join(chance.choice(pool if chance.random() < 0.2 else common) for _ in range(length))

    subjects = []
    for number in range(proposals):
        about = chance.sample(range(SUBJECTS), 2)
        keywords = tuple(f"thème {subject}" for subject in about)
        subjects.append(Subject(UUID(int=number), wanted, keywords, ("fr",), text(about, WORDS_OF_A_TEXT)))
    people = []
    for number in range(experts):
        about = chance.sample(range(SUBJECTS), 4)
        keywords = tuple(f"thème {subject}" for subject in about)
        languages = ("fr",) if chance.random() < 0.95 else ("en",)
        profile = text(about, WORDS_OF_A_PROFILE)
        people.append(Expert(UUID(int=10**6 + number), room, 0, keywords, languages, profile))

    def some(share: float) -> list[Pair]:
        number = int(share * proposals * experts)
        return [Pair(chance.choice(subjects).id, chance.choice(people).id) for _ in range(number)]

    wishes = tuple(Wish(pair.proposal, pair.taker, chance.choice(list(Bid))) for pair in some(0.02))
    return Problem(tuple(subjects), tuple(people), conflicts=tuple(some(0.03)), wishes=wishes, reserves=2)


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bcdfglmnprstv") + chance.choice("aeiou") for _ in range(chance.randint(2, 5)))
