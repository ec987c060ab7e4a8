"""Two persons write one draft at once, each in a browser of their own."""

from playwright.sync_api import FilePayload, Page, expect

from tests.api.samples import PDF
from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import OWN, act, draft_of, enter, fill_in, press
from tests.support.site import Site

TITLE, PRODUCT = "Nom du projet", "Produit envisagé"
BY_ITSELF = 9_000  # milliseconds, after which a shared page has looked for what others saved


def _shared(site: Site, owner: Page, writer: Page) -> dict[str, str]:
    """A draft of the first, shared with the second; both have it open. Their names."""
    made = site.cast("incubateur")
    applicant, partner = made["people"]["applicant"], made["people"]["admin"]
    draft = draft_of(owner, made)
    enter(writer, partner["email"], made["password"])
    act(owner, f"/api/proposals/{draft}/invitations", email=partner["email"], level="writer")
    (share,) = writer.request.get("/api/shares").json()["items"]
    act(writer, "/api/shares/accept", token=share["token"])
    for page in (owner, writer):
        page.clock.install()
        page.goto(f"/candidatures/{draft}?section=project")
    return {"owner": applicant["name"], "writer": partner["name"]}


def test_another_person_signs_in_in_the_same_browser(site: Site, open_page: Open, album: Album) -> None:
    """A page that is still open saves nothing in the name of whoever is signed in by now, even where they write the
    same draft; it goes on once its own person is back."""
    page = open_page()
    made = site.cast("incubateur")
    draft, partner = draft_of(page, made), made["people"]["admin"]["email"]
    act(page, f"/api/proposals/{draft}/invitations", email=partner, level="writer")
    page.goto(f"/candidatures/{draft}?section=project")
    files = page.context.new_page()
    files.goto(f"/candidatures/{draft}?section=attachments")
    enter(page, partner, made["password"])
    (share,) = page.request.get("/api/shares").json()["items"]
    act(page, "/api/shares/accept", token=share["token"])
    _types(page, TITLE, "Le cadastre ouvert", "Un autre compte est connecté")
    files.locator("#fichier-annexes").set_input_files(FilePayload(name="a.pdf", mimeType="", buffer=PDF))
    expect(files.get_by_text("Un autre compte est connecté")).to_be_visible()
    press(page, "Enregistrer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Un autre compte est connecté")
    album.look(page, "autre-compte")
    proposal = page.request.get(f"/api/proposals/{draft}").json()
    assert (proposal["answers"], proposal["attachments"]) == ({}, [])

    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Changer de compte").click()
    fill_in(opened.value, made["people"]["applicant"]["email"], made["password"])
    press(page, "Envoyer de nouveau")
    kept = page.request.get(f"/api/proposals/{draft}/answers").json()["fields"]["title"]
    assert (kept["version"], kept["mine"]) == (1, True)
    files.evaluate("window.dispatchEvent(new Event('online'))")
    expect(files.get_by_role("link", name="a.pdf")).to_be_visible()


def _types(page: Page, label: str, text: str, says: str = "Enregistré à") -> None:
    page.get_by_label(label).fill(text)
    expect(page.locator("[data-status]")).to_contain_text(says)


def test_two_persons_write_one_draft(site: Site, open_page: Open) -> None:
    """What each writes in a field of their own appears to the other, with its author; in the same field nobody's text
    is lost: whoever saves second chooses, with both texts before them."""
    owner, writer = open_page(), open_page()
    names = _shared(site, owner, writer)
    _types(owner, TITLE, "Le cadastre ouvert")
    _types(writer, PRODUCT, "Une carte.")
    for page, label, text, author in (
        (owner, PRODUCT, "Une carte.", names["writer"]),
        (writer, TITLE, "Le cadastre ouvert", names["owner"]),
    ):
        page.clock.fast_forward(BY_ITSELF)
        expect(page.get_by_label(label)).to_have_value(text)
        expect(page.get_by_text(f"Modifié par {author} à")).to_be_visible()

    # Both have the field as it is now, and write in it.
    owner.get_by_label(TITLE).focus()
    _types(writer, TITLE, "Le cadastre de tous")
    owner.clock.fast_forward(BY_ITSELF)
    _types(owner, TITLE, "Le cadastre pour tous", "par une autre personne")
    press(owner, "Enregistrer")
    choice = owner.locator("#choix-title")
    for text in ("Le cadastre de tous", "Le cadastre pour tous"):
        expect(choice).to_contain_text(text)
    press(owner, "Enregistrer")
    expect(owner.get_by_text("Vos réponses sont enregistrées.")).to_be_visible()
    writer.get_by_label(PRODUCT).focus()
    writer.evaluate("window.dispatchEvent(new Event('focus'))")
    writer.clock.fast_forward(1_000)
    expect(writer.get_by_label(TITLE)).to_have_value("Le cadastre pour tous")
    assert writer.get_by_label(PRODUCT).input_value() == "Une carte."

    # What is a draft no more is not asked about for ever: who has it open is told.
    proposal = owner.url.partition("/candidatures/")[2].partition("?")[0]
    assert owner.request.delete(f"/api/proposals/{proposal}", headers=OWN).ok
    writer.clock.fast_forward(BY_ITSELF)
    expect(writer.locator("[data-status]")).to_contain_text("ne peut plus être modifié")
