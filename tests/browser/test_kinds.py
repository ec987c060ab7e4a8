"""Fields of several parts in the page: the second list follows the first, and all saves as one types."""

from playwright.sync_api import expect

from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import press, proposal_id, put, sign_in
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
