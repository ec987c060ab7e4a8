"""The pages of whoever runs the service: accounts, roles, invitations; and where each role arrives after signing in."""

import time

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import follow, press, put, sign_in
from tests.support.plain import PLAIN
from tests.support.site import Site

PLACES = {
    "applicant": "/candidatures",
    "officer": "/gestion",
    "expert1": "/evaluations",
    "committee": "/comite",
    "chair": "/comite",
    "admin": "/comptes",
    "auditor": "/gestion",
}


def test_each_role_arrives_where_its_work_waits(site: Site, open_page: Open) -> None:
    cast = site.cast()
    arrived = {}
    for part in PLACES:
        page = open_page()
        sign_in(page, cast["people"][part]["email"], cast["password"])
        arrived[part] = page.url.removeprefix(site.address)
    assert arrived == PLACES


def test_an_administrator_keeps_the_accounts(site: Site, open_page: Open, album: Album) -> None:
    """Finds somebody, invites them, and is told what is missing or impossible."""
    cast = site.cast()
    page = open_page()
    sign_in(page, cast["people"]["admin"]["email"], cast["password"])
    album.look(page, "50-comptes")
    page.get_by_label("Rechercher").fill("personne de ce nom")
    press(page, "Rechercher")
    expect(page.get_by_text("Aucun compte ne correspond.")).to_be_visible()
    album.look(page, "51-aucun-compte")
    follow(page, "Inviter une personne")
    press(page, "Envoyer l’invitation")
    expect(page.get_by_role("alert")).to_contain_text("Choisissez un rôle")
    album.look(page, "52-invitation-erreurs")
    address = f"invite-{time.time_ns()}@essai.test"
    put(page, "email", address)
    put(page, "role", "chair")
    press(page, "Envoyer l’invitation")
    # A chair presides over the committee of one call.
    expect(page.get_by_role("alert")).to_contain_text("pour un appel précis")
    put(page, "call", cast["slug"])
    press(page, "Envoyer l’invitation")
    expect(page.get_by_text("L’invitation est partie.")).to_be_visible()
    album.look(page, "53-compte-invite")
    assert site.link(address, "/invitation/").startswith(f"{site.address}/invitation/")


def test_an_administrator_gives_and_takes_back(site: Site, open_page: Open, album: Album) -> None:
    """A role counts from the next page on, and no more once it is taken back; a closed account opens nothing."""
    cast = site.cast()
    somebody, password = cast["people"]["applicant"], cast["password"]
    other = open_page()
    sign_in(other, somebody["email"], password)
    page = open_page()
    sign_in(page, cast["people"]["admin"]["email"], password)
    page.get_by_label("Rechercher").fill(somebody["email"])
    press(page, "Rechercher")
    follow(page, somebody["name"])
    expect(page.get_by_text("Aucun rôle")).to_be_visible()
    put(page, "role", "committee")
    put(page, "call", cast["slug"])
    press(page, "Donner ce rôle")
    expect(page.get_by_text("Le rôle est donné.")).to_be_visible()
    album.look(page, "54-compte")
    other.goto("/comite")
    expect(other.locator(f'a[href="/comite/{cast["slug"]}"]')).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.get_by_role("button", name="Retirer le rôle").click()
    expect(page.get_by_text("Le rôle est retiré.")).to_be_visible()
    other.goto("/comite")
    expect(other.get_by_text("Aucun appel ne vous est confié.")).to_be_visible()
    press(page, "Fermer le compte")
    expect(page.get_by_role("alert")).to_contain_text("Cochez la case")
    put(page, "confirm", "oui")
    press(page, "Fermer le compte")
    expect(page.get_by_text("Le compte est fermé.")).to_be_visible()
    album.look(page, "55-compte-ferme")
    other.goto("/comite")
    expect(other.get_by_role("heading", level=1)).to_have_text("Se connecter")


@pytest.mark.parametrize("part", ["officer", "auditor", "applicant"])
def test_for_everybody_else_these_pages_do_not_exist(site: Site, part: str) -> None:
    cast = site.cast()
    own = {"Sec-Fetch-Site": "same-origin"}
    with httpx.Client(base_url=site.address, headers=own, follow_redirects=True, verify=PLAIN) as client:
        client.post("/connexion", data={"email": cast["people"][part]["email"], "password": cast["password"]})
        account = cast["people"]["expert1"]["id"]
        for path in ("/comptes", "/comptes/invitation", f"/comptes/{account}"):
            assert client.get(path).status_code == 404, path
        form = {"role": "expert", "call": cast["slug"], "email": "a@essai.test", "confirm": "oui"}
        for path in ("invitation", f"{account}/roles", f"{account}/roles/retrait", f"{account}/fermeture"):
            assert client.post(f"/comptes/{path}", data=form).status_code in (403, 404), path
