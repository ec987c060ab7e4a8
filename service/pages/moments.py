"""An instant as an officer types it: a day, and an hour at Paris, or the end of that day."""

from datetime import datetime, time

from forms import FieldError
from service.pages.french import PARIS
from service.pages.inputs import Inputs, day_of
from service.problems import Invalid

END_OF_DAY = time(23, 59, 59)


def read_moment(sent: Inputs) -> tuple[datetime | None, list[FieldError]]:
    """What the inputs `jour` and `heure` say, or what is wrong with them."""
    day, errors = day_of(sent.one("jour")), []
    if day is None:
        said = "Indiquez un jour, par exemple 18/12/2026."
        errors.append(FieldError("until", "required", said, "Give a day."))
    at, typed = END_OF_DAY, sent.one("heure").strip().replace(" ", "").lower().replace("h", ":")
    if typed:
        try:
            at = time.fromisoformat(f"{typed}00" if typed.endswith(":") else typed)
        except ValueError:
            said = "Indiquez une heure, par exemple 17:00."
            errors.append(FieldError("heure", "bad_time", said, "Give a time, as 17:00."))
    return (datetime.combine(day, at.replace(tzinfo=None), PARIS) if day and not errors else None), errors


def moment_of(sent: Inputs) -> datetime:
    """The same. Raises Invalid."""
    until, errors = read_moment(sent)
    if until is None:
        raise Invalid(errors)
    return until
