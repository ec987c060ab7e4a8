"""CPU of one validation of the ami-2025 form, filled, as at each page of a draft and at its submission."""

from datetime import date
from itertools import cycle

import forms
from forms import FileFact, catalogue
from forms.examples import complete_answers, small_files
from tests.bench.figure import Figure, cpu_ms

TODAY = date(2025, 5, 1)
PROPOSALS = 24


def measure() -> Figure:
    """Over varied proposals, French and foreign, each complete and valid."""
    edition = forms.parse_edition(catalogue.read("ami-2025"))
    filled = []
    for number in range(PROPOSALS):
        files = {
            field: [FileFact("1", name, len(content), "application/pdf")]
            for field, name, content in small_files(edition, number)
        }
        filled.append((complete_answers(edition, number), files))
    turns = cycle(filled)

    def once() -> None:
        answers, files = next(turns)
        errors = forms.validate(edition.form, answers, files, TODAY)
        if errors:
            raise AssertionError(errors)

    for _ in filled:
        once()
    return Figure(cpu_ms(once, times=100 * PROPOSALS), "ms CPU", "under 1 ms CPU")
