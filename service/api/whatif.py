"""What the ranking of a call would be by another rule; nothing is saved."""

import msgspec
from litestar import get
from litestar.params import FromPath

from forms import FieldError
from service.api import reading
from service.api.answering import Answer, answer
from service.api.routes import tell
from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.problems import Invalid
from service.views import whatif as views
from service.views.whatif import Trial, TriedView


class WhatIfQuery(msgspec.Struct, frozen=True):
    """`weights`, `thresholds`: `criterion:number` between commas, those of the grid where none is said; a threshold
    without a number is none. `threshold`: the least total. `places`, `budget`: "" for no limit; `amount`: the question
    that says what a proposal asks for. `round`: 0 for the last that has begun; `after`: lines to leave out."""

    weights: str = ""
    thresholds: str = ""
    threshold: str = ""
    places: str = ""
    budget: str = ""
    amount: str = ""
    round: int = 0
    after: int = 0
    limit: int = 100


@get(
    "/api/calls/{slug:str}/ranking/what-if",
    opt=tell(
        Action.CALL_RANK,
        "The ranking by other weights, thresholds, places or budget, and how firm each place is",
        "Calls",
        answer=TriedView,
        query=WhatIfQuery,
        problems=(403, 404, 422),
    ),
)
async def what_if(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """The same draws of the reviews each time, so that two tries compare."""
    asked = reading.query(request, WhatIfQuery)
    thresholds = _pairs("thresholds", asked.thresholds)
    weights = {one: number for one, number in _pairs("weights", asked.weights).items() if number is not None}
    places = _number("places", asked.places)
    trial = Trial(
        weights=weights,
        thresholds=thresholds,
        threshold=_number("threshold", asked.threshold),
        places=None if places is None else int(places),
        budget=_number("budget", asked.budget),
        amount=asked.amount,
    )
    found = await views.whatif(
        actor_of(request), slug, trial, asked.round or None, after=asked.after, limit=asked.limit
    )
    return answer(found)


def _pairs(name: str, text: str) -> dict[str, float | None]:
    pairs = (one.partition(":") for one in text.split(",") if one)
    return {criterion: _number(name, number) for criterion, _, number in pairs}


def _number(name: str, text: str) -> float | None:
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < views.LARGEST:
        raise Invalid([FieldError(name, "bad_number", "Indiquez un nombre positif.", "Give a number from 0 on.")])
    return found


routes = (what_if,)
