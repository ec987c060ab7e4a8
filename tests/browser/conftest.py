"""A real browser on the real service."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.album import Album
from tests.support.site import ROOT, Site, running
from tests.support.thorough import LONG

Open = Callable[..., Page]
PATIENCE = 60_000  # milliseconds in which a page may do what is expected of it: the machine has other work
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def site(servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service: one web process, one worker."""
    with running(servers, tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Album:
    """Looks at every page as a demanding visitor. Wide pictures of a module with `PICTURES` are kept at each run, all
    others by `--long` or where $ALLIANCE_ARTEFACTS names a folder."""
    folder = os.environ.get("ALLIANCE_ARTEFACTS")
    wanted = folder is not None or LONG["now"]
    kept = wanted or getattr(request.module, "PICTURES", False)
    return Album(Path(folder or ROOT / "var" / "artefacts") if kept else None, both=wanted)


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens a page with a session of its own; whatever its console complains of fails the test."""
    contexts = []
    complaints: list[str] = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(
            base_url=site.address, locale="fr-FR", viewport={"width": 1200, "height": 900}, **options
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)  # of its other pages too
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _bad(said.type, said.text) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _bad(kind: str, text: str) -> bool:
    # The browser reports what tests provoke on purpose: 4xx answers, cut connections.
    provoked = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED")
    return kind in ("error", "warning") and not any(one in text for one in provoked)
