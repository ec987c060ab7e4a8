"""Saving as one types, on a bad day: cut connections, lost answers, two windows, a page closed at once."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Dialog, FilePayload, Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.hands import OWN, draft_of, press, proposal_id, put
from tests.support.site import Site

TITLE = "Nom du projet"
A_FILE_KEPT = """new Promise((done) => {
  indexedDB.open("alliance-envois").onsuccess = (event) => done(event.target.result.close());
})"""
# The computer's clock was wrong while the second text was typed.
IN_1970 = """Object.entries(localStorage).filter((one) => one[1].includes("second")).forEach(([key, text]) =>
  localStorage.setItem(key, text.replace(/"at":[0-9]+/g, '"at":0')))"""
# Other pages of the same address have left no room.
FULL = """() => {
  for (let text = "x".repeat(8_000_000), kept = ""; text; text = text.slice(text.length / 2 + 1)) {
    try {
      localStorage.setItem("other", kept + text);
      kept += text;
    } catch { continue; }
  }
}"""
PATIENCE = 60_000  # milliseconds, on a busy machine


def _draft(site: Site, page: Page, section: str = "project") -> str:
    """The address of a section of a new proposal, which the page shows."""
    address = f"/candidatures/{draft_of(page, site.cast('incubateur'))}?section={section}"
    page.goto(address)
    return address


def _says(page: Page, text: str) -> None:
    expect(page.locator("[data-status]")).to_contain_text(text)


def _kept(page: Page, address: str, label: str = TITLE) -> str:
    fresh = page.context.new_page()
    fresh.goto(address)
    found = fresh.get_by_label(label).input_value()
    fresh.close()
    return found


def _once(act: Callable[[Route], None]) -> Callable[[Route], None]:
    """Do this to the first save, and let the others pass."""
    done: list[Route] = []

    def handle(route: Route) -> None:
        if route.request.method != "POST" or done:
            route.continue_()
        else:
            done.append(route)
            act(route)

    return handle


def _then(*acts: Callable[[Route], None]) -> Callable[[Route], None]:
    """Do this to the first save, that to all others."""
    left = list(acts)

    def handle(route: Route) -> None:
        if route.request.method == "POST":
            (left.pop(0) if len(left) > 1 else left[0])(route)
        else:
            route.continue_()

    return handle


def _queued(page: Page) -> int:
    """How many pages' unsent texts this browser keeps."""
    found: int = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('alliance:')).length")
    return found


def _slowly(route: Route) -> None:
    time.sleep(1.5)
    route.continue_()


def _asked(page: Page, *, leave: bool) -> list[str]:
    """What the browser asks from now on; the person answers so."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        (dialog.accept if leave else dialog.dismiss)()

    page.on("dialog", answer)
    return asked


def test_when_it_is_saved(site: Site, open_page: Open) -> None:
    """Leaving a field saves at once, whatever the clock does; whoever types on and on is saved after five seconds. What
    is refused says why, in the service's words."""
    page = open_page()
    page.clock.install()
    address = _draft(site, page)
    page.clock.pause_at("2100-01-01")
    saves: list[str | None] = []
    page.on("request", lambda one: saves.append(one.post_data) if one.method == "POST" else None)
    title = page.get_by_label(TITLE)
    title.press_sequentially("Clair")
    _says(page, "Modifications à enregistrer")
    assert saves == []
    title.press("Tab")
    _says(page, "Enregistré à")
    title.focus()
    page.get_by_label("Produit envisagé").focus()
    assert len(saves) == 1, "nothing was typed since"
    for key in "evoix":
        title.press("End")
        title.press(key)
        assert len(saves) == 1
        page.clock.run_for(990)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        title.press("!")
        page.clock.run_for(60)
    _says(page, "Enregistré à")
    assert (len(saves), _kept(page, address)) == (2, "Clairevoix!")

    assert page.request.delete(f"/api/proposals/{proposal_id(page)}", headers=OWN).ok
    title.fill("Trop tard")
    title.blur()
    _says(page, "n’existe pas, ou ne vous est pas accessible")


