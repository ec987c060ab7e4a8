"""Which phase follows which, what a review may decide, which indicator a form names, how far a pilot has come."""

import pytest

from service.domain.piloting import Phase, after, indicator_of, may_end, phase_of, progress, verdicts

WAYS: list[tuple[Phase, dict[str, str], bool]] = [
    ("investigation", {"go": "construction", "stay": "investigation", "stop": "stopped"}, False),
    ("construction", {"go": "acceleration", "stay": "construction", "stop": "stopped"}, False),
    ("acceleration", {"go": "handover", "stay": "acceleration", "stop": "stopped"}, False),
    ("handover", {"stay": "handover", "stop": "stopped"}, True),
    ("stopped", {}, True),
]


@pytest.mark.parametrize(("phase", "leads", "ends"), WAYS)
def test_the_ways_of_a_phase(phase: Phase, leads: dict[str, str], *, ends: bool) -> None:
    assert {verdict: after(phase, verdict) for verdict in verdicts(phase)} == leads
    assert (phase_of(phase), may_end(phase)) == (phase, ends)


def test_what_is_no_phase_or_no_verdict_of_it() -> None:
    with pytest.raises(LookupError):
        phase_of("flight")
    with pytest.raises(LookupError):
        after("handover", "go")


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({"indicator": " Délai de réponse "}, "Délai de réponse"),
        ({"indicators": {"rows": [{"indicator": "Appels évités"}, {"indicator": "Autre"}]}}, "Appels évités"),
        ({"indicators": [{"indicator": "Appels évités"}]}, "Appels évités"),
        ({"indicators": {"rows": []}, "impact": "Grand"}, ""),
        ({}, ""),
    ],
)
def test_the_indicator_of_a_form(answers: dict[str, object], named: str) -> None:
    assert indicator_of(answers) == named


@pytest.mark.parametrize(
    ("baseline", "target", "value", "share"),
    [(12, 4, 8, 0.5), (0, 10, 12, 1.2), (4, 4, 4, None), (None, 4, 4, None), (1, 4, None, None)],
)
def test_how_far(baseline: float | None, target: float | None, value: float | None, share: float | None) -> None:
    assert progress(baseline, target, value) == share
