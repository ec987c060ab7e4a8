"""The answers of several proposals as they were last submitted: what tables of proposals hold of them."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from forms import Form
from service.domain.actor import Actor
from service.views.readable import answers_told, note_readings, readables
from service.views.submitted import submitted_states


class Given(msgspec.Struct, frozen=True):
    """The answers to a form that are for the reader, by field id."""

    form: Form
    answers: dict[str, object]


async def answers_given(actor: Actor, proposals: Sequence[UUID]) -> dict[UUID, Given]:
    """Those of each of these proposals that the reader may read and that was submitted; recorded as read."""
    submitted = await submitted_states(proposals)
    given = {}
    for found in await readables(actor, list(submitted)):
        state = submitted[found.line["id"]]
        told = await answers_told(found, state)
        given[found.line["id"]] = Given(await state.form(), {field: one.value for field, one in told.items()})
    await note_readings(actor, list(given), "answers_table")
    return given
