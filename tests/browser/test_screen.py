"""The review screen by keyboard alone, and on a bad day: the connection goes, two windows write the same."""

import asyncio
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
from playwright.sync_api import Page, expect

from tests.browser.album import NARROW, WIDE, Album, violations
from tests.browser.conftest import Open
from tests.browser.hands import enter, press
from tests.support.pile import pile
from tests.support.site import Site

PATIENCE = 60_000  # milliseconds, on a busy machine
FOCUS = "document.activeElement.id || document.activeElement.name"


def _piled(site: Site, number: int) -> tuple[dict[str, Any], list[str]]:
    cast = site.cast()
    with ThreadPoolExecutor(1) as pool:  # this thread has a loop of its own, the browser's
        return cast, pool.submit(asyncio.run, pile(site.address, cast, number)).result()


def _sit_down(page: Page, cast: dict[str, Any]) -> list[str]:
    """The expert signs in and opens the first proposal of the list; the titles of the list in its order."""
    enter(page, cast["people"]["expert1"]["email"], cast["password"])
    page.goto("/evaluations")
    links = page.locator("#a-evaluer ~ .fr-table tbody a")
    titles = links.all_text_contents()
    page.goto(str(links.first.get_attribute("href")))
    expect(page.locator("h1")).to_have_text(titles[0])
    return titles


def _until(found: Callable[[], object], wanted: object) -> None:
    """It comes to this."""
    until = time.monotonic() + PATIENCE / 1000
    while found() != wanted and time.monotonic() < until:
        time.sleep(0.2)
    assert found() == wanted


def _readings(site: Site, cast: dict[str, Any]) -> dict[str, list[str]]:
    """What the access log tells of the expert, by the title of the proposal."""

    async def asked() -> list[Any]:
        base = await asyncpg.connect(site.environ["ALLIANCE_DATABASE_URL"])
        try:
            return list(
                await base.fetch(
                    "SELECT p.title, l.what FROM access_log l JOIN proposal p ON p.id = l.proposal"
                    " WHERE l.account = $1 ORDER BY l.id",
                    cast["people"]["expert1"]["id"],
                )
            )
        finally:
            await base.close()

    found: dict[str, list[str]] = {}
    with ThreadPoolExecutor(1) as pool:
        for title, what in pool.submit(asyncio.run, asked()).result():
            found.setdefault(title, []).append(what)
    return found


def test_three_proposals_by_keyboard_alone(site: Site, open_page: Open, album: Album) -> None:
    """Scores, comments, a doubt, a note; handed in, and on to the next without a reload, down to the last one."""
    cast, _ = _piled(site, 3)
    page = open_page()
    titles = _sit_down(page, cast)
    page.evaluate("window.unbroken = true")
    keys = page.keyboard
    for number, title in enumerate(titles):
        expect(page.locator("h1")).to_have_text(title)
        # Fetched ahead is not read; what is shown is, once.
        looked = {one: ["review_ahead", "review"] for one in titles[1 : number + 1]}
        ahead = {one: ["review_ahead"] for one in titles[number + 1 : number + 2]}
        _until(lambda: _readings(site, cast), {titles[0]: ["review"], **looked, **ahead})
        if number == 0:
            # What a screen reader is told, and where one is: nothing is done by a key while one writes.
            keys.press("3")
            expect(page.locator("[data-announce]")).to_have_text(re.compile(r"Impact .*\s: 3, "))
            assert page.evaluate(FOCUS) == "c-scores-impact"
            keys.press("Digit4")  # the same key without Shift, on a French keyboard
            page.evaluate(
                "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
                " {key: \"'\", code: 'Digit4', bubbles: true}))"
            )
            expect(page.locator("#c-impact-4")).to_be_checked()
            keys.press("Control+Enter")
            expect(page.locator("[data-announce]")).to_contain_text("n’est pas remise")
            expect(page.locator("[data-missing]")).to_have_text("Il reste 3 notes et l’avis général.")
            keys.press("m")
            expect(page.locator('[data-list="doubt"] [data-count]')).to_have_text("1")
            keys.press("p")
            keys.type("Revoir jml à tête reposée.")
            keys.press("Escape")
            assert (page.locator("h1").text_content(), page.locator("#c-note").input_value()) == (
                title,
                "Revoir jml à tête reposée.",
            )
        page.locator("h1").focus()
        keys.press("g")
        for place in range(page.locator("fieldset[data-name]").count()):
            if place:
                keys.press("ArrowDown")
            keys.press(str(1 + (number + place) % 4))
            if page.locator("fieldset[data-due]").count():  # a low score has to be explained
                keys.press("r")
                keys.type("Trop tôt.")
                keys.press("Escape")
        if number == 0:
            album.look(page, "screen")
            keys.press("?")
            expect(page.get_by_role("dialog")).to_be_visible()
            album.look(page, "screen-keys")
            keys.press("Escape")
            # On a small screen the grid, which is alone there, says what it is about.
            page.set_viewport_size({"width": NARROW, "height": 900})
            page.locator('[data-pane="grille"]').click()
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            assert violations(page) == []
            page.set_viewport_size({"width": WIDE, "height": 900})
        page.locator("#c-comments-").focus()
        keys.type("Projet solide.")
        expect(page.locator("[data-missing]")).to_have_text("Tout y est.")
        # Counted anew with the first save of what was fetched ahead.
        expect(page.locator("[data-place]")).to_have_text("1")
        expect(page.locator("[data-place] ~ [data-of]")).to_have_text(str(3 - number))
        keys.press("Control+Enter")
    page.wait_for_url("**/evaluations?fait=evaluation-remise", timeout=PATIENCE)
    expect(page.locator("#remises ~ .fr-table tbody tr")).to_have_count(3)
    # One's own measure: on the last one, what was given to the two others.
    page.goto("/evaluations?liste=en-doute")
    expect(page.locator("main tbody a")).to_have_text([titles[0]])
    page.goto(str(page.locator("main tbody a").first.get_attribute("href")))
    expect(page.locator("#c-note")).to_have_value("Revoir jml à tête reposée.")
    expect(page.locator('[data-times="impact/2"]')).to_contain_text("1")
    page.get_by_role("link", name="Toutes").click()
    page.wait_for_url("**liste=toutes")
    expect(page.locator("h1")).to_have_text(titles[0])
    keys.press("j")
    expect(page.locator("h1")).to_have_text(titles[1])
    assert page.evaluate(FOCUS) == "titre"
    page.go_back()
    expect(page.locator("h1")).to_have_text(titles[0])
    # Off means off, here and on the next page; what has a modifier stays.
    keys.press("?")
    page.locator("label[for=touches]").click()
    keys.press("Escape")
    page.reload()
    keys.press("j")
    keys.press("5")
    expect(page.locator("h1")).to_have_text(titles[0])
    expect(page.locator("#c-impact-5")).not_to_be_checked()