def test_a_lost_answer_is_no_clash(site: Site, open_page: Open) -> None:
    """The service saved, its answer never came, and the person went on typing: all of it is kept, nobody is asked."""
    page = open_page()
    address = _draft(site, page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/candidatures/**", _once(lose))
    page.get_by_label(TITLE).fill("Clair")
    _says(page, "Connexion interrompue")
    page.get_by_label(TITLE).fill("Clairevoix")
    _says(page, "Enregistré à")
    assert page.get_by_text("dans une autre fenêtre").count() == 0
    assert _kept(page, address) == "Clairevoix"

    # The same, and the page is closed before it hears of it.
    page.unroute("**/candidatures/**")
    page.route("**/candidatures/**", _then(lose, lambda route: route.abort()))
    page.get_by_label(TITLE).fill("Clairevoix, la carte")
    _says(page, "Connexion interrompue")
    page.get_by_label(TITLE).fill("Clairevoix, la carte de tous")
    page.wait_for_timeout(500)
    other = page.context.new_page()
    page.close(run_before_unload=False)
    other.goto(address)
    _says(other, "retrouvées et enregistrées")
    assert _kept(other, address) == "Clairevoix, la carte de tous"
    assert other.get_by_role("button", name="Choisir la réponse à garder").count() == 0


def test_a_cut_connection(site: Site, open_page: Open) -> None:
    """The page says so, its buttons lead nowhere meanwhile, and it saves by itself once the connection is back."""
    page = open_page()
    address = _draft(site, page)
    page.context.set_offline(offline=True)
    page.get_by_label(TITLE).press_sequentially("Clairevoix")
    _says(page, "Connexion interrompue")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_timeout(300)
    assert page.get_by_label(TITLE).input_value() == "Clairevoix"
    _says(page, "Connexion interrompue")
    page.context.set_offline(offline=False)
    _says(page, "Enregistré à")
    assert _kept(page, address) == "Clairevoix"


def test_a_page_closed_at_once(site: Site, open_page: Open) -> None:
    """Whoever closes the page within the second is asked, and what was typed is kept even if they close it."""
    page = open_page()
    address = _draft(site, page)
    asked = _asked(page, leave=True)
    other = page.context.new_page()
    page.get_by_label(TITLE).press_sequentially("Clairevoix")
    page.close(run_before_unload=True)
    for _ in range(PATIENCE // 100):
        if page.is_closed():
            break
        other.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    assert page.is_closed()
    for _ in range(60):  # what was sent last is on its way
        if _kept(other, address) != "":
            break
        other.wait_for_timeout(500)
    assert _kept(other, address) == "Clairevoix"


def test_who_stays_on_the_page_loses_nothing(site: Site, open_page: Open) -> None:
    """Asking whether to leave, while a save is under way, does not make the page forget what it sent."""
    page = open_page()
    address = _draft(site, page)
    asked = _asked(page, leave=False)
    page.route("**/candidatures/**", _once(_slowly))
    page.get_by_label(TITLE).press_sequentially("Clair")
    _says(page, "Enregistrement")
    page.get_by_label(TITLE).press_sequentially("evoix")
    page.close(run_before_unload=True)
    _says(page, "Enregistré à")
    assert asked == ["beforeunload"]
    assert _kept(page, address) == "Clairevoix"


def test_a_button_waits_for_the_save_under_way(site: Site, open_page: Open) -> None:
    """Saved in the background and by the button at once: one version after the other, no question asked."""
    page = open_page()
    address = _draft(site, page)
    page.route("**/candidatures/**", _once(_slowly))
    page.get_by_label(TITLE).press_sequentially("Clair")
    _says(page, "Enregistrement")
    page.get_by_label(TITLE).press_sequentially("evoix")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url("**section=impact")
    assert _kept(page, address) == "Clairevoix"


def test_two_windows_with_the_script(site: Site, open_page: Open) -> None:
    """The second window is told, keeps what it typed, warns who leaves, and asks which to keep; the rest is saved."""
    page = open_page()
    address = _draft(site, page)
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label(TITLE).focus()  # what is being written is not drawn anew
    other.get_by_label(TITLE).fill("Premier")
    _says(other, "Enregistré à")
    page.get_by_label(TITLE).fill("Second")
    page.get_by_label("Produit envisagé").fill("Un produit.")
    expect(page.get_by_text("modifiée dans une autre fenêtre")).to_be_visible()
    _says(page, "Enregistré à")
    assert (_kept(page, address), _kept(page, address, "Produit envisagé")) == ("Premier", "Un produit.")
    asked = _asked(page, leave=False)
    page.get_by_role("link", name="Accueil").first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    press(page, "Enregistrer")
    expect(page.locator("#choix-title")).to_be_visible()
    assert page.get_by_label(TITLE).input_value() == "Second"
    press(page, "Enregistrer")
    expect(page.get_by_text("Vos réponses sont enregistrées.")).to_be_visible()
    assert _kept(page, address) == "Second"


def test_a_session_that_ended(site: Site, open_page: Open) -> None:
    """Signed out elsewhere: the page says that nothing is saved; signed in again, it saves by itself."""
    page = open_page()
    address = _draft(site, page)
    cookies: Any = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label(TITLE).fill("Clairevoix")
    _says(page, "Votre session a pris fin")
    page.context.add_cookies(cookies)
    _says(page, "Enregistré à")
    assert _kept(page, address) == "Clairevoix"


def test_a_tab_closed_without_a_connection(site: Site, open_page: Open) -> None:
    """What was typed while nothing could be sent is kept by the browser, and sent when the page is opened again; what
    was changed meanwhile is asked about; whoever signs out leaves nothing behind."""
    page = open_page()
    address = _draft(site, page)
    context = page.context
    context.set_offline(offline=True)
    page.get_by_label(TITLE).press_sequentially("Clairevoix")
    page.get_by_label("Produit envisagé").fill("Un produit.")
    _says(page, "Connexion interrompue")
    page.close(run_before_unload=False)
    context.set_offline(offline=False)
    other = context.new_page()
    other.goto(address)
    _says(other, "retrouvées et enregistrées")
    expect(other.get_by_label(TITLE)).to_have_value("Clairevoix")
    assert (_kept(other, address), _kept(other, address, "Produit envisagé")) == ("Clairevoix", "Un produit.")
    assert _queued(other) == 0

    third = context.new_page()
    third.goto(address)
    context.set_offline(offline=True)
    third.get_by_label(TITLE).fill("Sans connexion")
    _says(third, "Connexion interrompue")
    third.close(run_before_unload=False)
    context.set_offline(offline=False)
    other.get_by_label(TITLE).fill("Entre-temps")
    _says(other, "Enregistré à")
    other.goto(address.replace("project", "impact"))
    expect(other.get_by_role("link", name="Aller à la section de cette réponse")).to_be_visible()
    other.get_by_role("link", name="Aller à la section de cette réponse").click()
    with other.expect_navigation():
        other.get_by_role("button", name="Choisir la réponse à garder").click()
    expect(other.locator("#choix-title")).to_contain_text("Entre-temps")
    assert other.get_by_label(TITLE).input_value() == "Sans connexion"
    press(other, "Enregistrer")
    expect(other.get_by_text("Vos réponses sont enregistrées.")).to_be_visible()
    assert _kept(other, address) == "Sans connexion"

    context.set_offline(offline=True)
    other.get_by_label(TITLE).fill("Jamais envoyé")
    _says(other, "Connexion interrompue")
    assert _queued(other) == 1
    other.evaluate(A_FILE_KEPT)
    asked = _asked(other, leave=True)
    other.route("**/candidatures/**", lambda route: route.abort())
    context.set_offline(offline=False)
    late = context.new_page()
    late.goto(address)
    other.get_by_role("button", name="Se déconnecter").click()
    other.wait_for_url("**/?fait=deconnecte")
    assert asked == ["confirm"]
    late.get_by_label("Produit envisagé").fill("Tapé après")
    _says(late, "Votre session a pris fin")
    assert _queued(late) == 0, "another window of whoever has signed out keeps nothing either"
    assert late.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_what_the_browser_keeps(site: Site, open_page: Open) -> None:
    """A browser without room says that the page must stay open. Two windows that died with two texts for one field, one
    of them under a wrong clock: one text is saved, the other is asked about, and none is lost."""
    page = open_page()
    address = _draft(site, page)
    context = page.context
    other = context.new_page()
    other.goto(address)
    context.set_offline(offline=True)
    page.evaluate(FULL)
    page.get_by_label(TITLE).fill("Sans place")
    _says(page, "ne fermez pas cette page")
    page.evaluate("localStorage.removeItem('other')")
    page.get_by_label(TITLE).fill("Le premier texte")
    _says(page, "gardées dans ce navigateur")
    other.get_by_label(TITLE).fill("Le second texte")
    _says(other, "Connexion interrompue")
    page.close(run_before_unload=False)
    other.close(run_before_unload=False)
    context.set_offline(offline=False)
    third = context.new_page()
    third.goto("/health/live")
    third.evaluate(IN_1970)
    third.goto(address)
    _says(third, "retrouvées et enregistrées")
    expect(third.get_by_label(TITLE)).to_have_value("Le premier texte")
    third.goto(address)
    with third.expect_navigation():
        third.get_by_role("button", name="Choisir la réponse à garder").click()
    expect(third.locator("#choix-title")).to_contain_text("Le premier texte")
    assert third.get_by_label(TITLE).input_value() == "Le second texte"


def test_what_another_window_saves_appears(site: Site, open_page: Open) -> None:
    """Without a reload, wherever nobody types; where somebody does, their text stays, and they are asked."""
    page = open_page()
    address = _draft(site, page)
    other = page.context.new_page()
    other.goto(address)
    page.get_by_label(TITLE).focus()
    other.get_by_label(TITLE).fill("Ailleurs")
    other.get_by_label("Produit envisagé").fill("Un produit.")
    _says(other, "Enregistré à")
    expect(page.get_by_label("Produit envisagé")).to_have_value("Un produit.")
    expect(page.get_by_text("Modifié dans une autre fenêtre à")).to_be_visible()
    assert page.get_by_label(TITLE).input_value() == "", "that is where somebody is typing"
    page.get_by_label("Produit envisagé").fill("Un produit complet.")
    _says(page, "Enregistré à")
    other.get_by_label(TITLE).focus()
    expect(other.get_by_label("Produit envisagé")).to_have_value("Un produit complet.", timeout=PATIENCE)
    assert _kept(page, address, "Produit envisagé") == "Un produit complet."


def test_a_table_and_what_depends_on_answers(site: Site, open_page: Open) -> None:
    """By keyboard: rows, totals in French, a question that appears, one that becomes required."""
    page = open_page()
    address = _draft(site, page, "product")
    put(page, "stage", "3")
    mark = page.locator('[data-field="prototype"] .al-optional')
    expect(mark).to_be_visible()
    put(page, "stage", "4")
    expect(mark).to_be_hidden()
    page.goto(address.replace("product", "means"))
    page.locator('[name="budget/rows/0/amount"]').fill("12 500,50 €")
    page.locator('[name="budget/rows/1/amount"]').fill("1 000")
    expect(page.locator('[data-total="amount"]')).to_have_text("13\u202f500,5\u00a0€")
    page.locator('[name="budget/rows/2/amount"]').fill("12.500")
    expect(page.locator('[data-total="amount"]')).to_have_text("13\u202f500,5\u00a0€")
    _says(page, "ne peuvent pas être enregistrées")
    expect(page.get_by_text("comme 12500 ou 12500,50")).to_be_visible()
    page.locator('[name="budget/rows/2/amount"]').fill("12500")
    _says(page, "Enregistré à")
    page.locator('[data-table="budget"] [data-remove-row]').nth(1).click()
    expect(page.locator("#c-budget-rows [data-undo-said]")).to_contain_text("Ligne 2 retirée. Il en reste")
    expect(page.locator('[data-total="amount"]')).to_have_text("25\u202f000,5\u00a0€")
    page.get_by_role("button", name="Annuler").click()
    assert page.locator('[name="budget/rows/1/amount"]').input_value() == "1 000"
    expect(page.locator('[data-total="amount"]')).to_have_text("26\u202f000,5\u00a0€")
    _says(page, "Enregistré à")
    page.goto(address.replace("product", "means"))
    assert page.locator('[name="budget/rows/0/amount"]').input_value() == "12500,5"


def test_a_file_that_is_refused_says_why(site: Site, open_page: Open, tmp_path: Path) -> None:
    """What is no PDF where a PDF is asked for: the reason, not only that it failed."""
    page = open_page()
    _draft(site, page, "attachments")
    status, sending = page.locator('[data-attach="presentation"] [role=status]'), page.locator(".al-sending")
    plan = FilePayload(name="plan.pdf", mimeType="application/pdf", buffer=b"ceci n'est pas un PDF")
    page.locator("#fichier-presentation").set_input_files(plan)
    expect(status).to_contain_text("formats acceptés\u00a0: PDF")
    expect(sending.first).to_contain_text("plan.pdf")
    page.locator("#fichier-presentation").set_input_files(_big(tmp_path, "plan.pdf", 21_000_000))
    expect(status).to_contain_text("la limite est de 20 Mo")


def _big(folder: Path, name: str, size: int) -> Path:
    """A file that begins as a PDF."""
    path = folder / name
    path.write_bytes(b"%PDF-1.7\n" + bytes(size))
    return path


def test_a_file_goes_on_after_a_cut_and_after_the_page_was_closed(site: Site, open_page: Open, tmp_path: Path) -> None:
    """Several files at once; the connection is cut in the middle, the page closed, and opened again."""
    page = open_page()
    address = _draft(site, page, "attachments")
    paths = [_big(tmp_path, f"annexe-{n}.pdf", 600_000) for n in range(2)]
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "PATCH":
            held.append(route)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/uploads/**", hold)
    page.locator("#fichier-annexes").set_input_files(paths)
    expect(page.get_by_text("l’envoi reprendra de lui-même")).to_have_count(2, timeout=PATIENCE)
    other = page.context.new_page()
    page.close()
    other.goto(address.replace("attachments", "project"))
    expect(other.locator(".al-sending progress")).not_to_have_count(0, timeout=PATIENCE)
    expect(other.locator(".al-sending progress")).to_have_count(0, timeout=PATIENCE)
    other.goto(address)
    links = other.locator('[data-field="annexes"] [data-files]').get_by_role("link")
    expect(links).to_have_count(2, timeout=PATIENCE)
    assert sorted(text.split(".pdf")[0] for text in links.all_inner_texts()) == ["annexe-0", "annexe-1"]
    assert len(held) >= 2
