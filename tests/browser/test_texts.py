"""What is typed in a form that only its button sends: a message, a question, a reason."""

from playwright.sync_api import Page, expect

from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import enter, press
from tests.support.site import Site

QUESTION = "Votre question"
SEND = "Envoyer la question"
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('alliance:texts:')).length"


def _has(page: Page, text: str, notice: str) -> None:
    expect(page.get_by_label(QUESTION)).to_have_value(text)
    expect(page.locator("form[data-keepsake] .fr-alert")).to_contain_text(notice)


def test_a_text_outlives_its_page(site: Site, open_page: Open, album: Album) -> None:
    """Loaded again, cut off, sent without an answer: it is there, and says so. Sent, or signed out, it is gone."""
    cast = site.cast("incubateur")
    page = open_page()
    enter(page, cast["people"]["applicant"]["email"], cast["password"])
    address = f"/appels/{cast['slug']}/questions"
    page.goto(address)
    page.get_by_label(QUESTION).fill("Un étranger peut-il porter le projet ?")
    page.reload()
    _has(page, "Un étranger peut-il porter le projet ?", "pas encore envoyé")
    album.look(page, "texte-retrouve")

    page.context.set_offline(offline=True)
    page.get_by_label(QUESTION).press_sequentially(" Et deux ?")
    page.get_by_role("button", name=SEND).click()
    _has(page, "Un étranger peut-il porter le projet ? Et deux ?", "rien n’est envoyé")
    page.context.set_offline(offline=False)
    _has(page, "Un étranger peut-il porter le projet ? Et deux ?", "La connexion est revenue")

    page.route("**/questions", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url("chrome-error://**")
    page.goto(address)
    _has(page, "Un étranger peut-il porter le projet ? Et deux ?", "resté sans réponse")
    page.unroute("**/questions")
    press(page, SEND)
    expect(page.get_by_label(QUESTION)).to_have_value("")
    assert page.evaluate(KEPT) == 0

    # What the address says of the last one is no answer to the next one.
    page.get_by_label(QUESTION).fill("Une autre question ?")
    page.reload()
    _has(page, "Une autre question ?", "pas encore envoyé")
    page.get_by_role("button", name="Effacer ce texte").click()
    expect(page.get_by_label(QUESTION)).to_have_value("")
    page.get_by_label(QUESTION).fill("Jamais envoyée ?")
    page.reload()
    _has(page, "Jamais envoyée ?", "pas encore envoyé")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Se déconnecter").first.click()
    page.wait_for_url("**/?fait=deconnecte")
    assert page.evaluate(KEPT) == 0
