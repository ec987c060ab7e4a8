"""A robot in Chromium scores 70 proposals by keyboard: from the key that hands one in to the next one on the screen."""

import asyncio
from typing import Any

from playwright.async_api import Page, async_playwright

from tests.bench.figure import Figure
from tests.bench.served import Waits, served
from tests.support.cast import gather
from tests.support.pile import pile

# From the key to the first frame that shows another proposal.
WATCH = """() => {
  window.waits = [];
  let pressed = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "j" || event.key === "k" || (event.key === "Enter" && event.ctrlKey)) pressed = performance.now();
  }, { capture: true });
  new MutationObserver((changes) => {
    if (!changes.some((one) => [...one.addedNodes].some((node) => node.matches?.("[data-screen]")))) return;
    requestAnimationFrame(() => requestAnimationFrame(() => window.waits.push(performance.now() - pressed)));
  }).observe(document.querySelector("[data-screen]").parentNode, { childList: true });
}"""
ARRIVED = """(count) => new Promise((done) => {
  const timer = setInterval(() => {
    if (window.waits.length < count) return;
    clearInterval(timer);
    done(window.waits.at(-1));
  }, 5);
})"""
PATIENCE = 60_000  # milliseconds


def measure(number: str = "70") -> Figure:
    """A whole service on this machine, and so many proposals through it. The last one leads back to the list."""
    return asyncio.run(_measured(int(number)))


async def _measured(number: int) -> Figure:
    async with served() as house:
        cast = await gather()
        await pile(house.address, cast, number)
        async with async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            try:
                context = await chromium.new_context(base_url=house.address, locale="fr-FR")
                given, passed = await _scored(await context.new_page(), cast, number)
            finally:
                await chromium.close()
    told = f"{len(given.seconds)} handed in; {passed.p95_ms():.0f} ms where one only goes on"
    return Figure(given.p95_ms(), "ms from key to next, one in twenty is slower", "under 300 ms", told)


async def _scored(page: Page, cast: dict[str, Any], number: int) -> tuple[Waits, Waits]:
    """How long it took after a review was handed in; and where one only goes on and back on the way."""
    page.set_default_timeout(PATIENCE)
    sent = {"email": cast["people"]["expert1"]["email"], "password": cast["password"]}
    await page.request.post("/connexion", form=sent, headers={"Sec-Fetch-Site": "same-origin"}, max_redirects=0)
    await page.goto("/evaluations")
    await page.goto(str(await page.locator("#a-evaluer ~ .fr-table tbody a").first.get_attribute("href")))
    await page.evaluate(WATCH)
    given, passed = Waits(), Waits()
    for place in range(number - 1):
        await page.keyboard.press("g")
        for rank in range(await page.locator("fieldset[data-name]").count()):
            if rank:
                await page.keyboard.press("ArrowDown")
            await page.keyboard.press(str(2 + (place + rank) % 3))
        await page.locator("#c-comments-").focus()
        await page.keyboard.insert_text("Projet solide, à accompagner : données, usages, calendrier.")
        given.seconds.append(await _next(page, "Control+Enter", 1 + len(given.seconds) + len(passed.seconds)))
        if place < number - 2 and place % 3 == 0:  # one goes on, and comes back to what one has left
            for key in ("j", "k"):
                passed.seconds.append(await _next(page, key, 1 + len(given.seconds) + len(passed.seconds)))
    return given, passed


async def _next(page: Page, key: str, count: int) -> float:
    """Seconds from this key to another proposal."""
    await page.keyboard.press(key)
    waited: float = await page.evaluate(ARRIVED, count)
    return waited / 1000
