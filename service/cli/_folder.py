"""A call's folder, as its author has it on disk, and what is told of it."""

import sys
from pathlib import Path

import forms
from forms import Edition, EditionError
from forms.clocks import PARIS
from service.cli._words import many
from service.preview.study import read_folder


def parsed(folder: Path) -> Edition | None:
    """The edition of a folder; None where the files make none, every fault told on stderr."""
    try:
        return forms.parse_edition(read_folder(folder))
    except EditionError as error:
        tell_faults(error, folder)
        return None


def tell_faults(error: EditionError, folder: Path) -> None:
    """One line for each fault, then their number."""
    for fault in error.faults:
        print(folder / str(fault), file=sys.stderr)
    print(f"alliance: {many(len(error.faults), 'fault')}", file=sys.stderr)


def summary(edition: Edition) -> list[str]:
    """What a call is, at a glance, as lines: dates, sections with their fields, criteria, stages."""
    call, grid = edition.call, edition.grid
    closes = f"{call.closes.astimezone(PARIS):%Y-%m-%d %H:%M:%S}" if call.closes else "never"
    weights = ", ".join(f"{criterion.id} {criterion.weight}" for criterion in grid.criteria)
    lines = [
        f"{call.slug}: {call.title.fr} (references {call.prefix}-0001, ...)",
        f"dates        opens {call.opens.astimezone(PARIS):%Y-%m-%d %H:%M:%S}, closes {closes}, Paris time",
        f"form         {many(len(edition.form.sections), 'section')}, {many(len(edition.form.fields), 'field')}",
    ]
    for section in edition.form.sections:
        required = sum(field.required for field in section.fields)
        told = f"{many(len(section.fields), 'field')}, {required} required"
        lines.append(f"  {section.id:<20} {section.title.fr}: {told}{', conditional' if section.shown_if else ''}")
    blocking = sum(item.blocking for item in edition.eligibility.items)
    lines.append(f"eligibility  {many(len(edition.eligibility.items), 'question')}, {blocking} blocking")
    threshold = "" if grid.threshold is None else f", total of {grid.threshold:g} or more"
    lines.append(f"grid         {many(len(grid.criteria), 'criterion', 'criteria')}: {weights}{threshold}")
    lines.append(f"process      {many(len(edition.process.stages), 'stage')}")
    for stage in edition.process.stages:
        ways = ", ".join(f"{one.id} -> {stage.after(one) or one.status}" for one in stage.outcomes)
        lines.append(f"  {stage.id:<20} {stage.duration or 'no deadline'}: {ways}")
    return lines
