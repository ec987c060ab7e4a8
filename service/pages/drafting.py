"""Writing a proposal: which sections there are, saving what a page sends, what is still missing."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

import forms
from forms import Edition, FieldError, FileFact, Form, Section, kinds
from forms.base import printable
from forms.differences import asked, asked_files, changed_fields
from service.domain.actor import Actor
from service.operations import drafts
from service.operations.drafts import Change
from service.pages.aloud import read_aloud
from service.pages.door import once
from service.pages.fields import Wrong, anchor
from service.pages.french import typography
from service.pages.inputs import Inputs, from_inputs, mark, rows_of_mark, unchanged, version_of
from service.problems import FieldClash
from service.views.proposals import ProposalView

DEPOSIT = "depot"
THEIRS = "autre"


class Clash(msgspec.Struct, frozen=True):
    """One field changed on both sides, as the page shows it."""

    field: str
    label: str
    mine: str
    theirs: str


class Saving(msgspec.Struct, frozen=True):
    """What a save came to. `marks`: what the form must carry from now on, by field. `merged`: blocks that others have
    changed other rows of."""

    marks: dict[str, str]
    errors: tuple[FieldError, ...]
    clashes: tuple[Clash, ...]
    at: datetime | None
    merged: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Everything that was sent is kept."""
        return not self.errors and not self.clashes


class Step(msgspec.Struct, frozen=True):
    """One section in the menu of the form. `missing`: how many answers it still needs."""

    id: str
    title: str
    address: str
    missing: int
    here: bool

    @property
    def label(self) -> str:
        """Its title."""
        return self.title

    @property
    def note(self) -> str:
        """Its state in a few words."""
        if self.id == DEPOSIT:
            return ""
        if self.missing == 0:
            return "Complet"
        return f"{self.missing} réponse attendue" if self.missing == 1 else f"{self.missing} réponses attendues"


class News(msgspec.Struct, frozen=True):
    """What changed in the form since the applicant began: names of questions, with their address where they stand."""

    added: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]


