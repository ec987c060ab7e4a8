"""What `alliance call diff` and `alliance call migrate` tell, and the moving itself, one proposal after the other."""

import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from forms import FieldError
from forms.differences import Difference
from service.cli._words import many
from service.domain.actor import PROCESS
from service.views.migration import Candidate

SIGNS = {"added": "+", "removed": "-", "moved": ">", "changed": "~"}
LONGEST = 60


def told(differences: Sequence[Difference]) -> list[str]:
    """Each difference on a line, under the file that it is of."""
    lines: list[str] = []
    part = ""
    for one in differences:
        if one.part != part:
            part = one.part
            lines.append(f"{part}.toml")
        lines.append(f"  {SIGNS[one.change]} {one.path}: {_values(one)}")
    return [*lines, many(len(differences), "difference")]


def _values(one: Difference) -> str:
    match one.change:
        case "added":
            return f"added, {_short(one.new)}"
        case "removed":
            return f"removed, {_short(one.old)}"
        case _:
            return f"{_short(one.old)} -> {_short(one.new)}"


def _short(value: Any) -> str:
    """A value on one line: of a field, criterion or stage its kind and its name."""
    if isinstance(value, dict):
        name = next(
            (value[key] for key in ("label", "name", "title", "text") if isinstance(value.get(key), dict)), None
        )
        if name is not None:
            return " ".join(filter(None, (str(value.get("kind") or ""), f"“{_cut(name['fr'])}”")))
        return f"“{_cut(value['fr'])}”" if set(value) == {"fr", "en"} else _cut(msgspec.json.encode(value).decode())
    if isinstance(value, str):
        return f"“{_cut(value)}”"
    return "nothing" if value is None else _cut(msgspec.json.encode(value).decode())


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 1]}…"


async def pages(call: str, to: int, *, open_too: bool) -> AsyncIterator[Candidate]:
    """Every proposal on another edition."""
    from service.views.migration import candidates

    after: UUID | None = None
    while True:
        plan = await candidates(PROCESS, call, to, open_too=open_too, after=after)
        for one in plan.items:
            yield one
        after = plan.next
        if after is None:
            return


async def foreseen(call: str, to: int) -> list[str]:
    """What moving every draft and open proposal onto an edition would come to, in numbers."""
    drafts = opened = refused = 0
    gone: Counter[str] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    async for one in pages(call, to, open_too=True):
        drafts, opened = drafts + (not one.stage), opened + bool(one.stage)
        refused += bool(one.refusal)
        gone.update(one.gone)
        wrong.update({(re.sub(r"/\d+", "/…", error.path), error.code) for error in one.errors})
    counted = f"{many(drafts, 'draft')}, {many(opened, 'open proposal')}; {refused} could not be moved"
    lines = [f"on another edition than {to}: {counted}"]
    lines += [f"  {field}: asked no longer, answered by {number}; kept" for field, number in sorted(gone.items())]
    return lines + [f"  {path}: {code}, in {number}" for (path, code), number in sorted(wrong.items())]


async def migrate(call: str, to: int, *, open_too: bool, dry: bool) -> int:
    """Move them one by one, each in a transaction of its own: one that was moved is not met again."""
    from service import clock
    from service.operations.migration import migrate_proposal
    from service.problems import Conflict, NotFound
    from service.views.editions import edition_numbered

    await edition_numbered(call, to)
    moved = refused = 0
    async for one in pages(call, to, open_too=open_too):
        name = one.reference or str(one.id)
        gone, errors, refusal = one.gone, one.errors, one.refusal
        if not dry:
            try:
                done = await migrate_proposal(PROCESS, call, one.id, to, now=clock.now())
                gone, errors, refusal = done.gone, done.errors, ""
            except (Conflict, NotFound) as problem:
                refusal = problem.detail
        moved, refused = moved + (not refusal), refused + bool(refusal)
        for line in _about(gone, errors, refusal):
            print(f"{name}  {line}", file=sys.stderr if refusal else sys.stdout)
    print(f"{moved} {'would be moved' if dry else 'moved'} onto edition {to}, {refused} refused")
    return 1 if refused else 0


def _about(gone: Iterable[str], errors: Iterable[FieldError], refusal: str) -> list[str]:
    if refusal:
        return [f"not moved: {refusal}"]
    return [f"{field}: asked no longer; the answer is kept" for field in gone] + [
        f"{error.path}: {error.code}: {error.en}" for error in errors
    ]
