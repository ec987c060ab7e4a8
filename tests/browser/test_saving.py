"""Saving as one types, on a bad day: cut connections, lost answers, a page closed at once."""

from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.hands import OWN, proposal_id, put
from tests.browser.saving import PATIENCE, TITLE, a_draft, dialogs, kept, once, says, slowly, then
from tests.support.site import Site


def test_when_it_is_saved(site: Site, open_page: Open) -> None:
    """Leaving a field saves at once, whatever the clock does; whoever types on and on is saved after five seconds. What
    is refused says why, in the service's words."""
    page = open_page()
    page.clock.install()
    address = a_draft(site, page)
    page.clock.pause_at("2100-01-01")
    saves: list[str | None] = []
    page.on("request", lambda one: saves.append(one.post_data) if one.method == "POST" else None)
    title = page.get_by_label(TITLE)
    title.press_sequentially("Clair")
    says(page, "Modifications à enregistrer")
    assert saves == []
    title.press("Tab")
    says(page, "Enregistré à")
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
    says(page, "Enregistré à")
    assert (len(saves), kept(page, address)) == (2, "Clairevoix!")

    assert page.request.delete(f"/api/proposals/{proposal_id(page)}", headers=OWN).ok
    title.fill("Trop tard")
    title.blur()
    says(page, "n’existe pas, ou ne vous est pas accessible")


def test_a_lost_answer_is_no_clash(site: Site, open_page: Open) -> None:
    """The service saved, its answer never came, and the person went on typing: all of it is kept, nobody is asked."""
    page = open_page()
    address = a_draft(site, page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/candidatures/**", once(lose))
    page.get_by_label(TITLE).fill("Clair")
    says(page, "Connexion interrompue")
    page.get_by_label(TITLE).fill("Clairevoix")
    says(page, "Enregistré à")
    assert page.get_by_text("dans une autre fenêtre").count() == 0
    assert kept(page, address) == "Clairevoix"

    # The same, and the page is closed before it hears of it.
    page.unroute("**/candidatures/**")
    page.route("**/candidatures/**", then(lose, lambda route: route.abort()))
    page.get_by_label(TITLE).fill("Clairevoix, la carte")
    says(page, "Connexion interrompue")
    page.get_by_label(TITLE).fill("Clairevoix, la carte de tous")
    page.wait_for_timeout(500)
    other = page.context.new_page()
    page.close(run_before_unload=False)
    other.goto(address)
    says(other, "retrouvées et enregistrées")
    assert kept(other, address) == "Clairevoix, la carte de tous"
    assert other.get_by_role("button", name="Choisir la réponse à garder").count() == 0


def test_a_cut_connection(site: Site, open_page: Open) -> None:
    """The page says so, its buttons lead nowhere meanwhile, and it saves by itself once the connection is back."""
    page = open_page()
    address = a_draft(site, page)
    page.context.set_offline(offline=True)
    page.get_by_label(TITLE).press_sequentially("Clairevoix")
    says(page, "Connexion interrompue")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_timeout(300)
    assert page.get_by_label(TITLE).input_value() == "Clairevoix"
    says(page, "Connexion interrompue")
    page.context.set_offline(offline=False)
    says(page, "Enregistré à")
    assert kept(page, address) == "Clairevoix"


def test_a_page_closed_at_once(site: Site, open_page: Open) -> None:
    """Whoever closes the page within the second is asked, and what was typed is kept even if they close it."""
    page = open_page()
    address = a_draft(site, page)
    asked = dialogs(page, leave=True)
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
        if kept(other, address) != "":
            break
        other.wait_for_timeout(500)
    assert kept(other, address) == "Clairevoix"


def test_who_stays_on_the_page_loses_nothing(site: Site, open_page: Open) -> None:
    """Asking whether to leave, while a save is under way, does not make the page forget what it sent."""
    page = open_page()
    address = a_draft(site, page)
    asked = dialogs(page, leave=False)
    page.route("**/candidatures/**", once(slowly))
    page.get_by_label(TITLE).press_sequentially("Clair")
    says(page, "Enregistrement")
    page.get_by_label(TITLE).press_sequentially("evoix")
    page.close(run_before_unload=True)
    says(page, "Enregistré à")
    assert asked == ["beforeunload"]
    assert kept(page, address) == "Clairevoix"


def test_a_button_waits_for_the_save_under_way(site: Site, open_page: Open) -> None:
    """Saved in the background and by the button at once: one version after the other, no question asked."""
    page = open_page()
    address = a_draft(site, page)
    page.route("**/candidatures/**", once(slowly))
    page.get_by_label(TITLE).press_sequentially("Clair")
    says(page, "Enregistrement")
    page.get_by_label(TITLE).press_sequentially("evoix")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url("**section=impact")
    assert kept(page, address) == "Clairevoix"


def test_a_session_that_ended(site: Site, open_page: Open) -> None:
    """Signed out elsewhere: the page says that nothing is saved; signed in again, it saves by itself."""
    page = open_page()
    address = a_draft(site, page)
    cookies: Any = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label(TITLE).fill("Clairevoix")
    says(page, "Votre session a pris fin")
    page.context.add_cookies(cookies)
    says(page, "Enregistré à")
    assert kept(page, address) == "Clairevoix"


def test_a_table_and_what_depends_on_answers(site: Site, open_page: Open) -> None:
    """By keyboard: rows, totals in French, a question that appears, one that becomes required."""
    page = open_page()
    address = a_draft(site, page, "product")
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
    says(page, "ne peuvent pas être enregistrées")
    expect(page.get_by_text("comme 12500 ou 12500,50")).to_be_visible()
    page.locator('[name="budget/rows/2/amount"]').fill("12500")
    says(page, "Enregistré à")
    page.locator('[data-table="budget"] [data-remove-row]').nth(1).click()
    expect(page.locator("#c-budget-rows [data-undo-said]")).to_contain_text("Ligne 2 retirée. Il en reste")
    expect(page.locator('[data-total="amount"]')).to_have_text("25\u202f000,5\u00a0€")
    page.get_by_role("button", name="Annuler").click()
    assert page.locator('[name="budget/rows/1/amount"]').input_value() == "1 000"
    expect(page.locator('[data-total="amount"]')).to_have_text("26\u202f000,5\u00a0€")
    says(page, "Enregistré à")
    page.goto(address.replace("product", "means"))
    assert page.locator('[name="budget/rows/0/amount"]').input_value() == "12500,5"
