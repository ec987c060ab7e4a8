"""Fields of several parts in the page: the second list follows the first, and all saves as one types."""

from playwright.sync_api import Browser, expect

from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import press, proposal_id, put, serve_static, sign_in
from tests.support.site import Site


def test_a_second_list_follows_the_first(site: Site, open_page: Open, album: Album) -> None:
    cast = site.cast("european-research")
    page = open_page()
    sign_in(page, cast["people"]["applicant"]["email"], cast["password"])
    page.goto(f"/appels/{cast['slug']}")
    press(page, "Commencer une candidature")
    address = f"/candidatures/{proposal_id(page)}?section=general"
    page.goto(address)
    second = page.locator('[name="topic/second"]')
    expect(second).to_be_hidden()
    put(page, "topic/first", "evaluation")
    put(page, "topic/second", "drift")
    put(page, "topic/first", "languages")
    expect(second).to_have_value("")  # what was chosen is of another list
    offered = second.locator("optgroup:not([disabled]) option")
    assert offered.all_text_contents() == ["Parole et services par téléphone", "Corpus ouverts"]
    put(page, "topic/second", "corpora")
    put(page, "keywords", "speech")
    page.locator('[name="keywords/other"]').fill("langues créoles, accents")
    put(page, "period/start", "2027-10-01")
    put(page, "period/end", "2027-12-31")
    expect(page.locator('[data-field="period"] [data-told]')).to_contain_text("36 mois au moins")
    put(page, "period/end", "2030-09-30")
    expect(page.locator('[data-field="period"] [data-told] p')).to_have_count(0)
    expect(page.locator("[data-status]")).to_contain_text("Enregistré à")
    album.look(page, "kinds")
    page.goto(address)
    expect(second).to_have_value("corpora")
    expect(page.locator('[name="keywords/other"]')).to_have_value("langues créoles\naccents")
    put(page, "topic/first", "decision")
    expect(second).to_be_hidden()

    # A long list is searched, without accents and by keyboard; what is chosen is saved.
    page.goto(address.replace("general", "consortium"))
    country, search = page.locator('[name="country"]'), page.locator('[data-field="country"] [type=search]')
    search.press_sequentially("emir")
    assert country.locator("option:not([hidden])").all_text_contents() == ["Émirats arabes unis"]
    expect(page.locator('[data-field="country"] [role=status]')).to_have_text("1\u00a0choix correspond")
    search.fill("guinee")
    album.look(page, "long-list")
    search.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = country.locator("option:checked").text_content() or ""
    assert "Guinée" in chosen
    assert country.evaluate("list => list.size") == 0
    expect(page.locator("[data-status]")).to_contain_text("Enregistré à")
    search.fill("nulle part")
    expect(page.locator('[data-field="country"] [role=status]')).to_have_text("Aucun choix ne correspond")
    search.press("Enter")
    assert country.locator("option:checked").text_content() == chosen
    search.fill("belg")
    search.press("Enter")
    expect(country).to_have_value("BE")
    expect(country).to_be_focused()


WORDS = ["Équité", "Corpus ouverts", "Œuvres d’art", *(f"Mot {number}" for number in range(20))]


def test_a_long_vocabulary_is_searched(browser: Browser) -> None:
    """What is ticked stays in view, whatever is looked for; without a hit nothing else does."""
    line = '<div><input type="checkbox" id="{0}"><label for="{0}">{0}</label></div>'
    lines = "".join(map(line.format, WORDS))
    page = browser.new_page()
    script = '<script type="module">import { filters } from "/filter.js"; filters(document)</script>'
    serve_static(page, f'<div class="al-vocabulary">{lines}</div>{script}')
    search, shown = page.get_by_label("Chercher dans la liste"), page.locator(".al-vocabulary > :not([hidden])")
    for wanted, fitting in (
        ("equ", ["Équité"]),
        ("ouverts corp", ["Corpus ouverts"]),
        ("OEUVRES d art", ["Œuvres d’art"]),
        ("mot 1", ["Mot 1", *(f"Mot {number}" for number in range(10, 20))]),
        ("rien", []),
        ("", WORDS),
    ):
        search.fill(wanted)
        assert shown.all_text_contents() == fitting
    page.get_by_label("Équité").check()
    search.fill("corp")
    assert shown.all_text_contents() == ["Équité", "Corpus ouverts"]
    page.close()
