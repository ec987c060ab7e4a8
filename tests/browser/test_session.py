"""A session that ends while somebody types: the page keeps it all until they are signed in again."""

import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import press, proposal_id, sign_in
from tests.support.site import Site

TITLE = "Lecture des plans « côté <b>cour</b> »"


def test_what_was_typed_outlives_the_session(site: Site, open_page: Open, album: Album) -> None:
    cast = site.cast()
    email, password = cast["people"]["applicant"]["email"], cast["password"]
    page = open_page()
    sign_in(page, email, password)
    page.goto(f"/appels/{cast['slug']}")
    press(page, "Commencer une candidature")
    proposal = proposal_id(page)
    page.goto(f"/candidatures/{proposal}?section=solution")
    page.context.clear_cookies()
    page.locator('[name="title"]').fill(TITLE)
    press(page, "Enregistrer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre session a pris fin")
    album.look(page, "session-finie")
    press(page, "Envoyer de nouveau")  # too early: it is still all there
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre session a pris fin")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Connectez-vous dans un nouvel onglet").click()
    sign_in(opened.value, email, password)
    press(page, "Envoyer de nouveau")
    page.goto(f"/candidatures/{proposal}?section=solution")
    expect(page.locator('[name="title"]')).to_have_value(TITLE)
    # A page whose proposal is gone: what was typed there is read, and copied, from the page of the error.
    page.evaluate(
        """([address, text]) => {
            const form = Object.assign(document.createElement("form"), { method: "post", action: address });
            form.append(Object.assign(document.createElement("textarea"), { name: "reason", value: text }));
            document.body.append(form);
            form.submit();
        }""",
        [f"/candidatures/{uuid4()}/retrait", "Un <autre> projet."],
    )
    expect(page.get_by_role("region", name="Ce que vous aviez saisi")).to_contain_text("Un <autre> projet.")
    album.look(page, "erreur-avec-saisie")


@pytest.mark.parametrize(
    ("sent", "accept", "told"),
    [
        ({"text": "Une synthèse."}, "text/html", (401, True)),
        ({"_key": "k", "text": " "}, "text/html", (303, False)),  # nothing was typed
        ({"text": "Une synthèse."}, "application/json", (401, False)),  # a script, which keeps it
    ],
)
def test_who_is_told(site: Site, sent: dict[str, str], accept: str, told: tuple[int, bool]) -> None:
    address = f"{site.address}/gestion/ami-2025/01a1c42b-4bc9-71d9-9abe-df4e3e72b53a/synthese"
    answer = httpx.post(address, data=sent, headers={"Accept": accept, "Origin": site.address})
    assert (answer.status_code, sent["text"] in answer.text) == told


def test_a_form_without_end_is_not_read(site: Site) -> None:
    """Nobody is signed in: what no page of ours sends is not drawn back."""
    answer = httpx.post(
        f"{site.address}/compte/jetons",
        content="&".join(["a=b"] * 20_001),
        headers={"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status_code, answer.text) == (303, "")


def test_a_password_is_not_shown_again(site: Site) -> None:
    sent = {"password": "trois girafes", "new_password": "quatre girafes", "label": "Mon poste"}
    answer = httpx.post(f"{site.address}/compte/mot-de-passe", data=sent, headers={"Accept": "text/html"})
    assert (answer.status_code, re.findall("girafes|Mon poste", answer.text)) == (401, ["Mon poste"])
