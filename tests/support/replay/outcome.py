"""What a replayed call came to, and what its seed says that it must come to.

Left out is what the clock has a part in: entries and reminders, instants, numbers of references and documents.
"""

import hashlib
from typing import Any

import msgspec

from tests.support.replay.course import Course


def expected(course: Course) -> dict[int, dict[str, Any]]:
    """By the number of each proposal, from the seed and the plan that was applied."""
    chosen = course.luck.decisions(course.edition.grid, course.seats)
    return {n: _expected(course, n, chosen[n]) for n in range(course.luck.proposals)}


def _expected(course: Course, n: int, outcome: str) -> dict[str, Any]:
    committee = next(stage for stage in course.edition.process.stages if stage.kind == "committee")
    decided = committee.outcome(outcome)
    assert decided is not None
    silent = n in course.luck.silent
    # Whoever was never asked is let go of when the review ends.
    experts = []
    for rank, team in enumerate(course.pairs[n]):
        asked = rank in range(silent, course.seats + silent)
        for expert in (one for one in course.crowd.experts if one.team == team):
            stopped = asked and expert.place == 0 and n in course.luck.conflicts
            status = "declined" if stopped else "done" if asked else "released"
            experts.append((f"Évaluateur {course.crowd.experts.index(expert) + 1:02}", status))
    return {
        "status": decided.status,
        "stage": decided.next or "",
        "decision": outcome,
        "versions": 1 + (n in course.luck.returned),
        "experts": sorted(experts),
        "reviews": sorted(sorted(one.items()) for one in course.luck.reviews(course.edition.grid, n, course.seats)),
    }


async def found(course: Course) -> dict[int, dict[str, Any]]:
    """The same as the service tells an officer."""
    return {n: _told(await course.crowd.officer.get(course.path(n))) for n in range(course.luck.proposals)}


def _told(shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": shown["status"],
        "stage": shown["stage"],
        "decision": shown["decision"]["outcome"] if shown["decision"] else "",
        "versions": shown["revision"]["number"],
        "experts": sorted((one["name"], one["status"]) for one in shown["assignments"]),
        "reviews": sorted(sorted(one["scores"].items()) for one in shown["reviews"]),
    }


def differences(course: Course, came_to: dict[int, dict[str, Any]]) -> list[str]:
    """Where the two are not the same, in a few words each."""
    wanted = expected(course)
    return [
        f"proposal {n}: {part} {came_to[n][part]!r} instead of {wanted[n][part]!r}"
        for n in wanted
        for part in wanted[n]
        if _plain(came_to[n][part]) != _plain(wanted[n][part])
    ]


def digest(came_to: dict[int, dict[str, Any]]) -> str:
    """Of a whole outcome: two runs of one seed that came to the same have the same."""
    return hashlib.sha256(msgspec.json.encode(_plain(list(came_to.items())), order="deterministic")).hexdigest()[:12]


def _plain(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))
