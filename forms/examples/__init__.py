"""Invented proposals: complete, valid, varied answers to any edition, for demonstrations and tests.

The same edition, number and language always give the same answers. Nobody and nothing named exists; SIREN numbers begin
with 0, which is given to nobody.
"""

from datetime import date
from typing import Any

from forms.answers import required, shown_fields, typed, visible
from forms.clocks import local_day
from forms.edition import Edition
from forms.examples.story import Story
from forms.kinds import File
from forms.mending import mend
from forms.pdf import small_pdf


def complete_answers(edition: Edition, n: int, *, lang: str = "fr") -> dict[str, Any]:
    """Answers that `validate` accepts with the files of `small_files(edition, n)`: proposal number `n`,
    in `fr` or `en`. One in four is submitted by a body of another country of the Union.
    """
    story = Story(edition, n, lang)
    answers: dict[str, Any] = {}
    for field in edition.form.fields:
        if field.answered:
            answers[field.id] = story.answer(field)
    mend(edition.form, answers, day_of(edition), story.answer)
    return typed(edition.form, visible(edition.form, answers, day_of(edition)))


def day_of(edition: Edition) -> date:
    """A day on which a proposal may be submitted: the first one."""
    return local_day(edition.call.opens)


def small_files(edition: Edition, n: int) -> list[tuple[str, str, bytes]]:
    """The attachments that proposal number `n` must have: field, file name, a small valid PDF."""
    answers = complete_answers(edition, n)
    title = str(answers.get(edition.form.title_field, edition.call.prefix))
    today = day_of(edition)
    shown = shown_fields(edition.form, answers, today)
    return [
        (field.id, f"{field.id}-{n}.pdf", small_pdf(f"{field.label.fr} : {title}"))
        for field in edition.form.fields
        if isinstance(field, File) and field.id in shown and required(field, answers, today)
    ]
