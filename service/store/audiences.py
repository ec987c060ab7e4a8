"""Whose answers to a question may be told, where many proposals are read at once.

The rule is `Readable.tells`: by the form that an answer was given on and by that of the proposal's present edition, the
stricter of both. So one edition that keeps a question from a reader keeps from them whatever rests on it alone.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from forms import Field
from service.store.database import rows
from service.store.editions import edition


async def kept_from(call: UUID, questions: Iterable[str], told: Callable[[Field], bool]) -> list[str]:
    """The questions that editions of a call keep to themselves, as `edition/question`: those that `told` refuses."""
    asked, found = tuple(questions), []
    for line in await rows("SELECT id FROM edition WHERE call = {} ORDER BY number", call):
        form = (await edition(line["id"])).form
        fields = ((code, form.field(code)) for code in asked)
        found += [f"{line['id']}/{code}" for code, field in fields if field is not None and not told(field)]
    return found


def tells(question: str, given_on: str, present: str) -> str:
    """SQL: neither the edition that an answer was `given_on` nor the proposal's `present` one keeps the question. All
    three are expressions of SQL; the two parameters, each after one of an edition, are both what `kept_from` gives."""
    return " AND ".join(f"{one}::text || '/' || {question} <> ALL({{}}::text[])" for one in (given_on, present))
