"""What if: the ranking by another rule. The address keeps what is tried; nothing else does."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from service.domain.policy import Action
from service.doors.people import AnyRequest, actor_of
from service.pages.faults import Fault
from service.pages.render import page
from service.views import whatif as views
from service.views.whatif import Trial

Answer = Response[Any]
WEIGHT, THRESHOLD = "poids-", "seuil-"
NO_NUMBER = "Indiquez un nombre positif, par exemple 2,5."


@get("/comite/{slug:str}/et-si", opt={"action": Action.CALL_RANK})
async def whatif(request: AnyRequest, slug: FromPath[str]) -> Answer:
    """A form, what crosses the line, and the whole list in the order that is tried."""
    asked = {name: text.strip()[:40] for name, text in request.query_params.items()}
    trial, wrong = _trial(asked)
    after = int(asked["suite"]) if asked.get("suite", "").isascii() and asked.get("suite", "").isdecimal() else 0
    number = int(asked["tour"]) if asked.get("tour", "") in tuple("123456789") else None
    found = await views.whatif(actor_of(request), slug, trial, number, after=after)
    kept = (WEIGHT, THRESHOLD, "total", "places", "budget", "montant", "tour")
    context = {
        "found": found,
        "asked": asked,
        "query": {name: text for name, text in asked.items() if text and name.startswith(kept)},
        "wrong": wrong,
        "after": after,
    }
    errors = [Fault(NO_NUMBER, "", name) for name in wrong]
    return page(request, "staff/whatif.html", context, status=422 if wrong else 200, errors=errors)


def _trial(asked: Mapping[str, str]) -> tuple[Trial, dict[str, list[str]]]:
    """What the address tries, and the inputs that are no number."""
    wrong: dict[str, list[str]] = {}

    def number(name: str) -> float | None:
        text = "".join(asked.get(name, "").split()).replace(",", ".").removesuffix("€")
        if not text:
            return None
        try:
            found = float(text)
        except ValueError:
            found = -1.0
        if not 0 <= found < views.LARGEST:
            wrong[name] = [NO_NUMBER]
            return None
        return found

    weights = {name.removeprefix(WEIGHT): number(name) for name in asked if name.startswith(WEIGHT)}
    places = number("places")
    trial = Trial(
        weights={one: at for one, at in weights.items() if at is not None},
        thresholds={name.removeprefix(THRESHOLD): number(name) for name in asked if name.startswith(THRESHOLD)},
        threshold=0.0 if asked.get("total") == "" else number("total"),  # emptied: no least total
        places=None if places is None else int(places),
        budget=number("budget"),
        amount=asked.get("montant", ""),
    )
    return trial, wrong


routes = [whatif]
