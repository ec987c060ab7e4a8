"""A sitting as an event for calendars: iCalendar (RFC 5545), with the method of its invitation (RFC 5546). Pure."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

PRODUCT = "-//AllIAnce//Comite//FR"
LONGEST = 75  # octets of a line (section 3.1)


class Event(msgspec.Struct, frozen=True):
    """What a calendar is told. `sequence` grows with each change of a convened sitting; `cancelled`: it does not take
    place, for this reader at least. `sender`, `reader`: addresses. `link`: of the video, `page`: of the sitting."""

    id: UUID
    sequence: int
    changed_at: datetime
    starts_at: datetime
    length: int
    summary: str
    place: str
    link: str
    page: str
    sender: str
    reader: str
    cancelled: bool = False

    @property
    def method(self) -> str:
        """Of RFC 5546: an invitation, or its end."""
        return "CANCEL" if self.cancelled else "REQUEST"


def calendar(event: Event) -> str:
    """The file: one event, whose UID is the same for the sitting's whole life."""
    domain = event.sender.rpartition("@")[2]
    told = [part for part in (f"Visioconférence : {event.link}" if event.link else "", event.page) if part]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        f"METHOD:{event.method}",
        "BEGIN:VEVENT",
        f"UID:sitting-{event.id}@{domain}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{_instant(event.changed_at)}",
        f"DTSTART:{_instant(event.starts_at)}",
        f"DTEND:{_instant(event.starts_at + timedelta(minutes=event.length))}",
        f"SUMMARY:{_text(event.summary)}",
        *([f"LOCATION:{_text(event.place or event.link)}"] if event.place or event.link else []),
        f"DESCRIPTION:{_text(chr(10).join(told))}",
        f"URL:{event.page}",
        f"ORGANIZER:mailto:{event.sender}",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:{event.reader}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    """A value of type TEXT (section 3.3.11)."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "")):
        said = said.replace(plain, written)
    return said


def _folded(line: str) -> str:
    """At most 75 octets, then a new line that begins with a space; no character is cut."""
    parts, now, size = [], "", 0
    for one in line:
        octets = len(one.encode())
        if size + octets > LONGEST:
            parts.append(now)
            now, size = " ", 1
        now, size = now + one, size + octets
    return "\r\n".join([*parts, now])
