"""What follows a deadline, in the words of a page."""

import msgspec
import pytest

from forms.process import Disagreement
from service.views.deadlines import _then
from tests.api.acting import EDITION


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (None, ""),
        (Disagreement(1.5, "expert"), " Si elles s’écartent de plus de 1,5\u00a0: un évaluateur de plus est demandé."),
        (Disagreement(2, "conciliation"), " Si elles s’écartent de plus de 2\u00a0: étape « Synthèse »."),
    ],
)
def test_the_end_of_a_review_says_what_follows_a_disagreement(rule: Disagreement | None, said: str) -> None:
    review = EDITION.process.review_stage(1)
    assert review is not None
    apart = msgspec.structs.replace(review.outcomes[-1], id="disagreed")
    stage = msgspec.structs.replace(review, outcomes=(*review.outcomes, apart), disagreement=rule)
    end = "sinon les chargés de programme sont prévenus et la candidature attend."
    assert _then(EDITION, stage, "stage", mine=False).partition(end)[1:] == (end, said)
