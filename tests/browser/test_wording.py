"""Words and marks of pages, without a browser."""

from markupsafe import Markup

from service.pages import french
from service.pages.faults import Fault
from service.pages.reading import labelled
from service.pages.wording import ENTRIES, fault_text
from service.views.histories import APPLICANT, COMMITTEE, STAFF


def test_cells_name_their_column() -> None:
    """Whatever a cell holds; a label is escaped."""
    rows = Markup('<tr class="x">\n<td>a</td><td class="y">b &lt;td</td></tr><tr><td>c</td><td>d</td></tr>')
    assert labelled(rows, ["Un", 'Deux "2"']) == (
        '<tr role="row" class="x">\n<td role="cell" data-label="Un">a</td>'
        '<td role="cell" data-label="Deux &#34;2&#34;" class="y">b &lt;td</td></tr>'
        '<tr role="row"><td role="cell" data-label="Un">c</td><td role="cell" data-label="Deux &#34;2&#34;">d</td></tr>'
    )


def test_the_journal_is_told_in_words() -> None:
    """Every entry that a timeline tells, and the one that only changes the stage."""
    assert {*APPLICANT, *STAFF, *COMMITTEE} <= set(ENTRIES)
    assert "_" not in "".join(ENTRIES.values())
    assert "{" not in "".join(ENTRIES.values())


def test_numbers_and_faults() -> None:
    assert french.siret("12345678900012") == "123\u00a0456\u00a0789\u00a000012"
    assert french.siret("12 345") == "12 345"
    assert fault_text(Fault("À cocher.", "Je certifie.")) == "Je certifie\u00a0: À cocher."
    assert fault_text(Fault("Choisissez : oui ou non.")) == "Choisissez\u00a0: oui ou non."
