"""The plan of who reviews what, on its pages: asked for, looked at, changed by hand, asked for again, applied."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import enter, follow, press
from tests.support.pile import submitted
from tests.support.site import Site

PATIENCE = 60_000  # milliseconds: the solver is a process of its own


def _ready(page: Page) -> None:
    expect(page.get_by_role("heading", name="Appliquer cette répartition")).to_be_visible(timeout=PATIENCE)


def _choices(page: Page) -> list[tuple[str, list[str]]]:
    """Whom the first proposal of the list is given to, or was kept from; with what is said of each."""
    found: list[tuple[str, list[str]]] = []
    for pair in page.locator("article").first.locator("> .al-pairs .al-pair").all():
        name = pair.locator("strong").inner_text()
        found.append((name, pair.locator(".fr-badge").all_text_contents()))
    return found


@pytest.mark.long
def test_a_plan_is_asked_for_changed_and_applied(site: Site, open_page: Open, album: Album) -> None:
    cast: dict[str, Any] = site.cast()
    with ThreadPoolExecutor(1) as pool:  # this thread has a loop of its own, the browser's
        pool.submit(asyncio.run, submitted(site.address, cast, 2)).result()
    page = open_page()
    enter(page, cast["people"]["officer"]["email"], cast["password"])
    page.goto(f"/gestion/{cast['slug']}/repartition")
    press(page, "Calculer")
    _ready(page)
    expect(page.get_by_role("heading", name="Correspondances les plus faibles")).to_be_visible()
    album.look(page, "60-repartition")

    follow(page, "Voir chaque candidature")
    (first, _), (second, _), *_ = _choices(page)
    page.get_by_title(f"Fixer {first}").first.click()
    page.get_by_title(f"Écarter {second}").first.click()
    assert _choices(page)[:2] == [(first, ["Fixé"]), (second, ["Écarté"])]
    album.look(page, "61-repartition-choix")

    press(page, "Recalculer")
    _ready(page)
    follow(page, "Voir chaque candidature")
    kept = dict(_choices(page))
    assert (kept[first], kept[second]) == (["Fixé"], [])  # among those who were kept from it
    expect(page.locator("article").first.get_by_role("heading", name="Écartés")).to_be_visible()
    page.go_back()
    press(page, "Appliquer")
    expect(page.get_by_text("Répartition appliquée le")).to_be_visible(timeout=PATIENCE)
    album.look(page, "62-repartition-appliquee")
