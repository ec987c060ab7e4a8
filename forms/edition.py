"""An edition: call, form, checklist, grid and process together, immutable. Read from five TOML files, kept as JSON."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

import msgspec

from forms.call import Call
from forms.clocks import PARIS
from forms.consistency import consistency_faults
from forms.form import Form
from forms.grid import Checklist, Grid
from forms.guessing import Doubts, guesses
from forms.parsing import Fault, shape_faults
from forms.places import line_of
from forms.process import Process

_BROKEN_AT = re.compile(r"^broken TOML: .*\(at line (\d+), column \d+\)$", re.DOTALL)
FILES = ("call.toml", "form.toml", "eligibility.toml", "grid.toml", "process.toml")
KINDS: dict[str, Any] = {
    "call.toml": Call,
    "form.toml": Form,
    "eligibility.toml": Checklist,
    "grid.toml": Grid,
    "process.toml": Process,
}


class Edition(msgspec.Struct, frozen=True, dict=True, forbid_unknown_fields=True):
    """One published version of a call."""

    call: Call
    form: Form
    eligibility: Checklist
    grid: Grid
    process: Process

    @cached_property
    def _forms(self) -> dict[str, Form]:
        found = {}
        for part in ("", *(stage.id for stage in self.process.stages if stage.kind == "submission")):
            asked = self.process.parts_until(part)
            sections = tuple(one for one in self.form.sections if one.stage is None or one.stage in asked)
            whole = len(sections) == len(self.form.sections)
            found[part] = self.form if whole else msgspec.structs.replace(self.form, sections=sections)
        return found

    def form_at(self, part: str) -> Form:
        """The form as far as it is asked: up to the sections of this submission stage, or ("") those asked at first."""
        return self._forms.get(part, self.form)

    @cached_property
    def _grids(self) -> dict[int, Grid]:
        reviews = ((one, self.process.round_of(one.id)) for one in self.process.stages if one.kind == "review")
        return {number: self.grid.at(stage.id) for stage, number in reviews}

    def grid_of(self, number: int) -> Grid:
        """The grid of a round (from 1)."""
        return self._grids.get(number, self.grid)


class EditionError(ValueError):
    """Files that make no edition: every fault, each with its file, key path, what was found and what is allowed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def edition_json(edition: Edition) -> bytes:
    """An edition as JSON: the same bytes for the same edition."""
    return msgspec.json.encode(edition, order="deterministic")


def edition_from_json(content: bytes) -> Edition:
    """An edition that `edition_json` wrote. Raises msgspec.ValidationError for anything else."""
    return msgspec.json.decode(content, type=Edition)


def parse_edition(files: Mapping[str, bytes]) -> Edition:
    """The edition of the five files, by name. Raises EditionError with all faults at once."""
    faults = [Fault(name, "", "an unknown file", ", ".join(FILES)) for name in files if name not in FILES]
    data = {name: read for name in FILES if (read := _read(name, files, faults)) is not None}
    shapes = {name: shape_faults(KINDS[name], content, name) for name, content in data.items()}
    faults += [fault for found in shapes.values() for fault in found]
    parts, found = _checked(data, {name for name, told in shapes.items() if told})
    if faults:
        doubts = Doubts(shapes, data)
        found = [fault for fault in found if doubts.told(fault)]
    if faults or found:
        raise EditionError([_placed(fault, files) for fault in [*faults, *found]])
    return Edition(*(parts[name] for name in FILES))


def _checked(data: dict[str, Any], broken: set[str]) -> tuple[dict[str, Any], list[Fault]]:
    """The parts of an edition, and the faults that they have in whatever way the broken files were meant."""
    parts = {name: msgspec.convert(content, KINDS[name]) for name, content in data.items() if name not in broken}
    told: list[Fault] = []
    number, ways = 0, 1
    while number < ways and (told or number == 0):
        meant, more = guesses(number, KINDS, {name: data[name] for name in broken})
        ways = max(ways, more)
        parts |= {name: msgspec.convert(content, KINDS[name]) for name, content in meant.items()}
        found = consistency_faults(*(parts.get(name) for name in FILES))
        told = found if number == 0 else [fault for fault in told if fault in found]
        number += 1
    return parts, told


def _read(name: str, files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, Any] | None:
    if name not in files:
        faults.append(Fault(name, "", "no such file", "the five files " + ", ".join(FILES)))
        return None
    try:
        data = tomllib.loads(files[name].decode())
        return _with_instants(data) if name == "call.toml" else data
    except UnicodeDecodeError as error:
        faults.append(Fault(name, "", f"a byte that is not UTF-8 at {error.start}", "UTF-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(name, "", f"broken TOML: {error}", "TOML 1.0"))
    return None


def _placed(fault: Fault, files: Mapping[str, bytes]) -> Fault:
    """With its line: what the parser says of broken TOML, else where its key path stands."""
    said = _BROKEN_AT.search(fault.found)
    if said is not None:
        return msgspec.structs.replace(fault, line=int(said[1]))
    text = files.get(fault.file, b"").decode(errors="replace")
    return msgspec.structs.replace(fault, line=line_of(text, fault.path)) if fault.path else fault


def _with_instants(data: dict[str, Any]) -> dict[str, Any]:
    """Local dates and times are Paris ones; the day a call closes belongs to it."""
    ends = {"opens": time(0, 0), "closes": time(23, 59, 59)}
    return {**data, **{key: _instant(data[key], ends[key]) for key in ends if key in data}}


def _instant(value: object, at: time) -> object:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=PARIS)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, at, PARIS).astimezone(UTC)
    return value
