"""The web process and the object store die again and again while somebody types and sends a file: what was acknowledged
is kept, what was typed arrives, the file is there whole."""

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Request, Response, expect, sync_playwright

from tests.api.samples import PDF
from tests.browser.hands import draft_of
from tests.support.house import House

pytestmark = [pytest.mark.long, pytest.mark.timeout(540), pytest.mark.xdist_group("faults")]

FIELDS = ("title", "pitch", "problem")
ROUNDS = 4
SIZE = 18_000_000  # bytes of a file, over a line of
SLOW = 1_500_000  # bytes a second
PATIENCE = 90.0  # seconds: the page waits half a minute between two attempts, at the most


@pytest.fixture
def context(house: House) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium.new_context(base_url=house.address, locale="fr-FR")
        chromium.close()


class Typist:
    """Somebody at one draft. Texts only grow, so that what is stored must begin with what was acknowledged;
    they have no spaces, which are not kept at their ends."""

    def __init__(self, house: House, context: BrowserContext) -> None:
        self.house, self.context = house, context
        self.draft = draft_of(context.new_page(), house.cast("incubateur"))
        self.typed = dict.fromkeys(FIELDS, "")
        self.acknowledged: dict[str, str] = {}

    def open(self, section: str = "project") -> Page:
        """The form, as soon as the service is there."""
        page = self.context.new_page()
        page.on("response", self._answered)
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(Error):
                answer = page.goto(f"/candidatures/{self.draft}?section={section}")
                if answer is not None and answer.ok:
                    return page
            assert time.monotonic() < until, "the service did not come back"
            time.sleep(0.3)

    def _answered(self, response: Response) -> None:
        if response.request.method != "POST" or response.status != 200:
            return
        sent = dict(parse_qsl(response.request.post_data or "", keep_blank_values=True))
        self.acknowledged |= {field: sent[field] for field in FIELDS if field in sent}

    def type(self, page: Page, field: str, word: str) -> None:
        """One more word, key by key."""
        place = page.locator(f'[name="{field}"]')
        place.press("End")
        place.press_sequentially(word, delay=15)
        self.typed[field] += word

    def stored(self) -> dict[str, Any]:
        """The answers, read once the service is there."""
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(Error):
                answer = self.context.request.get(f"/api/proposals/{self.draft}")
                if answer.ok:
                    told = json.loads(answer.text())["answers"]
                    return {field: told[field]["value"] for field in FIELDS if field in told}
            assert time.monotonic() < until, "the service did not come back"
            time.sleep(0.3)

    def nothing_acknowledged_is_lost(self) -> None:
        """Whatever the page said was saved is there."""
        known = dict(self.acknowledged)
        stored = self.stored()
        assert {field: stored.get(field, "")[: len(text)] for field, text in known.items()} == known


def test_the_web_process_dies_while_somebody_types(house: House, context: BrowserContext) -> None:
    typist, random = Typist(house, context), Random(3)  # noqa: S311  when to kill
    page = typist.open()
    for number in range(ROUNDS):
        for field in FIELDS:
            typist.type(page, field, f"mot{number}-")
            page.wait_for_timeout(random.choice((0, 300, 1100, 1300)))
            if random.random() < 0.5:
                house.kill("web")
        typist.nothing_acknowledged_is_lost()
    expect(page.locator("[data-status]")).to_contain_text("Enregistré à", timeout=PATIENCE * 1000)
    assert typist.stored() == typist.typed
    assert typist.acknowledged
    assert page.get_by_text("modifiée dans une autre fenêtre").count() == 0


def test_the_tab_is_closed_while_the_web_process_is_dead(house: House, context: BrowserContext) -> None:
    """The next page sends what the closed one could not, and asks nothing: nobody else has written."""
    typist, random = Typist(house, context), Random(4)  # noqa: S311  when to kill
    for number in range(ROUNDS):
        page = typist.open()
        typist.type(page, "title", f"avant{number}-")
        page.wait_for_timeout(random.choice((0, 900, 1000, 1100, 2000)))
        house.kill("web")
        for field in FIELDS:
            typist.type(page, field, f"pendant{number}-")
        page.wait_for_timeout(300)
        page.close()
        _caught_up(typist)
        typist.nothing_acknowledged_is_lost()
    assert typist.acknowledged


def _caught_up(typist: Typist) -> None:
    page, wanted = typist.open(), typist.typed
    until = time.monotonic() + PATIENCE
    while (stored := typist.stored()) != wanted and time.monotonic() < until:
        assert page.get_by_role("button", name="Choisir la réponse à garder").count() == 0
        page.wait_for_timeout(300)
    assert stored == wanted
    page.close()


class Courier:
    """A page that sends a large file over a slow line, and what it was told of it."""

    def __init__(self, typist: Typist) -> None:
        self.acknowledged = 0
        self.begun_at: list[tuple[int, int]] = []  # where a piece begins, and what was acknowledged before it
        self.page = typist.open("attachments")
        line = typist.context.new_cdp_session(self.page)
        line.send("Network.enable")
        rates = {"downloadThroughput": -1, "uploadThroughput": SLOW, "latency": 0, "offline": False}
        line.send("Network.emulateNetworkConditions", rates)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def _asked(self, request: Request) -> None:
        if request.method == "PATCH":
            self.begun_at.append((int(request.headers["upload-offset"]), self.acknowledged))

    def _answered(self, response: Response) -> None:
        if response.request.method == "PATCH" and response.status == 204:
            self.acknowledged = int(response.headers["upload-offset"])


def test_the_object_store_dies_while_somebody_types_and_sends_a_file(
    house: House, context: BrowserContext, tmp_path: Path
) -> None:
    """So does the web process; then the tab is closed, and the next one goes on with the file."""
    typist, random = Typist(house, context), Random(5)  # noqa: S311  when to kill
    content = PDF + random.randbytes(SIZE - len(PDF))
    (tmp_path / "annexe.pdf").write_bytes(content)
    courier = Courier(typist)
    courier.page.locator("#fichier-annexes").set_input_files(tmp_path / "annexe.pdf")
    page = typist.open()
    for number, part in enumerate(("objects", "web", "objects")):
        page.wait_for_timeout(random.choice((300, 900, 1500)))
        house.kill(part)
        for field in FIELDS:
            typist.type(page, field, f"mot{number}-")
        typist.nothing_acknowledged_is_lost()
    courier.page.close()
    assert courier.begun_at, "the file was on its way"
    assert all(start >= known for start, known in courier.begun_at)
    house.kill("objects")
    again = Courier(typist)
    expect(again.page.get_by_role("link", name="annexe.pdf")).to_be_visible(timeout=PATIENCE * 1000)
    assert all(start >= courier.acknowledged for start, _ in again.begun_at)
    expect(page.locator("[data-status]")).to_contain_text("Enregistré à", timeout=PATIENCE * 1000)
    assert typist.stored() == typist.typed
    (file,) = json.loads(context.request.get(f"/api/proposals/{typist.draft}").text())["attachments"]
    assert (file["size"], file["sha256"]) == (SIZE, hashlib.sha256(content).hexdigest())
    assert context.request.get(f"/api/attachments/{file['id']}").body() == content
