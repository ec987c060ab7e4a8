"""Pages that are part of no journey, refusals, and what happens to what was typed."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from service.domain.policy import Action
from service.doors.people import PUBLIC, SIGNED_IN
from service.pages import routes
from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import press, proposal_id, sign_in
from tests.support.plain import PLAIN
from tests.support.site import Site

PUBLIC_PAGES = {
    "mentions-legales": "/mentions-legales",
    "donnees-personnelles": "/donnees-personnelles",
    "accessibilite": "/accessibilite",
    "catalogue": "/catalogue",
    "verifier": "/verifier",
    "verifier-inconnu": "/verifier/AMI-2025-0001/0000",
    "mot-de-passe": "/mot-de-passe",
    "lien-perime": "/mot-de-passe/inconnu",
    "invitation-perimee": "/invitation/inconnue",
    "introuvable": "/nulle-part",
}


def test_public_pages(open_page: Open, album: Album) -> None:
    """Each is clean at both widths."""
    page = open_page()
    for name, address in PUBLIC_PAGES.items():
        page.goto(address)
        album.look(page, f"40-{name}")


def test_the_public_pages_of_a_call(site: Site, open_page: Open, album: Album) -> None:
    """Each is there, and clean at both widths."""
    page, slug = open_page(), site.cast()["slug"]
    for part in ("criteres", "formulaire", "regles", "donnees", "questions"):
        shown = page.goto(f"/appels/{slug}/{part}")
        assert shown is not None
        assert shown.status == 200, part
        album.look(page, f"41-appel-{part}")


def test_a_page_on_paper(site: Site, open_page: Open) -> None:
    """What is read is printed; what only serves to move about is not."""
    page = open_page()
    page.goto(f"/appels/{site.cast()['slug']}/criteres")
    page.emulate_media(media="print")
    expect(page.locator(".al-criterion dd").first).to_be_visible()
    for place in ("navigation", "contentinfo"):
        assert page.get_by_role(place).filter(visible=True).count() == 0


def test_an_address_that_only_takes_forms(site: Site) -> None:
    """Says so without the words of HTTP."""
    answer = httpx.get(f"{site.address}/deconnexion")
    assert answer.status_code == 405
    assert "Cette adresse reçoit l’envoi d’un formulaire" in answer.text


def test_every_route_says_who_may_use_it() -> None:
    """A right of the policy, everybody, or whoever is signed in."""
    known = {PUBLIC, SIGNED_IN, *(action.value for action in Action)}
    assert [str(route.paths) for route in routes if str(route.opt.get("action", "")) not in known] == []


def test_who_is_not_signed_in_comes_back_to_the_page_they_wanted(site: Site, open_page: Open) -> None:
    """Sign-in leads back, and never to another site."""
    cast = site.cast()
    page = open_page()
    page.goto("/compte?x=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    page.get_by_label("Adresse électronique").fill(cast["people"]["applicant"]["email"])
    page.locator("#password").fill("pas le bon mot de passe")
    press(page, "Se connecter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.get_by_label("Adresse électronique").input_value() == cast["people"]["applicant"]["email"]
    page.locator("#password").fill(cast["password"])
    press(page, "Se connecter")
    assert page.url == f"{site.address}/compte?x=1"
    page.goto("/connexion?suite=//ailleurs.example")
    assert page.url == f"{site.address}/candidatures"


def test_two_windows_on_one_answer(site: Site, open_page: Open) -> None:
    """The second is shown both values, keeps what it typed, and chooses; other answers of the page are saved."""
    cast = site.cast()
    page = open_page(java_script_enabled=False)
    sign_in(page, cast["people"]["applicant"]["email"], cast["password"])
    page.goto(f"/appels/{cast['slug']}")
    press(page, "Commencer une candidature")
    proposal = proposal_id(page)
    here = f"/candidatures/{proposal}?section=organisation"
    other = page.context.new_page()
    page.goto(here)
    other.goto(here)
    other.get_by_label("Dénomination sociale").fill("Société Premier")
    press(other, "Enregistrer")
    page.get_by_label("Dénomination sociale").fill("Société Second")
    page.get_by_label("Effectif").fill("12")
    press(page, "Enregistrer")
    expect(page.get_by_text("Laquelle garder")).to_be_visible()
    expect(page.get_by_text("Société Premier")).to_be_visible()
    assert page.get_by_label("Dénomination sociale").input_value() == "Société Second"
    press(page, "Enregistrer")
    other.goto(here)
    assert other.get_by_label("Dénomination sociale").input_value() == "Société Second"
    assert other.get_by_label("Effectif").input_value() == "12"


def test_what_cannot_be_read_stays_in_its_input(site: Site, open_page: Open) -> None:
    """An error beside the field, one in the summary that leads there, and the text as typed."""
    cast = site.cast()
    page = open_page(java_script_enabled=False)
    sign_in(page, cast["people"]["applicant"]["email"], cast["password"])
    page.goto(f"/appels/{cast['slug']}")
    press(page, "Commencer une candidature")
    page.get_by_label("Effectif").fill("une douzaine")
    page.get_by_label("Dénomination sociale").fill("Société <b>Marteau</b> & fils")
    press(page, "Enregistrer")
    assert page.get_by_label("Effectif").input_value() == "une douzaine"
    assert page.get_by_label("Dénomination sociale").input_value() == "Société <b>Marteau</b> & fils"
    anchor = page.locator("#erreurs a").get_attribute("href")
    assert anchor is not None
    assert page.locator(f'[id="{anchor.lstrip("#")}"]').input_value() == "une douzaine"
    page.get_by_label("Effectif").fill("12")
    press(page, "Enregistrer")
    expect(page.get_by_text("Vos réponses sont enregistrées.")).to_be_visible()


def test_static_files_are_kept_for_ever_and_compressed(site: Site) -> None:
    """Their address changes with their content; nothing outside the two folders is served."""
    with httpx.Client(base_url=site.address, verify=PLAIN) as client:
        html = client.get("/").text
        addresses = re.findall(r'(?:href|src)="(/statique/[^"]+)"', html)
        for address in addresses:
            answer = client.get(address, headers={"Accept-Encoding": "gzip"})
            assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True), address
        style = next(address for address in addresses if address.endswith("dsfr.main.min.css"))
        small = client.get(style, headers={"Accept-Encoding": "gzip"})
        assert small.headers["content-encoding"] == "gzip"
        assert int(small.headers["content-length"]) < 100_000
        folder = style.rsplit("/", 1)[0]
        for path in ("/../../apps.py", "/%2e%2e/%2e%2e/apps.py", "/%00", "//etc/passwd", "/README.md", ""):
            assert client.get(folder + path).status_code in (404, 405), path


@pytest.mark.parametrize("path", ["/appels/%00", "/gestion/%00", "/candidatures/pas-un-id", "/pieces/%00", "/appels/x"])
def test_strange_addresses(site: Site, path: str) -> None:
    """A clear page, never a fault of ours."""
    with httpx.Client(base_url=site.address, verify=PLAIN) as client:
        answer = client.get(path)
        assert answer.status_code in (303, 400, 404)
        assert answer.headers["content-type"].startswith("text/html") or answer.status_code == 303


def test_strange_forms(site: Site) -> None:
    """A NUL byte, broken encoding, a body of another kind, another site: refused in words."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with httpx.Client(base_url=site.address, verify=PLAIN) as client:
        own = {**form, "Sec-Fetch-Site": "same-origin"}
        for body in (b"email=%00&password=x", b"email=%ff%fe", b"\xff\xfe=1", b"email=" + b"a" * 4_000_000):
            answer = client.post("/connexion", content=body, headers=own)
            assert answer.status_code in (400, 413, 422), body[:20]
            assert "<h1>" in answer.text
        foreign = client.post("/connexion", content=b"email=a", headers={**form, "Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
