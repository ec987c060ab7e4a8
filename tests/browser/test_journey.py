"""The whole call in a browser: an account, a proposal, its examination, the decision, the letter."""

import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forms import Edition, catalogue, examples, parse_edition
from forms.pdf import small_pdf
from tests.browser.album import Album, section_of
from tests.browser.conftest import Open
from tests.browser.hands import fill, follow, press, proposal_id, put, sign_in
from tests.browser.sitting import sit
from tests.support.site import Site

PASSWORD = "trois girafes traversent lentement"
NUMBER = 4
PATIENCE = 120.0
PICTURES = True  # of the whole way of a call, kept at each run


@pytest.mark.timeout(600)
def test_a_call_from_sign_up_to_letter(site: Site, open_page: Open, album: Album, tmp_path: Path) -> None:
    """Nothing but a browser and a mailbox."""
    cast = site.cast()
    edition = parse_edition(catalogue.read("ami-2025"))
    applicant = open_page()
    _open_account(site, applicant, album)
    proposal = _propose(applicant, cast["slug"], edition, album, tmp_path)
    officer = open_page()
    _check(officer, cast, edition, proposal, album)
    for expert in ("expert1", "expert2"):
        _review(open_page(), cast, expert, edition, album)
    _sum_up(officer, cast, proposal, album)
    sit(officer, open_page(), open_page(), cast, album)
    _decide(open_page(), cast, proposal, album)
    _read_letter(applicant, proposal, album)


def _open_account(site: Site, page: Page, album: Album) -> None:
    page.goto("/")
    album.look(page, "01-appels")
    with page.expect_navigation():
        page.get_by_role("link", name="Créer un compte").first.click()
    page.get_by_label("Prénom et nom").fill("Ludmila Ferrandin")
    page.get_by_label("Adresse électronique").fill("pas une adresse")
    page.locator("#password").fill("court")
    press(page, "Créer mon compte")
    expect(page.get_by_role("alert")).to_contain_text("2 points sont à corriger")
    assert page.get_by_label("Prénom et nom").input_value() == "Ludmila Ferrandin"
    album.look(page, "02-inscription-erreurs")
    address = f"ludmila-{time.time_ns()}@essai.test"
    page.get_by_label("Adresse électronique").fill(address)
    page.locator("#password").fill(PASSWORD)
    press(page, "Créer mon compte")
    expect(page.get_by_role("heading", level=1)).to_have_text("Consultez votre messagerie")
    album.look(page, "03-message-envoye")
    page.goto(site.link(address, "/confirmer/"))
    page.locator("#password").fill("un autre mot de passe")
    press(page, "Confirmer mon adresse")
    expect(page.get_by_role("alert")).to_contain_text("Ce mot de passe n’est pas celui")
    album.look(page, "04-confirmer")
    page.locator("#password").fill(PASSWORD)
    press(page, "Confirmer mon adresse")
    expect(page.get_by_role("status").first).to_contain_text("Votre adresse est confirmée")
    album.look(page, "05-connecte")


def _propose(page: Page, slug: str, edition: Edition, album: Album, folder: Path) -> str:
    page.goto(f"/appels/{slug}")
    album.look(page, "06-appel")
    press(page, "Commencer une candidature")
    proposal = proposal_id(page)
    page.goto(f"/candidatures/{proposal}?section=depot")
    album.look(page, "07-rien-de-rempli")
    page.goto(f"/candidatures/{proposal}")
    for section in edition.form.sections:
        assert section_of(page) in ("", section.id)
        fill(page, edition, NUMBER, section.id)
        _attach(page, edition, section.id, folder)
        removed = _take_away(page, section.id)
        album.look(page, f"08-{section.id}")
        _put_back(page, removed)
        press(page, "Enregistrer et continuer")
    expect(page.get_by_role("heading", name="Votre candidature est complète")).to_be_visible()
    album.look(page, "09-verifier")
    press(page, "Déposer la candidature")
    expect(page.get_by_text("Votre candidature est déposée")).to_be_visible()
    album.look(page, "10-deposee")
    _write(page, proposal, folder, album)
    _download(page, "Accusé de réception")
    page.goto("/candidatures")
    album.look(page, "11-mes-candidatures")
    return proposal


def _attach(page: Page, edition: Edition, section: str, folder: Path) -> None:
    here = {field.id for one in edition.form.sections if one.id == section for field in one.fields}
    for field, name, content in examples.small_files(edition, NUMBER):
        if field in here:
            (folder / name).write_bytes(content)
            page.locator(f"#fichier-{field}").set_input_files(folder / name)
            expect(page.get_by_role("link", name=name)).to_be_visible()


def _take_away(page: Page, section: str) -> str:
    """The last file of the section of files, so that what was taken away is looked at too; its name."""
    if section != "attachments":
        return ""
    name = (page.locator("button[value^='retirer:']").last.get_attribute("aria-label") or "").removeprefix("Retirer ")
    press(page, f"Retirer {name}")
    expect(page.get_by_text("Fichiers retirés")).to_be_visible()
    return name


