"""A repeatable block in the page: rows that come, go and move as one types, and two windows at once."""

from playwright.sync_api import Browser, Page, expect

from tests.bench import typing
from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import draft_of, put
from tests.support.site import Site

NAMES = '[...document.querySelectorAll(\'[name^="partners/rows"][name$="/name"]\')].map((one) => one.value)'

# Counts what scripts ask of the page's inputs.
READS = """window.reads = 0;
for (const { prototype } of [HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement]) {
  const { get, set } = Object.getOwnPropertyDescriptor(prototype, "value");
  Object.defineProperty(prototype, "value", { set, get() { window.reads += 1; return get.call(this); } });
}"""
KEY = """(name) => {
  const input = document.querySelector(name);
  const typed = () => input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  typed();
  window.reads = 0;
  input.value = "12";
  typed();
  return window.reads;
}"""


def _saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text("Enregistré à")


def _shown(page: Page, cell: str) -> list[bool]:
    return [one.is_visible() for one in page.locator(f'[data-rows] [data-cell="{cell}"]').all()]


def test_rows_come_go_and_move(site: Site, open_page: Open, album: Album) -> None:
    cast = site.cast("european-research")
    page = open_page()
    address = f"/candidatures/{draft_of(page, cast)}?section=consortium"
    page.goto(address)
    page.locator("[data-add-block]").click()
    for row, name in enumerate(("Lune", "Mars", "Vénus")):
        put(page, f"partners/rows/{row}/name", name)
    # What a row asks depends on that row alone.
    assert _shown(page, "sme") == [False, False, False]
    put(page, "partners/rows/1/entity", "company")
    assert _shown(page, "sme") == [False, True, False]
    put(page, "partners/rows/1/contribution", "12500,5")
    put(page, "partners/rows/1/months", "8")
    expect(page.locator('[data-rows] [data-cell="by_month"] output')).to_have_text(["–", "1\u202f562,56\u00a0€", "–"])
    put(page, "own_contribution", "100")
    expect(page.locator('[data-field="requested"] output')).to_have_text("12\u202f600,50\u00a0€")
    page.get_by_role("button", name="Monter Participant 2").click()
    assert page.evaluate(NAMES) == ["Mars", "Lune", "Vénus"]
    assert _shown(page, "sme") == [True, False, False]
    expect(page.locator("[data-row-title]").first).to_have_text("Participant 1\u00a0: Mars")
    _saved(page)
    album.look(page, "block")

    other = page.context.new_page()
    other.goto(address)
    assert other.evaluate(NAMES) == ["Mars", "Lune", "Vénus"]
    other.locator('[name="partners/rows/1/name"]').focus()  # what is being written is not drawn anew
    # What is taken away by mistake is put back as it was, where it was, and saved.
    page.get_by_role("button", name="Retirer Participant 1").click()
    expect(page.locator("[data-undo-said]").first).to_have_text(
        "Ligne retirée (Participant 1\u00a0: Mars). Il en reste 2."
    )
    _saved(page)
    album.look(page, "undo")
    page.get_by_role("button", name="Annuler").press("Enter")
    assert page.evaluate(NAMES) == ["Mars", "Lune", "Vénus"]
    assert page.evaluate("document.activeElement.textContent") == "Participant 1\u00a0: Mars"
    assert page.locator('[name="partners/rows/0/contribution"]').input_value() == "12500,5"
    expect(page.locator("[data-undo-said]").first).to_have_text("La ligne est remise à sa place.")
    page.get_by_role("button", name="Retirer Participant 3").click()
    _saved(page)
    other.locator('[name="partners/rows/1/name"]').fill("Lune pleine")
    other.locator("[data-add-block]").click()
    put(other, "partners/rows/3/name", "Pluton")
    # An answer on what left before may come while the last row is typed: that follows by itself.
    wanted = ["Mars", "Lune pleine", "Pluton"]
    for _ in range(120):
        page.goto(address)
        if page.evaluate(NAMES) == wanted:
            break
        page.wait_for_timeout(500)
    assert page.evaluate(NAMES) == wanted
    # Once all is saved, and not before, it says what it does not show.
    expect(other.locator("[data-status]")).to_contain_text("D’autres lignes ont changé")


def test_a_key_reads_what_it_may_change(browser: Browser) -> None:
    """However many rows there are: one field beside them, or one row of them."""
    counts = []
    for rows in (5, 25):
        page = browser.new_page()
        page.add_init_script(READS)
        typing.show(page, typing.consortium(rows))
        beside, inside = typing.BESIDE, typing.INSIDE.replace("100", "3")
        counts.append((page.evaluate(KEY, beside), page.evaluate(KEY, inside)))
        page.close()
    assert counts[0] == counts[1]
    assert max(counts[0]) < 60
