"""Several windows on one draft, also those that died: each keeps what was typed in it, and none undoes another."""

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.hands import press
from tests.browser.saving import PATIENCE, TITLE, a_draft, dialogs, kept, queued, says
from tests.support.site import Site

A_FILE_KEPT = """new Promise((done) => {
  indexedDB.open("alliance-envois").onsuccess = (event) => done(event.target.result.close());
})"""
# Other pages of the same address have left no room.
FULL = """() => {
  for (let text = "x".repeat(8_000_000), kept = ""; text; text = text.slice(text.length / 2 + 1)) {
    try {
      localStorage.setItem("other", kept + text);
      kept += text;
    } catch { continue; }
  }
}"""
# The computer's clock was wrong while the second text was typed.
IN_1970 = """Object.entries(localStorage).filter((one) => one[1].includes("second")).forEach(([key, text]) =>
  localStorage.setItem(key, text.replace(/"at":[0-9]+/g, '"at":0')))"""


def test_two_windows_with_the_script(site: Site, open_page: Open) -> None:
    """The second window is told, keeps what it typed, warns who leaves, and asks which to keep; the rest is saved."""
    page = open_page()
    address = a_draft(site, page)
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label(TITLE).focus()  # what is being written is not drawn anew
    other.get_by_label(TITLE).fill("Premier")
    says(other, "Enregistré à")
    page.get_by_label(TITLE).fill("Second")
    page.get_by_label("Produit envisagé").fill("Un produit.")
    expect(page.get_by_text("modifiée dans une autre fenêtre")).to_be_visible()
    says(page, "Enregistré à")
    assert (kept(page, address), kept(page, address, "Produit envisagé")) == ("Premier", "Un produit.")
    asked = dialogs(page, leave=False)
    page.get_by_role("link", name="Accueil").first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    press(page, "Enregistrer")
    expect(page.locator("#choix-title")).to_be_visible()
    assert page.get_by_label(TITLE).input_value() == "Second"
    press(page, "Enregistrer")
    expect(page.get_by_text("Vos réponses sont enregistrées.")).to_be_visible()
    assert kept(page, address) == "Second"


def test_a_tab_closed_without_a_connection(site: Site, open_page: Open) -> None:
    """What was typed while nothing could be sent is kept by the browser, and sent when the page is opened again; what
    was changed meanwhile is asked about; whoever signs out leaves nothing behind."""
    page = open_page()
    address = a_draft(site, page)
    context = page.context
    context.set_offline(offline=True)
    page.get_by_label(TITLE).press_sequentially("Clairevoix")
    page.get_by_label("Produit envisagé").fill("Un produit.")
    says(page, "Connexion interrompue")
    page.close(run_before_unload=False)
    context.set_offline(offline=False)
    other = context.new_page()
    other.goto(address)
    says(other, "retrouvées et enregistrées")
    expect(other.get_by_label(TITLE)).to_have_value("Clairevoix")
    assert (kept(other, address), kept(other, address, "Produit envisagé")) == ("Clairevoix", "Un produit.")
    assert queued(other) == 0

    third = context.new_page()
    third.goto(address)
    context.set_offline(offline=True)
    third.get_by_label(TITLE).fill("Sans connexion")
    says(third, "Connexion interrompue")
    third.close(run_before_unload=False)
    context.set_offline(offline=False)
    other.get_by_label(TITLE).fill("Entre-temps")
    says(other, "Enregistré à")
    other.goto(address.replace("project", "impact"))
    expect(other.get_by_role("link", name="Aller à la section de cette réponse")).to_be_visible()
    other.get_by_role("link", name="Aller à la section de cette réponse").click()
    with other.expect_navigation():
        other.get_by_role("button", name="Choisir la réponse à garder").click()
    expect(other.locator("#choix-title")).to_contain_text("Entre-temps")
    assert other.get_by_label(TITLE).input_value() == "Sans connexion"
    press(other, "Enregistrer")
    expect(other.get_by_text("Vos réponses sont enregistrées.")).to_be_visible()
    assert kept(other, address) == "Sans connexion"

    context.set_offline(offline=True)
    other.get_by_label(TITLE).fill("Jamais envoyé")
    says(other, "Connexion interrompue")
    assert queued(other) == 1
    other.evaluate(A_FILE_KEPT)
    asked = dialogs(other, leave=True)
    other.route("**/candidatures/**", lambda route: route.abort())
    context.set_offline(offline=False)
    late = context.new_page()
    late.goto(address)
    other.get_by_role("button", name="Se déconnecter").click()
    other.wait_for_url("**/?fait=deconnecte")
    assert asked == ["confirm"]
    late.get_by_label("Produit envisagé").fill("Tapé après")
    says(late, "Votre session a pris fin")
    assert queued(late) == 0, "another window of whoever has signed out keeps nothing either"
    assert late.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_what_the_browser_keeps(site: Site, open_page: Open) -> None:
    """A browser without room says that the page must stay open. Two windows that died with two texts for one field, one
    of them under a wrong clock: one text is saved, the other is asked about, and none is lost."""
    page = open_page()
    address = a_draft(site, page)
    context = page.context
    other = context.new_page()
    other.goto(address)
    context.set_offline(offline=True)
    page.evaluate(FULL)
    page.get_by_label(TITLE).fill("Sans place")
    says(page, "ne fermez pas cette page")
    page.evaluate("localStorage.removeItem('other')")
    page.get_by_label(TITLE).fill("Le premier texte")
    says(page, "gardées dans ce navigateur")
    other.get_by_label(TITLE).fill("Le second texte")
    says(other, "Connexion interrompue")
    page.close(run_before_unload=False)
    other.close(run_before_unload=False)
    context.set_offline(offline=False)
    third = context.new_page()
    third.goto("/health/live")
    third.evaluate(IN_1970)
    third.goto(address)
    says(third, "retrouvées et enregistrées")
    expect(third.get_by_label(TITLE)).to_have_value("Le premier texte")
    third.goto(address)
    with third.expect_navigation():
        third.get_by_role("button", name="Choisir la réponse à garder").click()
    expect(third.locator("#choix-title")).to_contain_text("Le premier texte")
    assert third.get_by_label(TITLE).input_value() == "Le second texte"


def test_what_another_window_saves_appears(site: Site, open_page: Open) -> None:
    """Without a reload, wherever nobody types; where somebody does, their text stays, and they are asked."""
    page = open_page()
    address = a_draft(site, page)
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label(TITLE).focus()
    other.get_by_label(TITLE).fill("Ailleurs")
    other.get_by_label("Produit envisagé").fill("Un produit.")
    says(other, "Enregistré à")
    expect(page.get_by_label("Produit envisagé")).to_have_value("Un produit.")
    expect(page.get_by_text("Modifié dans une autre fenêtre à")).to_be_visible()
    assert page.get_by_label(TITLE).input_value() == "", "that is where somebody is typing"
    page.get_by_label("Produit envisagé").fill("Un produit complet.")
    says(page, "Enregistré à")
    other.get_by_label(TITLE).focus()
    expect(other.get_by_label("Produit envisagé")).to_have_value("Un produit complet.", timeout=PATIENCE)
    assert kept(page, address, "Produit envisagé") == "Un produit complet."