def _put_back(page: Page, name: str) -> None:
    if name:
        press(page, f"Rétablir {name}")
        expect(page.get_by_role("link", name=name)).to_be_visible()


def _write(page: Page, proposal: str, folder: Path, album: Album) -> None:
    """To the officers, with two files that are sent while one writes."""
    here = page.url
    page.goto(f"/candidatures/{proposal}/echanges")
    page.get_by_text("Joindre des fichiers, avant d’écrire").click()
    page.get_by_label("Votre message").fill("Voici deux précisions.")
    for name in ("un.txt", "deux.txt"):
        (folder / name).write_text("Précision.")
    page.locator("[id='fichier-@thread']").set_input_files([folder / "un.txt", folder / "deux.txt"])
    expect(page.locator("[data-files]").get_by_role("link")).to_have_count(2)
    album.look(page, "10-echanges")
    press(page, "Envoyer le message")
    expect(page.locator(".al-thread").get_by_role("link", name="deux.txt")).to_be_visible()
    page.goto(here)


def _download(page: Page, name: str) -> bytes:
    """A PDF, waited for while it is drawn: the page that says so refreshes itself until the download begins."""
    with page.expect_download(timeout=PATIENCE * 1000) as awaited:
        page.get_by_role("link", name=name).first.click(no_wait_after=True)
    content = Path(awaited.value.path()).read_bytes()
    assert content.startswith(b"%PDF-")
    return content


def _check(page: Page, cast: dict[str, Any], edition: Edition, proposal: str, album: Album) -> None:
    sign_in(page, cast["people"]["officer"]["email"], cast["password"])
    page.goto("/gestion")
    album.look(page, "12-instruction")
    page.goto(f"/gestion/{cast['slug']}")
    album.look(page, "13-candidatures")
    with page.expect_navigation():
        page.locator(f'a[href$="{proposal}"]').click()
    press(page, "Enregistrer la conclusion")
    expect(page.get_by_role("alert")).to_contain_text("Choisissez une conclusion")
    for item in edition.eligibility.items:
        put(page, f"items/{item.id}", "oui")
    put(page, "verdict", "eligible")
    album.look(page, "14-verification")
    press(page, "Enregistrer la conclusion")
    expect(page.get_by_text("Le résultat de la vérification est enregistré.")).to_be_visible()
    for expert in ("expert1", "expert2"):
        put(page, "experts", cast["people"][expert]["id"])
    press(page, "Ajouter à la liste")
    expect(page.get_by_text("Les évaluateurs sont ajoutés")).to_be_visible()
    album.look(page, "15-evaluateurs-proposes")
    page.goto(f"/gestion/{cast['slug']}/experts")
    album.look(page, "16-evaluateurs")


def _review(page: Page, cast: dict[str, Any], expert: str, edition: Edition, album: Album) -> None:
    sign_in(page, cast["people"][expert]["email"], cast["password"])
    _until(page, "/evaluations", "Accepter")
    album.look(page, "17-invitation")
    follow(page, "Déclarer un conflit")
    album.look(page, "18-conflit")
    follow(page, "Annuler")
    press(page, "Accepter")
    page.get_by_role("button", name="Remettre l’évaluation").click()
    expect(page.locator("[data-announce]")).to_contain_text("L’évaluation n’est pas remise")
    album.look(page, "19-grille-incomplete")
    for criterion in edition.grid.criteria:
        put(page, f"scores/{criterion.id}", str(criterion.highest - 1))
        page.locator(f"#c-comments-{criterion.id}").fill(f"Avis motivé sur ce critère : {criterion.name.fr}.")
    count = len(edition.grid.criteria)
    expect(page.locator("[data-progress]")).to_have_text(f"{count}\u00a0critères notés sur {count}")
    page.locator("#c-comments-").fill("Projet solide, à accompagner.")
    expect(page.locator("[data-status]")).to_contain_text("Enregistré à")
    page.goto(page.url)
    assert page.locator("#c-comments-").input_value() == "Projet solide, à accompagner."
    album.look(page, "20-grille")
    press(page, "Remettre l’évaluation")
    expect(page.get_by_text("L’évaluation est remise.")).to_be_visible()
    album.look(page, "21-evaluations-remises")


