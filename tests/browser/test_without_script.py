"""The applicant's path without JavaScript, and the form by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from forms import Edition, catalogue, examples, parse_edition
from tests.browser.conftest import Open
from tests.browser.hands import fill, fill_in, press, sign_in
from tests.support.site import Site

NUMBER = 5


@pytest.mark.timeout(400)
def test_a_proposal_without_javascript(site: Site, open_page: Open, tmp_path: Path) -> None:
    """Fields that an answer calls for appear when the page is saved; files are attached on a page of their own."""
    cast = site.cast()
    edition = parse_edition(catalogue.read("ami-2025"))
    page = open_page(java_script_enabled=False)
    sign_in(page, cast["people"]["applicant"]["email"], cast["password"])
    page.goto(f"/appels/{cast['slug']}")
    press(page, "Commencer une candidature")
    for section in edition.form.sections:
        _answer(page, edition, section.id)
        _attach(page, edition, section.id, tmp_path)
        press(page, "Enregistrer et continuer")
    expect(page.get_by_role("heading", name="Votre candidature est complète")).to_be_visible()
    press(page, "Déposer la candidature")
    expect(page.get_by_text("Votre candidature est déposée")).to_be_visible()
    page.locator("summary", has_text="Je souhaite retirer").click()
    press(page, "Retirer la candidature")
    expect(page.get_by_text("Votre candidature est retirée.")).to_be_visible()


def _answer(page: Page, edition: Edition, section: str) -> None:
    """Answer what is there, save, answer what has appeared: until nothing does."""
    shown = -1
    while (now := page.locator("[data-field]:not([hidden])").count()) != shown:
        shown = now
        fill(page, edition, NUMBER, section, only_shown=True)
        press(page, "Enregistrer")
        expect(page.get_by_role("status").first).to_contain_text("enregistrées")


def _attach(page: Page, edition: Edition, section: str, folder: Path) -> None:
    here = {field.id for one in edition.form.sections if one.id == section for field in one.fields}
    for field, name, content in examples.small_files(edition, NUMBER):
        if field in here:
            (folder / name).write_bytes(content)
            with page.expect_navigation():
                page.locator(f'button[value="joindre:{field}"]').click()
            page.locator("#fichier").set_input_files(folder / name)
            press(page, "Joindre ce fichier")
            expect(page.get_by_role("link", name=name)).to_be_visible()


@pytest.mark.parametrize("width", [375, 1200])
def test_the_account_is_reached_on_any_screen(site: Site, open_page: Open, width: int) -> None:
    """What a menu holds on a small screen is opened by a script: without one it is in sight."""
    applicant = site.cast()["people"]["applicant"]
    page = open_page(java_script_enabled=False)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    with page.expect_navigation():
        page.get_by_role("banner").get_by_role("link", name="Se connecter").click()
    fill_in(page, applicant["email"], site.cast()["password"])
    expect(page.get_by_role("banner").get_by_role("link", name="Mes candidatures")).to_be_visible()
    expect(page.locator('header a[href="/compte"]')).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("banner").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Créer un compte")).to_be_visible()


def test_the_form_by_keyboard(site: Site, open_page: Open) -> None:
    """Tab goes through the page in the order in which it reads, every stop is visible, and Enter saves."""
    cast = site.cast()
    page = open_page()
    sign_in(page, cast["people"]["applicant"]["email"], cast["password"])
    page.goto(f"/appels/{cast['slug']}")
    press(page, "Commencer une candidature")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#contenu"
    page.keyboard.press("Enter")
    stops: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "() => { const at = document.activeElement, box = at.getBoundingClientRect();"
            " return [at.name || at.id || at.textContent.trim(), box.top + scrollY, box.width * box.height,"
            " !!at.closest('#formulaire')] }"
        )
        if stop[3]:
            assert stop[2] > 0, f"{stop[0]} can't be seen"
            stops.append(stop[0])
        elif stops:
            break
    order: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('#formulaire :is([name], [type=search])')]"
        ".filter(one => one.type !== 'hidden' && one.offsetParent).map(one => one.name)"
    )
    expected = list(dict.fromkeys(order))
    assert list(dict.fromkeys(stops)) == expected
