"""A proposal that two people write: invited by mail, joined, handed over."""

from playwright.sync_api import expect

from tests.browser.album import Album
from tests.browser.conftest import Open
from tests.browser.hands import draft_of, enter, follow, press
from tests.support.site import Site


def test_a_partner_joins_by_mail_and_takes_over(site: Site, open_page: Open, album: Album) -> None:
    made = site.cast("incubateur")
    people, password = made["people"], made["password"]
    owner, partner = open_page(), open_page()
    here = f"/candidatures/{draft_of(owner, made)}"
    owner.goto(here)
    follow(owner, "Partager cette candidature")
    owner.get_by_label("Adresse électronique").fill("personne")
    press(owner, "Envoyer l’invitation")
    expect(owner.get_by_role("alert")).to_contain_text("adresse électronique complète")
    owner.get_by_label("Adresse électronique").fill(people["admin"]["email"])
    press(owner, "Envoyer l’invitation")
    expect(owner.get_by_text("L’invitation est partie.")).to_be_visible()
    album.look(owner, "33-partage")

    partner.goto(site.link(people["admin"]["email"], "/partage/"))
    album.look(partner, "34-invitation")
    partner.get_by_role("main").get_by_role("link", name="Se connecter").click()
    partner.get_by_label("Adresse électronique").fill(people["auditor"]["email"])
    partner.locator("#password").fill(password)
    press(partner, "Se connecter")
    expect(partner.get_by_text("Votre session est ouverte avec une autre adresse")).to_be_visible()
    link = partner.url
    album.look(partner, "34-invitation-autre-adresse")
    assert partner.request.get(here).status == 404
    press(partner, "Se déconnecter")
    enter(partner, people["admin"]["email"], password)
    partner.goto("/candidatures")
    follow(partner, "Répondre à l’invitation")
    assert partner.url == link
    press(partner, "Accepter")
    expect(partner.get_by_text("Vous participez maintenant à cette candidature.")).to_be_visible()
    partner.goto(f"{here}?section=depot")
    expect(partner.get_by_text("Le porteur dépose la candidature")).to_be_visible()
    assert partner.get_by_role("button", name="Déposer").count() == 0

    owner.reload()
    press(owner, f"Limiter {people['admin']['name']} à la lecture")
    partner.goto(here)
    expect(partner.get_by_text("Vous lisez cette candidature")).to_be_visible()
    album.look(partner, "35-lecture")
    press(owner, f"Proposer à {people['admin']['name']} de porter la candidature")
    follow(partner, "Participants")
    follow(partner, "Voir la proposition")
    press(partner, "Accepter")
    expect(partner.get_by_text("Vous portez maintenant cette candidature.")).to_be_visible()
    owner.goto(f"{here}/partage")
    owner.get_by_text("Je souhaite quitter cette candidature").click()
    owner.on("dialog", lambda dialog: dialog.accept())
    album.look(owner, "35-partage-redacteur")
    press(owner, "Quitter la candidature")
    expect(owner.get_by_text("Vous avez quitté la candidature.")).to_be_visible()
