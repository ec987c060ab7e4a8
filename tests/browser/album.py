"""Looks at pages: no axe violation, nothing wider than a small screen; a picture at two widths where one is wanted."""

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.thorough import LONG

WIDE, NARROW = 1200, 375
CLEAN: dict[str, Any] = {
    "axe": [],
    "wider by": 0,
    "cut tables": [],
    "lost labels": [],
    "loose marks": [],
    "codes": [],
    "first headings": 1,
    "sounds": 0,
}
_AXE = Axe()
# Without what axe reads of style sheets and sounds beforehand, which takes longer than its rules: of those that are in
# force only one rests on it, about sounds that begin by themselves, and no page of ours has a sound.
RUN_AXE = "axe.run({resultTypes: ['violations'], preload: false}).then((found) => found.violations)"
# Tables of which a person sees a part only, unless they think of scrolling sideways.
CUT_TABLES = """() => [...document.querySelectorAll('.fr-table__content')]
    .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.getAttribute('aria-label'))"""
# Cells of a stacked table that do not show, inside the table, which column they are of.
LOST_LABELS = """() => [...document.querySelectorAll('table.al-stacked td')].filter((cell) => {
    const label = getComputedStyle(cell, '::before');
    const room = parseFloat(getComputedStyle(cell).paddingLeft) + parseFloat(label.marginLeft);
    return cell.checkVisibility() && !['none', 'normal', '""'].includes(label.content) && room < 0;
}).map((cell) => cell.dataset.label)"""
# French marks after a plain space, which may begin a line; what people typed keeps the spaces that they typed.
LOOSE_MARKS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent;
        const typed = walker.currentNode.parentElement.closest('.al-text, .al-answer, .al-clash, textarea, script');
        if (!typed && /\\S [:;!?»](\\s|$)|« \\S/.test(text)) found.push(text.trim());
    }
    return found;
}"""
# Words of the code (proposal_submitted, in_progress) and ids.
CODES = r"\b[a-z]+_[a-z_]+\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-"


class Album:
    """The pictures, in a folder of their own; None where nobody wants them: each takes as long as all the rest.
    `both`: of both widths, or of the wide page alone."""

    def __init__(self, folder: Path | None, *, both: bool = True) -> None:
        self.folder = folder and folder / "pages"
        self.both = both
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)

    def look(self, page: Page, name: str) -> None:
        """Look at the present page, wide then narrow; leaves it wide."""
        bad: dict[str, Any] = {}
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            if self.folder is not None and (width == WIDE or self.both):
                page.screenshot(path=self.folder / f"{name}-{width}.jpg", full_page=True, quality=80)
            for what, seen in looked(page, thoroughly=width == WIDE or LONG["now"]).items():
                if seen != CLEAN[what]:
                    bad[f"{name} at {width}: {what}"] = seen
        page.set_viewport_size({"width": WIDE, "height": 900})
        assert not bad, bad


def looked(page: Page, *, thoroughly: bool = True) -> dict[str, Any]:
    """What a demanding visitor would remark, by what they look at; `thoroughly`: with axe, which takes a second."""
    return {
        "axe": violations(page) if thoroughly else [],
        "wider by": _overflow(page),
        "cut tables": page.evaluate(CUT_TABLES),
        "lost labels": page.evaluate(LOST_LABELS),
        "loose marks": page.evaluate(LOOSE_MARKS),
        "codes": re.findall(CODES, page.locator("main").text_content() or ""),
        "first headings": page.locator("h1").count(),
        "sounds": page.locator("audio, video").count(),
    }


def violations(page: Page) -> list[str]:
    """What axe finds: rule and element."""
    page.evaluate(_AXE.axe_script)
    found = page.evaluate(RUN_AXE)
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def _overflow(page: Page) -> int:
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def section_of(page: Page) -> str:
    """The section of the form that the page shows."""
    found = re.search(r"section=([\w-]+)", page.url)
    return found[1] if found else ""
