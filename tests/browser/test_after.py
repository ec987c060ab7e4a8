"""The time that is left, told by the page's script as by the server; and the pages of what surrounds a submission."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from service.pages import french
from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import press, serve_static, sign_in
from tests.support.site import Site

NOW = datetime(2026, 5, 15, 12, 0, 0, tzinfo=UTC)
PLACE = """<div data-clock data-now="{now}" data-until="{until}"><span data-left></span> <span data-time></span>
<p role="status" data-said></p></div><script type="module" src="/clock.js"></script>"""


def test_the_clock_is_the_servers_and_speaks_rarely(browser: Browser) -> None:
    """The browser's own clock is three hours late; an hour and a minute are left."""
    until = NOW + timedelta(hours=1, minutes=1)
    html = PLACE.format(now=NOW.timestamp(), until=until.timestamp())
    page = browser.new_page()
    page.clock.install(time=NOW - timedelta(hours=3, seconds=1))
    page.clock.pause_at(NOW - timedelta(hours=3))  # it goes on by steps alone, however slow the machine is
    serve_static(page, html)
    left, said, time = (page.locator(f"[data-{name}]") for name in ("left", "said", "time"))
    expect(left).to_have_text("1\u00a0heure et 1\u00a0minute")
    expect(time).to_have_text("14\u00a0h\u00a000")
    for seconds, shown, aloud in (
        (61, "59\u00a0minutes", "Il reste 1\u00a0heure pour déposer cette candidature."),
        (60, "58\u00a0minutes", "Il reste 1\u00a0heure pour déposer cette candidature."),
        (50 * 60, "8\u00a0minutes et 59\u00a0secondes", "Il reste 10\u00a0minutes pour déposer cette candidature."),
        (10 * 60, "0\u00a0seconde", "Le délai de dépôt est passé."),
    ):
        page.clock.run_for(seconds * 1000)
        expect(left).to_have_text(shown)
        expect(said).to_have_text(aloud)
    for seconds in (660, 3600, 7380, 86_400, 86_460, 100_000, 400_000, 1234 * 86_400):
        told = page.evaluate("async (rest) => (await import('/clock.js')).remaining(rest)", seconds)
        assert told == french.remaining(NOW + timedelta(seconds=seconds), NOW)
    page.close()


def test_what_surrounds_a_submission(site: Site, open_page: Open, album: Album) -> None:
    cast = site.cast()
    page = open_page()
    sign_in(page, cast["people"]["applicant"]["email"], cast["password"])
    page.goto(f"/appels/{cast['slug']}")
    press(page, "Commencer une candidature")
    expect(page.locator("[data-clock]")).to_contain_text("Il reste")
    page.get_by_role("link", name="Supprimer ce brouillon").click()
    album.look(page, "after-discard")
    press(page, "Supprimer le brouillon")
    expect(page.get_by_text("Brouillons supprimés récemment")).to_be_visible()
    album.look(page, "after-discarded")
    press(page, "Rétablir la candidature sans titre")
    expect(page.get_by_text("Le brouillon est rétabli.")).to_be_visible()
    code = page.locator(".al-code").inner_text()
    officer = open_page()
    sign_in(officer, cast["people"]["officer"]["email"], cast["password"])
    officer.goto(f"/gestion/{cast['slug']}/prolongations")
    officer.locator("label[for=c-qui-1]").click()
    officer.fill("#draft", code)
    officer.fill("#jour", "2100-06-01")
    officer.fill("#reason", "Panne constatée.")
    press(officer, "Prolonger le délai")
    album.look(officer, "after-extensions")
    page.reload()
    expect(page.locator("[data-clock]")).to_contain_text("délai prolongé")
