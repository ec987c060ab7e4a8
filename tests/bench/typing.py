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
        beside, inside = _per_key(page, BESIDE), _per_key(page, INSIDE)
        chromium.close()
    return Figure(beside, "ms CPU a key", "under 20 ms", f"{inside:.3g} ms in a row of the block")


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

    page.route("**/*", serve)
    page.goto("https://pages.test/")


def _per_key(page: Page, name: str) -> float:
    asked = page.context.new_cdp_session(page)
    asked.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.locator(name).fill("")
    spent = []
    for key in "123456789012345678901234567890"[:KEYS]:
        before = _task_ms(asked)
        page.keyboard.press(key)  # to look for the field would count too
        spent.append(_task_ms(asked) - before)
    return statistics.median(spent)


def _task_ms(asked: CDPSession) -> float:
    told = asked.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in told if one["name"] == "TaskDuration")) * 1000
