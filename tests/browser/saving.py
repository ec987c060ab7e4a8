"""A draft in the browser: what its page says, what is kept of it, and a connection that fails as a test wants."""

import time
from collections.abc import Callable

from playwright.sync_api import Dialog, Page, Route, expect

from tests.browser.hands import draft_of
from tests.support.site import Site

TITLE = "Nom du projet"


PATIENCE = 60_000  # milliseconds, on a busy machine


def a_draft(site: Site, page: Page, section: str = "project") -> str:
    """The address of a section of a new proposal, which the page shows."""
    address = f"/candidatures/{draft_of(page, site.cast('incubateur'))}?section={section}"
    page.goto(address)
    return address


def says(page: Page, text: str) -> None:
    expect(page.locator("[data-status]")).to_contain_text(text)


def kept(page: Page, address: str, label: str = TITLE) -> str:
    fresh = page.context.new_page()
    fresh.goto(address)
    found = fresh.get_by_label(label).input_value()
    fresh.close()
    return found


def once(act: Callable[[Route], None]) -> Callable[[Route], None]:
    """Do this to the first save, and let the others pass."""
    done: list[Route] = []

    def handle(route: Route) -> None:
        if route.request.method != "POST" or done:
            route.continue_()
        else:
            done.append(route)
            act(route)

    return handle


def then(*acts: Callable[[Route], None]) -> Callable[[Route], None]:
    """Do this to the first save, that to all others."""
    left = list(acts)

    def handle(route: Route) -> None:
        if route.request.method == "POST":
            (left.pop(0) if len(left) > 1 else left[0])(route)
        else:
            route.continue_()

    return handle


def queued(page: Page) -> int:
    """How many pages' unsent texts this browser keeps."""
    found: int = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('alliance:')).length")
    return found


def slowly(route: Route) -> None:
    time.sleep(1.5)
    route.continue_()


def dialogs(page: Page, *, leave: bool) -> list[str]:
    """What the browser asks from now on; the person answers so."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        (dialog.accept if leave else dialog.dismiss)()

    page.on("dialog", answer)
    return asked
