"""CPU of the browser for a key typed beside a block of 200 rows of 12 cells, with conditions and sums."""

import statistics
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar.testing import RequestFactory
from playwright.sync_api import CDPSession, Page, Route, sync_playwright

import forms
from forms import gallery
from forms.examples import complete_answers
from service.pages import writing
from service.pages.render import page as drawn
from service.pages.static import OURS
from service.preview.study import proposal_view
from tests.bench.figure import Figure

ROWS = 200
KEYS = 30
AT = datetime(2027, 5, 1, tzinfo=UTC)
BESIDE = '[name="own_contribution"]'
INSIDE = '[name="partners/rows/100/contribution"]'


def measure() -> Figure:
    """Of the page's own thread: scripts, style and layout. In a row of the block the whole block is read again."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = chromium.new_page()
        show(page, consortium(ROWS))
        (beside, scripts), (inside, more) = _per_key(page, BESIDE), _per_key(page, INSIDE)
        chromium.close()
    said = f"scripts {scripts:.2g} ms of it; in a row of the block {inside:.3g} ms, scripts {more:.2g}"
    return Figure(beside, "ms CPU a key", "under 20 ms", said)


def consortium(rows: int) -> str:
    """The page of a section with a block of so many rows, filled: conditions in its rows, computed cells, a rule of
    each row, sums over all of them."""
    files = dict(gallery.read("european-research"))
    files["form.toml"] = files["form.toml"].replace(b"most_rows = 40", b"most_rows = 200")
    edition = forms.parse_edition(files)
    answers = complete_answers(edition, 1)
    some = answers["partners"]["rows"]
    answers["partners"] = {"rows": [some[number % len(some)] | {"@id": f"r{number}"} for number in range(rows)]}
    request: Any = RequestFactory().get(f"/candidatures/{UUID(int=1)}", query_params={"section": "consortium"})
    found = proposal_view(edition, answers, [], AT)
    return str(drawn(request, "proposal/section.html", writing.section(edition, found, "consortium")).content)


def show(page: Page, html: str) -> None:
    """The page with our scripts and style sheets, and no service behind it; shown once its form is alive."""

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        kind = {"css": "text/css", "js": "text/javascript"}.get(name.rpartition(".")[2], "")
        if not name:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif kind and (OURS / name).exists():
            route.fulfill(body=(OURS / name).read_bytes(), content_type=kind)
        else:
            route.fulfill(status=404)

    page.set_default_navigation_timeout(120_000)  # on a busy machine
    page.route("**/*", serve)
    page.goto("https://pages.test/")


def _per_key(page: Page, name: str) -> tuple[float, float]:
    """Milliseconds of a key: all, and scripts of it."""
    asked = page.context.new_cdp_session(page)
    asked.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.locator(name).fill("")
    spent = []
    for number in range(KEYS):
        before = _spent(asked)
        page.keyboard.press(str(number % 10))  # to look for the field would count too
        spent.append([now - then for now, then in zip(_spent(asked), before, strict=True)])
    every, scripts = (statistics.median(one) for one in zip(*spent, strict=True))
    return every, scripts


def _spent(asked: CDPSession) -> tuple[float, float]:
    told = {one["name"]: one["value"] * 1000 for one in asked.send("Performance.getMetrics")["metrics"]}
    return told["TaskDuration"], told["ScriptDuration"]
