"""Statuses, states and stages in the words and colours of pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from forms.process import STATUS_NAMES
from service.pages import french
from service.views.calls import CallLine
from service.views.histories import Event
from service.views.lists import ProposalLine
from service.views.proposals import ProposalView

Badge = tuple[str, str]
COLOURS = {
    "draft": "",
    "in_progress": "info",
    "accepted": "success",
    "reserve": "new",
    "declined": "error",
    "ineligible": "error",
    "withdrawn": "",
    "completed": "success",
}
ASSIGNMENTS = {
    "proposed": ("Proposé", ""),
    "invited": ("Invité", "new"),
    "accepted": ("Accepté", "info"),
    "declined": ("Décliné", "warning"),
    "done": ("Remis", "success"),
    "released": ("Dessaisi", "warning"),
}
CALLS = {"open": ("Ouvert", "success"), "upcoming": ("À venir", "info"), "closed": ("Clos", "")}
FORMATS = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "text/csv": "CSV",
    "text/plain": "texte",
    "application/zip": "ZIP",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.presentation": "ODP",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "video/mp4": "MP4",
}


class Happening(msgspec.Struct, frozen=True):
    """One item of a timeline. `state`: "", now or next."""

    title: str
    at: datetime | None = None
    text: str = ""
    state: str = ""


def status_badge(found: ProposalLine | ProposalView) -> Badge:
    """A proposal's status; for the applicant of one under examination, its stage says more."""
    if found.status == "in_progress" and found.stage_name:
        return found.stage_name, "warning" if found.phase == "returned" else "info"
    if found.phase == "returned":
        return "À compléter", "warning"
    return STATUS_NAMES[found.status].fr, COLOURS[found.status]


def call_badge(state: str) -> Badge:
    """Whether a call takes proposals."""
    return CALLS[state]


def call_dates(call: CallLine) -> str:
    """When a call is open, in a few words."""
    if call.state == "upcoming":
        return f"Ouvre le {french.day(call.opens_at)}"
    if call.closes_at is None:
        return "Appel permanent"
    verb = "Clos depuis le" if call.state == "closed" else "Jusqu’au"
    return f"{verb} {french.day(call.closes_at)}"


def formats(types: tuple[str, ...]) -> str:
    """Media types as people call them."""
    return ", ".join(FORMATS.get(kind, kind.rpartition("/")[2]) for kind in types)


def happenings(events: tuple[Event, ...], stages: list[tuple[str, str]], stage: str) -> list[Happening]:
    """What happened, then the present stage and those to come. `stages`: id and name, in the order of the process."""
    told = [Happening(event.text, event.at) for event in events if event.kind != "stage_closed"]
    ids = [one for one, _ in stages]
    if stage not in ids:
        return told
    here = ids.index(stage)
    present = Happening(f"En cours : {stages[here][1]}", state="now")
    return [*told, present, *(Happening(name, state="next") for _, name in stages[here + 1 :])]


FILTERS: dict[str, Callable[..., Any]] = {
    "status_badge": status_badge,
    "call_badge": call_badge,
    "call_dates": call_dates,
    "formats": formats,
    "assignment_badge": ASSIGNMENTS.__getitem__,
    "status_name": lambda status: STATUS_NAMES[status].fr,
}
