"""What the two pages of a form show, from a proposal and its edition alone: a section; the check before submitting."""

from collections.abc import Sequence
from typing import Any

import msgspec

from forms import Edition, FieldError, Form
from service.pages import drafting
from service.pages.drafting import DEPOSIT, Clash
from service.pages.elsewhere import elsewhere
from service.pages.faults import Fault
from service.pages.fields import Wrong, anchor, faults_of, fields_of
from service.pages.inputs import Inputs
from service.pages.ruling import as_errors, for_script, of_rules, rules_of
from service.views.proposals import ProposalView


def section(
    edition: Edition,
    found: ProposalView,
    wanted: str,
    *,
    typed: Inputs | None = None,
    errors: tuple[FieldError, ...] = (),
    clashes: tuple[Clash, ...] = (),
    more: str = "",
) -> dict[str, Any]:
    """One section; without a known one, the first. `typed`: what could not be saved. `more`: a block to which a row is
    added."""
    form = edition.form_at(found.part)
    sections = drafting.sections_of(form, found)
    one = next((each for each in sections if each.id == wanted), sections[0])
    here = sections.index(one)
    missing = drafting.still_wrong(form, found)
    remarks = found.eligibility.remarks if found.eligibility and found.phase == "returned" else {}
    return {
        "found": found,
        "edition": edition,
        "section": one,
        "fields": fields_of(
            form,
            one,
            found.answers,
            found.attachments,
            found.judged_on,
            typed=typed,
            errors=Wrong(errors),
            remarks=remarks,
            more=more,
        ),
        "wrong": Wrong(errors),
        "clashes": {clash.field: clash for clash in clashes},
        "steps": drafting.steps_of(form, found, one.id, missing),
        "number": here + 1,
        "total": len(sections) + 1,
        "following": sections[here + 1].title.fr if here + 1 < len(sections) else "Vérifier et déposer",
        "previous": sections[here - 1].id if here else "",
        "elsewhere": elsewhere(form, one, found.answers, found.judged_on),
        "rules": for_script(rules_of(form, one)),
        # What does not go together is told to whoever has just saved; later it stands at the fields.
        "broken": of_rules(missing, one),
        "news": None,
        "answered": set(),
    }


def section_faults(form: Form, errors: Sequence[FieldError], clashes: Sequence[Clash] = ()) -> list[Fault]:
    """The summary above a section."""
    said = "cette réponse a été modifiée ailleurs : choisissez"
    return [*faults_of(form, errors), *(Fault(said, clash.label, f"choix-{clash.field}") for clash in clashes)]


def deposit(edition: Edition, found: ProposalView, *, errors: tuple[FieldError, ...] | None = None) -> dict[str, Any]:
    """The last step. `errors`: those of a submission that was refused."""
    form = edition.form_at(found.part)
    missing = drafting.still_wrong(form, found) if errors is None else list(errors)
    base = f"/candidatures/{found.id}"
    return {
        "found": found,
        "edition": edition,
        "form": form,
        "steps": drafting.steps_of(form, found, DEPOSIT, missing),
        "total": len(drafting.sections_of(form, found)) + 1,
        "missing": faults_of(form, missing, base),
        "notices": faults_of(form, as_errors(found.notices), base),
        "amendable": edition.process.stages[0].amend,
        "unfinished": (),
        "unscanned": {scan: _files_of(form, found, scan, base) for scan in ("waiting", "unable")},
        "news": None,
        "changed": None,
        "answered": set(),
    }


class FileLink(msgspec.Struct, frozen=True):
    """A file, and where it was attached."""

    label: str
    address: str


def _files_of(form: Form, found: ProposalView, scan: str, base: str) -> tuple[FileLink, ...]:
    """The files that the antivirus has told this of; one that another person sent goes by the name of its field."""
    homes = {field.id: section.id for section in form.sections for field in section.fields}
    return tuple(
        FileLink(
            file.name or form.index[file.field].label.fr, f"{base}?section={homes[file.field]}#{anchor(file.field)}"
        )
        for file in found.attachments
        if file.scan == scan and file.field in homes
    )
