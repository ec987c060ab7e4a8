"""Looks at pages: a picture at two widths, no axe violation, nothing wider than a small screen."""

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE, NARROW = 1200, 375


class Album:
    """The pictures, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "pages"
        self.folder.mkdir(parents=True, exist_ok=True)

    def look(self, page: Page, name: str) -> None:
        """Look at the present page, wide then narrow; leaves it wide."""
        found: dict[str, Any] = {}
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=self.folder / f"{name}-{width}.png", full_page=True)
            found[f"{name} at {width}"] = {"axe": violations(page), "wider by": _overflow(page)}
        page.set_viewport_size({"width": WIDE, "height": 900})
        assert found == {key: {"axe": [], "wider by": 0} for key in found}


def violations(page: Page) -> list[str]:
    """What axe finds: rule and element."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def _overflow(page: Page) -> int:
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


def section_of(page: Page) -> str:
    """The section of the form that the page shows."""
    found = re.search(r"section=([\w-]+)", page.url)
    return found[1] if found else ""