def _until(page: Page, path: str, text: str, *, exact: bool = True) -> None:
    """Reload until the process has brought it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        page.goto(path)
        if page.get_by_role("main").get_by_text(text, exact=exact).count():
            return
        time.sleep(0.3)
    raise AssertionError(f"{path} did not come to say « {text} » in {PATIENCE:.0f} s")


def _sum_up(page: Page, cast: dict[str, Any], proposal: str, album: Album) -> None:
    here = f"/gestion/{cast['slug']}/{proposal}"
    _until(page, here, "Rédiger la synthèse")
    for number, part in enumerate(("tableau", "tableau/evaluateurs", "tableau/evaluations", "courriels"), start=1):
        page.goto(f"/gestion/{cast['slug']}/{part}")
        album.look(page, f"22-bord-{number}")
    page.goto(f"/appels/{cast['slug']}/tables/evaluations")
    album.look(page, "22-table")
    page.goto(here)
    press(page, "Transmettre au comité")
    expect(page.get_by_role("alert")).to_contain_text("Rédigez la synthèse")
    put(page, "text", "Les deux avis concordent : une solution mûre, utile à de nombreux services.")
    put(page, "recommendation", "pilot")
    album.look(page, "22-synthese")
    press(page, "Transmettre au comité")
    expect(page.get_by_text("La synthèse est transmise au comité.")).to_be_visible()
    album.look(page, "23-apres-synthese")


def _decide(page: Page, cast: dict[str, Any], proposal: str, album: Album) -> None:
    sign_in(page, cast["people"]["chair"]["email"], cast["password"])
    page.goto("/comite")
    album.look(page, "24-comite")
    _until(page, f"/comite/{cast['slug']}", "Décider")
    album.look(page, "25-classement")
    follow(page, "Et si ?")
    put(page, "places", "1")
    press(page, "Essayer")
    expect(page.get_by_role("status").get_by_text("1 candidature sélectionnée")).to_be_visible()
    assert "places=1" in page.url
    album.look(page, "25-et-si")
    page.goto(f"/comite/{cast['slug']}")
    follow(page, "Bilan")
    album.look(page, "25-bilan")
    follow(page, "Rapport annuel")
    album.look(page, "25-rapport-annuel")
    page.goto(f"/comite/{cast['slug']}")
    follow(page, "Décider")
    press(page, "Enregistrer la décision")
    expect(page.get_by_role("alert")).to_be_visible()
    put(page, "outcome", "pilot")
    put(page, "reasons", "La solution répond à un besoin constaté et peut être essayée dès le printemps.")
    put(page, "capacity", "Présidente du comité de sélection")
    album.look(page, "26-decision")
    press(page, "Enregistrer la décision")
    expect(page.get_by_text("Elle reste confidentielle").first).to_be_visible()
    _download(page, "Dossier de comité")
    page.goto(f"/comite/{cast['slug']}/publication")
    page.get_by_role("link", name="Relire les lettres").click()
    album.look(page, "26-lettres")
    press(page, "J’ai relu cette lettre")
    expect(page.get_by_text("Ces lettres sont marquées comme relues.")).to_be_visible()
    press(page, "Publier")
    expect(page.get_by_role("alert")).to_contain_text("Cochez la case")
    put(page, "confirm", "oui")
    album.look(page, "27-publication")
    press(page, "Publier")
    expect(page.get_by_text("Les décisions sont publiées.")).to_be_visible()
    album.look(page, "28-publiee")
    _until(page, f"/comite/{cast['slug']}/{proposal}", "Rectifier cette décision")
    page.get_by_text("Ce sur quoi repose cette décision").click()
    album.look(page, "28-decidee")
    follow(page, "Rectifier cette décision")
    album.look(page, "28-rectification")


def _report_on_pilot(page: Page, proposal: str, album: Album) -> None:
    _until(page, f"/pilotes/{proposal}", "Ajouter un jalon")
    page.get_by_text("Ajouter un jalon").click()
    press(page, "Ajouter le jalon")
    expect(page.get_by_role("alert")).to_contain_text("Indiquez")
    put(page, "title", "Mise en service dans deux mairies")
    put(page, "due", "2042-06-30")
    press(page, "Ajouter le jalon")
    expect(page.get_by_role("heading", name="Mise en service dans deux mairies")).to_be_visible()
    page.get_by_text("Joindre un fichier").click()
    page.set_input_files("[name=fichier]", {"name": "preuve.pdf", "mimeType": "", "buffer": small_pdf("Preuve")})
    press(page, "Joindre ce fichier")
    expect(page.get_by_text("Le fichier est joint au jalon.")).to_be_visible()
    page.get_by_text("Ajouter une mesure").click()
    put(page, "day", "2026-01-31")
    put(page, "value", "12,5")
    press(page, "Enregistrer la mesure")
    expect(page.get_by_text("La mesure est enregistrée.")).to_be_visible()
    album.look(page, "29-pilote")


def _read_letter(page: Page, proposal: str, album: Album) -> None:
    _until(page, f"/candidatures/{proposal}", "Décision : Retenue avec pilote")
    _until(page, f"/candidatures/{proposal}", "Lettre de décision", exact=False)
    album.look(page, "29-decision")
    _download(page, "Lettre de décision")
    _report_on_pilot(page, proposal, album)
    page.goto("/compte")
    album.look(page, "30-compte")
    page.get_by_role("banner").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Votre session est fermée.")).to_be_visible()
    page.goto(f"/candidatures/{proposal}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