def test_a_cut_connection_and_two_windows(site: Site, open_page: Open) -> None:
    """What is left unsaved goes on by itself, comes back as it was left, and outlives its tab; what another window
    wrote is asked about."""
    cast, _ = _piled(site, 3)
    page = open_page()
    titles = _sit_down(page, cast)
    context = page.context
    here = page.url
    page.wait_for_load_state("networkidle")
    context.set_offline(offline=True)
    page.keyboard.press("5")
    page.locator("#c-comments-impact").fill("Tapé sans réseau.")
    page.locator("h1").focus()
    page.keyboard.press("j")  # fetched ahead
    expect(page.locator("h1")).to_have_text(titles[1])
    expect(page.locator(".al-waiting")).to_contain_text("gardée dans ce navigateur")
    page.keyboard.press("j")  # not fetched
    expect(page.locator("[data-cut]")).to_contain_text("Pas de connexion")
    expect(page.locator("h1")).to_have_text(titles[1])
    page.get_by_role("link", name=titles[0]).click()
    expect(page.locator("h1")).to_have_text(titles[0])
    expect(page.locator("#c-comments-impact")).to_have_value("Tapé sans réseau.")
    page.close(run_before_unload=False)
    context.set_offline(offline=False)
    page = context.new_page()
    page.goto(here)
    expect(page.locator("[data-status]")).to_contain_text("retrouvées et enregistrées", timeout=PATIENCE)
    expect(page.locator("#c-impact-5")).to_be_checked()
    # Another window, opened before, writes the same part, and another part.
    other = context.new_page()
    other.route("**/standing*", lambda route: route.abort())
    other.goto(here)
    page.locator("#c-comments-impact").fill("De la première fenêtre.")
    expect(page.locator("[data-status]")).to_contain_text("Enregistré à")
    other.locator("#c-comments-impact").fill("De la seconde.")
    other.locator("#c-comments-").fill("Avis de la seconde.")
    expect(other.locator("[data-status]")).to_contain_text("choisir")
    expect(page.locator("#c-comments-")).to_have_value("Avis de la seconde.", timeout=PATIENCE)
    press(other, "Enregistrer")
    asked = other.get_by_role("group", name="Laquelle garder")
    expect(asked).to_contain_text("De la première fenêtre.")
    expect(asked).to_contain_text("De la seconde.")
    asked.get_by_text("Celle qui est déjà enregistrée").click()
    press(other, "Enregistrer")
    expect(other.locator("#c-comments-impact")).to_have_value("De la première fenêtre.")
