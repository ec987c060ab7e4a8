"""What an expert's page sends, part by part: read, checked, saved; what clashes told in words."""

from datetime import datetime

import msgspec

from forms import FieldError, Grid
from service.domain.actor import Actor
from service.domain.reviewing import CONFIDENCE, GENERAL, RECOMMENDATION, ReviewContent, with_parts
from service.operations import marks, reviews
from service.operations.marks import MarkContent
from service.operations.reviews import PartChange
from service.pages.grids import part_of, part_told
from service.pages.inputs import Inputs, version_of
from service.problems import Invalid
from service.views.reviews import Writable

NOTE, DOUBT = "@note", "@doubt"
THEIRS = "autre"
Clashes = dict[str, tuple[str, str]]
"""By part: what was typed, and what is saved, in words."""


class Kept(msgspec.Struct, frozen=True):
    """What became of what was sent. `version`: of the review; `marks`: what the next change of a part is based on."""

    version: int
    marks: dict[str, str] = {}
    errors: list[FieldError] = []
    clashes: Clashes = {}
    message: str = ""
    submitted: bool = False

    @property
    def clean(self) -> bool:
        """All of it is saved."""
        return not (self.errors or self.clashes or self.message)


async def keep(actor: Actor, found: Writable, sent: Inputs, now: datetime) -> Kept:
    """Save the parts that were sent. What cannot be kept is told, and the rest is saved. Saving the same again changes
    nothing, so that it needs no key."""
    kept = Kept(found.version)
    changes, errors = _changes(found.grid, sent)
    if changes:
        saved = await reviews.save_parts(actor, found.id, changes, now=now)
        clashes = {
            name: (part_told(found.grid, name, changes[name].bare), part_told(found.grid, name, theirs))
            for name, theirs in saved.clashes.items()
        }
        told = {name: mark for name, mark in saved.marks.items() if name not in clashes}
        kept = Kept(saved.version, told, errors, clashes)
    return await _keep_mark(actor, found, sent, msgspec.structs.replace(kept, errors=errors), now)


def _changes(grid: Grid, sent: Inputs) -> tuple[dict[str, PartChange], list[FieldError]]:
    changes: dict[str, PartChange] = {}
    errors: list[FieldError] = []
    known = {*(one.id for one in grid.criteria), GENERAL, RECOMMENDATION, CONFIDENCE}
    for name, based_on in sent.below("v:").items():
        if name not in known or sent.one(f"clash:{name}") == THEIRS:
            continue
        try:
            part = part_of(grid, name, sent)
        except Invalid as wrong:
            errors += wrong.errors
            continue
        faults = with_parts(ReviewContent(), {name: part}).faults(grid, complete=False)
        errors += faults
        if not faults:
            changes[name] = PartChange(part.score, part.comment, part.confidential, part.choice, based_on)
    return changes, errors


async def _keep_mark(actor: Actor, found: Writable, sent: Inputs, kept: Kept, now: datetime) -> Kept:
    """The doubt, and the note, which only its author reads."""
    carried = sent.below("v:")
    noted = NOTE in carried and sent.one(f"clash:{NOTE}") != THEIRS
    note = sent.one("note").replace("\r\n", "\n").strip() if noted else None
    doubt = bool(sent.one("doubt")) if DOUBT in carried else None
    as_sent = {} if doubt is None else {DOUBT: "1" if doubt else "0"}
    # The page's button sends everything; what is as it was needs no statement.
    if note in (None, found.own.note) and doubt in (None, found.own.doubt):
        same = {NOTE: str(found.own.version)} if note is not None else {}
        return msgspec.structs.replace(kept, marks={**kept.marks, **as_sent, **same})
    content = MarkContent(doubt, note, version_of(carried.get(NOTE, "")))
    try:
        saved = await marks.save_mark(actor, found.id, content, now=now)
    except Invalid as wrong:
        return msgspec.structs.replace(kept, errors=[*kept.errors, *wrong.errors])
    if saved.clash:
        clash = (note or "Aucune note", saved.note or "Aucune note")
        return msgspec.structs.replace(kept, clashes={**kept.clashes, NOTE: clash})
    told = {NOTE: str(saved.version)} if note is not None else {}
    return msgspec.structs.replace(kept, marks={**kept.marks, **as_sent, **told})
