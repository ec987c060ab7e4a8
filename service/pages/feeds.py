"""A call's published answers, and the catalogue, as Atom feeds (RFC 4287)."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

from service.views.calls import CallView
from service.views.catalogue import CatalogueEntry
from service.views.inquiries import PublishedAnswer

ATOM = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FIRST = date(2026, 1, 1)  # of a feed without an entry
TITLE = 100  # characters of a question that stand for it


def feed(address: str, call: CallView, answers: Sequence[PublishedAnswer]) -> bytes:
    """The feed, the newest first. `address`: of this installation."""
    about = call.content.call
    page = f"{address}/appels/{call.slug}/questions"
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "fr"})
    last = max((one.changed_at or one.published_at for one in answers), default=call.published_at)
    _add(root, "id", f"urn:uuid:{call.id}")
    _add(root, "title", f"{about.title.fr} : questions et réponses")
    _add(root, "updated", _instant(last))
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM, "href": f"{page}.atom"})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _add(ET.SubElement(root, "author"), "name", about.service.name.fr)
    for one in answers:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", f"urn:uuid:{one.id}")
        _add(entry, "title", _short(one.question))
        _add(entry, "published", _instant(one.published_at))
        _add(entry, "updated", _instant(one.changed_at or one.published_at))
        ET.SubElement(entry, "link", {"rel": "alternate", "href": f"{page}#question-{one.id}"})
        _add(entry, "summary", _clean(one.question))
        _add(entry, "content", _clean(one.answer))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def catalogue_feed(address: str, title: str, entries: Sequence[CatalogueEntry]) -> bytes:
    """What was retained, the latest first. `address`: of this installation."""
    page = f"{address}/catalogue"
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "fr"})
    _add(root, "id", page)
    _add(root, "title", title)
    _add(root, "updated", _day(max((one.published for one in entries), default=FIRST)))
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM, "href": f"{page}.atom"})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _add(ET.SubElement(root, "author"), "name", "AllIAnce")
    for one in entries:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", f"{page}/{one.reference}")
        _add(entry, "title", _clean(one.title or one.reference))
        _add(entry, "updated", _day(one.published))
        ET.SubElement(entry, "link", {"rel": "alternate", "href": f"{page}/{one.reference}"})
        _add(entry, "summary", _clean(" – ".join(filter(None, (one.organisation, one.outcome, one.call_title)))))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _day(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _short(text: str) -> str:
    line = " ".join(_clean(text).split())
    return line if len(line) <= TITLE else f"{line[: TITLE - 1]}…"


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return _FORBIDDEN.sub("", text)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