def news(began: Form, form: Form, found: ProposalView) -> News | None:
    """The questions that are new, changed and gone; None where the applicant has nothing to know."""
    added, changed, removed = changed_fields(began, form)
    homes = {field.id: section.id for section in form.sections for field in section.fields}

    def placed(fields: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        base = f"/candidatures/{found.id}?section="
        return tuple((form.index[one].label.fr, f"{base}{homes[one]}#{anchor(one)}") for one in fields)

    if not (added or changed or removed):
        return None
    return News(placed(added), placed(changed), tuple(began.index[one].label.fr for one in removed))


def values_of(found: ProposalView) -> dict[str, Any]:
    """The answers that say something."""
    return {field: answer.value for field, answer in found.answers.items() if answer.value is not None}


def sections_of(form: Form, found: ProposalView) -> list[Section]:
    """The sections that conditions show."""
    shown = forms.shown_fields(form, values_of(found), found.judged_on)
    return [section for section in form.sections if any(field.id in shown for field in section.fields)]


def still_wrong(form: Form, found: ProposalView) -> list[FieldError]:
    """Everything that keeps the proposal from being submitted now."""
    files: dict[str, list[FileFact]] = {}
    for file in found.attachments:
        files.setdefault(file.field, []).append(FileFact(str(file.id), file.name, file.size, file.media_type))
    return forms.validate(form, asked(form, values_of(found)), asked_files(form, files), found.judged_on)


def steps_of(form: Form, found: ProposalView, here: str, errors: list[FieldError]) -> list[Step]:
    """The menu of the form: its sections, then checking and submitting."""
    homes = {field.id: section.id for section in form.sections for field in section.fields}
    places = [(homes.get(error.path.partition("/")[0]), error.path.partition("/")[0]) for error in errors]
    base = f"/candidatures/{found.id}"
    steps = [
        Step(
            section.id,
            section.title.fr,
            f"{base}?section={section.id}",
            len({field for home, field in places if home == section.id}),
            section.id == here,
        )
        for section in sections_of(form, found)
    ]
    return [*steps, Step(DEPOSIT, "Vérifier et déposer", f"{base}?section={DEPOSIT}", 0, here == DEPOSIT)]


async def save(actor: Actor, found: ProposalView, edition: Edition, sent: Inputs, now: datetime) -> Saving:
    """Save the fields of a page that were changed there. What cannot be kept is told, and the rest is saved."""
    form = edition.form_at(found.part)
    changes: dict[str, Change] = {}
    errors: list[FieldError] = []
    for name, carried in sent.below("v:").items():
        field = form.field(name)
        if field is None or not field.answered:
            errors.append(_asked_no_more(name))
            continue
        if sent.one(f"clash:{name}") == THEIRS:
            continue
        value = from_inputs(field, sent)
        if unchanged(carried, value) or (value is None and version_of(carried) == 0):
            continue
        faults = forms.check_draft(form, name, value)
        errors += faults
        if not faults:
            rows = rows_of_mark(carried) if isinstance(field, kinds.Block) else None
            changes[name] = Change(value, version_of(carried), rows)
    if not changes:
        return Saving({}, tuple(errors), (), None)
    with once(sent):
        saved = await drafts.save_answers(actor, found.id, changes, now=now)
    marks = {
        name: mark(known, changes[name].value, version)
        for name, version in saved.versions.items()
        if (known := form.field(name)) is not None
    }
    clashes = tuple(_clash(form, clash) for clash in saved.clashes)
    return Saving(marks, tuple(errors), clashes, saved.saved_at, saved.merged)


def _asked_no_more(field: str) -> FieldError:
    """The page was open while the draft was moved to another edition: what is typed there has no place any more."""
    return FieldError(
        printable(field),
        "asked_no_more",
        "Cette question n’est plus posée : le formulaire de l’appel a changé. Copiez votre réponse si elle vous est"
        " utile, puis rechargez la page.",
        "This question is asked no more: the call's form has changed. Copy your answer, then reload the page.",
    )


def _clash(form: Form, clash: FieldClash) -> Clash:
    field = form.field(clash.field)
    if field is None:
        raise LookupError(f"a clash on {clash.field}, which was checked to be a field")
    return Clash(
        clash.field,
        field.label.fr,
        read_aloud(field, clash.submitted) or "Sans réponse",
        read_aloud(field, clash.current) or "Sans réponse",
    )


def after_clash(sent: Inputs, found: ProposalView, edition: Edition, saving: Saving) -> Inputs:
    """What was typed, carried on: fields saved or clashed bear their present version, so that the next save counts."""
    marks = dict(saving.marks)
    for clash in saving.clashes:
        field, now_kept = edition.form_at(found.part).field(clash.field), found.answers.get(clash.field)
        if field is not None and now_kept is not None:
            marks[clash.field] = mark(field, now_kept.value, now_kept.version)
    pairs = [(name, value) for name, values in sent.values.items() for value in values if not name.startswith("clash:")]
    return Inputs([*pairs, *((f"v:{field}", carried) for field, carried in marks.items())])


def as_json(saving: Saving) -> bytes:
    """The answer to a script that saves in the background."""
    return msgspec.json.encode(
        {
            "marks": saving.marks,
            "errors": {error.path: typography(error.fr) for error in saving.errors},
            "clashes": {clash.field: {"mine": clash.mine, "theirs": clash.theirs} for clash in saving.clashes},
            "merged": saving.merged,
            "message": typography(
                "Certaines réponses ont été modifiées dans une autre fenêtre ou par une autre personne : enregistrez la"
                " page pour choisir."
                if saving.clashes
                else "Certaines réponses ne peuvent pas être enregistrées telles quelles."
                if saving.errors
                else ""
            ),
        }
    )


def wrong_of(saving: Saving) -> Wrong:
    """The save's errors, ready for the fields."""
    return Wrong(saving.errors)


def uuid_or_none(text: str) -> UUID | None:
    """An id out of a form's input."""
    try:
        return UUID(text)
    except ValueError:
        return None
