"""The web process dies again and again while somebody types: what was acknowledged is kept, what was typed arrives."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Response, expect, sync_playwright

from tests.browser.hands import draft_of, press
from tests.support.house import House

pytestmark = [pytest.mark.long, pytest.mark.timeout(540), pytest.mark.xdist_group("faults")]

FIELDS = ("title", "pitch", "problem")
ROUNDS = 4
PATIENCE = 90.0  # seconds: the page waits half a minute between two attempts, at the most


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    built = House()
    try:
        yield built.start()
    finally:
        built.remove()


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

    def open(self) -> Page:
        """The form, as soon as the service is there."""
        page = self.context.new_page()
        page.on("response", self._answered)
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(Error):
                answer = page.goto(f"/candidatures/{self.draft}?section=project")
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
    """The next page sends what the closed one could not; where its last save was kept and the answer lost, it asks."""
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
    choose = page.get_by_role("button", name="Choisir la réponse à garder")
    until = time.monotonic() + PATIENCE
    while (stored := typist.stored()) != wanted and time.monotonic() < until:
        if choose.count():
            with page.expect_navigation():
                choose.click()
            press(page, "Enregistrer")
        page.wait_for_timeout(300)
    assert stored == wanted
    page.close()
