"""A sitting in three browsers: the officer prepares and convenes it, the chair leads it, a member follows and votes."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from forms import local_day
from service import clock
from tests.browser.album import Album
from tests.browser.hands import enter, follow, press, put


def sit(officer: Page, chair: Page, member: Page, cast: dict[str, Any], album: Album) -> None:
    """On everything that waits for the committee of this cast, until its minutes are approved."""
    slug, people = cast["slug"], cast["people"]
    for page, part in ((chair, "chair"), (member, "committee")):
        enter(page, people[part]["email"], cast["password"])
    _convene(officer, slug, album)
    member.goto(f"/comite/{slug}/seances")
    follow(member, "Séance n° 1")
    album.look(member, "29-seance-membre")
    here = member.url

    chair.goto(f"{here}/conduite")
    press(chair, "Ouvrir la séance")
    for part in ("chair", "committee"):
        put(chair, f"presence-{people[part]['id']}", "room")
    press(chair, "Enregistrer les présences")
    press(chair, "Passer à ce point")
    put(chair, "outcome", "pilot")
    press(chair, "Ouvrir le scrutin")
    expect(member.get_by_text("Votre voix")).to_be_visible()  # the page has heard of it
    press(member, "Pour")
    expect(member.get_by_text("Votre voix : pour")).to_be_visible()
    album.look(member, "29-seance-vote")
    expect(chair.get_by_text("1 sur 2 voix exprimées")).to_be_visible()
    album.look(chair, "29-seance-conduite")
    chair.goto(here)
    press(chair, "Pour")
    chair.goto(f"{here}/conduite")
    press(chair, "Clore le scrutin")
    press(chair, "Lever la séance")
    chair.goto(f"{here}/proces-verbal")
    album.look(chair, "29-proces-verbal")
    press(chair, "Approuver le procès-verbal")
    expect(chair.get_by_text("Empreinte inscrite au journal")).to_be_visible()
    chair.goto(f"{here}/decisions")
    with chair.expect_navigation():
        chair.get_by_role("main").get_by_role("button", name="Prendre").click()
    expect(chair.get_by_role("alert")).to_contain_text("Motivez la décision")
    album.look(chair, "29-decisions-ensemble")


def _convene(officer: Page, slug: str, album: Album) -> None:
    """For tomorrow, so that it needs an urgency."""
    officer.goto(f"/gestion/{slug}/seances")
    put(officer, "jour", f"{local_day(clock.now()) + timedelta(days=1)}")
    put(officer, "place", "Salle 4, 20 avenue de Ségur, Paris")
    album.look(officer, "29-seances")
    press(officer, "Préparer la séance")
    press(officer, "Convoquer la séance")
    expect(officer.get_by_role("alert")).to_contain_text("Le délai de convocation n’est pas respecté")
    put(officer, "urgency", "Le partenaire attend la réponse du comité cette semaine.")
    album.look(officer, "29-seance-preparee")
    press(officer, "Convoquer la séance")
    expect(officer.get_by_text("La séance est convoquée.")).to_be_visible()
